"""How a report comes in, and who then sees what of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from casework.access.actor import Actor
from casework.deadlines.people import People
from casework.deadlines.rules import Rung
from casework.models import AuditEvent, Deadline
from casework.shared.errors import InvalidInput, NotAllowed, NotVisible
from deviations.models import Deviation
from deviations.services import cooperation, inbox, proposals
from lexsarah.models import Report, Reporter
from lexsarah.services import investigating
from lexsarah.services.reporting import NewReport, Paper, submit
from tests.conftest import Place, make_report
from tests.factories.proposals import missed
from tests.lexsarah.factory import EVENT, handed_in, running
from tests.lexsarah.test_import import agree_with_the_history

pytestmark = pytest.mark.django_db

Travel = Callable[[date], object]


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(date(2026, 3, 2))


def test_any_employee_hands_in_a_report_and_sas_has_it_at_once(place: Place) -> None:
    report = handed_in(place, safe_now="no", case_number="Ä1")
    assert report.number == f"LS-2026-{report.pk:05d}"
    assert (report.status, report.registered_on) == ("received", date(2026, 3, 2))
    seen = Report.objects.visible_to(place.actor("sara")).get()
    assert (seen.event, seen.safe_now, seen.case_number) == (EVENT, "no", "Ä1")
    time = running(report)["lex_sarah_investigation"]
    # Sixty days, and the first of May is a holiday: the roll is the rule's.
    assert (time.trigger_date, time.raw_date) == (date(2026, 3, 2), date(2026, 5, 1))
    agree_with_the_history()


def test_the_name_is_apart_from_the_report(place: Place) -> None:
    report = handed_in(place, on_behalf_of=place.user("nils"))
    names = Reporter.objects.get()
    assert (names.report, names.user, names.on_behalf_of) == (
        report,
        place.user("amina"),
        place.user("nils"),
    )
    people = {place.user("amina").pk, place.user("nils").pk}
    for row in [report.status_rows.get(), report.registration_rows.get(), report.unit_rows.get()]:
        assert row.actor_id is None
    values = Report.objects.filter(pk=report.pk).values().get()
    assert not people & {values[name] for name in values if name.endswith("_id")} - {
        report.pk,
        values["board_id"],
        values["unit_id"],
    }
    assert [own.report for own in Reporter.objects.own(place.actor("nils"))] == [report]
    assert not Reporter.objects.own(place.actor("sara")).exists()
    event = AuditEvent.objects.get(action="lexsarah.reported")
    assert (event.actor_id, event.subject_ids) == (place.user("amina").pk, [report.pk])


def test_what_comes_on_paper_is_entered_by_the_registrator(place: Place) -> None:
    given = NewReport(EVENT, date(2026, 2, 20), place.unit, "unknown")
    paper = Paper("Maj Persson, vikarie", date(2026, 2, 26))
    report = submit(place.actor("rut"), given, paper=paper)
    assert report.registered_on == date(2026, 2, 26)
    assert running(report)["lex_sarah_investigation"].trigger_date == date(2026, 2, 26)
    names = Reporter.objects.get()
    assert (names.user, names.name) == (None, "Maj Persson, vikarie")
    with pytest.raises(NotAllowed):
        submit(place.actor("amina"), given, paper=paper)
    given.noticed_on = date(2026, 2, 27)
    with pytest.raises(InvalidInput) as error:
        submit(place.actor("rut"), given, paper=paper)
    assert error.value.field == "noticed_on"
    given.noticed_on = None
    with pytest.raises(InvalidInput) as error:
        submit(place.actor("rut"), given, paper=Paper(" ", date(2026, 2, 26)))
    assert error.value.field == "name"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"event": "  "}, "event"),
        ({"occurred_on": None}, "occurred_on"),
        ({"occurred_on": date(2026, 3, 3)}, "occurred_on"),
        ({"noticed_on": date(2026, 1, 1)}, "noticed_on"),
        ({"safe_now": ""}, "safe_now"),
        ({"statute": "HSL"}, "statute"),
        ({"case_number": "Ä" * 61}, "case_number"),
    ],
)
def test_what_is_lacking_is_said_by_field(place: Place, given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as error:
        handed_in(place, **given)
    assert error.value.field == field
    assert not Report.objects.exists()


def test_another_boards_unit_or_colleague_is_not_taken(place: Place, other_place: Place) -> None:
    for given in (
        {"unit": other_place.unit},
        {"on_behalf_of": other_place.user("nils")},
        {"on_behalf_of": place.user("amina")},
    ):
        with pytest.raises(InvalidInput):
            handed_in(place, **given)


def test_the_examined_unit_and_its_line_do_not_see_it(place: Place, other_place: Place) -> None:
    report = handed_in(place)
    names = "amina nils frida eva erik anna vera rut birgit gun simon".split()
    actors = [place.actor(name) for name in names] + [other_place.actor("sara")]
    for actor in actors:
        with pytest.raises(NotVisible):
            Report.objects.get_visible(actor, report.pk)
    assert Report.objects.get_visible(place.actor("sara"), report.pk) == report


def test_a_protected_one_is_seen_by_sas_and_its_investigator_alone(place: Place) -> None:
    report = handed_in(place, protected=True)
    for name in ("eva", "nils", "anna", "vera"):
        with pytest.raises(NotVisible):
            Report.objects.get_visible(place.actor(name), report.pk)
    assert Report.objects.get_visible(place.actor("sara"), report.pk).protected
    # Nor is the reporter's own way to it closed: that it came, and how it stands.
    assert Reporter.objects.own(place.actor("amina")).count() == 1


def test_who_is_told_when_nobody_investigates_yet(place: Place) -> None:
    time = running(handed_in(place))["lex_sarah_investigation"]
    people = People(date(2026, 4, 24))
    assert people.for_rung(time, Rung.HANDLER) == [place.user("sara")]
    assert people.for_rung(time, Rung.HEAD) == [place.user("sara")]


def test_a_deviation_marked_as_possible_misconduct_is_a_report_at_once(place: Place) -> None:
    deviation = make_report(
        place, possible_misconduct=True, safe_now="no", on_behalf_of=place.user("nils")
    )
    report = Report.objects.get()
    assert report.deviation == deviation
    assert (report.event, report.safe_now) == (deviation.description, "no")
    assert (report.unit, report.registered_on) == (place.unit, date(2026, 3, 2))
    names = Reporter.objects.get()
    assert (names.user, names.on_behalf_of) == (place.user("amina"), place.user("nils"))
    assert "lex_sarah_investigation" in running(report)
    make_report(place)
    assert Report.objects.count() == 1
    agree_with_the_history()


def test_one_sent_to_sas_later_is_the_report_of_whoever_sent_it(place: Place, at: Travel) -> None:
    deviation = make_report(place)
    at(date(2026, 3, 9))
    inbox.send_to_sas(place.actor("eva"), deviation.pk, reason="Barnet for illa.")
    report = Report.objects.get()
    assert report.registered_on == date(2026, 3, 9)
    assert running(report)["lex_sarah_investigation"].trigger_date == date(2026, 3, 9)
    assert Reporter.objects.get().user == place.user("eva")


def test_one_that_the_watch_found_is_the_report_of_whoever_confirms_it(place: Place) -> None:
    proposal = missed(place, "protection_assessment")
    assert not Report.objects.exists()
    proposals.confirm(place.actor("eva"), proposal.pk, possible_misconduct=True)
    report = Report.objects.get()
    assert report.deviation is not None
    assert report.deviation.from_watch
    assert Reporter.objects.get().user == place.user("eva")


def test_sent_to_sas_when_it_was_marked_already_it_is_one_report(place: Place, at: Travel) -> None:
    deviation = make_report(place, possible_misconduct=True)
    at(date(2026, 3, 9))
    inbox.send_to_sas(place.actor("eva"), deviation.pk, reason="Barnet for illa.")
    assert Report.objects.get().registered_on == date(2026, 3, 2)


def test_protection_of_the_deviation_is_the_reports_too(place: Place) -> None:
    deviation = make_report(place, possible_misconduct=True)
    cooperation.set_protection(place.actor("eva"), deviation.pk, protected=True)
    report = Report.objects.get()
    assert report.protected
    assert running(report)["lex_sarah_investigation"].protected
    cooperation.set_protection(place.actor("eva"), deviation.pk, protected=False)
    assert not Report.objects.get().protected


def test_protection_reaches_the_report_of_a_deviation_merged_into_it(place: Place) -> None:
    first, second = (make_report(place, possible_misconduct=True) for _ in range(2))
    inbox.merge(place.actor("eva"), first.pk, into=second.pk)
    for protected in (True, False):
        cooperation.set_protection(place.actor("eva"), second.pk, protected=protected)
        found = Report.objects.filter(deviation__in=[first, second])
        assert [one.protected for one in found] == [protected, protected]
    assert not Report.objects.filter(protected=True).exists()


def test_a_mark_that_the_report_has_alone_stays_when_the_deviation_is_sent_to_sas(
    place: Place, at: Travel
) -> None:
    deviation = make_report(place, possible_misconduct=True)
    report = investigating.set_protection(
        place.actor("sara"), Report.objects.get().pk, protected=True
    )
    at(date(2026, 3, 9))
    inbox.send_to_sas(place.actor("eva"), deviation.pk, reason="Barnet for illa.")
    report.refresh_from_db()
    assert report.protected
    assert running(report)["lex_sarah_investigation"].protected


def test_what_was_marked_before_reports_were_kept_is_taken_in_once(
    place: Place, at: Travel
) -> None:
    deviation = make_report(place)
    Deviation.objects.filter(pk=deviation.pk).update(possible_misconduct=True)
    at(date(2026, 3, 20))
    call_command("watch_open_records")
    report = Report.objects.get()
    assert (report.deviation, report.registered_on) == (deviation, date(2026, 3, 2))
    assert Reporter.objects.get().user == place.user("amina")
    times = Deadline.objects.count()
    call_command("watch_open_records")
    assert (Report.objects.count(), Deadline.objects.count()) == (1, times)


def test_a_closed_one_from_before_is_left_alone(place: Place) -> None:
    deviation = make_report(place)
    inbox.dismiss(place.actor("eva"), deviation.pk, reason="Dubblett av annat.")
    Deviation.objects.filter(pk=deviation.pk).update(possible_misconduct=True)
    call_command("watch_open_records")
    assert not Report.objects.exists()


def test_the_system_cannot_report_for_nobody(place: Place) -> None:
    given = NewReport(EVENT, date(2026, 3, 1) - timedelta(days=1), place.unit, "yes")
    with pytest.raises(NotAllowed):
        submit(Actor.system(place.board), given)

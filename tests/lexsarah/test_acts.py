"""What SAS does with a report: who may, in which state, and what becomes of its times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from casework.models import AuditEvent, Deadline, Membership, Role, Unit
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from lexsarah import states
from lexsarah.histories import REPORTS
from lexsarah.models import Examined, Report
from lexsarah.papers.investigation import investigation_paper
from lexsarah.services import closing, deciding, following, investigating
from tests.conftest import Place, make_report
from tests.lexsarah.deciding import REASONS, delegate, document, proposed
from tests.lexsarah.factory import handed_in, running
from tests.lexsarah.test_import import agree_with_the_history

pytestmark = pytest.mark.django_db

Travel = Callable[[date], object]
SARA = "sara"


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(date(2026, 3, 2))


def test_every_act_in_every_state() -> None:
    fits = {
        act: [state for state in states.LABELS if states.REPORT.allows(act, state)]
        for act in states.REPORT.acts
    }
    undecided = ["received", "investigating", "statements", "proposed"]
    everywhere = [*undecided, "decided", "actions", "closed"]
    writing = ["investigating", "statements"]
    decided = ["decided", "actions", "closed"]
    at_work = ["decided", "actions"]
    assert fits == {
        "start_investigation": ["received"],
        "assign_investigator": everywhere[:-1],
        "assess_serious": undecided,
        "notify_ivo": everywhere,
        "supplement_ivo": everywhere,
        "set_registry_number": everywhere,
        "protect": everywhere,
        "make_safe": everywhere[:-1],
        "move": undecided,
        "classify": everywhere,
        "point_to_mas": everywhere[:-1],
        "write_document": writing,
        "add_note": everywhere[:-1],
        "judge_earlier_event": writing,
        "name_examined": undecided,
        "request_statement": writing,
        "request_safety": everywhere[:-1],
        "withdraw_request": everywhere[:-1],
        "statements_in": ["statements"],
        "statements_awaited": ["investigating"],
        "propose": writing,
        "take_back_proposal": ["proposed"],
        "return_proposal": ["proposed"],
        "assign_decider": ["proposed", *at_work],
        "decide": ["proposed"],
        "close_short": ["received", *writing],
        "reopen": decided,
        "deliver": decided,
        "propose_measure": [*writing, *at_work],
        "withdraw_measure": [*writing, *at_work],
        "reassign_measure": everywhere[1:-1],
        "decide_measure": at_work,
        "follow_measures": ["decided"],
        "finish_measure": everywhere[1:-1],
        "assess_measure": everywhere[1:-1],
        "close": at_work,
        "store_document": everywhere,
        "register_document": everywhere,
        "ivo_letter": everywhere,
        "write_outside_text": decided,
        "approve_outside_text": decided,
        "publish_lesson": decided,
    }


ACTS: dict[str, Callable[[Any, Place, int], Report]] = {
    "start_investigation": lambda actor, place, pk: investigating.start_investigation(actor, pk),
    "assign_investigator": lambda actor, place, pk: investigating.assign_investigator(
        actor, pk, to=place.user(SARA)
    ),
    "set_registry_number": lambda actor, place, pk: investigating.set_registry_number(
        actor, pk, number="SN 2026/12"
    ),
    "assess_serious": lambda actor, place, pk: investigating.assess_serious(
        actor, pk, on=date(2026, 3, 2), reason="Liv och hälsa hotades."
    ),
    "notify_ivo": lambda actor, place, pk: investigating.record_ivo_notification(
        actor, pk, on=date(2026, 3, 2)
    ),
    "protect": lambda actor, place, pk: investigating.set_protection(actor, pk, protected=True),
    "move": lambda actor, place, pk: investigating.change_unit(actor, pk, to=place.sister_unit),
}


@pytest.mark.parametrize("act", ACTS)
def test_sas_does_it_and_to_everybody_else_it_does_not_exist(place: Place, act: str) -> None:
    report = handed_in(place)
    for name in "amina frida eva anna vera rut birgit gun simon".split():
        with pytest.raises(NotVisible):
            ACTS[act](place.actor(name), place, report.pk)
    before = AuditEvent.objects.count()
    changed = ACTS[act](place.actor(SARA), place, report.pk)
    assert changed.version > report.version
    assert AuditEvent.objects.count() == before + 1
    agree_with_the_history()


def test_whoever_begins_the_investigation_investigates(place: Place) -> None:
    report = investigating.start_investigation(place.actor(SARA), handed_in(place).pk)
    assert (report.status, report.investigator) == ("investigating", place.user(SARA))
    assert running(report)["lex_sarah_investigation"].handler == place.user(SARA)
    with pytest.raises(ConflictError):
        investigating.start_investigation(place.actor(SARA), report.pk)


def test_who_is_named_as_examined_does_nothing_with_the_report(place: Place) -> None:
    report = handed_in(place, unit=place.far_unit)
    named = Examined.objects.create(report=report, user=place.user(SARA), added_at=clock.now())
    with pytest.raises(NotAllowed, match="granskas"):
        investigating.start_investigation(place.actor(SARA), report.pk)
    named.removed_at = clock.now()
    named.save()
    assert investigating.start_investigation(place.actor(SARA), report.pk).investigator


def test_one_from_a_deviation_is_asked_under_which_act(place: Place) -> None:
    make_report(place, possible_misconduct=True)
    report = Report.objects.get()
    with pytest.raises(InvalidInput) as error:
        investigating.start_investigation(place.actor(SARA), report.pk)
    assert error.value.field == "statute"
    started = investigating.start_investigation(place.actor(SARA), report.pk, statute="LSS")
    assert (started.statute, started.status) == ("LSS", "investigating")


def test_one_that_is_never_begun_or_comes_from_a_register_is_asked_too(
    place: Place, as_user: Callable[..., Client]
) -> None:
    delegate(place, role=Role.SAS)
    make_report(place, possible_misconduct=True)
    report, sara = Report.objects.get(), place.actor(SARA)
    browser, asks = as_user(SARA), "Vilken lag gäller insatsen?"
    assert asks in browser.get(f"/lex-sarah/{report.pk}/avsluta-kort/").content.decode()
    with pytest.raises(InvalidInput) as error:
        deciding.close_short(sara, report.pk, reasons=REASONS)
    assert error.value.field == "statute"
    closed = deciding.close_short(sara, report.pk, reasons=REASONS, statute="LSS")
    assert (closed.status, closed.statute) == ("closed", "LSS")
    assert "24 a–g §§ LSS" in "\n".join(investigation_paper(closed).texts())
    assert asks not in browser.get(f"/lex-sarah/{report.pk}/ateruppta/").content.decode()
    # As a register leaves it.
    Report.objects.update(statute="")
    assert asks in browser.get(f"/lex-sarah/{report.pk}/ateruppta/").content.decode()
    with pytest.raises(InvalidInput) as error:
        closing.reopen(sara, report.pk, reason="Nytt vittne.")
    assert error.value.field == "statute"
    opened = closing.reopen(sara, report.pk, reason="Nytt vittne.", statute="SoL")
    opened.refresh_from_db()
    assert (opened.status, opened.statute) == ("investigating", "SoL")


def test_nobody_investigates_the_own_unit(place: Place) -> None:
    report = handed_in(place)
    for name in ("eva", "anna"):
        Membership.objects.create(user=place.user(name), board=place.board, role=Role.SAS)
        with pytest.raises(InvalidInput, match="granskade enheten"):
            investigating.assign_investigator(place.actor(SARA), report.pk, to=place.user(name))
    with pytest.raises(InvalidInput, match="SAS"):
        investigating.assign_investigator(place.actor(SARA), report.pk, to=place.user("vera"))
    # Nor does whoever is examined choose who does, though SAS: only help the person.
    with pytest.raises(NotAllowed, match="granskas"):
        investigating.start_investigation(place.actor("eva"), report.pk)
    with pytest.raises(NotAllowed, match="granskas"):
        investigating.assign_investigator(place.actor("eva"), report.pk, to=place.user(SARA))
    unsafe = handed_in(place, safe_now="no")
    safe = investigating.record_safe(
        place.actor("eva"), unsafe.pk, on=date(2026, 3, 2), how="Flyttad i dag."
    )
    assert safe.safe_on == date(2026, 3, 2)
    elsewhere = handed_in(place, unit=place.far_unit)
    found = investigating.assign_investigator(place.actor(SARA), elsewhere.pk, to=place.user("eva"))
    assert found.investigator == place.user("eva")
    moved = investigating.change_unit(place.actor(SARA), elsewhere.pk, to=place.unit)
    assert moved.investigator is None
    assert running(moved)["lex_sarah_investigation"].unit == place.unit
    agree_with_the_history()


def test_found_serious_at_receipt_it_goes_to_ivo_the_next_working_day(
    place: Place, at: Travel
) -> None:
    report = handed_in(place)
    sara = place.actor(SARA)
    investigating.assess_serious(sara, report.pk, on=date(2026, 3, 2), reason="Fara för liv.")
    time = running(report)["lex_sarah_ivo"]
    assert (time.trigger_date, time.last_day) == (date(2026, 3, 2), date(2026, 3, 3))
    at(date(2026, 3, 3))
    found = investigating.record_ivo_notification(sara, report.pk, on=date(2026, 3, 3))
    assert (found.status, found.notified_on) == ("received", date(2026, 3, 3))
    assert Deadline.objects.get(pk=time.pk).state == "met"
    supplement = running(report)["lex_sarah_ivo_supplement"]
    assert (supplement.trigger_date, supplement.raw_date) == (date(2026, 3, 3), date(2026, 5, 3))
    at(date(2026, 4, 17))
    finish(place, report)
    at(date(2026, 4, 20))
    # IVO's number comes by letter; the day of the notification stays.
    investigating.record_ivo_notification(
        sara, report.pk, on=date(2026, 3, 3), ivo_number="3.2.1-5/2026"
    )
    assert set(running(report)) == {"lex_sarah_ivo_supplement"}
    done = investigating.record_ivo_supplement(sara, report.pk, on=date(2026, 4, 17))
    assert (done.ivo_number, done.supplemented_on) == ("3.2.1-5/2026", date(2026, 4, 17))
    assert Deadline.objects.get(pk=supplement.pk).met_on == date(2026, 4, 17)
    agree_with_the_history()


def test_a_notification_noted_on_the_wrong_day_is_corrected(place: Place, at: Travel) -> None:
    report = handed_in(place)
    sara = place.actor(SARA)
    at(date(2026, 3, 18))
    finish(place, report)
    at(date(2026, 3, 20))
    investigating.record_ivo_notification(sara, report.pk, on=date(2026, 3, 10))
    investigating.record_ivo_supplement(sara, report.pk, on=date(2026, 3, 18))
    at(date(2026, 3, 23))
    found = investigating.record_ivo_notification(sara, report.pk, on=date(2026, 3, 12))
    assert (found.notified_on, found.supplemented_on, found.serious_on) == (
        date(2026, 3, 12),
        date(2026, 3, 18),
        date(2026, 3, 12),
    )
    now = REPORTS.versions.objects.filter(record=report, recorded_to__year=9999)
    days = {v.effective_from: v.notified_on for v in now}
    notified = date(2026, 3, 12)
    assert days == {date(2026, 3, 2): None, notified: notified, date(2026, 3, 18): notified}
    with pytest.raises(InvalidInput):
        investigating.record_ivo_notification(sara, report.pk, on=date(2026, 3, 19))
    agree_with_the_history()


@pytest.mark.parametrize("on", [date(2026, 3, 1), date(2026, 3, 3)])
def test_a_day_before_the_report_or_ahead_is_refused(place: Place, on: date) -> None:
    report, sara = handed_in(place), place.actor(SARA)
    with pytest.raises(InvalidInput):
        investigating.record_ivo_notification(sara, report.pk, on=on)
    with pytest.raises(InvalidInput):
        investigating.assess_serious(sara, report.pk, on=on, reason="Fara.")


def finish(place: Place, report: Report) -> Report:
    """Investigate it and decide it, both today."""
    delegate(place)
    investigating.start_investigation(place.actor(SARA), report.pk)
    document(report)
    put = {"outcome": states.MISCONDUCT, "reasons": REASONS}
    deciding.propose(place.actor(SARA), report.pk, **put, decider=place.user("birgit"))
    return deciding.decide(place.actor("birgit"), report.pk, **put)


def test_the_investigation_is_sent_after_a_notification_alone_and_when_it_is_finished(
    place: Place, as_user: Callable[..., Client], at: Travel
) -> None:
    report, sara = handed_in(place), place.actor(SARA)
    with pytest.raises(ConflictError, match="Anteckna anmälan först"):
        investigating.record_ivo_supplement(sara, report.pk, on=date(2026, 3, 2))
    investigating.record_ivo_notification(sara, report.pk, on=date(2026, 3, 2))
    with pytest.raises(ConflictError, match="Utredningen är inte klar"):
        investigating.record_ivo_supplement(sara, report.pk, on=date(2026, 3, 2))
    browser = as_user(SARA)
    page = f"/lex-sarah/{report.pk}/komplettera-ivo/"
    assert page not in browser.get(f"/lex-sarah/{report.pk}/").content.decode()
    assert "be IVO om längre tid" in browser.get(page).content.decode()
    assert "lex_sarah_ivo_supplement" in running(report)
    at(date(2026, 3, 9))
    finish(place, report)
    browser = as_user(SARA)
    assert page in browser.get(f"/lex-sarah/{report.pk}/").content.decode()
    with pytest.raises(InvalidInput, match="Beslutet fattades 2026-03-09"):
        investigating.record_ivo_supplement(sara, report.pk, on=date(2026, 3, 8))
    investigating.record_ivo_supplement(sara, report.pk, on=date(2026, 3, 9))
    with pytest.raises(ConflictError, match="lämnades till IVO 2026-03-09"):
        investigating.record_ivo_supplement(sara, report.pk, on=date(2026, 3, 9))


def test_serious_is_said_once(place: Place) -> None:
    report, sara = handed_in(place), place.actor(SARA)
    ACTS["assess_serious"](sara, place, report.pk)
    with pytest.raises(ConflictError):
        ACTS["assess_serious"](sara, place, report.pk)


def test_from_a_page_that_is_old_nothing_is_done(place: Place) -> None:
    report, sara = handed_in(place), place.actor(SARA)
    investigating.set_registry_number(sara, report.pk, number="SN 1")
    with pytest.raises(ConflictError) as error:
        investigating.set_registry_number(
            sara, report.pk, number="SN 2", expected_version=report.version
        )
    assert error.value.code == "stale"
    assert Report.objects.get().registry_number == "SN 1"


def test_that_somebody_is_safe_again_is_noted_once(place: Place) -> None:
    report, sara = handed_in(place, safe_now="no"), place.actor(SARA)
    assert report.is_unsafe
    with pytest.raises(InvalidInput):
        investigating.record_safe(sara, report.pk, on=date(2026, 3, 3), how="Flyttad.")
    with pytest.raises(InvalidInput):
        investigating.record_safe(sara, report.pk, on=date(2026, 3, 2), how=" ")
    safe = investigating.record_safe(sara, report.pk, on=date(2026, 3, 2), how="Flyttad.")
    assert (safe.is_unsafe, safe.safe_now, safe.safe_how) == (False, "no", "Flyttad.")
    with pytest.raises(ConflictError):
        investigating.record_safe(sara, report.pk, on=date(2026, 3, 2), how="Flyttad.")


def test_protection_reaches_the_times(place: Place) -> None:
    report = ACTS["protect"](place.actor(SARA), place, handed_in(place).pk)
    assert running(report)["lex_sarah_investigation"].protected
    with pytest.raises(ConflictError):
        ACTS["protect"](place.actor(SARA), place, report.pk)


def test_who_leaves_hands_over_to_one_who_may_investigate(place: Place) -> None:
    Membership.objects.create(user=place.user("farid"), board=place.board, role=Role.SAS)
    mine = investigating.start_investigation(place.actor(SARA), handed_in(place).pk)
    his = investigating.start_investigation(
        place.actor(SARA), handed_in(place, unit=place.far_unit).pk
    )
    assert following.hand_over(place.actor("simon"), place.user(SARA), place.user("farid")) == 2
    mine.refresh_from_db()
    his.refresh_from_db()
    # Farid leads the far unit, so there somebody else must.
    assert (mine.investigator, his.investigator) == (place.user("farid"), None)
    assert running(mine)["lex_sarah_investigation"].handler == place.user("farid")


def test_an_open_report_follows_its_unit(place: Place) -> None:
    report = handed_in(place)
    new = Unit.objects.create(
        board=place.board, department=place.department, area=place.other_area, name="Nya enheten"
    )
    assert following.open_in_unit(place.unit) == 1
    moved = following.follow_unit(place.actor("simon"), [place.unit], new, date(2026, 3, 2))
    report.refresh_from_db()
    assert (moved, report.unit) == (1, new)
    assert running(report)["lex_sarah_investigation"].unit == new
    agree_with_the_history()


def test_who_leads_what_a_unit_becomes_neither_investigates_nor_decides(place: Place) -> None:
    """As when SAS moves the report: what was before them goes back to the investigation."""
    Membership.objects.create(user=place.user("erik"), board=place.board, role=Role.SAS)
    sara, report, other = place.actor(SARA), proposed(place), proposed(place)
    birgit = place.user("birgit")
    Report.objects.filter(pk=report.pk).update(investigator=place.user("erik"))
    for unit in (place.sister_unit, place.far_unit):
        Membership.objects.create(user=birgit, board=place.board, role=Role.MANAGER, unit=unit)
    following.follow_unit(place.actor("simon"), [place.unit], place.sister_unit, date(2026, 3, 2))
    for one in (report, other):
        one.refresh_from_db()
        assert (one.unit, one.decider) == (place.sister_unit, None)
        assert one.status == "investigating"
        (proposal,) = one.proposals.all()
        assert "granskas" in proposal.returned_because
    assert (report.investigator, other.investigator) == (None, place.user(SARA))
    assert running(report)["lex_sarah_investigation"].handler is None
    assert not Report.objects.visible_to(place.actor("birgit")).exists()
    assert Report.objects.visible_to(sara).count() == 2
    agree_with_the_history()

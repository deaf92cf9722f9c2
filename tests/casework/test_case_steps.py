"""The steps of a case: what each does, and who may take it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from casework.cases.models import Case, Intake
from casework.cases.restarts import restarted_after
from casework.cases.services import care, decisions, intakes, investigations
from casework.cases.services.door import Person
from casework.models import AuditEvent
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from tests.casework.test_cases_import import agree_with_the_history
from tests.conftest import Place
from tests.factories.case_steps import DAY, assessed, come_in, granted, opened
from tests.factories.times import instant

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(date(2026, 3, 30))


def test_from_anmalan_to_the_end_of_following_up(place: Place) -> None:
    amina = place.actor("amina")
    intake = assessed(place)
    intake, investigation = intakes.decide_intake(
        amina, intake.pk, outcome="opened", on=date(2026, 3, 5), reason="Oro för barnet"
    )
    assert investigation is not None
    assert (intake.outcome, intake.reason) == ("opened", "Oro för barnet")
    assert (investigation.case_id, investigation.opened_on) == (intake.case_id, date(2026, 3, 5))
    assert (investigation.intake_on, investigation.kind) == (DAY, "Barnutredning")
    assert (investigation.sex, investigation.birth_year) == ("female", 2015)
    investigations.close_investigation(
        amina, investigation.pk, on=date(2026, 3, 20), outcome="no_measure", follow_up=True
    )
    ended = investigations.end_follow_up(amina, investigation.pk, on=date(2026, 3, 25))
    ended.refresh_from_db()
    assert (ended.closed_on, ended.outcome) == (date(2026, 3, 20), "no_measure")
    assert (ended.follow_up_on, ended.follow_up_ended_on) == (date(2026, 3, 20), date(2026, 3, 25))
    case = Case.objects.get()
    assert (case.number, case.unit, case.sex, case.birth_year) == ("Ä1", place.unit, "female", 2015)
    agree_with_the_history()
    events = AuditEvent.objects.filter(action__startswith="case.").order_by("pk")
    assert [event.action.removeprefix("case.") for event in events] == [
        "intake_registered",
        "protection_assessed",
        "investigation_opened",
        "intake_decided",
        "investigation_closed",
        "follow_up_ended",
    ]


def test_siblings_have_an_entry_in_common_and_a_record_each(place: Place) -> None:
    older, younger = come_in(
        place, people=[Person("Ä1", "female", 2012), Person("Ä2", "male", 2016)]
    )
    (other,) = come_in(place, people=[Person("Ä3")])
    assert older.entry == younger.entry != other.entry
    assert [i.case.number for i in (older, younger) if i.case] == ["Ä1", "Ä2"]
    assert (older.birth_year, younger.birth_year) == (2012, 2016)
    intakes.assess_protection(place.actor("amina"), older.pk, at=instant("2026-03-02 12:00"))
    assert Intake.objects.get(pk=younger.pk).assessed_at is None
    agree_with_the_history()


def test_feedback_is_asked_for_given_or_waived(place: Place) -> None:
    amina = place.actor("amina")
    intake = assessed(place, feedback_asked=True)
    with pytest.raises(ConflictError, match="inget beslut att återkoppla än"):
        intakes.give_feedback(amina, intake.pk, on=DAY)
    intakes.decide_intake(
        amina, intake.pk, outcome="not_opened", on=date(2026, 3, 5), reason="Ingen oro"
    )
    given = intakes.give_feedback(amina, intake.pk, on=date(2026, 3, 6))
    assert given.feedback_given_on == date(2026, 3, 6)
    with pytest.raises(ConflictError, match="lämnades 2026-03-06"):
        intakes.waive_feedback(amina, intake.pk, reason="Olämpligt")
    (other,) = come_in(place, people=[Person("Ä2")])
    with pytest.raises(ConflictError, match="inte bett om"):
        intakes.waive_feedback(amina, other.pk, reason="Olämpligt")
    intakes.ask_feedback(amina, other.pk, on=date(2026, 3, 10))
    waived = intakes.waive_feedback(amina, other.pk, reason="Hot mot anmälaren")
    assert not waived.feedback_asked
    assert waived.feedback_rows.latest("pk").feedback_reason == "Hot mot anmälaren"
    agree_with_the_history()


def test_an_investigation_is_extended_twice_and_closed(place: Place, at: Travel) -> None:
    amina, investigation = place.actor("amina"), opened(place)
    at(date(2026, 6, 20))
    investigations.extend_investigation(
        amina,
        investigation.pk,
        until=date(2026, 8, 1),
        decided_on=date(2026, 6, 15),
        reason="Väntar på barnpsykiatrin",
    )
    at(date(2026, 8, 1))
    again = investigations.extend_investigation(
        amina,
        investigation.pk,
        until=date(2026, 9, 1),
        decided_on=date(2026, 8, 1),
        reason="Väntar ännu",
    )
    assert again.extended_to == date(2026, 9, 1)
    # The tables count those alone that were decided within the four months.
    assert again.extended_in_time_to == date(2026, 8, 1)
    assert again.extension_rows.first().reason == "Väntar på barnpsykiatrin"
    with pytest.raises(InvalidInput, match="2026-07-31: den förlängdes 2026-08-01"):
        investigations.close_investigation(
            amina, again.pk, on=date(2026, 7, 31), outcome="no_measure"
        )
    agree_with_the_history()


def test_a_decision_is_executed_interrupted_resumed_and_interrupted_again(place: Place) -> None:
    amina, decision = place.actor("amina"), granted(place)
    decisions.execute(amina, decision.pk, on=date(2026, 3, 5))
    decisions.interrupt(amina, decision.pk, on=date(2026, 3, 10))
    decisions.resume(amina, decision.pk, on=date(2026, 3, 12))
    with pytest.raises(InvalidInput, match="2026-03-11: verkställigheten återupptogs 2026-03-12"):
        decisions.interrupt(amina, decision.pk, on=date(2026, 3, 11))
    again = decisions.interrupt(amina, decision.pk, on=date(2026, 3, 20))
    assert (again.interrupted_on, again.resumed_on) == (date(2026, 3, 20), None)
    ended = decisions.end_without_execution(
        amina, decision.pk, on=date(2026, 3, 25), reason="Familjen flyttade"
    )
    assert (ended.ended_on, ended.reason) == (date(2026, 3, 25), "Familjen flyttade")
    agree_with_the_history()


def test_why_a_decision_waits_is_told_and_what_was_known_before_stays(place: Place) -> None:
    decision = granted(place, reason="Ingen familj")
    told = decisions.give_reason(place.actor("amina"), decision.pk, reason="Familjen tackade nej")
    assert told.reason == "Familjen tackade nej"
    assert told.registration_rows.count() == 2
    agree_with_the_history()


def test_an_investigation_within_thirty_days_of_the_last_is_a_restart(
    place: Place, at: Travel
) -> None:
    amina, first = place.actor("amina"), opened(place)
    investigations.close_investigation(amina, first.pk, on=date(2026, 3, 20), outcome="no_measure")
    at(date(2026, 5, 30))
    again = opened(place, opened_on=date(2026, 4, 19))
    assert (restarted_after(first), restarted_after(again)) == (None, date(2026, 3, 20))
    investigations.close_investigation(amina, again.pk, on=date(2026, 4, 20), outcome="dismissed")
    assert restarted_after(opened(place, opened_on=date(2026, 5, 21))) is None
    elsewhere = opened(place, opened_on=date(2026, 4, 20), person=Person("Ä2"))
    assert restarted_after(elsewhere) is None


def test_handler_and_unit_follow_who_decides(place: Place) -> None:
    investigation = opened(place)
    amina, frida = place.actor("amina"), place.actor("frida")
    with pytest.raises(NotAllowed):
        care.assign(amina, "investigation", investigation.pk, to=place.user("nils"))
    care.assign(amina, "investigation", investigation.pk, to=place.user("amina"))
    with pytest.raises(InvalidInput, match="arbetar i enheten"):
        care.assign(frida, "investigation", investigation.pk, to=place.user("sven"))
    care.assign(frida, "investigation", investigation.pk, to=place.user("nils"))
    assert Case.objects.get().handler == place.user("nils")
    with pytest.raises(NotAllowed):
        care.move_unit(amina, "investigation", investigation.pk, to=place.sister_unit)
    with pytest.raises(InvalidInput, match="hör redan till"):
        care.move_unit(frida, "investigation", investigation.pk, to=place.unit)
    moved = care.move_unit(frida, "investigation", investigation.pk, to=place.sister_unit)
    moved.refresh_from_db()
    assert (moved.unit, moved.handler) == (place.sister_unit, None)
    assert Case.objects.get().unit == place.sister_unit
    with pytest.raises(NotVisible):
        care.assign(amina, "investigation", investigation.pk, to=place.user("amina"))
    agree_with_the_history()


def test_protection_holds_for_the_whole_case_and_what_comes_to_it(place: Place) -> None:
    investigation, decision = opened(place), granted(place)
    case = Case.objects.get()
    care.set_protection(place.actor("amina"), case.pk, protected=True)
    with pytest.raises(NotVisible):
        decisions.execute(place.actor("amina"), decision.pk, on=date(2026, 3, 5))
    (intake,) = come_in(place, by="amina")
    assert Intake.objects.get(pk=intake.pk).protected
    investigation.refresh_from_db()
    assert investigation.protected
    eva = place.actor("eva")
    with pytest.raises(InvalidInput, match="namngivna"):
        care.assign(eva, "intake", intake.pk, to=place.user("amina"))
    care.assign(eva, "intake", intake.pk, to=place.user("nils"))
    care.set_protection(eva, case.pk, protected=False)
    assert not Intake.objects.get(pk=intake.pk).protected
    agree_with_the_history()


def _intake_steps(place: Place) -> list[tuple[str, Callable[[], object]]]:
    (intake,) = come_in(place)
    return [
        (
            who,
            lambda who=who: intakes.assess_protection(
                place.actor(who), intake.pk, at=instant("2026-03-02 12:00")
            ),
        )
        for who in ("sven", "farid", "rut", "simon", "sara", "vera")
    ]


def test_only_those_who_work_with_the_units_cases_take_steps(
    place: Place, other_place: Place
) -> None:
    for who, take in _intake_steps(place):
        expected = NotAllowed if who in {"sara", "vera"} else NotVisible
        with pytest.raises(expected):
            take()
    for who in ("sven", "sara", "vera", "simon"):
        with pytest.raises(NotAllowed, match="där du arbetar"):
            come_in(place, by=who)
    with pytest.raises(NotVisible):
        come_in(place, unit=other_place.unit)
    for who in ("amina", "frida", "eva", "anna"):
        (intake,) = come_in(place, by=who, people=[Person(f"Ä-{who}")])
        intakes.assess_protection(place.actor(who), intake.pk, at=instant("2026-03-02 12:00"))

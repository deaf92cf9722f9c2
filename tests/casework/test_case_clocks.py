"""The times of cases: begun, met, extended and dropped by the step that causes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from casework.cases.models import Intake
from casework.cases.services import care, decisions, intakes, investigations
from casework.cases.services.door import Person
from casework.deadlines.lists import rows
from casework.deadlines.sweep import sweep
from casework.models import Deadline, Membership, Role
from casework.organising import handover, units
from deviations.models import Proposal
from tests.casework.case_files import Ran, written
from tests.casework.test_cases_import import agree_with_the_history
from tests.conftest import Place
from tests.factories.case_clocks import DAY, arrive, assess, decide, times
from tests.factories.case_steps import come_in, granted, opened
from tests.factories.times import instant

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]


@pytest.fixture(autouse=True)
def _monday(at: Travel) -> None:
    at(DAY)


def test_an_anmalan_about_a_child_is_assessed_by_tomorrow_and_decided_in_fourteen_days(
    place: Place, at: Travel
) -> None:
    intake = arrive(place, feedback_asked=True)
    assert times(intake) == [
        ("protection_assessment", "running", date(2026, 3, 3)),
        ("preliminary_assessment", "running", date(2026, 3, 16)),
    ]
    at(date(2026, 3, 5))
    assess(place, intake, "2026-03-03 16:00")
    decide(place, intake, "not_opened", date(2026, 3, 5))
    assert times(intake) == [
        ("protection_assessment", "met", date(2026, 3, 3)),
        ("preliminary_assessment", "met", date(2026, 3, 16)),
        ("reporter_feedback", "running", date(2026, 3, 12)),
    ]
    intakes.give_feedback(place.actor("amina"), intake.pk, on=date(2026, 3, 5))
    assert times(intake)[2][1] == "met"


def test_what_is_no_childs_or_no_anmalan_has_no_such_times(place: Place) -> None:
    assert times(arrive(place, kind="application")) == []
    assert times(arrive(place, kind="other", people=[Person("Ä2")])) == []
    adult = arrive(place, by="farid", unit=place.far_unit, people=[Person("Ä3")])
    assert times(adult) == []


def test_each_sibling_has_a_clock(place: Place) -> None:
    older, younger = come_in(place, people=[Person("Ä1"), Person("Ä2")])
    assess(place, older, "2026-03-02 11:00")
    assert [state for _, state, _ in times(older)] == ["met", "running"]
    assert [state for _, state, _ in times(younger)] == ["running", "running"]


def test_the_preliminary_assessment_falls_away_while_an_investigation_is_open(
    place: Place, at: Travel
) -> None:
    intake = arrive(place)
    at(date(2026, 3, 9))
    opened(place, opened_on=date(2026, 3, 9))
    assert times(intake)[1] == ("preliminary_assessment", "void", date(2026, 3, 16))
    at(date(2026, 3, 10))
    later = arrive(place, received_at=instant("2026-03-10 09:00"))
    assert [rule for rule, _, _ in times(later)] == ["protection_assessment"]
    # Decided in the end, it stays as it was.
    assess(place, intake, "2026-03-02 12:00")
    decide(place, intake, "not_opened", date(2026, 3, 10))
    assert times(intake)[1:] == [("preliminary_assessment", "void", date(2026, 3, 16))]


def test_opened_too_late_it_was_missed_all_the_same(place: Place, at: Travel) -> None:
    intake = arrive(place)
    at(date(2026, 3, 17))
    opened(place, opened_on=date(2026, 3, 17))
    assert times(intake)[1] == ("preliminary_assessment", "missed", date(2026, 3, 16))
    sweep()
    assert Proposal.objects.filter(deadline__rule="preliminary_assessment").count() == 1


def test_a_decision_that_opens_meets_one_and_begins_the_other(place: Place, at: Travel) -> None:
    intake = arrive(place)
    at(date(2026, 3, 16))
    assess(place, intake, "2026-03-02 12:00")
    investigation = decide(place, intake, "opened", date(2026, 3, 16))
    assert times(intake)[1] == ("preliminary_assessment", "met", date(2026, 3, 16))
    assert times(investigation) == [("child_investigation", "running", date(2026, 7, 16))]


def test_feedback_has_no_limit_before_2026_and_falls_away_when_waived(
    place: Place, at: Travel
) -> None:
    amina = place.actor("amina")
    earlier = arrive(
        place, feedback_asked=True, received_at=instant("2025-12-20 09:00"), kind="report"
    )
    assess(place, earlier, "2025-12-20 12:00")
    decide(place, earlier, "not_opened", date(2025, 12, 30))
    assert "reporter_feedback" not in [rule for rule, _, _ in times(earlier)]
    later = arrive(place, feedback_asked=True, people=[Person("Ä2")])
    assess(place, later, "2026-03-02 11:00")
    decide(place, later, "not_opened", DAY)
    assert times(later)[2] == ("reporter_feedback", "running", date(2026, 3, 9))
    intakes.waive_feedback(amina, later.pk, reason="Hot")
    assert times(later)[2][1] == "void"
    asked = arrive(place, people=[Person("Ä3")])
    assess(place, asked, "2026-03-02 11:00")
    decide(place, asked, "not_opened", DAY)
    intakes.ask_feedback(amina, asked.pk, on=DAY)
    assert times(asked)[2][1] == "running"


def test_whoever_asks_after_the_decision_is_answered_at_once_and_never_a_week_late(
    place: Place, at: Travel
) -> None:
    amina, intake = place.actor("amina"), arrive(place)
    assess(place, intake, "2026-03-02 11:00")
    decide(place, intake, "not_opened", DAY)
    at(date(2026, 3, 30))
    intakes.ask_feedback(amina, intake.pk, on=date(2026, 3, 30))
    assert "reporter_feedback" not in [rule for rule, _, _ in times(intake)]
    intakes.give_feedback(amina, intake.pk, on=date(2026, 3, 30))
    assert "reporter_feedback" not in [rule for rule, _, _ in times(intake)]
    # Waived, and asked for anew after the decision.
    other = arrive(place, feedback_asked=True, people=[Person("Ä2")])
    assess(place, other, "2026-03-02 11:00")
    decide(place, other, "not_opened", DAY)
    intakes.waive_feedback(amina, other.pk, reason="Hot")
    intakes.ask_feedback(amina, other.pk, on=date(2026, 3, 30))
    assert [state for rule, state, _ in times(other) if rule == "reporter_feedback"] == ["void"]


def test_an_investigation_without_a_case_has_its_time_too(place: Place, tmp_path: Path) -> None:
    row = {
        "id": "A1",
        "enhet": place.unit.name,
        "inkommen": "2026-03-02 10:00",
        "typ": "Anmälan",
        "skyddsbedömd": "2026-03-02 11:00",
    }
    file = written(tmp_path, "aktualiseringar", [row])
    assert Ran("aktualiseringar", file, f"--board={place.board.name}").code == 0
    intake = Intake.objects.get(case=None)
    _, investigation = intakes.decide_intake(
        place.actor("amina"), intake.pk, outcome="opened", on=DAY
    )
    assert investigation is not None
    assert times(investigation) == [("child_investigation", "running", date(2026, 7, 2))]


def test_an_investigation_is_extended_in_time_or_not_at_all(place: Place, at: Travel) -> None:
    amina, investigation = place.actor("amina"), opened(place)
    assert times(investigation) == [("child_investigation", "running", date(2026, 7, 2))]
    at(date(2026, 7, 3))
    # Registered a day late, decided in time.
    investigations.extend_investigation(
        amina, investigation.pk, until=date(2026, 8, 15), decided_on=date(2026, 7, 2), reason="X"
    )
    assert times(investigation) == [
        ("child_investigation", "extended", date(2026, 7, 2)),
        ("child_investigation", "running", date(2026, 8, 15)),
    ]
    at(date(2026, 8, 15))
    investigations.close_investigation(
        amina, investigation.pk, on=date(2026, 8, 15), outcome="measure"
    )
    assert times(investigation)[1][1] == "met"
    sweep(instant("2026-12-01 12:00"))
    assert not Proposal.objects.exists()


def test_an_extension_that_is_over_when_it_is_registered_is_missed(
    place: Place, at: Travel
) -> None:
    amina, investigation = place.actor("amina"), opened(place)
    at(date(2026, 8, 20))
    investigations.extend_investigation(
        amina, investigation.pk, until=date(2026, 8, 3), decided_on=date(2026, 7, 1), reason="X"
    )
    sweep()
    assert times(investigation)[1] == ("child_investigation", "missed", date(2026, 8, 3))


def test_following_up_runs_six_months_and_ends_when_a_new_one_opens(
    place: Place, at: Travel
) -> None:
    amina, first = place.actor("amina"), opened(place)
    investigations.close_investigation(
        amina, first.pk, on=DAY, outcome="no_measure", follow_up=True
    )
    assert times(first)[1] == ("follow_up_after_investigation", "running", date(2026, 9, 2))
    at(date(2026, 4, 1))
    opened(place, opened_on=date(2026, 4, 1))
    assert times(first)[1][1] == "met"
    first.refresh_from_db()
    assert first.follow_up_ended_on == date(2026, 4, 1)
    other = opened(place, person=Person("Ä2"))
    investigations.close_investigation(amina, other.pk, on=DAY, outcome="no_measure")
    investigations.begin_follow_up(amina, other.pk, on=date(2026, 4, 1))
    assert times(other)[1] == ("follow_up_after_investigation", "running", date(2026, 10, 1))
    investigations.end_follow_up(amina, other.pk, on=date(2026, 4, 1))
    assert times(other)[1][1] == "met"
    agree_with_the_history()


def test_a_decision_waits_three_months_and_so_does_each_interruption(
    place: Place, at: Travel
) -> None:
    amina, decision = place.actor("amina"), granted(place)
    assert times(decision) == [("unexecuted_decision", "running", date(2026, 6, 2))]
    at(date(2026, 6, 10))
    decisions.execute(amina, decision.pk, on=date(2026, 6, 2))
    decisions.interrupt(amina, decision.pk, on=date(2026, 6, 3))
    decisions.resume(amina, decision.pk, on=date(2026, 6, 4))
    decisions.interrupt(amina, decision.pk, on=date(2026, 6, 5))
    assert times(decision) == [
        ("unexecuted_decision", "met", date(2026, 6, 2)),
        ("interrupted_decision", "met", date(2026, 9, 3)),
        ("interrupted_decision", "running", date(2026, 9, 7)),
    ]
    decisions.end_without_execution(amina, decision.pk, on=date(2026, 6, 10), reason="Flytt")
    assert times(decision)[2][1] == "void"
    waiting = granted(place, person=Person("Ä2"), decided_on=DAY)
    at(date(2026, 6, 8))
    decisions.end_without_execution(amina, waiting.pk, on=date(2026, 6, 8), reason="Flytt")
    assert times(waiting) == [("unexecuted_decision", "missed", date(2026, 6, 2))]


def test_a_missed_assessment_is_told_on_duty_and_proposed(place: Place, at: Travel) -> None:
    intake = arrive(place)
    at(instant("2026-03-04 12:00"))
    sweep()
    proposal = Proposal.objects.get()
    assert (proposal.deadline.subject_id, proposal.unit) == (intake.pk, place.unit)
    assert proposal.asks_lex_sarah
    assess(place, intake, "2026-03-03 23:00")
    assert times(intake)[0][1] == "met"


def test_unit_handler_and_protection_follow(place: Place) -> None:
    investigation, frida = opened(place), place.actor("frida")
    care.assign(frida, "investigation", investigation.pk, to=place.user("amina"))

    def time() -> Deadline:
        return Deadline.objects.get(subject_id=investigation.pk, ended_at__isnull=True)

    assert time().handler == place.user("amina")
    care.move_unit(frida, "investigation", investigation.pk, to=place.far_unit)
    # Moved to a unit for adults, it is a child's all the same.
    assert (time().unit, time().handler) == (place.far_unit, None)
    care.set_protection(place.actor("sara"), investigation.case_id or 0, protected=True)
    assert time().protected


def test_an_intakes_clock_survives_a_move_to_a_unit_for_adults(place: Place) -> None:
    intake = arrive(place)
    care.move_unit(place.actor("frida"), "intake", intake.pk, to=place.far_unit)
    assert [state for _, state, _ in times(intake)] == ["running", "running"]


def test_times_go_with_open_work_and_with_the_unit(place: Place) -> None:
    intake, investigation = arrive(place), opened(place, person=Person("Ä2"))
    frida = place.actor("frida")
    for kind, record in (("intake", intake), ("investigation", investigation)):
        care.assign(frida, kind, record.pk, to=place.user("amina"))
    handover.hand_over(place.actor("simon"), place.user("amina"), to=place.user("nils"))
    assert set(Deadline.objects.values_list("handler", flat=True)) == {place.user("nils").pk}
    agree_with_the_history()
    new = units.rename_unit(place.actor("simon"), place.unit.pk, name="Nya enheten", on=DAY)
    assert set(Deadline.objects.values_list("unit", flat=True)) == {new.pk}
    intake.refresh_from_db()
    assert (intake.unit, intake.handler) == (new, place.user("nils"))


def test_protected_ones_are_handed_over_to_nobody_who_may_not_see_them(place: Place) -> None:
    investigation = opened(place)
    nils = place.user("nils")
    care.assign(place.actor("frida"), "investigation", investigation.pk, to=nils)
    care.set_protection(place.actor("eva"), investigation.case_id or 0, protected=True)
    handover.hand_over(place.actor("simon"), nils, to=place.user("amina"))
    investigation.refresh_from_db()
    assert investigation.handler is None
    assert Deadline.objects.get().handler is None


def test_the_watch_shows_whose_it_is_and_masks_the_number(place: Place) -> None:
    investigation = opened(place)
    Membership.objects.create(user=place.user("vera"), board=place.board, role=Role.DEVELOPER)
    shown = {
        who: rows(place.actor(who), list(Deadline.objects.select_related("copy", "extends")))[0]
        for who in ("amina", "vera")
    }
    assert [row.shown and row.shown.number for row in shown.values()] == ["Ä1", "•••"]
    assert shown["amina"].kind == "Utredning"
    assert list(Deadline.objects.visible_to(place.actor("sven"))) == []
    assert [t.subject_id for t in Deadline.objects.visible_to(place.actor("amina"))] == [
        investigation.pk
    ]

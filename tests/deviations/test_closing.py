"""Avsluta: in full, with enkel hantering, several together; and Återöppna."""

from datetime import date, timedelta
from typing import Any

import pytest

from casework.models import AuditEvent
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotVisible
from deviations import states
from deviations.models import Action, Deviation
from deviations.services import closing, cooperation, investigating
from tests.conftest import Place, make_report
from tests.factories.handling import Registers, equipped, make_registers, planned, simple

pytestmark = pytest.mark.django_db


@pytest.fixture
def registers(place: Place) -> Registers:
    return make_registers(place)


def test_handling_time_stops_at_closing_though_the_effect_is_followed_up(
    place: Place, registers: Registers, at: Any
) -> None:
    at(date(2026, 1, 12))
    deviation = equipped(place, registers)
    at(date(2026, 2, 2))
    closing.close(place.actor("eva"), deviation.pk, outcome="Ny rutin")
    at(date(2026, 6, 1))
    deviation.refresh_from_db()
    assert (deviation.status, deviation.days_open()) == (states.CLOSED_FOLLOW_UP, 21)
    assert deviation.effect_due_on == date(2026, 5, 2)


def test_reopening_lets_the_time_run_from_the_report(
    place: Place, registers: Registers, at: Any
) -> None:
    at(date(2026, 1, 12))
    deviation = equipped(place, registers)
    closing.close(place.actor("eva"), deviation.pk, outcome="Ny rutin")
    at(date(2026, 3, 1))
    closing.reopen(place.actor("eva"), deviation.pk, reason="Det hände igen")
    deviation.refresh_from_db()
    assert (deviation.status, deviation.closed_on) == (states.REOPENED, None)
    assert (deviation.days_open(), deviation.effect, deviation.effect_due_on) == (48, "", None)


@pytest.mark.parametrize(
    ("missing", "word"), [("category", "kategori"), ("severity", "risk"), ("causes", "orsak")]
)
def test_closing_names_what_is_missing(place: Place, missing: str, word: str) -> None:
    deviation = make_report(place)
    with pytest.raises(ConflictError, match=word):
        closing.close(place.actor("eva"), deviation.pk, outcome="Klart")


def test_closing_waits_for_the_actions(place: Place, registers: Registers) -> None:
    deviation = equipped(place, registers)
    eva = place.actor("eva")
    action = investigating.plan_action(eva, deviation.pk, planned(place, registers))
    with pytest.raises(ConflictError, match="inte är utförda än: 1"):
        closing.close(eva, deviation.pk, outcome="Klart")
    investigating.finish_action(place.actor("amina"), action.pk)
    closing.close(eva, deviation.pk, outcome="Klart")
    with pytest.raises(ConflictError):
        closing.close(eva, deviation.pk, outcome="Klart")


def test_the_follow_up_lies_ahead(place: Place, registers: Registers) -> None:
    deviation = equipped(place, registers)
    with pytest.raises(InvalidInput) as refused:
        closing.close(
            place.actor("eva"), deviation.pk, outcome="Klart", effect_due_on=clock.today()
        )
    assert refused.value.field == "effect_due_on"


def test_without_action_needs_a_reason_that_the_reporter_reads(
    place: Place, registers: Registers
) -> None:
    deviation = equipped(place, registers)
    eva = place.actor("eva")
    with pytest.raises(InvalidInput):
        closing.close_without_action(eva, deviation.pk, reason=" ")
    closing.close_without_action(eva, deviation.pk, reason="Rutinen finns")
    deviation.refresh_from_db()
    assert (deviation.status, deviation.effect) == (states.CLOSED, states.NO_ACTION)
    assert deviation.outcome == "Rutinen finns"


def test_a_stale_page_is_told_so(place: Place, registers: Registers) -> None:
    deviation = make_report(place)
    eva = place.actor("eva")
    seen = deviation.version
    investigating.classify(eva, deviation.pk, severity=3, expected_version=seen)
    with pytest.raises(ConflictError) as refused:
        investigating.investigate(
            eva,
            deviation.pk,
            causes=[registers.cause],
            main_cause=None,
            analysis="x",
            expected_version=seen,
        )
    assert refused.value.code == "stale"


def test_simple_handling_closes_in_one_step(place: Place, registers: Registers) -> None:
    deviation = make_report(place)
    before = AuditEvent.objects.count()
    closing.close_simply(place.actor("eva"), deviation.pk, simple(registers))
    deviation.refresh_from_db()
    assert deviation.status == states.CLOSED_FOLLOW_UP
    assert (deviation.category, deviation.main_cause) == (registers.category, registers.cause)
    assert deviation.outcome == "Gick igenom rutinen på mötet."
    assert deviation.actions.get().done_on == clock.today()
    assert AuditEvent.objects.count() == before + 1


def test_simple_handling_without_action(place: Place, registers: Registers) -> None:
    deviation = make_report(place)
    given = simple(registers, done="", no_action_reason="Redan rättat")
    closing.close_simply(place.actor("eva"), deviation.pk, given)
    deviation.refresh_from_db()
    assert (deviation.status, deviation.effect) == (states.CLOSED, states.NO_ACTION)


def test_simple_handling_asks_what_was_done(place: Place, registers: Registers) -> None:
    deviation = make_report(place)
    with pytest.raises(InvalidInput) as refused:
        closing.close_simply(place.actor("eva"), deviation.pk, simple(registers, done=" "))
    assert refused.value.field == "done"
    deviation.refresh_from_db()
    assert deviation.category is None


def test_simple_handling_is_for_low_risk(place: Place, registers: Registers) -> None:
    deviation = make_report(place)
    with pytest.raises(InvalidInput) as refused:
        closing.close_simply(
            place.actor("eva"), deviation.pk, simple(registers, severity=3, probability=1)
        )
    assert refused.value.field == "severity"


@pytest.mark.parametrize("given", [{"safe_now": "no"}, {"possible_misconduct": True}])
def test_simple_handling_is_not_for_the_unsafe(
    place: Place, registers: Registers, given: dict[str, Any]
) -> None:
    deviation = make_report(place, **given)
    with pytest.raises(ConflictError, match="inte en låg risk"):
        closing.close_simply(place.actor("eva"), deviation.pk, simple(registers))


def test_a_risk_judged_higher_is_not_played_down_on_the_quick(
    place: Place, registers: Registers
) -> None:
    deviation = make_report(place)
    eva = place.actor("eva")
    investigating.classify(eva, deviation.pk, severity=4, probability=3)
    with pytest.raises(ConflictError, match="inte en låg risk"):
        closing.close_simply(eva, deviation.pk, simple(registers))


def test_ten_alike_share_one_analysis_and_one_planned_action(
    place: Place, registers: Registers
) -> None:
    ten = [make_report(place).pk for _ in range(10)]
    before = AuditEvent.objects.count()
    given = simple(
        registers, severity=3, planned=planned(place, registers), analysis="Samma orsak", done=""
    )
    closing.handle_together(place.actor("eva"), ten, given)
    assert set(Deviation.objects.values_list("status", flat=True)) == {states.ACTIONS}
    assert {d.analysis for d in Deviation.objects.all()} == {"Samma orsak"}
    assert Action.objects.count() == 10
    (event,) = AuditEvent.objects.order_by("pk")[before:]
    assert event.subject_ids == ten


def test_one_bad_among_several_and_none_is_handled(place: Place, registers: Registers) -> None:
    good, closed, late = (make_report(place) for _ in range(3))
    eva = place.actor("eva")
    closing.close_simply(eva, closed.pk, simple(registers))
    with pytest.raises(ConflictError, match=closed.number):
        closing.handle_together(eva, [good.pk, closed.pk, late.pk], simple(registers))
    for deviation in (good, late):
        deviation.refresh_from_db()
        assert (deviation.status, deviation.category) == (states.REPORTED, None)
    assert not AuditEvent.objects.filter(subject_ids__contains=[good.pk, late.pk]).exists()


def test_one_hidden_among_several_and_none_is_handled(place: Place, registers: Registers) -> None:
    good = make_report(place)
    hidden = make_report(place, by="sven", unit=place.sister_unit)
    with pytest.raises(NotVisible):
        closing.handle_together(place.actor("eva"), [good.pk, hidden.pk], simple(registers))
    good.refresh_from_db()
    assert good.status == states.REPORTED


def test_high_risks_are_not_closed_together(place: Place, registers: Registers) -> None:
    deviation = make_report(place)
    with pytest.raises(InvalidInput) as refused:
        closing.handle_together(
            place.actor("eva"), [deviation.pk], simple(registers, severity=4, probability=4)
        )
    assert refused.value.field == "severity"


def test_the_owner_marks_an_action_done_without_seeing_the_deviation(
    place: Place, registers: Registers
) -> None:
    deviation = equipped(place, registers)
    owner = place.user("sven")
    action = investigating.plan_action(
        place.actor("eva"), deviation.pk, planned(place, registers, owner=owner)
    )
    sven = place.actor("sven")
    assert not Deviation.objects.visible_to(sven).exists()
    with pytest.raises(NotVisible):
        investigating.finish_action(place.actor("farid"), action.pk)
    investigating.finish_action(sven, action.pk)
    with pytest.raises(ConflictError):
        investigating.finish_action(sven, action.pk)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": " "}, "text"),
        ({"owner": None}, "owner"),
        ({"due_on": None}, "due_on"),
        ({"due_on": date(2020, 1, 1)}, "due_on"),
        ({"cause": None}, "cause"),
    ],
)
def test_an_action_has_cause_owner_and_date(
    place: Place, registers: Registers, change: dict[str, Any], field: str
) -> None:
    deviation = equipped(place, registers)
    with pytest.raises(InvalidInput) as refused:
        investigating.plan_action(
            place.actor("eva"), deviation.pk, planned(place, registers, **change)
        )
    assert refused.value.field == field


def test_an_action_is_tied_to_one_of_the_causes(place: Place, registers: Registers) -> None:
    deviation = equipped(place, registers)
    with pytest.raises(InvalidInput) as refused:
        investigating.plan_action(
            place.actor("eva"),
            deviation.pk,
            planned(place, registers, cause=registers.other_cause),
        )
    assert refused.value.field == "cause"


def test_the_main_cause_is_one_of_the_causes(place: Place, registers: Registers) -> None:
    deviation = make_report(place)
    with pytest.raises(InvalidInput) as refused:
        investigating.investigate(
            place.actor("eva"),
            deviation.pk,
            causes=[registers.cause],
            main_cause=registers.other_cause,
            analysis="",
        )
    assert refused.value.field == "main_cause"


def test_a_value_no_longer_used_is_refused_but_stays_where_it_was_chosen(
    place: Place, registers: Registers
) -> None:
    deviation = equipped(place, registers)
    yesterday = clock.today() - timedelta(days=1)
    registers.category.valid_to = yesterday
    registers.category.save()
    deviation.refresh_from_db()
    assert deviation.category == registers.category
    with pytest.raises(InvalidInput) as refused:
        closing.close_simply(place.actor("eva"), make_report(place).pk, simple(registers))
    assert refused.value.field == "category"


def test_exchange_with_another_authority_is_noted_and_answered(
    place: Place, other_place: Place
) -> None:
    deviation, other = make_report(place), make_report(place)
    eva, today = place.actor("eva"), clock.today()
    sent = cooperation.record_exchange(
        eva, deviation.pk, authority="Regionen", their_number="MCP-118", sent_on=today
    )
    cooperation.record_exchange(
        eva, deviation.pk, authority="Regionen", their_number="MCP-118", sent_on=today,
        answered_on=today, exchange_id=sent.pk,
    )  # fmt: skip
    assert deviation.exchanges.get().answered_on == today
    with pytest.raises(NotVisible):
        cooperation.record_exchange(eva, other.pk, authority="IVO", exchange_id=sent.pk)
    with pytest.raises(InvalidInput) as refused:
        cooperation.record_exchange(
            eva, deviation.pk, authority="IVO", sent_on=today,
            answered_on=today - timedelta(days=2),
        )  # fmt: skip
    assert refused.value.field == "answered_on"


def test_protection_hides_from_all_but_the_named_and_sas(place: Place) -> None:
    deviation = make_report(place)
    cooperation.set_protection(place.actor("eva"), deviation.pk, protected=True)
    sees = {
        name
        for name in place.people
        if Deviation.objects.visible_to(place.actor(name)).filter(pk=deviation.pk).exists()
    }
    assert sees == {"eva", "sara"}
    with pytest.raises(ConflictError):
        cooperation.set_protection(place.actor("eva"), deviation.pk, protected=True)

"""Each gate of closing tried at every act that closes, and each stale page at every edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from casework.access.actor import Actor
from casework.shared.errors import ConflictError, InvalidInput
from casework.shared.stale import ChangedMeanwhile
from deviations import states
from deviations.models import Deviation, SafeNow
from deviations.services import closing, cooperation, inbox, investigating
from tests.conftest import Place, make_report
from tests.factories.handling import Registers, equipped, make_registers, planned, simple

pytestmark = pytest.mark.django_db

Do = Callable[..., Any]


@pytest.fixture
def registers(place: Place) -> Registers:
    return make_registers(place)


def _closings(registers: Registers) -> dict[str, Do]:
    def close(who: Actor, it: Deviation, **more: Any) -> Any:
        return closing.close(who, it.pk, outcome="Ny rutin.", **more)

    def without(who: Actor, it: Deviation, **more: Any) -> Any:
        return closing.close_without_action(who, it.pk, reason="Enstaka.", **more)

    def simply(who: Actor, it: Deviation, **more: Any) -> Any:
        return closing.close_simply(who, it.pk, simple(registers), **more)

    def simply_without(who: Actor, it: Deviation, **more: Any) -> Any:
        given = simple(registers, done="", no_action_reason="Enstaka.")
        return closing.close_simply(who, it.pk, given, **more)

    def together(who: Actor, it: Deviation) -> Any:
        return closing.handle_together(who, [it.pk], simple(registers))

    def together_without(who: Actor, it: Deviation) -> Any:
        given = simple(registers, done="", no_action_reason="Enstaka.")
        return closing.handle_together(who, [it.pk], given)

    return {
        "close": close,
        "without": without,
        "simply": simply,
        "simply_without": simply_without,
        "together": together,
        "together_without": together_without,
    }


ALL = ["close", "without", "simply", "simply_without", "together", "together_without"]
SIMPLE = ALL[2:]


def _stays(place: Place, deviation: Deviation, do: Do, match: str) -> None:
    deviation.refresh_from_db()
    before = deviation.status
    with pytest.raises(ConflictError, match=match):
        do(place.actor("eva"), deviation)
    deviation.refresh_from_db()
    assert (deviation.status, deviation.closed_on) == (before, None)


@pytest.mark.parametrize("name", ALL)
def test_with_an_open_action_nothing_is_closed(
    place: Place, registers: Registers, name: str
) -> None:
    deviation = equipped(place, registers)
    action = investigating.plan_action(place.actor("eva"), deviation.pk, planned(place, registers))
    do = _closings(registers)[name]
    _stays(place, deviation, do, "inte är utförda än: 1")
    investigating.finish_action(place.actor("amina"), action.pk)
    do(place.actor("eva"), deviation)
    deviation.refresh_from_db()
    assert deviation.status in {states.CLOSED, states.CLOSED_FOLLOW_UP}


@pytest.mark.parametrize("name", ["close", "without"])
@pytest.mark.parametrize("lacking", ["kategori", "riskbedömning", "orsak"])
def test_without_category_risk_or_cause_nothing_is_closed(
    place: Place, registers: Registers, name: str, lacking: str
) -> None:
    deviation, eva = make_report(place), place.actor("eva")
    category = None if lacking == "kategori" else registers.category
    judged = None if lacking == "riskbedömning" else 1
    investigating.classify(
        eva, deviation.pk, category=category, severity=judged, probability=judged
    )
    if lacking != "orsak":
        investigating.investigate(
            eva, deviation.pk, causes=[registers.cause], main_cause=None, analysis=""
        )
    _stays(place, deviation, _closings(registers)[name], f"saknas {lacking}\\.")


@pytest.mark.parametrize("name", SIMPLE)
@pytest.mark.parametrize("trouble", ["unsafe", "misconduct", "higher risk"])
def test_what_is_no_low_risk_is_not_closed_on_the_quick(
    place: Place, registers: Registers, name: str, trouble: str
) -> None:
    given: dict[str, Any] = {
        "unsafe": {"safe_now": SafeNow.NO},
        "misconduct": {"possible_misconduct": True},
        "higher risk": {},
    }[trouble]
    deviation = equipped(place, registers, **given)
    if trouble == "higher risk":
        investigating.classify(place.actor("eva"), deviation.pk, severity=3, probability=1)
    _stays(place, deviation, _closings(registers)[name], "inte en låg risk")


def test_a_risk_that_is_no_low_one_is_not_said_on_the_quick(
    place: Place, registers: Registers
) -> None:
    deviation = equipped(place, registers)
    given = simple(registers, severity=2, probability=3)
    eva = place.actor("eva")
    with pytest.raises(InvalidInput) as refused:
        closing.handle_together(eva, [deviation.pk], given)
    assert refused.value.field == "severity"
    with pytest.raises(InvalidInput) as refused:
        closing.close_simply(eva, deviation.pk, given)
    assert refused.value.field == "severity"


EDITS: dict[str, Callable[[Registers], Do]] = {
    "classify": lambda registers: (
        lambda who, it, **more: investigating.classify(
            who, it.pk, severity=1, probability=1, **more
        )
    ),
    "investigate": lambda registers: (
        lambda who, it, **more: investigating.investigate(
            who, it.pk, causes=[registers.cause], main_cause=None, analysis="Ny", **more
        )
    ),
    **{
        name: (lambda registers, name=name: _closings(registers)[name])  # type: ignore[misc]
        for name in ("close", "without", "simply", "simply_without")
    },
}


@pytest.mark.parametrize("name", EDITS)
def test_from_a_page_that_is_old_nothing_is_changed(
    place: Place, registers: Registers, name: str
) -> None:
    deviation, eva = equipped(place, registers), place.actor("eva")
    read = deviation.version
    # Somebody else has it meanwhile.
    inbox.assign(place.actor("anna"), deviation.pk, to=place.user("nils"))
    deviation.refresh_from_db()
    stands = (deviation.version, deviation.status, deviation.analysis, deviation.severity)
    do = EDITS[name](registers)
    with pytest.raises(ChangedMeanwhile):
        do(eva, deviation, expected_version=read)
    deviation.refresh_from_db()
    assert stands == (
        deviation.version,
        deviation.status,
        deviation.analysis,
        deviation.severity,
    )
    do(eva, deviation, expected_version=deviation.version)


def test_protection_is_changed_once(place: Place) -> None:
    deviation, eva = make_report(place), place.actor("eva")
    with pytest.raises(ConflictError):
        cooperation.set_protection(eva, deviation.pk, protected=False)
    cooperation.set_protection(eva, deviation.pk, protected=True)
    with pytest.raises(ConflictError):
        cooperation.set_protection(eva, deviation.pk, protected=True)


@pytest.mark.parametrize("by", ["eva", "anna"])
def test_what_may_be_misconduct_is_neither_dismissed_nor_merged_away(place: Place, by: str) -> None:
    marked, ordinary = make_report(place, possible_misconduct=True), make_report(place)
    with pytest.raises(ConflictError, match="lex Sarah"):
        inbox.dismiss(place.actor(by), marked.pk, reason="Det var rätt gjort.")
    with pytest.raises(ConflictError, match="lex Sarah"):
        inbox.merge(place.actor(by), marked.pk, into=ordinary.pk)
    inbox.merge(place.actor(by), ordinary.pk, into=marked.pk)


@pytest.mark.parametrize("differing", [{"protected": True}, {"about_manager": True}])
def test_neither_way_is_what_is_closed_to_the_unit_merged_with_what_is_open(
    place: Place, differing: dict[str, bool]
) -> None:
    # Sent to both, the head sees the one about the manager, SAS alone both protected ones.
    one, other = make_report(place, by="eva", **differing), make_report(place)
    actor = Actor.system(place.board)
    for merged, into in ((one, other), (other, one)):
        with pytest.raises(ConflictError):
            inbox.merge(actor, merged.pk, into=into.pk)

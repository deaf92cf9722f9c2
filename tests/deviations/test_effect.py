"""Effektuppföljning: it comes back on its day, is assessed or put off."""

from datetime import date
from typing import Any

import pytest

from casework.shared.errors import InvalidInput
from deviations import states
from deviations.models import Deviation, StatusRow
from deviations.services import closing
from tests.conftest import Place, make_report
from tests.factories.handling import make_registers, simple

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(place: Place, at: Any) -> Deviation:
    """Closed on 2 March with its effect to be assessed on 1 June."""
    at(date(2026, 3, 2))
    deviation = make_report(place)
    given = simple(make_registers(place), effect_due_on=date(2026, 6, 1))
    closing.close_simply(place.actor("eva"), deviation.pk, given)
    deviation.refresh_from_db()
    return deviation


@pytest.mark.parametrize("effect", [states.IMPROVED, states.UNDECIDABLE, states.NO_EFFECT])
def test_an_assessed_one_is_closed_and_due_no_more(
    place: Place, closed: Deviation, effect: str
) -> None:
    closing.assess_effect(place.actor("eva"), closed.pk, effect=effect)
    closed.refresh_from_db()
    assert (closed.status, closed.effect) == (states.CLOSED, effect)
    assert closed.effect_due_on is None


def test_without_action_needs_a_reason(place: Place, closed: Deviation) -> None:
    with pytest.raises(InvalidInput) as refused:
        closing.assess_effect(place.actor("eva"), closed.pk, effect=states.NO_ACTION)
    assert refused.value.field == "comment"


def test_an_unknown_effect_is_refused(place: Place, closed: Deviation) -> None:
    with pytest.raises(InvalidInput):
        closing.assess_effect(place.actor("eva"), closed.pk, effect="bra")


def test_handling_time_stays_where_it_stopped(place: Place, closed: Deviation, at: Any) -> None:
    at(date(2026, 8, 1))
    closing.assess_effect(place.actor("eva"), closed.pk, effect=states.IMPROVED)
    closed.refresh_from_db()
    assert (closed.closed_on, closed.days_open()) == (date(2026, 3, 2), 0)


def test_it_may_be_put_off_with_a_reason_and_a_later_day(place: Place, closed: Deviation) -> None:
    eva = place.actor("eva")
    with pytest.raises(InvalidInput):
        closing.postpone_effect(eva, closed.pk, until=date(2026, 9, 1), reason="")
    with pytest.raises(InvalidInput):
        closing.postpone_effect(eva, closed.pk, until=date(2026, 3, 2), reason="Sommar")
    closing.postpone_effect(eva, closed.pk, until=date(2026, 9, 1), reason="Sommar")
    closed.refresh_from_db()
    assert closed.effect_due_on == date(2026, 9, 1)
    assert StatusRow.objects.filter(deviation=closed).last().reason == "Sommar"

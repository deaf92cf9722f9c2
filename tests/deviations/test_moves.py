"""Flytta till annan enhet: twice by the units, then by the head of department."""

import pytest

from casework.shared.errors import InvalidInput, NotAllowed, NotVisible
from deviations import states
from deviations.models import Deviation
from deviations.services import inbox
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db


def test_the_third_move_is_the_heads_to_make(place: Place) -> None:
    deviation = make_report(place)
    inbox.move(place.actor("eva"), deviation.pk, to=place.sister_unit, reason="Deras ärende")
    inbox.move(place.actor("erik"), deviation.pk, to=place.unit, reason="Nej, deras")
    with pytest.raises(NotAllowed, match="avdelningschefen"):
        inbox.move(place.actor("eva"), deviation.pk, to=place.sister_unit, reason="Jo")
    decided = inbox.decide_unit(
        place.actor("anna"), deviation.pk, to=place.sister_unit, reason="Utredaren sitter där"
    )
    assert decided.unit == place.sister_unit
    with pytest.raises(NotAllowed):
        inbox.move(place.actor("erik"), deviation.pk, to=place.unit, reason="Nej")


def test_the_head_may_decide_that_it_stays_where_it_is(place: Place) -> None:
    deviation = make_report(place)
    decided = inbox.decide_unit(place.actor("anna"), deviation.pk, to=place.unit, reason="Rätt")
    assert (decided.unit, decided.unit_decided) == (place.unit, True)


def test_a_moved_one_begins_anew_without_a_handler(place: Place) -> None:
    deviation = make_report(place)
    eva = place.actor("eva")
    inbox.assign(eva, deviation.pk, to=place.user("nils"))
    inbox.move(eva, deviation.pk, to=place.far_unit, reason="Gäller vuxna")
    deviation = Deviation.objects.get()
    assert (deviation.status, deviation.handler) == (states.REPORTED, None)
    assert deviation in Deviation.objects.visible_to(place.actor("farid"))
    # The reporting unit still sees what became of it, and can no longer act.
    assert deviation in Deviation.objects.visible_to(eva)
    with pytest.raises(NotAllowed):
        inbox.receive(eva, deviation.pk)


@pytest.mark.parametrize("to", ["same", "other board"])
def test_it_moves_to_another_unit_of_the_board(place: Place, other_place: Place, to: str) -> None:
    deviation = make_report(place)
    target = place.unit if to == "same" else other_place.unit
    with pytest.raises(InvalidInput) as refused:
        inbox.move(place.actor("eva"), deviation.pk, to=target, reason="Deras")
    assert refused.value.field == "to"


def test_a_move_needs_a_reason(place: Place) -> None:
    deviation = make_report(place)
    with pytest.raises(InvalidInput) as refused:
        inbox.move(place.actor("eva"), deviation.pk, to=place.sister_unit, reason="  ")
    assert refused.value.field == "reason"


def test_several_move_together_or_not_at_all(place: Place) -> None:
    tired = make_report(place)
    Deviation.objects.filter(pk=tired.pk).update(moves=2)
    fresh = make_report(place)
    eva = place.actor("eva")
    both = [fresh.pk, tired.pk]
    with pytest.raises(NotAllowed, match=tired.number):
        inbox.move_several(eva, both, to=place.sister_unit, reason="Deras")
    fresh.refresh_from_db()
    assert fresh.unit == place.unit
    inbox.move_several(eva, [fresh.pk], to=place.sister_unit, reason="Deras")
    fresh.refresh_from_db()
    assert fresh.unit == place.sister_unit


def test_what_is_about_the_manager_passes_the_manager_by(place: Place) -> None:
    deviation = make_report(place, about_manager=True)
    assert not Deviation.objects.visible_to(place.actor("eva")).exists()
    with pytest.raises(NotVisible):
        inbox.receive(place.actor("eva"), deviation.pk)
    inbox.receive(place.actor("anna"), deviation.pk)
    # Not even when it moves to another unit whose manager it is not about.
    inbox.move(place.actor("anna"), deviation.pk, to=place.sister_unit, reason="Rätt enhet")
    assert not Deviation.objects.visible_to(place.actor("erik")).exists()

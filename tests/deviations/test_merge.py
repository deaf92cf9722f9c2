"""Sammanför: two reports of one event, counted once."""

import pytest

from casework.shared.errors import ConflictError, InvalidInput
from deviations import states
from deviations.models import Action, Deviation
from deviations.services import inbox, investigating
from tests.conftest import Place, make_report
from tests.factories.handling import equipped, make_registers, planned

pytestmark = pytest.mark.django_db


def test_the_merged_one_points_to_the_one_that_lives_on(place: Place) -> None:
    first, second = make_report(place), make_report(place)
    inbox.merge(place.actor("eva"), second.pk, into=first.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.status, second.merged_into) == (states.MERGED, first)
    assert first.status == states.REPORTED


def test_not_with_itself(place: Place) -> None:
    only = make_report(place)
    with pytest.raises(InvalidInput) as refused:
        inbox.merge(place.actor("eva"), only.pk, into=only.pk)
    assert refused.value.field == "into"


def test_two_merges_that_cross_leave_one_alive(place: Place) -> None:
    first, second = make_report(place), make_report(place)
    eva = place.actor("eva")
    inbox.merge(eva, first.pk, into=second.pk)
    with pytest.raises(ConflictError):
        inbox.merge(eva, second.pk, into=first.pk)
    alive = Deviation.objects.exclude(status=states.MERGED)
    assert list(alive) == [second]


def test_a_chain_leads_everyone_to_its_end(place: Place) -> None:
    first, second, third = (make_report(place) for _ in range(3))
    eva = place.actor("eva")
    inbox.merge(eva, first.pk, into=second.pk)
    inbox.merge(eva, second.pk, into=third.pk)
    first.refresh_from_db()
    assert first.merged_into == third


def test_open_actions_follow_and_done_ones_stay(place: Place) -> None:
    registers = make_registers(place)
    merged, other = equipped(place, registers), make_report(place)
    eva = place.actor("eva")
    promised = investigating.plan_action(eva, merged.pk, planned(place, registers))
    inbox.merge(eva, merged.pk, into=other.pk)
    assert list(Action.objects.filter(deviation=other)) == [promised]
    investigating.finish_action(place.actor("amina"), promised.pk)
    assert merged.actions.get().done_on is not None


@pytest.mark.parametrize("differing", ["protected", "about_manager"])
def test_what_one_must_not_see_is_not_drawn_into_the_open(place: Place, differing: str) -> None:
    hidden, plain = make_report(place, **{differing: True}), make_report(place)
    # SAS sees both, the head both that are about a manager: the system stands for whoever may.
    from casework.access.actor import Actor

    for one, other in ((hidden, plain), (plain, hidden)):
        with pytest.raises(ConflictError):
            inbox.merge(Actor.system(place.board), one.pk, into=other.pk)


def test_a_lex_sarah_report_is_not_merged_away_from_sas(place: Place) -> None:
    report, plain = make_report(place, possible_misconduct=True), make_report(place)
    eva = place.actor("eva")
    with pytest.raises(ConflictError, match="SAS"):
        inbox.merge(eva, report.pk, into=plain.pk)
    inbox.merge(eva, plain.pk, into=report.pk)
    report.refresh_from_db()
    assert report.possible_misconduct
    assert report.status == states.REPORTED


def test_a_lex_sarah_report_is_not_dismissed_by_the_unit(place: Place) -> None:
    report = make_report(place, possible_misconduct=True)
    with pytest.raises(ConflictError, match="SAS"):
        inbox.dismiss(place.actor("eva"), report.pk, reason="Inget")

"""Two people decide on the same proposals at the very same moment."""

from functools import partial

import pytest

from casework.access.actor import Actor
from casework.shared.errors import ConflictError
from deviations.models import Deviation, Proposal, ProposalDecision
from deviations.services import proposals
from tests.conftest import Place
from tests.factories.handling import make_registers, simple
from tests.factories.proposals import missed
from tests.races.overlapping import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def people(place: Place) -> tuple[Actor, Actor]:
    return place.actor("eva"), place.actor("anna")


def test_one_of_two_confirms(place: Place) -> None:
    proposal = missed(place)
    eva, anna = people(place)
    came = at_once(
        Proposal,
        *(partial(proposals.confirm, who, proposal.pk) for who in (eva, anna, eva, anna)),
    )
    refused = [one for one in came if isinstance(one, ConflictError)]
    assert [one.message for one in refused] == ["Förslaget är redan bekräftat."] * 3
    assert {one.code for one in refused} == {"already_decided"}
    (made,) = (one for one in came if isinstance(one, Deviation))
    assert Deviation.objects.get(from_watch=True) == made
    assert ProposalDecision.objects.get().deviation == made


def test_confirming_and_declining_do_not_both_hold(place: Place) -> None:
    proposal = missed(place)
    eva, anna = people(place)
    came = at_once(
        Proposal,
        lambda: proposals.confirm(eva, proposal.pk),
        lambda: proposals.decline(anna, proposal.pk, reason="Nej."),
    )
    assert sum(isinstance(one, ConflictError) for one in came) == 1
    decision = ProposalDecision.objects.get()
    assert Deviation.objects.filter(from_watch=True).count() == (decision.deviation is not None)


def test_overlapping_batches_are_one_whole_batch(place: Place) -> None:
    registers = make_registers(place)
    ids = [missed(place).pk for _ in range(4)]
    eva, anna = people(place)
    came = at_once(
        Proposal,
        lambda: proposals.confirm_together(eva, ids[:3], simple(registers)),
        lambda: proposals.confirm_together(anna, ids[:0:-1], simple(registers)),
    )
    assert sum(isinstance(one, ConflictError) for one in came) == 1
    assert Deviation.objects.filter(from_watch=True).count() == 3
    assert ProposalDecision.objects.count() == 3

"""What the watch has proposed in the demo: a dozen wait for the Enhetschef, others are decided."""

from casework.demo.world import World
from deviations.models import Proposal
from deviations.queries import proposals as queries
from deviations.services import proposals

# So many are left at home to be confirmed together; what comes beyond is decided on.
KEPT = 12
REASON = "Beslutet var fattat i tid men lades in i fel ärende."


def finish(world: World) -> None:
    """Let the managers decide on some of what the watch has proposed to them."""
    for place in world.places:
        actor = world.actor(place.manager)
        waiting = queries.own(actor).filter(unit=place.unit).order_by("pk")
        own = list(waiting.select_related("deadline"))
        kept = own[: len(own) // 2]
        if place is world.home:
            kept = [proposal for proposal in own if _may_go_with_others(proposal)][:KEPT]
        for number, proposal in enumerate(one for one in own if one not in kept):
            if number % 2 or proposals.settled(proposal.deadline):
                proposals.decline(actor, proposal.pk, reason=REASON)
            else:
                said = False if proposal.asks_lex_sarah else None
                proposals.confirm(actor, proposal.pk, possible_misconduct=said)


def _may_go_with_others(proposal: Proposal) -> bool:
    """Say whether it can be confirmed in a batch: nothing about it needs a look of its own."""
    return not (proposal.asks_lex_sarah or proposals.settled(proposal.deadline))

"""Who is a party to what is examined, and therefore keeps away from the investigation.

SOSFS 2011:5 5 kap.: whoever has part in the event does not investigate it. The service extends
this to deciding and to the working notes. What must be done for the person, what is asked of the
unit, and the decision once it is delgivet reach the examined by doors of their own.
"""

from casework.access.actor import Actor
from casework.organisation.models import Role
from casework.shared.errors import NotAllowed
from lexsarah.models import Examined, Report

# What an examined SAS may still do: none of it tells of the investigation or decides in it.
OPEN_TO_EXAMINED = frozenset({"make_safe"})

WHY_NOT = (
    "Det är din enhet, ditt beslut eller ditt handlande som granskas. Därför kan du varken utreda, "
    "besluta eller läsa anteckningarna. Be en annan SAS ta rapporten."
)


def is_examined(actor: Actor, report: Report) -> bool:
    """Say whether the actor's unit, decision or conduct is what the report examines."""
    if actor.is_system:
        return False
    if report.unit_id in actor.units(Role.WORKER, Role.SENIOR, Role.MANAGER, Role.HEAD):
        return True
    named = Examined.objects.filter(report=report, user=actor.user_id, removed_at=None)
    return named.exists()


def require_no_party(actor: Actor, report: Report) -> None:
    """Raise ``NotAllowed`` where the actor is a party to what is examined."""
    if is_examined(actor, report):
        raise NotAllowed(WHY_NOT)

"""The same done with several records at once: all of them or none, as one audit event."""

from collections.abc import Sequence

from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.cases.histories import HANDLER, INVESTIGATIONS
from casework.cases.models import Investigation
from casework.cases.services.door import Step, require_works_in, step
from casework.cases.services.gathering import lock_cases
from casework.organisation.models import User
from casework.shared.errors import ConflictError, InvalidInput


def assign_investigations(
    actor: Actor, investigation_ids: Sequence[int], *, to: User
) -> list[Investigation]:
    """Make ``to`` the handler of several open investigations.

    Those that the actor does not see are passed over. Raises ``InvalidInput`` (to; ids where none
    is left), ``NotAllowed``, and ``ConflictError`` for one that has been closed meanwhile.
    """
    seen = Investigation.objects.visible_to(actor).filter(pk__in=investigation_ids)
    found = list(seen.order_by("pk").values_list("pk", "case", "case__number"))
    if not found:
        raise InvalidInput("Markera minst en utredning.", field="ids")
    assigned = []
    with unit_of_work(actor) as work:
        # All cases first and in one order: two who assign the same ones cannot lock each other out.
        lock_cases(sorted({case for _, case, _ in found if case}))
        for key, _, number in found:
            with step(actor, "assign", INVESTIGATIONS, key) as this:
                _assign(this, number or str(key), to)
            assigned.append(this.record)
        work.audit(
            "case.assigned",
            kind="investigation",
            ids=[key for key, *_ in found],
            data={"to": to.pk},
        )
    return assigned


def _assign(this: Step, name: str, to: User) -> None:
    """Assign one; what is refused says which it concerns."""
    record = this.record
    if record.closed_on is not None:
        raise ConflictError(f"{name}: utredningen är avslutad. Ladda om sidan.")
    try:
        require_works_in(to, record.unit_id, this.today, protected=record.protected)
    except InvalidInput as refused:
        raise InvalidInput(f"{name}: {refused.message}", field=refused.field) from None
    this.tell(HANDLER, this.today, handler_id=to.pk)

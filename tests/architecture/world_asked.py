"""What is asked of the unit's manager about a lex Sarah report, and the decision given to them."""

from casework.models import Membership, Role
from casework.shared import clock
from lexsarah.models import Decision, DelegationRule, Delivery, Report, Request


def asked(report: Report) -> dict[str, int]:
    """Return a request that awaits its answer, and a delgivning."""
    today, now = clock.today(), clock.now()
    manager = Membership.objects.get(unit=report.unit, role=Role.MANAGER).user
    request = Request.objects.create(
        report=report,
        kind=Request.Kind.STATEMENT,
        unit=report.unit,
        asked_of=manager,
        due_on=today,
        asked_at=now,
    )
    rule, _ = DelegationRule.objects.get_or_create(
        board=report.board, outcome="none", role=Role.DECIDER, defaults={"valid_from": today}
    )
    decision = Decision.objects.create(
        report=report,
        outcome="none",
        label="Ej missförhållande",
        decided_on=today,
        decider_role=Role.DECIDER,
        delegation=rule,
        decided_at=now,
    )
    delivery = Delivery.objects.create(
        report=report, decision=decision, to=manager, delivered_on=today, delivered_at=now
    )
    return {"request_id": request.pk, "delivery_id": delivery.pk}

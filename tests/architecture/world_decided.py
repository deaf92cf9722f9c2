"""What the walk finds of a decision: a measure for the unit's manager, a row of delegation."""

from casework.models import Membership, Role
from casework.shared import clock
from lexsarah.models import DelegationRule, Measure, Report, ReportCause


def decided(report: Report) -> dict[str, int]:
    """Return a measure that is approved and to be done, and a row that holds."""
    today, now = clock.today(), clock.now()
    measure = Measure.objects.create(
        report=report,
        cause=ReportCause.objects.filter(report=report).earliest("pk"),
        owner=Membership.objects.get(unit=report.unit, role=Role.MANAGER).user,
        due_on=today,
        proposed_at=now,
        verdict=Measure.Verdict.APPROVED,
        decided_at=now,
    )
    rule = DelegationRule.objects.create(
        board=report.board, name="4.1", outcome="risk", role=Role.HEAD, valid_from=today
    )
    return {"measure_id": measure.pk, "delegation_id": rule.pk}

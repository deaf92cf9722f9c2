"""The causes that an investigation finds, of the board's register; measures are tied to them."""

from casework.access.actor import Actor
from casework.shared.errors import ConflictError, InvalidInput
from deviations.models import Cause
from lexsarah.models import Measure, ReportCause
from lexsarah.services.door import act

LONGEST = 5_000


def add_cause(actor: Actor, report_id: int, *, cause: Cause, text: str = "") -> ReportCause:
    """Say that ``cause`` is one of the causes, in its own words if wanted. Fields of the names."""
    with act(actor, "write_document", report_id, beside=True) as this:
        report = this.report
        if cause.board_id != report.board_id or not cause.is_valid_on(this.today):
            raise InvalidInput("Välj en orsak som finns i registret i dag.", field="cause")
        if len(text) > LONGEST:
            raise InvalidInput(f"Texten är längre än {LONGEST} tecken. Korta den.", field="text")
        if ReportCause.objects.filter(report=report, cause=cause, removed_at=None).exists():
            raise ConflictError("Orsaken är redan vald.")
        found = ReportCause.objects.create(
            report=report,
            cause=cause,
            text=text.strip(),
            added_by_id=actor.user_id,
            added_at=this.work.at,
        )
        this.work.audit("lexsarah.cause_added", report, data={"cause": cause.pk})
    return found


def remove_cause(actor: Actor, report_id: int, report_cause_id: int) -> None:
    """Take a cause away; ``ConflictError`` where a measure is tied to it, or it is gone already."""
    with act(actor, "write_document", report_id, beside=True) as this:
        found = ReportCause.objects.filter(
            report=this.report, pk=report_cause_id, removed_at=None
        ).first()
        if found is None:
            raise ConflictError("Orsaken är redan borttagen.")
        if Measure.objects.filter(cause=found, withdrawn_at=None).exists():
            raise ConflictError(
                "Det finns en åtgärd mot orsaken. Ta tillbaka åtgärden först, så kan orsaken tas "
                "bort."
            )
        found.removed_at = this.work.at
        found.save(update_fields=["removed_at"])
        this.work.audit("lexsarah.cause_removed", this.report, data={"cause": found.cause_id})

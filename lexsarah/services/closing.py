"""After the decision: measures are followed up, the report is closed, or taken up again."""

from casework.access.actor import Actor
from casework.organisation.models import Role
from casework.shared.chronicle import Told
from casework.shared.errors import ConflictError
from lexsarah import states
from lexsarah.histories import OUTCOME, SERIOUS, STATUS
from lexsarah.models import Reopening, Report
from lexsarah.services import delegation
from lexsarah.services.door import act, required
from lexsarah.services.examining import fall_under
from lexsarah.services.measures import unsettled
from lexsarah.services.remaining import require_nothing_open, require_settled
from lexsarah.unfinished import awaits_supplement


def follow_measures(actor: Actor, report_id: int, *, expected_version: int | None = None) -> Report:
    """Begin to follow up the measures that were decided."""
    with act(actor, "follow_measures", report_id, expected_version=expected_version) as this:
        if not unsettled(this.report):
            raise ConflictError("Det finns ingen åtgärd att följa upp. Avsluta rapporten.")
        this.move_on()
        this.work.audit("lexsarah.measures_followed", this.report)
    return this.report


def close(actor: Actor, report_id: int, *, expected_version: int | None = None) -> Report:
    """Avsluta: everything is settled. Raises ``ConflictError`` naming what is not."""
    with act(actor, "close", report_id, expected_version=expected_version) as this:
        report = this.report
        if wanting := why_not_closed(report):
            raise ConflictError(wanting)
        this.move_on()
        this.work.audit("lexsarah.closed", report)
    return report


def why_not_closed(report: Report) -> str:
    """Return what is to be done before the report can be closed; empty where nothing is."""
    if report.serious_on is not None and report.notified_on is None:
        return "Anmäl till IVO innan rapporten avslutas."
    if awaits_supplement(report):
        return "Lämna utredningen till IVO innan rapporten avslutas."
    try:
        require_settled(report)
        require_nothing_open(report)
    except ConflictError as error:
        return error.message
    return ""


def reopen(
    actor: Actor,
    report_id: int,
    *,
    reason: str,
    statute: str = "",
    expected_version: int | None = None,
) -> Report:
    """Take the investigation up again; the decision stays as a trace. Field ``reason``.

    ``statute`` is for a report that does not say under which act it falls: one from a register.

    The document can be written in again, and the time of the investigation runs since the day of
    the report. What was decided as serious is to be notified to IVO all the same; what was
    assessed as serious, and decided not to be, is so only if it is assessed again.
    """
    with act(actor, "reopen", report_id, expected_version=expected_version) as this:
        report = this.report
        reason = required(reason, "reason", "Skriv varför utredningen tas upp igen.")
        if not actor.has(Role.SAS):
            delegation.require_still(actor, report, this.today)
        fall_under(report, statute)
        decision = report.decisions.last()
        Reopening.objects.create(
            report=report,
            decision=decision,
            reason=reason,
            reopened_by_id=actor.user_id,
            reopened_at=this.work.at,
        )
        status = states.REPORT.target(this.name, report.status)
        told = [
            Told(OUTCOME, this.today, {"outcome": "", "decided_on": None, "actions": ""}),
            Told(STATUS, this.today, {"status": status}, {"label": states.LABELS[status]}),
        ]
        if report.outcome in states.TO_IVO and report.decided_on is not None:
            since = report.serious_on or report.decided_on
            words = f"Beslutades som: {states.OUTCOMES[report.outcome]}."
            told.append(Told(SERIOUS, since, {"assessed_on": since, "reason": words}))
        elif report.serious_on is None and report.serious_rows.exists():
            # What was assessed before the decision said otherwise is not said anew by this.
            told.append(Told(SERIOUS, this.today, {"assessed_on": None, "reason": ""}))
        report.decider = None
        report.save(update_fields=["decider", "statute"])
        this.tell_together(*told)
        data = {"decision": decision.pk if decision else None}
        this.work.audit("lexsarah.reopened", report, data=data)
    return report

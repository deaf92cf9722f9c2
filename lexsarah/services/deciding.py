"""The decision: proposed with reasons, put before one who may decide, decided or handed back.

SoL 27:5, SOSFS 2011:5 5 kap. A decision names the row of the delegationsordning that it rests on,
and is one transaction with the history, the times and the stored paper that follow from it.
"""

from collections.abc import Sequence
from datetime import date

from casework.access import policy
from casework.access.actor import Actor
from casework.access.examined import is_examined
from casework.organisation.models import User
from casework.shared.chronicle import Told
from casework.shared.errors import ConflictError, InvalidInput
from lexsarah import parts, states
from lexsarah.histories import OUTCOME, STATUS
from lexsarah.models import Decision, DelegationRule, Proposal, Report
from lexsarah.services import delegation
from lexsarah.services.documenting import missing, versions_of
from lexsarah.services.door import Act, act, required
from lexsarah.services.examining import fall_under
from lexsarah.services.papers import store_decision
from lexsarah.services.remaining import approved_measures, require_nothing_open, require_settled
from lexsarah.services.verdicts import Verdict, pass_verdicts

NO_REASONS = "Skriv skälen."


class Incomplete(InvalidInput):
    """Documentation that completion demands is missing; ``missing`` says how to mend each part."""

    code = "incomplete"

    def __init__(self, wanting: dict[str, str]) -> None:
        lines = [f"{parts.BY_KEY[key].label} {mend}" for key, mend in wanting.items()]
        super().__init__("Utredningen är inte klar. " + "\n".join(lines))
        self.missing = wanting


def propose(
    actor: Actor,
    report_id: int,
    *,
    outcome: str,
    reasons: str,
    decider: User,
    short: bool = False,
    expected_version: int | None = None,
) -> Report:
    """Put an outcome with its reasons before ``decider``; the document is locked from then on.

    Fields ``outcome``, ``reasons``, ``decider``. Raises ``Incomplete`` while the document lacks
    anything; ``short`` asks for the reasons alone, for what clearly is no missförhållande.
    """
    with act(actor, "propose", report_id, expected_version=expected_version) as this:
        report = this.report
        _check_outcome(outcome)
        if short:
            _check_short(report, outcome)
        else:
            require_complete(report)
        reasons = required(reasons, "reasons", NO_REASONS)
        Proposal.objects.create(
            report=report,
            outcome=outcome,
            reasons=reasons,
            short=short,
            decider=decider,
            proposed_by_id=actor.user_id,
            proposed_at=this.work.at,
        )
        # Once it is made: whoever made it may not be the one to decide it.
        _check_decider(this, decider, outcome)
        report.decider = decider
        report.save(update_fields=["decider"])
        this.move_on()
        data = {
            "outcome": outcome,
            "decider": decider.pk,
            "short": short,
            # What was written is locked as it is, whoever wrote it.
            "parts": versions_of(report),
        }
        this.work.audit("lexsarah.proposed", report, data=data)
    return report


def take_back_proposal(
    actor: Actor, report_id: int, *, expected_version: int | None = None
) -> Report:
    """Take the proposal back to go on investigating; it is before nobody then."""
    with act(actor, "take_back_proposal", report_id, expected_version=expected_version) as this:
        _end_proposal(this)
        this.work.audit("lexsarah.proposal_taken_back", this.report)
    return this.report


def return_proposal(
    actor: Actor, report_id: int, *, because: str, expected_version: int | None = None
) -> Report:
    """Hand the proposal back with what is wanting. Field ``because``."""
    with act(actor, "return_proposal", report_id, expected_version=expected_version) as this:
        because = required(because, "because", "Skriv vad som behöver utredas mer.")
        _end_proposal(this, because)
        this.work.audit("lexsarah.proposal_returned", this.report)
    return this.report


def assign_decider(
    actor: Actor, report_id: int, *, decider: User, expected_version: int | None = None
) -> Report:
    """Put it before another who may decide the outcome: what is proposed, or was decided."""
    with act(actor, "assign_decider", report_id, expected_version=expected_version) as this:
        report = this.report
        proposal = open_proposal(report)
        outcome = proposal.outcome if proposal else report.outcome
        _check_decider(this, decider, outcome)
        if proposal is not None:
            proposal.decider = decider
            proposal.save(update_fields=["decider"])
        report.decider = decider
        report.save(update_fields=["decider"])
        this.work.audit("lexsarah.decider_assigned", report, data={"decider": decider.pk})
    return report


def decide(
    actor: Actor,
    report_id: int,
    *,
    outcome: str,
    reasons: str,
    measures: Sequence[Verdict] = (),
    expected_version: int | None = None,
) -> Report:
    """Fatta beslut: ``outcome`` may differ from what is proposed. Fields ``outcome``, ``reasons``.

    ``measures`` are decided with it: where one of them is not right nothing is decided (see
    ``verdicts.pass_verdicts``). Raises ``InvalidInput`` (``not_delegated``) where the actor may
    not decide that outcome, ``Incomplete`` where a short proposal is decided as something else
    than it proposed, and ``ConflictError`` where it has been found serious since.
    """
    with act(actor, "decide", report_id, expected_version=expected_version) as this:
        report = this.report
        proposal = open_proposal(report)
        if proposal is None:
            raise ConflictError("Förslaget har tagits tillbaka. Ladda om sidan.")
        _check_outcome(outcome)
        short = proposal.short and outcome == states.NO_MISCONDUCT
        if short:
            # It may have been found serious, or notified, since it was proposed.
            _check_short(report, outcome)
        else:
            require_complete(report)
        reasons = required(reasons, "reasons", NO_REASONS)
        rule = delegation.require(actor, report, outcome, this.today)
        proposal.ended_at = this.work.at
        proposal.save(update_fields=["ended_at"])
        # Before the decision is told: what is approved is part of what it says.
        pass_verdicts(this, measures)
        _decided(this, rule, outcome, reasons, proposal=proposal, short=short)
    return report


def close_short(
    actor: Actor,
    report_id: int,
    *,
    reasons: str,
    statute: str = "",
    expected_version: int | None = None,
) -> Report:
    """Close what clearly is no missförhållande with reasons alone. Fields ``reasons``, ``statute``.

    Whoever may decide that outcome may; for others there is a short proposal (``propose``).
    ``statute`` is for a report that does not say under which act it falls.
    """
    with act(actor, "close_short", report_id, expected_version=expected_version) as this:
        report = this.report
        _check_short(report, states.NO_MISCONDUCT)
        require_settled(report)
        require_nothing_open(report)
        reasons = required(reasons, "reasons", NO_REASONS)
        fall_under(report, statute)
        rule = delegation.require(actor, report, states.NO_MISCONDUCT, this.today)
        report.save(update_fields=["statute"])
        _decided(this, rule, states.NO_MISCONDUCT, reasons, short=True)
    return report


def require_complete(report: Report) -> None:
    """Raise ``Incomplete`` while the document lacks what the law demands."""
    if wanting := missing(report):
        raise Incomplete(wanting)


def open_proposal(report: Report) -> Proposal | None:
    """Return the proposal that waits to be decided, if any."""
    return report.proposals.filter(ended_at=None).select_related("decider", "proposed_by").first()


def was_before(actor: Actor, report_id: int) -> bool:
    """Say whether it was put before the actor, or whom the actor stands in for; seen no more."""
    deciders = [actor.user_id or 0, *actor.stands_in_for]
    found = Proposal.objects.filter(report=report_id, decider__in=deciders)
    return found.filter(report__board=actor.board_id).exists()


def _decided(
    this: Act,
    rule: DelegationRule,
    outcome: str,
    reasons: str,
    *,
    proposal: Proposal | None = None,
    short: bool,
) -> None:
    report = this.report
    decision = Decision.objects.create(
        report=report,
        proposal=proposal,
        outcome=outcome,
        label=states.OUTCOMES[outcome],
        reasons=reasons,
        short=short,
        decided_on=this.today,
        decided_by_id=this.actor.user_id,
        decider_role=rule.role,
        delegation=rule,
        delegation_name=rule.name,
        decided_at=this.work.at,
    )
    status = states.REPORT.target(this.name, report.status)
    decided = {
        "outcome": outcome,
        "decided_on": this.today,
        "actions": approved_measures(report),
    }
    # Together: an outcome alone would read as a register's, which closes the report.
    this.tell_together(
        Told(OUTCOME, this.today, decided),
        Told(STATUS, this.today, {"status": status}, {"label": states.LABELS[status]}),
    )
    store_decision(this)
    data = {
        "outcome": outcome,
        "decision": decision.pk,
        "delegation": rule.pk,
        "short": short,
        "parts": versions_of(report),
    }
    this.work.audit("lexsarah.decided", report, data=data)


def _end_proposal(this: Act, because: str = "") -> None:
    proposal = open_proposal(this.report)
    if proposal is not None:
        proposal.ended_at, proposal.returned_because = this.work.at, because
        proposal.save(update_fields=["ended_at", "returned_because"])
    this.report.decider = None
    this.report.save(update_fields=["decider"])
    this.move_on()


def _check_outcome(outcome: str) -> None:
    if outcome not in states.OUTCOMES:
        raise InvalidInput("Välj en av de fem bedömningarna.", field="outcome")


def _check_short(report: Report, outcome: str) -> None:
    """Raise where what is to end without an investigation is not clearly none."""
    if outcome != states.NO_MISCONDUCT:
        raise InvalidInput(
            "Bara det som uppenbart inte är ett missförhållande kan avslutas utan utredning.",
            field="outcome",
        )
    if report.serious_on is not None:
        raise ConflictError(
            "Det har bedömts som allvarligt eller anmälts till IVO. Utred det och föreslå ett "
            "beslut."
        )


def why_not_decider(user: User, report: Report, outcome: str, on: date) -> str:
    """Return why ``user`` may not decide ``outcome`` of the report; empty where it may be so."""
    if not user.is_active or user.board_id != report.board_id:
        return "Välj någon som kan besluta."
    candidate = Actor.of(user, on)
    if is_examined(candidate, report):
        return "Det är den personens enhet, beslut eller handlande som granskas. Välj någon annan."
    if delegation.find(candidate, report, outcome, on, chosen=True) is None:
        may = delegation.who_may_instead(report, outcome, on)
        return f"{user.display_name} får inte besluta det. {may}"
    return ""


def may_decide_instead(user: User, report: Report, outcome: str, on: date) -> bool:
    """Say whether ``user`` sees what is before somebody away, and may decide ``outcome`` of it."""
    candidate = Actor.of(user, on)
    if not policy.is_before_absent(candidate, report) or is_examined(candidate, report):
        return False
    return delegation.find(candidate, report, outcome, on) is not None


def _check_decider(this: Act, decider: User, outcome: str) -> None:
    if why_not := why_not_decider(decider, this.report, outcome, this.today):
        raise InvalidInput(why_not, field="decider")

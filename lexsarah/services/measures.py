"""Measures against the causes: proposed, decided, done, and what they led to when time has passed.

What was proposed and decided is never edited: whoever wants something else withdraws what is not
decided, or proposes another.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date

from dateutil.relativedelta import relativedelta

from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.organisation.models import User
from casework.shared.errors import ConflictError, InvalidInput, NotVisible
from casework.shared.stale import check_version
from lexsarah import states
from lexsarah.asked import own_measures
from lexsarah.histories import OUTCOME, STATUS
from lexsarah.models import Measure, Report, ReportCause
from lexsarah.services import delegation, verdicts
from lexsarah.services.door import Act, act, required
from lexsarah.services.remaining import approved_measures
from lexsarah.services.watching import watch

# Unless another day is set.
EFFECT_AFTER = relativedelta(months=3)
# Stages in which somebody has it to do, or may come to.
UNDONE = ("proposed", "approved")


def propose_measure(
    actor: Actor,
    report_id: int,
    *,
    cause: ReportCause,
    text: str,
    owner: User,
    due_on: date,
    expected_version: int | None = None,
) -> Measure:
    """Propose what is to be done about ``cause``, by whom and when.

    Fields ``cause``, ``text``, ``owner``, ``due_on``.
    """
    with act(actor, "propose_measure", report_id, expected_version=expected_version) as this:
        # As it stands now: it may have been taken away since it was read.
        found = ReportCause.objects.filter(report=this.report, pk=cause.pk, removed_at=None)
        if not found.exists():
            raise InvalidInput("Välj en av utredningens orsaker.", field="cause")
        text = required(text, "text", "Skriv vad som ska göras.")
        _check_owner(actor, owner)
        if due_on < this.today:
            raise InvalidInput("Dagen har varit. Välj i dag eller en senare dag.", field="due_on")
        measure = Measure.objects.create(
            report=this.report,
            cause=cause,
            text=text,
            owner=owner,
            due_on=due_on,
            proposed_by_id=actor.user_id,
            proposed_at=this.work.at,
        )
        _audit(this, "lexsarah.measure_proposed", measure)
    return measure


def withdraw_measure(
    actor: Actor, measure_id: int, *, expected_version: int | None = None
) -> Measure:
    """Take back what is proposed and not decided."""
    with _of_report(actor, "withdraw_measure", measure_id, expected_version) as (this, measure):
        _require_stage(measure, "proposed")
        measure.withdrawn_at = this.work.at
        _save(measure, "withdrawn_at")
        _audit(this, "lexsarah.measure_withdrawn", measure)
    return measure


def reassign_measure(
    actor: Actor, measure_id: int, *, owner: User, expected_version: int | None = None
) -> Measure:
    """Let another do what is proposed or decided; what is to be done, and when, stays. ``owner``.

    The times follow. An owner who is examined begins when the decision is delgivet.
    """
    with _of_report(actor, "reassign_measure", measure_id, expected_version) as (this, measure):
        if measure.stage not in UNDONE:
            raise ConflictError(_REFUSED[measure.stage])
        _check_owner(actor, owner)
        if owner.pk == measure.owner_id:
            raise InvalidInput(f"{owner.display_name} ansvarar redan.", field="owner")
        before = measure.owner_id
        measure.owner = owner
        _save(measure, "owner")
        _audit(this, "lexsarah.measure_reassigned", measure, **{"from": before, "to": owner.pk})
    return measure


def decide_measure(
    actor: Actor,
    measure_id: int,
    *,
    verdict: str,
    comment: str = "",
    expected_version: int | None = None,
) -> Measure:
    """Godkänn, delvis, or avslå. Fields ``verdict``, ``comment`` (wanted for the latter two)."""
    with _of_report(actor, "decide_measure", measure_id, expected_version) as (this, measure):
        _require_stage(measure, "proposed")
        delegation.require_still(actor, this.report, this.today)
        comment = verdicts.checked(verdict, comment)
        verdicts.write(this, measure, verdict, comment)
        _tell_what_is_done(this)
    return measure


def finish_measure(
    actor: Actor,
    measure_id: int,
    *,
    on: date,
    how: str,
    effect_due_on: date | None = None,
    expected_version: int | None = None,
) -> Measure:
    """Note that it was done, when and how; its effect is assessed on a day to come.

    Fields ``on``, ``how``, ``effect_due_on`` (three months after unless set).
    """
    with _of_report(actor, "finish_measure", measure_id, expected_version) as (this, measure):
        _finish(this, measure, on, how, effect_due_on)
    return measure


def finish_own(
    actor: Actor, measure_id: int, *, on: date, how: str, expected_version: int | None = None
) -> Measure:
    """Note as its owner that it was done; the report itself stays out of sight.

    Also whoever stands in for the owner today; to whoever is examined it is not there before the
    delgivning (see ``asked.own_measures``). Fields ``on``, ``how``.
    """
    with unit_of_work(actor) as work:
        found = own_measures(actor).filter(pk=measure_id).first()
        if found is None:
            raise NotVisible
        report = Report.objects.select_for_update(of=("self",)).get(pk=found.report_id)
        states.REPORT.target("finish_measure", report.status)
        this = Act(actor, "finish_measure", report, work)
        if not own_measures(actor).filter(pk=measure_id).exists():
            # Given to another, or to wait for its delgivning, while the report was waited for.
            raise NotVisible
        measure = _locked(measure_id, expected_version)
        report.version += 1
        _finish(this, measure, on, how, None)
        report.save(update_fields=["version"])
        watch(report, work.at)
    return measure


def assess_measure(
    actor: Actor,
    measure_id: int,
    *,
    effect: str,
    text: str,
    expected_version: int | None = None,
) -> Measure:
    """Bedöm effekten, once its day has come. Fields ``effect``, ``text`` (how it shows)."""
    with _of_report(actor, "assess_measure", measure_id, expected_version) as (this, measure):
        _require_stage(measure, "done")
        if measure.effect_due_on is not None and this.today < measure.effect_due_on:
            raise ConflictError(
                f"Effekten bedöms {measure.effect_due_on} eller senare, när åtgärden har hunnit "
                "verka."
            )
        if effect not in Measure.Effect.values:
            raise InvalidInput("Välj en effekt.", field="effect")
        text = required(text, "text", "Skriv hur effekten märks.")
        measure.effect, measure.effect_on, measure.effect_text = effect, this.today, text
        _save(measure, "effect", "effect_on", "effect_text")
        _audit(this, "lexsarah.measure_assessed", measure, effect=effect)
    return measure


def unsettled(report: Report) -> Collection[Measure]:
    """Return the measures with which something remains to be done."""
    return [one for one in report.measures.all() if not one.is_settled]


@contextmanager
def _of_report(
    actor: Actor, name: str, measure_id: int, expected_version: int | None
) -> Iterator[tuple[Act, Measure]]:
    """Open the door of the measure's report, and lock the measure."""
    found = Measure.objects.filter(pk=measure_id).values_list("report", flat=True).first()
    if found is None:
        raise NotVisible
    with act(actor, name, found) as this:
        yield this, _locked(measure_id, expected_version)


def _locked(measure_id: int, expected_version: int | None) -> Measure:
    measure = Measure.objects.select_for_update().get(pk=measure_id)
    check_version(measure, expected_version, "åtgärden")
    return measure


def _check_owner(actor: Actor, owner: User) -> None:
    if owner.board_id != actor.board_id or not owner.is_active:
        raise InvalidInput("Välj vem som ansvarar.", field="owner")


def _finish(this: Act, measure: Measure, on: date, how: str, effect_due_on: date | None) -> None:
    _require_stage(measure, "approved")
    this.past_day(on, "on")
    how = required(how, "how", "Skriv vad som gjordes.")
    if effect_due_on is not None and effect_due_on <= on:
        raise InvalidInput("Välj en dag efter den då åtgärden utfördes.", field="effect_due_on")
    measure.done_on, measure.done_how = on, how
    measure.effect_due_on = effect_due_on or on + EFFECT_AFTER
    _save(measure, "done_on", "done_how", "effect_due_on")
    _audit(this, "lexsarah.measure_finished", measure)
    if this.report.status == states.DECIDED:
        this.tell(STATUS, this.today, status=states.ACTIONS)


def _tell_what_is_done(this: Act) -> None:
    """Let register and tables have what is decided, where the report itself is decided."""
    report, actions = this.report, approved_measures(this.report)
    if report.outcome and report.actions != actions:
        this.tell(
            OUTCOME,
            this.today,
            outcome=report.outcome,
            decided_on=report.decided_on,
            actions=actions,
        )


_REFUSED = {
    "proposed": "Åtgärden väntar på beslut.",
    "withdrawn": "Åtgärden är återtagen.",
    "rejected": "Åtgärden är avslagen.",
    "approved": "Åtgärden är beslutad och ändras inte. Föreslå en ny åtgärd i stället.",
    "done": "Åtgärden är redan utförd.",
    "assessed": "Effekten är redan bedömd.",
}


def _require_stage(measure: Measure, stage: str) -> None:
    if measure.stage != stage:
        raise ConflictError(_REFUSED[measure.stage])


def _save(measure: Measure, *fields: str) -> None:
    measure.version += 1
    measure.save(update_fields=[*fields, "version"])


def _audit(this: Act, action: str, measure: Measure, **data: object) -> None:
    this.work.audit(action, this.report, data={"measure": measure.pk, **data})

"""Closing: in full, on one screen, several at once; then the effect; and opening again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.shared.errors import ConflictError, InvalidInput
from deviations import risk, states
from deviations.models import Action, Category, Cause, Deviation, SafeNow
from deviations.services.door import Act, act, naming, required, several
from deviations.services.investigating import PlannedAction, add_action, check_causes, set_class
from deviations.services.writing import Changes

# Effect is followed up three months after closing unless another day is set.
EFFECT_FOLLOW_UP = relativedelta(months=3)


@dataclass
class Handling:
    """All that one form says, for enkel hantering and for several at once.

    Either ``done`` (what was done, without a plan), ``planned`` (an åtgärd to come) or
    ``no_action_reason`` is given. Without ``main_cause`` the first cause is the main one, without
    ``category`` each deviation keeps the one it has.
    """

    category: Category | None
    severity: int
    probability: int
    causes: Sequence[Cause]
    main_cause: Cause | None = None
    outcome: str = ""
    analysis: str = ""
    done: str = ""
    planned: PlannedAction | None = None
    no_action_reason: str = ""
    effect_due_on: date | None = None


def close(
    actor: Actor,
    deviation_id: int,
    *,
    outcome: str,
    effect_due_on: date | None = None,
    expected_version: int | None = None,
) -> Deviation:
    """Avsluta: the handling time stops, and the effect is followed up on ``effect_due_on``.

    Requires category, risk, causes and at least one åtgärd, all of them done. ``outcome`` is what
    the reporter reads under "Det ledde till".
    """
    with act(actor, "close", deviation_id, expected_version=expected_version) as this:
        _check_complete(this)
        if not this.deviation.actions.exists():
            raise ConflictError("Planera en åtgärd först, eller avsluta utan åtgärd med skäl.")
        _check_actions_done(this)
        _close_with_follow_up(this, outcome, effect_due_on)
        this.work.audit("deviation.closed", this.deviation)
    return this.deviation


def close_without_action(
    actor: Actor, deviation_id: int, *, reason: str, expected_version: int | None = None
) -> Deviation:
    """Avsluta utan åtgärd, with the reason that the reporter will read."""
    with act(
        actor, "close_without_action", deviation_id, expected_version=expected_version
    ) as this:
        _check_complete(this)
        _check_actions_done(this)
        _close_without_action(this, reason)
        this.work.audit("deviation.closed", this.deviation, data={"effect": states.NO_ACTION})
    return this.deviation


def _check_complete(this: Act) -> None:
    deviation = this.deviation
    missing = []
    if deviation.category_id is None:
        missing.append("kategori")
    if deviation.risk_level is None:
        missing.append("riskbedömning")
    if not deviation.cause_ids:
        missing.append("orsak")
    if missing:
        raise ConflictError(f"Det saknas {' och '.join(missing)}. Fyll i och avsluta sedan.")


def _check_actions_done(this: Act) -> None:
    if waiting := this.deviation.actions.filter(done_on__isnull=True).count():
        raise ConflictError(
            f"Åtgärder som inte är utförda än: {waiting}. Markera dem som utförda när det är "
            "gjort, och avsluta sedan."
        )


def _close_with_follow_up(this: Act, outcome: str, effect_due_on: date | None) -> None:
    deviation = this.deviation
    deviation.outcome = required(
        outcome, "outcome", "Skriv vad det ledde till. Den som rapporterade får läsa det."
    )
    due = effect_due_on or this.today + EFFECT_FOLLOW_UP
    if due <= this.today:
        raise InvalidInput("Effekten följs upp en senare dag.", field="effect_due_on")
    deviation.effect_due_on = due
    this.save("outcome", "effect_due_on")
    this.write(Changes(status=states.CLOSED_FOLLOW_UP))


def _close_without_action(this: Act, reason: str) -> None:
    deviation = this.deviation
    deviation.outcome = required(
        reason, "no_action_reason", "Skriv varför ingen åtgärd behövs. Rapportören får läsa det."
    )
    deviation.effect_due_on = None
    this.save("outcome", "effect_due_on")
    this.write(Changes(status=states.CLOSED, effect=states.NO_ACTION, reason=deviation.outcome))


def close_simply(
    actor: Actor, deviation_id: int, given: Handling, *, expected_version: int | None = None
) -> Deviation:
    """Enkel hantering: a low risk closed on one screen."""
    if risk.level(given.severity, given.probability) != risk.LOW:
        raise InvalidInput(
            "Enkel hantering är för låg risk. Välj full hantering för den här.", field="severity"
        )
    if given.planned is not None:
        raise InvalidInput("Vid enkel hantering är åtgärden redan gjord.", field="planned")
    with unit_of_work(actor) as work:
        deviation = _handle(actor, deviation_id, given, expected_version)
        work.audit("deviation.closed_simply", deviation)
    return deviation


def handle_together(actor: Actor, deviation_ids: Sequence[int], given: Handling) -> list[Deviation]:
    """Handle several alike with one cause analysis and one åtgärd; all of them or none.

    With a planned åtgärd they go on to "Åtgärder pågår"; otherwise they are closed, which is for
    low risk alone. One audit event names them all.
    """
    if given.planned is None and risk.level(given.severity, given.probability) != risk.LOW:
        raise InvalidInput(
            "Bara låg risk kan avslutas tillsammans. Planera en åtgärd i stället.",
            field="severity",
        )
    handled = []
    with unit_of_work(actor) as work:
        for key, number in several(actor, deviation_ids).items():
            with naming(number):
                handled.append(_handle(actor, key, given, None))
        work.audit(
            "deviation.closed_simply" if given.planned is None else "deviation.action_planned",
            kind="deviation",
            ids=[deviation.pk for deviation in handled],
        )
    return handled


def fits_simple(deviation: Deviation) -> bool:
    """Say whether nothing known speaks against enkel hantering: low risk, safe, no lex Sarah."""
    return (
        deviation.safe_now != SafeNow.NO
        and not deviation.possible_misconduct
        and deviation.risk_level in (None, risk.LOW)
    )


def _handle(
    actor: Actor, deviation_id: int, given: Handling, expected_version: int | None
) -> Deviation:
    name = "close"
    if given.planned is not None:
        name = "plan_action"
    elif given.no_action_reason:
        name = "close_without_action"
    with act(actor, name, deviation_id, expected_version=expected_version) as this:
        if given.planned is None and not fits_simple(this.deviation):
            raise ConflictError(
                "Ärendet är inte en låg risk: den enskilde är inte trygg, det kan vara ett "
                "missförhållande, eller risken är bedömd som högre. Välj full hantering."
            )
        if given.planned is None:
            _check_actions_done(this)
        if given.category is None and this.deviation.category_id is None:
            raise InvalidInput("Välj en kategori.", field="category")
        set_class(this, given.category, given.severity, given.probability)
        check_causes(this, given.causes, given.main_cause)
        main_cause = given.main_cause or given.causes[0]
        if given.analysis.strip():
            this.deviation.analysis = given.analysis.strip()
            this.save("analysis")
        this.write(Changes(causes=given.causes, main_cause=main_cause), keep_state=True)
        if given.planned is not None:
            add_action(this, given.planned)
            this.write()
        elif given.no_action_reason:
            _close_without_action(this, given.no_action_reason)
        else:
            done = required(
                given.done, "done", "Skriv vad som gjordes, eller varför ingen åtgärd behövs."
            )
            _add_done_action(this, done, main_cause)
            _close_with_follow_up(this, given.outcome or done, given.effect_due_on)
    return this.deviation


def _add_done_action(this: Act, text: str, cause: Cause) -> None:
    Action.objects.create(
        deviation=this.deviation,
        cause=cause,
        text=text,
        owner_id=this.actor.user_id,
        due_on=this.today,
        done_on=this.today,
        created_by_id=this.actor.user_id,
        created_at=this.work.at,
    )


def assess_effect(actor: Actor, deviation_id: int, *, effect: str, comment: str = "") -> Deviation:
    """Bedöm effekt: Förbättring, Går inte att avgöra, Ingen effekt or Utan åtgärd (reason)."""
    with act(actor, "assess_effect", deviation_id) as this:
        if effect not in states.EFFECTS:
            raise InvalidInput("Välj en effekt.", field="effect")
        if effect == states.NO_ACTION:
            comment = required(comment, "comment", "Skriv varför ingen åtgärd behövdes.")
        this.deviation.effect_due_on = None
        this.save("effect_due_on")
        this.write(Changes(status=states.CLOSED, effect=effect, reason=comment.strip()))
        this.work.audit("deviation.effect_assessed", this.deviation, data={"effect": effect})
    return this.deviation


def postpone_effect(actor: Actor, deviation_id: int, *, until: date, reason: str) -> Deviation:
    """Move the effect follow-up to a later day, with the reason."""
    with act(actor, "postpone_effect", deviation_id) as this:
        reason = required(reason, "reason", "Skriv varför effekten inte kan bedömas än.")
        if until <= this.today:
            raise InvalidInput("Välj en dag framåt i tiden.", field="until")
        this.deviation.effect_due_on = until
        this.save("effect_due_on")
        this.write(Changes(status=this.deviation.status, reason=reason))
        this.work.audit(
            "deviation.effect_postponed", this.deviation, data={"until": until.isoformat()}
        )
    return this.deviation


def reopen(actor: Actor, deviation_id: int, *, reason: str) -> Deviation:
    """Återöppna, with the reason; the handling time runs again from the day of the report."""
    with act(actor, "reopen", deviation_id) as this:
        reason = required(reason, "reason", "Skriv varför ärendet öppnas igen.")
        this.deviation.effect_due_on = None
        this.save("effect_due_on")
        effect = "" if this.deviation.effect else None
        this.write(Changes(reason=reason, effect=effect))
        this.work.audit("deviation.reopened", this.deviation)
    return this.deviation

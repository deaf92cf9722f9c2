"""Investigating: category and risk, causes and analysis, actions with owner and date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.organisation.models import User
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotVisible
from deviations import risk, states
from deviations.models import Action, Category, Cause, Deviation
from deviations.rules import RULES
from deviations.services import watching
from deviations.services.door import Act, act, required
from deviations.services.writing import Changes


@dataclass
class PlannedAction:
    """An åtgärd as entered."""

    text: str
    cause: Cause | None = None
    owner: User | None = None
    due_on: date | None = None


def classify(
    actor: Actor,
    deviation_id: int,
    *,
    category: Category | None = None,
    severity: int | None = None,
    probability: int | None = None,
    expected_version: int | None = None,
) -> Deviation:
    """Set category and risk (severity and probability, each 1–4)."""
    with act(actor, "classify", deviation_id, expected_version=expected_version) as this:
        set_class(this, category, severity, probability)
        this.work.audit("deviation.classified", this.deviation)
    return this.deviation


def set_class(
    this: Act, category: Category | None, severity: int | None, probability: int | None
) -> None:
    """Set category and risk of the deviation of the act under way."""
    deviation = this.deviation
    # What was chosen while it was used may stay, also in a form that is sent again.
    if (
        category
        and category.pk != deviation.category_id
        and (category.board_id != deviation.board_id or not category.is_valid_on(this.today))
    ):
        raise InvalidInput("Välj en kategori som används i dag.", field="category")
    for name, value in (("severity", severity), ("probability", probability)):
        if value is None:
            continue
        if value not in (risk.SEVERITIES if name == "severity" else risk.PROBABILITIES):
            raise InvalidInput("Välj ett steg mellan 1 och 4.", field=name)
        setattr(deviation, name, value)
    this.save("severity", "probability")
    if category and category.pk != deviation.category_id:
        this.write(Changes(category=category), keep_state=True)


def investigate(
    actor: Actor,
    deviation_id: int,
    *,
    causes: Sequence[Cause],
    main_cause: Cause | None,
    analysis: str,
    expected_version: int | None = None,
) -> Deviation:
    """Record the causes (at least one, one of them the main one) and the analysis."""
    with act(actor, "investigate", deviation_id, expected_version=expected_version) as this:
        check_causes(this, causes, main_cause)
        this.deviation.analysis = analysis.strip()
        this.save("analysis")
        this.write(Changes(causes=causes, main_cause=main_cause or causes[0]))
        this.work.audit("deviation.investigated", this.deviation)
    return this.deviation


def check_causes(this: Act, causes: Sequence[Cause], main_cause: Cause | None) -> None:
    """Raise ``InvalidInput`` unless the causes are some, in use, the main one among them."""
    if not causes:
        raise InvalidInput("Välj minst en orsak.", field="causes")
    if main_cause is not None and main_cause not in causes:
        raise InvalidInput("Huvudorsaken ska vara en av de valda orsakerna.", field="main_cause")
    chosen_before = set(this.deviation.cause_ids)
    for cause in causes:
        if cause.pk in chosen_before:
            continue
        if cause.board_id != this.deviation.board_id or not cause.is_valid_on(this.today):
            raise InvalidInput("Välj orsaker som används i dag.", field="causes")


def plan_action(actor: Actor, deviation_id: int, given: PlannedAction) -> Action:
    """Plan an åtgärd against one of the causes, with owner and date."""
    with act(actor, "plan_action", deviation_id) as this:
        action = add_action(this, given)
        this.write()
        this.work.audit("deviation.action_planned", this.deviation, data={"action": action.pk})
    return action


def add_action(this: Act, given: PlannedAction) -> Action:
    """Check ``given`` and add it to the deviation of the act under way."""
    deviation = this.deviation
    text = required(given.text, "text", "Skriv vad som ska göras.")
    if given.cause is None or given.cause.pk not in deviation.cause_ids:
        raise InvalidInput("Välj vilken av orsakerna åtgärden gäller.", field="cause")
    owner = given.owner
    if owner is None or owner.board_id != deviation.board_id or not owner.is_active:
        raise InvalidInput("Välj vem som ansvarar för åtgärden.", field="owner")
    if given.due_on is None or given.due_on < this.today:
        raise InvalidInput(
            "Ange vilken dag åtgärden ska vara klar, i dag eller senare.", field="due_on"
        )
    action = Action.objects.create(
        deviation=deviation,
        cause=given.cause,
        text=text,
        owner=owner,
        due_on=given.due_on,
        created_by_id=this.actor.user_id,
        created_at=this.work.at,
    )
    watching.watch_actions(deviation, [action], this.work.at)
    return action


def finish_action(actor: Actor, action_id: int) -> Action:
    """Mark an åtgärd as done. Its owner may, even without seeing the deviation itself."""
    with unit_of_work(actor) as work:
        action = _finish(actor, action_id, work.at)
        work.audit("deviation.action_finished", action.deviation, data={"action": action.pk})
    return action


def finish_actions(actor: Actor, action_ids: Sequence[int]) -> list[Action]:
    """Mark several åtgärder as done: all of them or none, as one audit event."""
    with unit_of_work(actor) as work:
        done = [_finish(actor, key, work.at) for key in sorted(set(action_ids))]
        work.audit(
            "deviation.action_finished",
            kind="deviation",
            ids={action.deviation_id for action in done},
            data={"actions": [action.pk for action in done]},
        )
    return done


def _finish(actor: Actor, action_id: int, now: datetime) -> Action:
    action = (
        Action.objects.select_related("deviation")
        .select_for_update(of=("self",))
        .filter(pk=action_id, deviation__board_id=actor.board_id)
        .first()
    )
    if action is None:
        raise NotVisible
    deviation = action.deviation
    if action.owner_id != actor.user_id:
        if not Deviation.objects.visible_to(actor).filter(pk=deviation.pk).exists():
            raise NotVisible
        policy.require(actor, "finish_action", deviation, RULES)
    states.DEVIATION.target("finish_action", deviation.status)
    if action.done_on is not None:
        raise ConflictError("Åtgärden är redan markerad som utförd.")
    action.done_on = clock.local_day(now)
    action.save(update_fields=["done_on"])
    watching.action_done(action, now)
    return action

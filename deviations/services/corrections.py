"""Correcting imported deviations: a changed row takes back what the earlier one said.

The rows taken back stay, so that the figures as known before the correction can be made again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Model, Q

from casework.access.actor import Actor
from casework.registers.kinds import Known
from casework.registers.models import ImportBatch
from casework.shared.versions import Fact
from deviations.models import (
    Action,
    Attachment,
    CategoryRow,
    CausesRow,
    Deviation,
    EffectRow,
    Exchange,
    ProtectionRow,
    Question,
    RegistrationRow,
    StatusRow,
)
from deviations.models.history import HistoryRow
from deviations.services.writing import Changes, Moment, facts_of, write

# The unit is not among them: that a unit was replaced is no handling of the case, and every
# other move is seen by its state.
_HANDLING_ROWS: tuple[type[HistoryRow], ...] = (
    StatusRow,
    CategoryRow,
    CausesRow,
    EffectRow,
    ProtectionRow,
    RegistrationRow,
)
_TRACES: tuple[type[Model], ...] = (Question, Exchange, Attachment)


def handled_here(rows: Mapping[str, Known]) -> dict[str, str]:
    """Return id in the file → our number, for those that anybody here has worked with."""
    keys = {known.object_id: external_id for external_id, known in rows.items()}
    found: set[int] = set()
    for history in _HANDLING_ROWS:
        by_hand = history._default_manager.filter(deviation__in=keys, batch__isnull=True)
        found.update(by_hand.values_list("deviation_id", flat=True))
    for trace in _TRACES:
        left = trace._default_manager.filter(deviation__in=keys)
        found.update(left.values_list("deviation_id", flat=True))
    actions = Action.objects.filter(deviation__in=keys).filter(
        Q(created_by__isnull=False)
        | Q(owner__isnull=False)
        | Q(done_on__isnull=False, deviation__closed_on__isnull=True)
        | Q(done_on__gt=F("deviation__closed_on"))
    )
    found.update(actions.values_list("deviation_id", flat=True))
    deviations = Deviation.objects.filter(pk__in=keys)
    touched = deviations.filter(
        Q(pk__in=found)
        | Q(handler__isnull=False)
        | Q(severity__isnull=False)
        | ~Q(analysis="")
        | ~Q(outcome="")
    )
    return {keys[key]: number for key, number in touched.values_list("pk", "number")}


@dataclass(frozen=True)
class _Told:
    """One value of one attribute as the file tells it, with the change that writes it."""

    day: date
    value: Any
    change: Changes


def correct(
    deviation: Deviation,
    story: Iterable[tuple[date, Changes]],
    actor: Actor,
    recorded_at: datetime,
    batch: ImportBatch,
) -> None:
    """Write the differences between ``story`` and the history as corrections of the latter."""
    taken_back, valid = set(), defaultdict(list)
    facts = facts_of(deviation)
    for fact in facts:
        taken_back.add(fact.corrects)
    for fact in sorted(facts, key=lambda fact: (fact.recorded_at, fact.key[1])):
        if fact.key not in taken_back:
            valid[fact.attribute].append(fact)
    moments: list[tuple[Moment, Changes]] = []
    for attribute, told in _by_attribute(story, valid).items():
        before = sorted(valid[attribute], key=lambda fact: (fact.effective_on, fact.key[1]))
        first = _first_difference(told, before)
        # From the first that differs on, all are written again: what is true on the same day
        # holds in the order in which it was written.
        for place in range(first, len(told)):
            corrects = {attribute: before[place].key[1]} if place < len(before) else {}
            moment = Moment(actor.user_id, recorded_at, told[place].day, batch, corrects)
            moments.append((moment, told[place].change))
    write(deviation, moments)


def _first_difference(told: Sequence[_Told], before: Sequence[Fact]) -> int:
    for place, one in enumerate(told):
        if place >= len(before):
            return place
        if (one.day, one.value) != (before[place].effective_on, before[place].value):
            return place
    return len(told)


def _by_attribute(
    story: Iterable[tuple[date, Changes]], valid: Mapping[str, Sequence[Fact]]
) -> dict[str, list[_Told]]:
    """Return what the file tells of each attribute, in order.

    What it no longer tells, and told before, is told as empty.
    """
    told: dict[str, list[_Told]] = defaultdict(list)
    last_day = date.min
    for day, given in story:
        last_day = day
        for attribute, value, change in _parts(given):
            told[attribute].append(_Told(day, value, change))
    empty = {
        "category": ([None, None], Changes(clear_category=True)),
        "causes": ([[], None], Changes(causes=[])),
        "effect": ("", Changes(effect="")),
    }
    for attribute, (value, change) in empty.items():
        if attribute not in told and valid.get(attribute):
            day = valid[attribute][0].effective_on if attribute == "category" else last_day
            told[attribute] = [_Told(day, value, change)]
    return told


def _parts(given: Changes) -> list[tuple[str, Any, Changes]]:
    """Return (attribute, value as a fact has it, the change that writes it alone)."""
    parts: list[tuple[str, Any, Changes]] = []
    if given.registered_on is not None:
        day = given.registered_on
        parts.append(("registration", day, Changes(registered_on=day)))
    if given.status is not None:
        parts.append(("status", given.status, Changes(status=given.status)))
    if given.unit is not None:
        parts.append(("unit", [given.unit.pk, given.unit.area_id], Changes(unit=given.unit)))
    if given.category is not None:
        ids = [given.category.pk, given.category.main.pk]
        parts.append(("category", ids, Changes(category=given.category)))
    if given.causes is not None:
        main = given.main_cause.pk if given.main_cause else None
        change = Changes(causes=given.causes, main_cause=given.main_cause)
        parts.append(("causes", [[cause.pk for cause in given.causes], main], change))
    if given.effect is not None:
        parts.append(("effect", given.effect, Changes(effect=given.effect)))
    if given.protected is not None:
        parts.append(("protection", given.protected, Changes(protected=given.protected)))
    return parts

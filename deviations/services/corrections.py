"""Correcting imported deviations: a changed row takes back what the earlier one said.

The rows taken back stay, so that the figures as known before the correction can be made again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import F, Model, Q

from casework.access.actor import Actor
from casework.registers.kinds import Known
from casework.registers.models import ImportBatch
from casework.shared.chronicle import Stamp, Told
from casework.shared.versions import Fact
from deviations.histories import CATEGORY, CAUSES, DEVIATIONS, EFFECT
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
from deviations.services.writing import Changes, write_told

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


def correct(
    deviation: Deviation,
    story: Iterable[tuple[date, Changes]],
    actor: Actor,
    recorded_at: datetime,
    batch: ImportBatch,
) -> None:
    """Write the differences between ``story`` and the history as corrections of the latter."""
    taken_back, valid = set(), defaultdict(list)
    facts = DEVIATIONS.facts([deviation.pk])[deviation.pk]
    for fact in facts:
        taken_back.add(fact.corrects)
    for fact in sorted(facts, key=lambda fact: (fact.recorded_at, fact.key[1])):
        if fact.key not in taken_back:
            valid[fact.attribute].append(fact)
    choices: list[tuple[Told, int | None]] = []
    for attribute, told in _by_attribute(story, valid).items():
        before = sorted(valid[attribute], key=lambda fact: (fact.effective_on, fact.key[1]))
        first = _first_difference(told, before)
        # From the first that differs on, all are written again: what is true on the same day
        # holds in the order in which it was written.
        for place in range(first, len(told)):
            corrects = before[place].key[1] if place < len(before) else None
            choices.append((told[place], corrects))
    if choices:
        write_told(deviation, choices, Stamp(recorded_at, actor.user_id, batch.pk))


def _first_difference(told: Sequence[Told], before: Sequence[Fact]) -> int:
    for place, one in enumerate(told):
        if place >= len(before):
            return place
        if (one.effective_on, one.value) != (before[place].effective_on, before[place].value):
            return place
    return len(told)


def _by_attribute(
    story: Iterable[tuple[date, Changes]], valid: Mapping[str, Sequence[Fact]]
) -> dict[str, list[Told]]:
    """Return what the file tells of each attribute, in order.

    What it no longer tells, and told before, is told as empty.
    """
    told: dict[str, list[Told]] = defaultdict(list)
    last_day = date.min
    for day, given in story:
        last_day = day
        for one in given.told(day):
            told[one.attribute].append(one)
    empty = {
        CATEGORY: Changes(clear_category=True),
        CAUSES: Changes(causes=[]),
        EFFECT: Changes(effect=""),
    }
    for attribute, change in empty.items():
        if attribute not in told and valid.get(attribute):
            day = valid[attribute][0].effective_on if attribute == CATEGORY else last_day
            told[attribute] = change.told(day)
    return told

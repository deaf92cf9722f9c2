"""What of cases has times: intakes, investigations, decisions, and what is watched by hand."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db.models import QuerySet, Value
from django.urls import NoReverseMatch, reverse

from casework.access.actor import Actor
from casework.access.policy import shown_case_number
from casework.cases.services.watching_open import watch_open
from casework.cases.watching import ALL_KINDS, ALL_LABELS
from casework.deadlines.subjects import MISSING, SUBJECTS, Shown, Subject


def _visible(model: type[Any]) -> Callable[[Actor], QuerySet[Any]]:
    def visible(actor: Actor) -> QuerySet[Any]:
        found: QuerySet[Any] = model.objects.visible_to(actor)
        return found

    return visible


def _shown(kind: str) -> Callable[[Actor, Collection[int]], Mapping[int, Shown]]:
    def shown(actor: Actor, ids: Collection[int]) -> Mapping[int, Shown]:
        return {key: name for (_, key), name in _shown_together(actor, {kind: ids}).items()}

    return shown


def _shown_together(
    actor: Actor, ids_by_kind: Mapping[str, Collection[int]]
) -> Mapping[tuple[str, int], Shown]:
    found = [
        ALL_KINDS[kind]
        .objects.filter(pk__in=ids)
        .order_by()
        .values_list(Value(kind), "pk", "case", "case__number")
        for kind, ids in ids_by_kind.items()
    ]
    return {
        # A register may leave a decision without a case.
        (kind, key): Shown(
            shown_case_number(actor, number) if number else f"{ALL_LABELS[kind]} {key}",
            _url(case),
        )
        for kind, key, case, number in found[0].union(*found[1:], all=True)
    }


def _url(case_id: int | None) -> str:
    if case_id is None:
        return reverse("watch")
    try:
        return reverse("case", args=[case_id])
    except NoReverseMatch:
        return reverse("watch")


for _kind, _label in ALL_LABELS.items():
    SUBJECTS.register(
        _kind,
        Subject(_label, _visible(ALL_KINDS[_kind]), _shown(_kind), shown_together=_shown_together),
    )
MISSING.register("casework.cases", watch_open)

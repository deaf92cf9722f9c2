"""What of cases has times: intakes, investigations, decisions, and what is watched by hand."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db.models import QuerySet
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


def _shown(model: type[Any], label: str) -> Callable[[Actor, Collection[int]], Mapping[int, Shown]]:
    def shown(actor: Actor, ids: Collection[int]) -> Mapping[int, Shown]:
        rows = model.objects.filter(pk__in=ids).values_list("pk", "case", "case__number")
        return {
            # A register may leave a decision without a case.
            key: Shown(shown_case_number(actor, number) if number else f"{label} {key}", _url(case))
            for key, case, number in rows
        }

    return shown


def _url(case_id: int | None) -> str:
    if case_id is None:
        return reverse("watch")
    try:
        return reverse("case", args=[case_id])
    except NoReverseMatch:
        return reverse("watch")


for _kind, _label in ALL_LABELS.items():
    _model = ALL_KINDS[_kind]
    SUBJECTS.register(_kind, Subject(_label, _visible(_model), _shown(_model, _label)))
MISSING.register("casework.cases", watch_open)

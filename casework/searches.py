"""Finding cases by their number in the one search box."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.urls import reverse

from casework.access import policy
from casework.access.actor import Actor
from casework.cases.models import Case
from casework.cases.queries.listing import visible_cases
from casework.kit.search import SEARCHES, Found, Hit, Query, Search


@dataclass(frozen=True)
class _Cases:
    """The cases found, a page at a time."""

    found: QuerySet[Case]

    def count(self) -> int:
        return self.found.count()

    def __getitem__(self, part: slice) -> list[Hit]:
        return [_hit(case) for case in self.found[part]]


def _hit(case: Case) -> Hit:
    return Hit(
        case.pk,
        case.number,
        reverse("case", args=[case.pk]),
        ["ärendets nummer"],
        "Skyddade personuppgifter" if case.protected else "",
        "warn",
        [case.unit.name],
    )


def find(actor: Actor, query: Query) -> Found:
    """Return the cases that the actor sees whose number is a word typed, or all that was typed.

    Whoever reads numbers masked finds none by them.
    """
    numbers = {query.text, *query.tokens} - {""}
    if not numbers or policy.masks_case_numbers(actor):
        return _Cases(Case.objects.none())
    wanted = reduce(or_, (Q(number__iexact=number) for number in sorted(numbers)))
    found = visible_cases(actor).filter(wanted).select_related("unit").order_by("number")
    return _Cases(found)


SEARCHES.register("cases", Search("Ärenden", "case", find))

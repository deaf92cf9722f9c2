"""Finding deviations by number, case, category, unit, day and words in the text."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from django.db.models import Q, QuerySet
from django.urls import reverse

from casework.access import policy
from casework.access.actor import Actor
from casework.kit.search import SEARCHES, Days, Found, Hit, Query, Search, forms
from casework.organisation.models import Unit
from casework.shared import blind_index
from deviations import states
from deviations.models import Category, Deviation

# Shorter parts of a name would be found in nearly every name.
MIN_PART = 3
_WORD = re.compile(r"\w+")
MAX_SERIAL = 10**12
_DATES = (
    ("registered_on", "rapporterad"),
    ("occurred_on", "inträffade"),
    ("noticed_on", "upptäcktes"),
)


@dataclass(frozen=True)
class Way:
    """One way in which a word may match: the condition, and how a hit tells that it did."""

    condition: Q
    matches: Callable[[Deviation], bool]
    words: Callable[[Deviation], str]


def _named(names: Iterable[tuple[int, str]], token: str) -> set[int]:
    """Return the ids of those whose name has ``token`` in it (short tokens: as a whole word)."""
    wanted = token.casefold()
    found = set()
    for key, name in names:
        name = name.casefold()
        if wanted in (name if len(wanted) >= MIN_PART else name.split()):
            found.add(key)
    return found


class _Ways:
    """The ways in which words may match for one actor; registers are read once."""

    def __init__(self, actor: Actor) -> None:
        self.masked = policy.masks_case_numbers(actor)
        board = {"board_id": actor.board_id}
        self.categories = [
            (category.pk, category.label)
            for category in Category.objects.filter(**board).select_related("parent")
        ]
        self.units = list(Unit.objects.filter(**board).values_list("pk", "name"))

    def of(self, token: str) -> list[Way]:
        """Return the ways for one word; none where it is too common to search for."""
        registers = self._registers(token)
        ways = [*self._numbers(token), *registers]
        words = [word for word in _WORD.findall(token.lower()) if blind_index.stems(word)]
        if words:
            wanted = [blind_index.terms(*forms(word)) for word in words]
            ways.append(
                Way(
                    reduce(and_, [Q(search_terms__overlap=terms) for terms in wanted]),
                    lambda row: all(set(terms) & set(row.search_terms) for terms in wanted),
                    lambda row: f"ordet {token} i texten",
                )
            )
        elif not registers and not any(sign.isdigit() for sign in token):
            # "och" on its own says nothing: it narrows nothing either.
            return []
        return ways

    def _numbers(self, token: str) -> list[Way]:
        ways = []
        upper = token.upper()
        serial = upper.rpartition("-")[2]
        # The tail of a number is the record's key (see ``reporting.next_number``).
        if upper.isdigit() and upper.isascii() and int(upper) < MAX_SERIAL:
            key = int(upper)
            ways.append(Way(Q(pk=key), lambda row: row.pk == key, lambda row: "numret"))
        elif serial.isdigit():
            numbers = [upper, f"AVV-{upper}"]
            ways.append(
                Way(Q(number__in=numbers), lambda row: row.number in numbers, lambda row: "numret")
            )
        ways.append(_exactly("external_id", [token, upper], "numret i tidigare system"))
        if not self.masked:
            ways.append(_exactly("case_number", [token, upper], "ärendet"))
        return ways

    def _registers(self, token: str) -> list[Way]:
        ways = []
        if keys := _named(self.categories, token):
            ways.append(
                Way(
                    Q(category_id__in=keys),
                    lambda row: row.category_id in keys,
                    lambda row: f"kategorin {row.category and row.category.label}",
                )
            )
        if units := _named(self.units, token):
            ways.append(
                Way(
                    Q(unit_id__in=units) | Q(reporting_unit_id__in=units),
                    lambda row: row.unit_id in units or row.reporting_unit_id in units,
                    lambda row: (
                        f"enheten {row.unit if row.unit_id in units else row.reporting_unit}"
                    ),
                )
            )
        return ways


def _exactly(column: str, values: Sequence[str], words: str) -> Way:
    return Way(
        Q(**{f"{column}__in": set(values)}),
        lambda row: getattr(row, column) in values,
        lambda row: words,
    )


def _on(days: Days) -> Way:
    conditions = [Q(**{f"{name}__range": (days.first, days.last)}) for name, _ in _DATES]

    def words(row: Deviation) -> str:
        said = [
            f"{label} {getattr(row, name)}" for name, label in _DATES if getattr(row, name) in days
        ]
        return " och ".join(said)

    return Way(reduce(or_, conditions), lambda row: bool(words(row)), words)


class _FoundDeviations:
    """The deviations found, newest first."""

    def __init__(self, rows: QuerySet, asked: Sequence[Sequence[Way]]) -> None:
        self._rows, self._asked = rows, asked

    def count(self) -> int:
        return self._rows.count()

    def __getitem__(self, part: slice) -> list[Hit]:
        shown = self._rows.select_related("unit", "reporting_unit", "category__parent")
        return [self._hit(row) for row in shown.order_by("-registered_on", "-id")[part]]

    def _hit(self, row: Deviation) -> Hit:
        why = [way.words(row) for ways in self._asked for way in ways if way.matches(row)]
        facts = [str(row.registered_on), row.unit.name, row.category.label if row.category else ""]
        return Hit(
            key=row.pk,
            title=row.number,
            url=reverse("deviation", args=[row.pk]),
            why=list(dict.fromkeys(why)),
            chip=states.LABELS[row.status],
            chip_kind="done" if row.status in states.CLOSED_STATES else "info",
            facts=[fact for fact in facts if fact],
        )


def find(actor: Actor, query: Query) -> Found:
    """Return the deviations visible to ``actor`` in which every word and day is found."""
    ways = _Ways(actor)
    asked = [found for token in query.tokens if (found := ways.of(token))]
    asked += [[_on(days)] for days in query.days]
    # A number of another system may have spaces in it: the whole, as typed, is one way more.
    columns = [("external_id", "numret i tidigare system")]
    if not ways.masked:
        columns.append(("case_number", "ärendet"))
    whole = [_exactly(column, [query.text], words) for column, words in columns]
    conditions = [reduce(or_, [way.condition for way in some]) for some in asked]
    rows = Deviation.objects.visible_to(actor)
    matching = reduce(or_, [way.condition for way in whole])
    if conditions:
        matching |= reduce(and_, conditions)
    return _FoundDeviations(rows.filter(matching), [*asked, whole])


SEARCHES.register("deviations", Search("Avvikelser", "deviation", find))

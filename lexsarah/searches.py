"""Finding a report by its numbers, the unit examined, its days, and words of what happened.

Every word that is typed is to match, but those too common to tell two texts apart. The document
and the notes are no way to a report: only what was reported is.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from django.db.models import Q, QuerySet
from django.urls import reverse

from casework.access.actor import Actor
from casework.kit.search import SEARCHES, Days, Found, Hit, Query, Search, forms
from casework.shared import blind_index
from lexsarah.models import Report

_COLUMNS = {
    "number": "nummer",
    "registry_number": "diarienummer",
    "ivo_number": "IVO:s diarienummer",
    "external_id": "nummer i tidigare system",
    "case_number": "ärende",
}
_DATES = {"registered_on": "rapporterad", "occurred_on": "inträffade"}
# Shorter parts of a name would be found in nearly every name.
_MIN_PART = 3
_WORD = re.compile(r"\w+")
# As many digits as a key may have.
_MAX_DIGITS = 12


@dataclass(frozen=True)
class _Way:
    """One way in which a word may match: the condition, and how a hit tells that it did."""

    condition: Q
    says: Callable[[Report], str]


@dataclass(frozen=True)
class _Reports:
    """The reports found, a page at a time."""

    found: QuerySet[Report]
    asked: Sequence[Sequence[_Way]]

    def count(self) -> int:
        return self.found.count()

    def __getitem__(self, part: slice) -> list[Hit]:
        return [self._hit(report) for report in self.found[part]]

    def _hit(self, report: Report) -> Hit:
        why = [said for ways in self.asked for way in ways if (said := way.says(report))]
        return Hit(
            report.pk,
            report.number,
            reverse("lex-sarah", args=[report.pk]),
            list(dict.fromkeys(why)),
            report.get_status_display(),
            "neutral",
            [report.unit.name, f"rapporterad {report.registered_on}"],
        )


def find(actor: Actor, query: Query) -> Found:
    """Return the reports that the actor sees and that match all that was typed."""
    words = [ways for word in query.tokens if (ways := _ways(word))]
    days = [[_on(day)] for day in query.days]
    asked = [*words, *days]
    # A diarienummer may have a space in it.
    if len(asked) > 1:
        whole = [_is(column, query.text) for column in _COLUMNS]
        if Report.objects.visible_to(actor).filter(_any(whole)).exists():
            asked = [whole]
    if not asked:
        return _Reports(Report.objects.none(), [])
    found = Report.objects.visible_to(actor).filter(reduce(and_, map(_any, asked)))
    return _Reports(found.select_related("unit").order_by("-registered_on", "-pk"), asked)


def _ways(word: str) -> list[_Way]:
    """Return the ways in which a word may match; none where it is too common to search for."""
    parts = [one for one in _WORD.findall(word.lower()) if blind_index.stems(one)]
    if not parts:
        return [] if word.isalpha() else _numbers(word)
    wanted = [set(blind_index.terms(*forms(one))) for one in parts]
    in_text = _Way(
        reduce(and_, [Q(search_terms__overlap=sorted(terms)) for terms in wanted]),
        lambda report: (
            f"ordet {word} i texten"
            if all(terms & set(report.search_terms) for terms in wanted)
            else ""
        ),
    )
    return [*_numbers(word), *_unit(word), in_text]


def _any(ways: Sequence[_Way]) -> Q:
    return reduce(or_, [way.condition for way in ways])


def _numbers(word: str) -> list[_Way]:
    ways = [_is(column, word) for column in _COLUMNS]
    if word.isascii() and word.isdigit() and len(word) <= _MAX_DIGITS:
        # The tail of a number is the record's key (see ``services.numbering``).
        key = int(word)
        ways.append(_Way(Q(pk=key), lambda report: "nummer" if report.pk == key else ""))
    return ways


def _is(column: str, typed: str) -> _Way:
    wanted, label = typed.casefold(), _COLUMNS[column]
    return _Way(
        Q(**{f"{column}__iexact": typed}),
        lambda report: label if getattr(report, column).casefold() == wanted else "",
    )


def _unit(word: str) -> list[_Way]:
    if len(word) < _MIN_PART:
        return []
    wanted = word.casefold()
    return [
        _Way(
            Q(unit__name__icontains=word),
            lambda report: (
                f"enheten {report.unit.name}" if wanted in report.unit.name.casefold() else ""
            ),
        )
    ]


def _on(days: Days) -> _Way:
    conditions = [Q(**{f"{name}__range": (days.first, days.last)}) for name in _DATES]

    def says(report: Report) -> str:
        said = [
            f"{label} {getattr(report, name)}"
            for name, label in _DATES.items()
            if getattr(report, name) in days
        ]
        return " och ".join(said)

    return _Way(reduce(or_, conditions), says)


SEARCHES.register("lexsarah", Search("Lex Sarah", "report", find))

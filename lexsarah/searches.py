"""Finding a report by its number, its diarienummer, IVO's, the earlier system's or its case."""

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.urls import reverse

from casework.access.actor import Actor
from casework.kit.search import SEARCHES, Found, Hit, Query, Search
from lexsarah.models import Report

_COLUMNS = {
    "number": "nummer",
    "registry_number": "diarienummer",
    "ivo_number": "IVO:s diarienummer",
    "external_id": "nummer i tidigare system",
    "case_number": "ärende",
}


@dataclass(frozen=True)
class _Reports:
    """The reports found, a page at a time."""

    found: QuerySet[Report]
    wanted: frozenset[str]

    def count(self) -> int:
        return self.found.count()

    def __getitem__(self, part: slice) -> list[Hit]:
        return [self._hit(report) for report in self.found[part]]

    def _hit(self, report: Report) -> Hit:
        why = [
            label
            for column, label in _COLUMNS.items()
            if getattr(report, column).casefold() in self.wanted
        ]
        return Hit(
            report.pk,
            report.number,
            reverse("lex-sarah", args=[report.pk]),
            why,
            report.get_status_display(),
            "neutral",
            [report.unit.name, f"rapporterad {report.registered_on}"],
        )


def find(actor: Actor, query: Query) -> Found:
    """Return the reports that the actor sees with a number that is a word typed, or all of it."""
    typed = {query.text, *query.tokens} - {""}
    wanted = frozenset(word.casefold() for word in typed)
    if not typed:
        return _Reports(Report.objects.none(), wanted)
    same = (Q(**{f"{column}__iexact": word}) for column in _COLUMNS for word in sorted(typed))
    found = Report.objects.visible_to(actor).filter(reduce(or_, same)).select_related("unit")
    return _Reports(found.order_by("-registered_on", "-pk"), wanted)


SEARCHES.register("lexsarah", Search("Lex Sarah", "report", find))

"""What the scans of cases have in common: both clocks, the actor's reach, legal times in SQL."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, DateField, F, Func, Q, QuerySet

from casework.access.querysets import VersionQuerySet
from casework.cases.models import CHILD_INVESTIGATION, CaseRecord, CaseVersion
from casework.deadlines.terms import Term
from casework.reports.selection import Selection
from casework.shared.history import under_clocks

V = TypeVar("V", bound=CaseVersion)
LATE_NOTE = (
    "För sent räknas efter den dag som tiden räknas fram till. Bevakningen räknar en missad tid "
    "först när sista dagen har gått, som flyttas om den är en helgdag."
)


class EndOf(Func):
    """The day on which a term in days, weeks, months or years ends, counted from a day.

    PostgreSQL takes the last day of a month that lacks the day, as lag 1930:173 1 § does.
    """

    template = "((%(expressions)s) + interval '%(length)s')::date"
    output_field = DateField()

    def __init__(self, start: str, term: Term) -> None:
        super().__init__(F(start), length=f"{term.amount} {term.unit}")


def counted(selection: Selection, versions: type[V]) -> "VersionQuerySet[V]":
    """Return the versions of the selection's areas that may be counted: one of each record."""
    manager: Any = versions._default_manager
    found: VersionQuerySet[V] = manager.countable_by(selection.actor).filter(
        area_id__in=[area.pk for area in selection.areas],
        **under_clocks(selection.as_of, selection.known_at),
    )
    return found


def split(found: QuerySet[V]) -> dict[str, Count]:
    """Return the two numbers of each group: those that may be split, and those who stand apart."""
    protected = found.protected_ever()  # type: ignore[attr-defined]
    return {
        "value": Count("record_id", filter=~protected),
        "apart": Count("record_id", filter=protected),
    }


def to_list(selection: Selection, versions: QuerySet[V], record: type[CaseRecord]) -> QuerySet[V]:
    """Keep those whose record the actor may open today.

    Never those under skyddade personuppgifter, then or now.
    """
    openable = record.objects.visible_to(selection.actor).filter(protected=False)
    return versions.filter(protected=False, record__in=openable).select_related(
        "record__case", "unit"
    )


def last_day(selection: Selection) -> date:
    """Return the last day of the period that the report has seen."""
    return min(selection.period_to, selection.as_of)


def childrens_areas(selection: Selection) -> list[int]:
    """Return the board's areas that are flagged for children, as was known then.

    Before the first that is kept of an area, its first flag holds.
    """
    events: Any = selection.board.areas.model._meta.get_field("events").related_model
    flags: dict[int, bool] = {}
    rows = events.objects.filter(board=selection.board).order_by("pgh_created_at", "pgh_id")
    for area, flag, since in rows.values_list("pgh_obj_id", "for_children", "pgh_created_at"):
        if area not in flags or since <= selection.known_at:
            flags[area] = flag
    return [area for area, flag in flags.items() if flag]


def of_children(areas: Sequence[int]) -> Q:
    """Return which investigations are children's: said to be, or nothing said in their areas."""
    return Q(kind=CHILD_INVESTIGATION) | Q(kind="", area_id__in=areas)

"""The table of late investigations: one scan of the version rows."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    DateField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce, Least

from casework.access import policy
from casework.cases.models import CHILD_INVESTIGATION, Investigation, InvestigationVersion
from casework.cases.terms import INVESTIGATION
from casework.organisation.models import ServiceArea
from casework.reports import splits
from casework.reports.cases.counting import (
    LATE_NOTE,
    EndOf,
    childrens_areas,
    counted,
    last_day,
    of_children,
    split,
    to_list,
)
from casework.reports.selection import Selection
from casework.reports.tables import CaseLine, Cases, Content


@dataclass(frozen=True)
class Group:
    """How many investigations went equally; ``apart`` are protected."""

    late: bool
    extended: bool
    without_valid: bool
    value: int
    apart: int


def _condition(condition: Q) -> ExpressionWrapper:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _annotated(selection: Selection) -> QuerySet[Any]:
    """Return the children's investigations that were open on some day of the period.

    ``seen_on`` is the last such day: what is not late then was late on none of them, and an
    extension that reaches it reaches them all.
    """
    end = last_day(selection)
    return (
        counted(selection, InvestigationVersion)
        .filter(
            of_children(selection.once("casework.childrens_areas", childrens_areas)),
            Q(closed_on__isnull=True) | Q(closed_on__gte=selection.period_from),
            opened_on__lte=end,
        )
        .annotate(
            seen_on=Least(
                Coalesce(F("closed_on"), Value(end, output_field=DateField())),
                Value(end, output_field=DateField()),
            ),
            due_on=EndOf("opened_on", INVESTIGATION),
        )
        .filter(seen_on__gte=selection.period_from)
        .annotate(
            late=_condition(Q(seen_on__gt=F("due_on"))),
            extended=_condition(Q(seen_on__gt=F("due_on"), extended_to__isnull=False)),
            without_valid=_condition(
                Q(seen_on__gt=F("due_on"))
                & (Q(extended_in_time_to__isnull=True) | Q(extended_in_time_to__lt=F("seen_on")))
            ),
        )
    )


def groups(selection: Selection) -> dict[int, list[Group]]:
    """Return the counts by area."""
    out_of_reach = Q(extended_in_time_to__isnull=True) | Q(extended_in_time_to__lt=F("seen_on"))
    # Whether it is late is reckoned once for each row; the rest follows from it here.
    annotated = _annotated(selection)
    rows = (
        annotated.annotate(
            any_extension=_condition(Q(extended_to__isnull=False)),
            out_of_reach=_condition(out_of_reach),
        )
        .values_list("area_id", "late", "any_extension", "out_of_reach")
        .annotate(**split(annotated))
    )
    found: dict[int, list[Group]] = defaultdict(list)
    for area, late, extended, unreached, value, apart in rows:
        found[area].append(Group(late, late and extended, late and unreached, value, apart))
    return found


def late_investigations(selection: Selection, area: ServiceArea) -> Content:
    """Count those that went over four months (SoL 20:3), with and without valid extension."""
    found = selection.once("casework.investigations", groups).get(area.pk, [])

    def count(label: str, name: str = "") -> splits.Count:
        chosen = [group for group in found if not name or getattr(group, name)]
        return splits.Count(label, splits.number(chosen), {name: True} if name else {})

    counts = [
        count("Totalt antal utredningar"),
        count("Överstigit 4 månader", "late"),
        count("varav med beslut om förlängning", "extended"),
        count("Utan giltig förlängning", "without_valid"),
    ]
    number, apart = counts[0].value, splits.apart(found)
    notes = [
        LATE_NOTE,
        "Barnutredningar som var öppna någon dag i perioden. De två sista raderna kan räkna "
        "samma utredning: en förlängning gäller inte om den beslutades för sent, eller för de "
        "dagar som den inte räckte till.",
    ]
    return Content(splits.share_rows(counts, number), number + apart, apart, {}, notes)


def find(selection: Selection, row: Mapping[str, Any]) -> QuerySet[InvestigationVersion]:
    """Return the versions that a row counts, of investigations that the actor may open."""
    found = _annotated(selection).filter(**row)
    return to_list(selection, found, Investigation).order_by("opened_on", "record_id")


def line(selection: Selection, version: Any) -> CaseLine:
    """Return what the list shows of a version."""
    record: Investigation = version.record
    number = record.case.number if record.case else ""
    return CaseLine(
        id=record.pk,
        number=record.external_id or str(record.pk),
        url="",
        registered_on=version.opened_on,
        category=version.kind or CHILD_INVESTIGATION,
        unit=version.unit.name,
        status="Avslutad" if version.closed_on else "Pågående",
        days=((version.closed_on or selection.as_of) - version.opened_on).days,
        case_number=policy.shown_case_number(selection.actor, number),
    )


CASES = Cases("investigation", find, line, day="Inledd", what="Utredningstyp")

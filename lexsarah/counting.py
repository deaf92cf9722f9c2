"""Counting lex Sarah reports: scans of the version rows, under both clocks."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, DateField, Q, QuerySet
from django.db.models.functions import TruncQuarter

from casework.access.querysets import RecordQuerySet
from casework.reports.selection import Selection
from casework.shared.history import under_clocks
from lexsarah.models import ReportVersion

_IS_PROTECTED = Count("pk", filter=Q(protected=True))
QUARTER = TruncQuarter("notified_on", output_field=DateField())


@dataclass(frozen=True)
class ByOutcome:
    """How many reports have an outcome (empty: the investigation goes on)."""

    outcome: str
    value: int
    protected: int


@dataclass(frozen=True)
class ByQuarter:
    """How many notifications were made to IVO in the quarter that begins on a day."""

    begins: date
    value: int
    protected: int


def counted(selection: Selection) -> "RecordQuerySet[ReportVersion]":
    """Return the version rows that may be counted: one of each report in the areas."""
    found: RecordQuerySet[ReportVersion] = ReportVersion.objects.countable_by(selection.actor)
    return found.filter(
        area_id__in=[area.pk for area in selection.areas],
        **under_clocks(selection.as_of, selection.known_at),
    )


def reported(selection: Selection) -> "RecordQuerySet[ReportVersion]":
    """Return those reported in the period."""
    return counted(selection).filter(
        registered_on__range=(selection.period_from, selection.period_to)
    )


def notified(selection: Selection) -> "RecordQuerySet[ReportVersion]":
    """Return those of which IVO was notified in the period, whenever they were reported."""
    return counted(selection).filter(
        notified_on__range=(selection.period_from, selection.period_to)
    )


def outcome_scan(selection: Selection) -> QuerySet:
    """Return the query behind the table of outcomes."""
    return (
        reported(selection)
        .order_by()
        .values_list("area_id", "outcome")
        .annotate(n=Count("pk"), of_protected=_IS_PROTECTED)
    )


def quarter_scan(selection: Selection) -> QuerySet:
    """Return the query behind the table of notifications."""
    return (
        notified(selection)
        .order_by()
        .annotate(quarter=QUARTER)
        .values_list("area_id", "quarter")
        .annotate(n=Count("pk"), of_protected=_IS_PROTECTED)
        .order_by("quarter")
    )


def by_outcome(selection: Selection) -> dict[int, list[ByOutcome]]:
    """Return the counts by outcome, by area."""
    found: dict[int, list[ByOutcome]] = defaultdict(list)
    for area, *rest in outcome_scan(selection):
        found[area].append(ByOutcome(*rest))
    return found


def by_quarter(selection: Selection) -> dict[int, list[ByQuarter]]:
    """Return the counts by quarter in order of time, by area."""
    found: dict[int, list[ByQuarter]] = defaultdict(list)
    for area, *rest in quarter_scan(selection):
        found[area].append(ByQuarter(*rest))
    return found


def listed(selection: Selection) -> dict[int, Sequence[Any]]:
    """Return the versions of those reported in the period by area, in order of report."""
    found: dict[int, list[Any]] = defaultdict(list)
    versions = reported(selection).select_related("record").order_by("registered_on", "record_id")
    for version in versions:
        found[version.area_id].append(version)
    return dict(found)

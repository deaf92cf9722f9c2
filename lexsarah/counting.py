"""Counting lex Sarah reports: scans of the version rows, under both clocks.

Those who count their own units alone lead what is examined. A report begins to count for them when
its decision has been delgivet or it is closed: before, a number, or how it changes from one day to
the next, would tell that there is a report, since when, and how it was judged.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, DateField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncQuarter

from casework.access import policy
from casework.access.actor import Actor
from casework.access.querysets import RecordQuerySet
from casework.reports.selection import Selection
from casework.shared.history import under_clocks
from lexsarah import states
from lexsarah.models import Delivery, ReportVersion

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
    if leads_what_is_counted(selection.actor):
        # Under the same clocks as all else, so that an earlier table can be made again.
        delivered = Delivery.objects.filter(
            report=OuterRef("record"),
            delivered_on__lte=selection.as_of,
            delivered_at__lte=selection.known_at,
        )
        of_decision = delivered.filter(
            decision__outcome=OuterRef("outcome"), decision__decided_on=OuterRef("decided_on")
        )
        # A new decision waits for its own delgivning; that it was taken up again is known.
        told = Exists(of_decision) | (Q(outcome="") & Exists(delivered))
        found = found.filter(Q(status=states.CLOSED) | told)
    return found.filter(
        area_id__in=[area.pk for area in selection.areas],
        **under_clocks(selection.as_of, selection.known_at),
    )


def leads_what_is_counted(actor: Actor) -> bool:
    """Say whether the actor counts the own units alone, and not the whole board."""
    return not (actor.is_system or actor.has(*policy.BOARD_WIDE))


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

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
from casework.access.querysets import VersionQuerySet
from casework.reports.selection import Selection
from casework.shared.history import under_clocks
from lexsarah import states
from lexsarah.models import Delivery, ReportVersion

QUARTER = TruncQuarter("notified_on", output_field=DateField())


@dataclass(frozen=True)
class ByOutcome:
    """How many reports have an outcome (empty: it goes on); ``apart`` are protected."""

    outcome: str
    value: int
    apart: int


@dataclass(frozen=True)
class ByQuarter:
    """How many notifications were made to IVO in the quarter that begins on a day, as above."""

    begins: date
    value: int
    apart: int


def counted(selection: Selection) -> "VersionQuerySet[ReportVersion]":
    """Return the version rows that may be counted: one of each report in the areas."""
    found: VersionQuerySet[ReportVersion] = ReportVersion.objects.countable_by(selection.actor)
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


def reported(selection: Selection) -> "VersionQuerySet[ReportVersion]":
    """Return those reported in the period."""
    return counted(selection).filter(
        registered_on__range=(selection.period_from, selection.period_to)
    )


def notified(selection: Selection) -> "VersionQuerySet[ReportVersion]":
    """Return those of which IVO was notified in the period, whenever they were reported."""
    return counted(selection).filter(
        notified_on__range=(selection.period_from, selection.period_to)
    )


def _split(found: "VersionQuerySet[ReportVersion]") -> dict[str, Count]:
    """Return the two numbers of each group: those that may be split, and those who stand apart."""
    protected = found.protected_ever()
    return {"value": Count("pk", filter=~protected), "apart": Count("pk", filter=protected)}


def outcome_scan(selection: Selection) -> QuerySet:
    """Return the query behind the table of outcomes."""
    found = reported(selection)
    return found.order_by().values_list("area_id", "outcome").annotate(**_split(found))


def quarter_scan(selection: Selection) -> QuerySet:
    """Return the query behind the table of notifications."""
    found = notified(selection)
    return (
        found.order_by()
        .annotate(quarter=QUARTER)
        .values_list("area_id", "quarter")
        .annotate(**_split(found))
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

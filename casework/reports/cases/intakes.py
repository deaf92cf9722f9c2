"""Counting intakes: a scan of the version rows for what came in, one for the assessments of it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import ExtractYear

from casework.access import policy
from casework.cases.models import (
    Intake,
    IntakeKind,
    IntakeOutcome,
    IntakeVersion,
    InvestigationVersion,
)
from casework.cases.terms import PRELIMINARY_ASSESSMENT
from casework.reports.cases.counting import (
    EndOf,
    childrens_areas,
    counted,
    of_children,
    split,
    to_list,
)
from casework.reports.selection import Selection
from casework.reports.tables import CaseLine, Cases
from casework.shared.history import under_clocks

IN_TIME, LATE, WAITING = "in_time", "late", "waiting"
# (code, label, oldest): by the years alone, as the register has no day of birth. The first
# holds children who are expected too.
AGES = (
    ("0-6", "0–6 år", 6),
    ("7-12", "7–12 år", 12),
    ("13-17", "13–17 år", 17),
    ("18-20", "18–20 år", 20),
)
OLDEST = ("21-", "21 år och äldre")


@dataclass(frozen=True)
class Group:
    """How many intakes are alike in how they came and whom about; ``apart`` are protected.

    ``ages`` is the code of a band of ``AGES``.
    """

    kind: str
    source: str
    sex: str
    ages: str
    value: int
    apart: int


@dataclass(frozen=True)
class Assessed:
    """How many preliminary assessments went alike; ``apart`` are protected.

    ``during`` says that an investigation of the same case was open, so that none was to be made.
    """

    outcome: str
    timing: str
    during: bool
    value: int
    apart: int


def _ages() -> Case:
    return Case(
        When(birth_year__isnull=True, then=Value("")),
        *[When(age__lte=oldest, then=Value(code)) for code, _, oldest in AGES],
        default=Value(OLDEST[0]),
        output_field=CharField(),
    )


def _timing(selection: Selection) -> Case:
    return Case(
        When(decided_on__lte=F("due_on"), then=Value(IN_TIME)),
        When(decided_on__isnull=False, then=Value(LATE)),
        When(due_on__lt=Value(selection.as_of, output_field=DateField()), then=Value(LATE)),
        default=Value(WAITING),
        output_field=CharField(),
    )


def _during(selection: Selection) -> Exists:
    """Whether a child's investigation in the same case was open on the day of the intake.

    One opened on that very day was, unless it was this intake that led to it.
    """
    received = OuterRef("received_on")
    return Exists(
        InvestigationVersion.objects.filter(
            of_children(selection.once("casework.childrens_areas", childrens_areas)),
            Q(closed_on__isnull=True) | Q(closed_on__gte=received),
            Q(opened_on__lt=received) | Q(opened_on=received, intake_on__lt=received),
            case=OuterRef("case"),
            **under_clocks(selection.as_of, selection.known_at),
        )
    )


def _received(selection: Selection) -> QuerySet[Any]:
    age = ExpressionWrapper(
        ExtractYear("received_on") - F("birth_year"), output_field=IntegerField()
    )
    found: QuerySet[Any] = (
        counted(selection, IntakeVersion)
        .filter(received_on__range=(selection.period_from, selection.period_to))
        .annotate(age=age, ages=_ages())
    )
    return found


def _annotated(selection: Selection) -> QuerySet[Any]:
    found: QuerySet[Any] = _received(selection).annotate(
        due_on=EndOf("received_on", PRELIMINARY_ASSESSMENT),
        timing=_timing(selection),
        during=_during(selection),
    )
    return found


def _counts(found: QuerySet[Any], *names: str) -> Any:
    """Return rows of (area, the named values, how many, how many apart from those)."""
    return found.values_list("area_id", *names).annotate(**split(found))


def groups(selection: Selection) -> dict[int, list[Group]]:
    """Return the counts of what came in by area."""
    found: dict[int, list[Group]] = defaultdict(list)
    for area, *rest in _counts(_received(selection), "kind", "source", "sex", "ages"):
        found[area].append(Group(*rest))
    return found


def _reports(selection: Selection) -> QuerySet[Any]:
    areas = selection.once("casework.childrens_areas", childrens_areas)
    return _annotated(selection).filter(kind=IntakeKind.REPORT, area_id__in=areas)


def assessed(selection: Selection) -> dict[int, list[Assessed]]:
    """Return the counts of preliminary assessments due by law, or left out, by area.

    Anmälningar alone, and of children: the register of intakes says no more than the area.
    """
    found: dict[int, list[Assessed]] = defaultdict(list)
    for area, *rest in _counts(_reports(selection), "outcome", "timing", "during"):
        found[area].append(Assessed(*rest))
    return found


def find(selection: Selection, row: Mapping[str, Any]) -> QuerySet[IntakeVersion]:
    """Return the versions that a row counts, of intakes that the actor may open."""
    # Only assessments tell whether an investigation was open: they are made of children's alone.
    intakes = _reports(selection) if "during" in row else _annotated(selection)
    found = intakes.filter(**row)
    return to_list(selection, found, Intake).order_by("-received_on", "-record_id")


def line(selection: Selection, version: Any) -> CaseLine:
    """Return what the list shows of a version."""
    record: Intake = version.record
    number = record.case.number if record.case else ""
    return CaseLine(
        id=record.pk,
        number=record.external_id or str(record.pk),
        url="",
        registered_on=version.received_on,
        category=IntakeKind(version.kind).label,
        unit=version.unit.name,
        status=IntakeOutcome(version.outcome).label,
        days=((version.decided_on or selection.as_of) - version.received_on).days,
        case_number=policy.shown_case_number(selection.actor, number),
    )


CASES = Cases("intake", find, line, day="Inkommen", what="Typ")

"""The tables of decisions that wait to be executed: a list for each law."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    DateField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Least

from casework.access import policy
from casework.cases.models import Decision, DecisionVersion, Sex, Statute
from casework.cases.terms import EXECUTION
from casework.organisation.models import ServiceArea
from casework.reports.cases.counting import LATE_NOTE, EndOf, counted, last_day, to_list
from casework.reports.selection import PUBLIC, Selection
from casework.reports.tables import CaseLine, Cases, Content, Row
from casework.shared.swedish import sort_key

COLUMNS = (
    "Id",
    "Löpnr",
    "Kön",
    "Insats",
    "Beslutsdatum",
    "Avbrott",
    "Verkställd",
    "Avslutad utan verkställighet",
    "Dagar",
    "Skäl",
    "Lagrum",
)


@dataclass(frozen=True)
class Track:
    """A time of waiting that is listed: since when, and to which day (None: it goes on).

    ``version`` is a row of what was counted, ``name`` the decision's id in the case system.
    ``protected``: under skyddade personuppgifter, then or now.
    """

    version: Any
    name: str
    protected: bool
    start: date
    end: date | None


class DayBefore(Func):
    """The day before a day."""

    template = "(%(expressions)s - 1)"
    output_field = DateField()


def _listed(ran_on: str, due_on: str, period_from: date) -> ExpressionWrapper:
    """Whether a track still ran on some day of the period after its three months.

    ``ran_on`` is the last such day; an empty ``due_on`` says that there is no such track.
    """
    condition = Q(**{f"{ran_on}__gt": F(due_on), f"{ran_on}__gte": period_from})
    return ExpressionWrapper(
        condition & Q(**{f"{due_on}__isnull": False}), output_field=BooleanField()
    )


def _annotated(selection: Selection) -> QuerySet[Any]:
    """Return the decisions of which a track is listed, and which.

    ``waited_on`` and ``stood_on`` are the last days of the period on which the tracks ran: the
    day on which one ended is not among them. ``Least`` passes over what is empty.
    """
    end = Value(last_day(selection), output_field=DateField())
    return (
        counted(selection, DecisionVersion)
        .annotate(
            wait_due_on=EndOf("decided_on", EXECUTION),
            stop_due_on=EndOf("interrupted_on", EXECUTION),
            waited_on=Least(DayBefore("executed_on"), DayBefore("ended_on"), end),
            stood_on=Least(DayBefore("resumed_on"), DayBefore("ended_on"), end),
        )
        .annotate(
            waits=_listed("waited_on", "wait_due_on", selection.period_from),
            stands=_listed("stood_on", "stop_due_on", selection.period_from),
        )
        .filter(Q(waits=True) | Q(stands=True))
    )


def _spans(version: Any) -> Iterator[tuple[date, date | None]]:
    """Yield from when to when the listed tracks of a version ran, that from the decision first."""
    if version.waits:
        yield version.decided_on, _first(version.executed_on, version.ended_on)
    if version.stands:
        yield version.interrupted_on, _first(version.resumed_on, version.ended_on)


def _first(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


# What is read of a version: of the record itself no more than its name and mark.
_READ = (
    "record_id",
    "area_id",
    "statute",
    "sex",
    "measure",
    "decided_on",
    "interrupted_on",
    "resumed_on",
    "executed_on",
    "ended_on",
    "reason",
    "protected",
    "waits",
    "stands",
)


def tracks(selection: Selection) -> dict[tuple[int, str], list[Track]]:
    """Return the listed tracks by area and law, by the decision's id in the case system."""
    versions = list(_annotated(selection).values_list(*_READ, named=True))
    records = Decision.objects.filter(pk__in={version.record_id for version in versions})
    known = {
        pk: (external_id or str(pk), protected)
        for pk, external_id, protected in records.values_list("pk", "external_id", "protected")
    }
    listed = [
        Track(version, name, version.protected or protected, start, end)
        for version in versions
        for name, protected in [known[version.record_id]]
        for start, end in _spans(version)
    ]
    listed.sort(key=lambda track: sort_key(track.name))
    found: dict[tuple[int, str], list[Track]] = defaultdict(list)
    for track in listed:
        found[track.version.area_id, track.version.statute].append(track)
    return found


def unexecuted(statute: Statute) -> Callable[[Selection, ServiceArea], Content]:
    """Return the builder of the list for one law."""

    def build(selection: Selection, area: ServiceArea) -> Content:
        listed = selection.once("casework.decisions", tracks).get((area.pk, statute.value), [])
        open_to = [track for track in listed if not track.protected]
        end = last_day(selection)
        still = [track for track in open_to if track.end is None or track.end > end]
        open_at_end = len(still)
        notes = [
            "Beslut som har väntat mer än tre månader någon dag i perioden, räknat från beslutet "
            "eller från ett avbrott (SoL 34:1, före 2025-07-01 16:6 f; LSS 28 f).",
            LATE_NOTE,
            "Registrens Pojke står som Man och Flicka som Kvinna.",
            f"Av dem väntade {open_at_end} fortfarande {end}.",
        ]
        rows = []
        # What leaves the house lists nobody.
        if selection.edition == PUBLIC:
            notes.append("Besluten listas inte i den offentliga utgåvan.")
        else:
            rows = [_row(selection, place, track) for place, track in enumerate(open_to, start=1)]
        apart = len(listed) - len(open_to)
        return Content(rows, len(listed), apart, {"open_at_end": open_at_end}, notes)

    return build


def _row(selection: Selection, place: int, track: Track) -> Row:
    version = track.version
    days = ((track.end or selection.as_of) - track.start).days
    reason = "•••" if policy.masks_case_numbers(selection.actor) else version.reason
    course = (
        version.decided_on,
        version.interrupted_on,
        version.executed_on,
        version.ended_on,
    )
    return Row(
        [
            track.name,
            place,
            Sex(version.sex).label if version.sex else "",
            version.measure,
            *(day.isoformat() if day else "" for day in course),
            days,
            reason if version.reason else "",
            version.statute,
        ],
        {"record": version.record_id},
        # Whoever follows the way to it may not be one to whom its number is shown.
        label=version.measure,
    )


def find(selection: Selection, row: Mapping[str, Any]) -> QuerySet[DecisionVersion]:
    """Return the versions that a row is about, of decisions that the actor may open."""
    return to_list(selection, _annotated(selection).filter(**row), Decision).order_by("record_id")


def line(selection: Selection, version: Any) -> CaseLine:
    """Return what the list shows of a version."""
    record: Decision = version.record
    number = record.case.number if record.case else ""
    start, end = next(_spans(version))
    return CaseLine(
        id=record.pk,
        number=record.external_id or str(record.pk),
        url="",
        registered_on=version.decided_on,
        category=version.measure,
        unit=version.unit.name,
        status=_status(version),
        days=((end or selection.as_of) - start).days,
        case_number=policy.shown_case_number(selection.actor, number),
    )


def _status(version: Any) -> str:
    if version.ended_on:
        return "Avslutat utan verkställighet"
    if version.interrupted_on and not version.resumed_on:
        return "Avbrutet"
    return "Verkställt" if version.executed_on else "Ej verkställt"


CASES = Cases("decision", find, line, day="Beslutad", what="Insats")

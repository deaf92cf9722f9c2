"""The Händelselogg of a deviation: its history rows as events with names, in one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import BooleanField, Case, CharField, F, Func, QuerySet, Value, When
from django.db.models.functions import Cast

from casework.shared.fields import EncryptedTextField
from deviations import states
from deviations.models import (
    CategoryRow,
    CausesRow,
    Deviation,
    EffectRow,
    ProtectionRow,
    StatusRow,
    UnitRow,
)

KINDS = {
    states.CLOSED_FOLLOW_UP: "ok",
    states.CLOSED: "ok",
    states.WITH_SAS: "warn",
    states.REOPENED: "warn",
}


@dataclass(frozen=True)
class Event:
    """One line of the log. ``at`` is a day where only the day is known (read from a file)."""

    at: datetime | date
    who: str
    what: str
    text: str = ""
    kind: str = ""
    icon: str = ""


def _part(kind: str, rows: QuerySet[Any], label: Any, value: Any = "", reason: Any = "") -> Any:
    """Return one table's rows in the columns that all of them share."""
    text = F("reason") if reason else Value("", output_field=EncryptedTextField())
    return (
        rows.order_by()
        .annotate(
            part=Value(kind, output_field=CharField()),
            shown=Cast(label, CharField()),
            stored=Cast(value or Value(""), CharField()),
            why=text,
            from_file=_from_file(),
        )
        .values_list(
            "part",
            "recorded_at",
            "effective_on",
            "actor__first_name",
            "actor__last_name",
            "actor__username",
            "from_file",
            "shown",
            "stored",
            "why",
        )
    )


def _joined(array: str) -> Any:
    return Func(F(array), Value(", "), function="array_to_string", output_field=CharField())


def _from_file() -> Any:
    return Case(
        When(batch__isnull=True, then=Value(False)),
        default=Value(True),
        output_field=BooleanField(),
    )


def history(deviation: Deviation) -> list[Event]:
    """Return what happened, newest first; what was done in one go is one event."""
    mine = {"deviation": deviation}
    found = list(
        _part(
            "status", StatusRow.objects.filter(**mine), F("label"), F("value"), reason=True
        ).union(
            _part("unit", UnitRow.objects.filter(**mine), F("label")),
            _part("category", CategoryRow.objects.filter(**mine), F("label")),
            _part("causes", CausesRow.objects.filter(**mine), _joined("labels")),
            _part("effect", EffectRow.objects.filter(**mine), F("label")),
            _part("protection", ProtectionRow.objects.filter(**mine), F("value")),
            all=True,
        )
    )
    found.sort(key=lambda row: (row[1], row[2]))
    events = []
    first = True
    for _, group in groupby(found, key=lambda row: (row[1], row[2])):
        events.append(_event(list(group), first))
        first = False
    return events[::-1]


def _event(rows: list[tuple[Any, ...]], first: bool) -> Event:
    _, recorded_at, effective_on, given, family, username, from_file, *_ = rows[0]
    parts = {row[0]: row for row in rows}
    status = parts.get("status")
    what = [text for text in (_words(row, first) for row in _in_order(parts)) if text]
    who = f"{given or ''} {family or ''}".strip() or username or ""
    return Event(
        at=effective_on if from_file else recorded_at,
        who="Inläst från fil" if from_file else who,
        what=". ".join(what) or "Ändrad",
        text=(status[9] or "") if status else "",
        kind=KINDS.get(status[8], "") if status else "",
        icon=_icon(parts),
    )


def _in_order(parts: dict[str, tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    order = ("status", "unit", "category", "causes", "effect", "protection")
    return [parts[name] for name in order if name in parts]


def _words(row: tuple[Any, ...], first: bool) -> str:
    part, label = row[0], row[7] or ""
    if part == "status":
        return label
    if part == "unit":
        return f"Enhet: {label}"
    if part == "category":
        return f"Kategori: {label}" if label else "Kategorin borttagen"
    if part == "causes":
        return f"Orsaker: {label}" if label else ""
    if part == "effect":
        return f"Effekt: {label}" if label else "Effektbedömningen upphävd"
    if first and label == "false":
        return ""
    return "Skyddade personuppgifter" if label == "true" else "Skyddet av personuppgifter borttaget"


def _icon(parts: dict[str, Any]) -> str:
    if "unit" in parts and len(parts) <= 2:
        return "move-right"
    if "status" in parts:
        return ""
    return "pencil"

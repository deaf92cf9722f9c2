"""What has happened to the records of a case: their history rows as events, in one query."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from casework.cases.histories import ALL as CHRONICLES
from casework.cases.histories import (
    ASSESSMENT,
    CLOSING,
    END,
    EXECUTION,
    EXTENSION,
    FEEDBACK,
    FOLLOW_UP,
    HANDLER,
    INTERRUPTION,
    OUTCOME,
    PROTECTION,
    REGISTRATION,
    RESUMPTION,
    UNIT,
)
from casework.cases.models import Intake, IntakeOutcome, InvestigationOutcome
from casework.shared.told import Table, ToldRow, standing_rows


@dataclass(frozen=True)
class Event:
    """One line of what happened, on its own day; ``text`` is a reason, or when it was noted."""

    at: datetime | date
    who: str
    what: str
    text: str = ""
    kind: str = ""
    icon: str = ""


# A person's name as ``User.display_name`` writes it.
_NAME = Coalesce(
    NullIf(Trim(Concat("handler__first_name", Value(" "), "handler__last_name")), Value("")),
    F("handler__username"),
    Value(""),
)
# For each table: the column with the word, the instant, the day, the second day, the reason.
_COLUMNS: dict[str, dict[str, Any]] = {
    ASSESSMENT: {"instant": "assessed_at"},
    OUTCOME: {"word": "outcome", "day": "decided_on", "reason": "reason"},
    FEEDBACK: {"word": "feedback_asked", "day": "feedback_given_on", "reason": "feedback_reason"},
    EXTENSION: {"day": "through", "other_day": "decided_on", "reason": "reason"},
    CLOSING: {"word": "outcome", "day": "closed_on"},
    FOLLOW_UP: {"day": "follow_up_on", "other_day": "follow_up_ended_on"},
    EXECUTION: {"day": "executed_on"},
    INTERRUPTION: {"day": "interrupted_on"},
    RESUMPTION: {"day": "resumed_on"},
    END: {"day": "ended_on"},
    UNIT: {"word": "unit_name"},
    HANDLER: {"word": _NAME},
    PROTECTION: {"word": "protected"},
}
_REGISTRATIONS = {
    "intake": {"word": "source", "instant": "received_at"},
    "investigation": {"word": "kind", "day": "opened_on"},
    "decision": {"word": "measure", "day": "decided_on", "reason": "reason"},
}


def events_of(by_kind: Mapping[str, Sequence[Any]]) -> dict[tuple[str, int], list[Event]]:
    """Return what happened to the records, by kind and id, the latest first."""
    tables = []
    for chronicle in CHRONICLES:
        kind = str(chronicle.record._meta.model_name)
        if ids := [record.pk for record in by_kind[kind]]:
            tables += [
                Table(kind, name, attribute.model, ids, _columns(kind, name))
                for name, attribute in chronicle.attributes.items()
            ]
    told: dict[tuple[str, int], list[ToldRow]] = defaultdict(list)
    for row in standing_rows(tables):
        told[row.kind, row.record].append(row)
    intakes = {intake.pk: intake for intake in by_kind["intake"]}
    return {
        key: _events(found, intakes.get(key[1]) if key[0] == "intake" else None)
        for key, found in told.items()
    }


def _columns(kind: str, name: str) -> Mapping[str, Any]:
    return _REGISTRATIONS[kind] if name == REGISTRATION else _COLUMNS[name]


def _events(rows: Sequence[ToldRow], intake: Intake | None) -> list[Event]:
    found: list[tuple[date, datetime, int, Event]] = []
    seen: set[str] = set()
    for place, row in enumerate(sorted(rows, key=_told_in_order)):
        event = _event(row, intake, again=row.part in seen)
        seen.add(row.part)
        if event is not None:
            found.append((row.effective_on, row.recorded_at, place, event))
    found.sort(key=lambda one: one[:3], reverse=True)
    return [event for *_, event in found]


def _told_in_order(row: ToldRow) -> tuple[date, datetime, bool, int]:
    return (row.effective_on, row.recorded_at, row.part != REGISTRATION, row.pk)


def _event(row: ToldRow, intake: Intake | None, *, again: bool) -> Event | None:
    what, kind = _words(row, intake, again=again)
    if not what:
        return None
    return Event(row.instant or row.effective_on, row.who, what, row.text, kind)


# What a table's row says where it tells a day, and the kind of that.
_HAPPENED = {
    ASSESSMENT: ("Omedelbar skyddsbedömning gjord", "ok"),
    EXECUTION: ("Verkställt", "ok"),
    INTERRUPTION: ("Verkställigheten avbruten", "warn"),
    RESUMPTION: ("Verkställigheten återupptagen", "ok"),
    END: ("Avslutat utan verkställighet", ""),
}


def _words(row: ToldRow, intake: Intake | None, *, again: bool) -> tuple[str, str]:
    """Return what happened in words, and its kind; no words where there is nothing to say."""
    if row.part == REGISTRATION:
        return _registered(row, intake, again=again), ""
    if row.part in (UNIT, HANDLER, PROTECTION):
        return _whose(row, again=again)
    if row.part == FEEDBACK:
        return _feedback(row.word == "true", row.day), ""
    # What was emptied by a correction has not happened.
    if row.day is None and row.instant is None:
        return "", ""
    return _HAPPENED.get(row.part) or _told(row)


def _told(row: ToldRow) -> tuple[str, str]:
    word = row.word or ""
    if row.part == OUTCOME:
        kind = "ok" if word == IntakeOutcome.OPENED else ""
        return f"Beslut: {IntakeOutcome(word).label}", kind
    if row.part == EXTENSION:
        return f"Förlängd till {row.day}", "warn"
    if row.part == CLOSING:
        outcome = f". {InvestigationOutcome(word).label}" if word else ""
        return f"Utredningen avslutad{outcome}", "ok"
    ended = row.other_day is not None
    return "Uppföljningen avslutad" if ended else "Beslut om uppföljning utan insats", ""


def _whose(row: ToldRow, *, again: bool) -> tuple[str, str]:
    if row.part == UNIT:
        return (f"Flyttad till {row.word}" if again else ""), ""
    if row.part == HANDLER:
        return (f"Handläggare: {row.word}" if row.word else "Ingen handläggare" * again), ""
    if row.word == "true":
        return "Skyddade personuppgifter", "warn"
    return ("Skyddet av personuppgifter borttaget" if again else ""), ""


def _registered(row: ToldRow, intake: Intake | None, *, again: bool) -> str:
    if again:
        return "Skäl antecknat" if row.kind == "decision" and row.reason else ""
    if intake is not None:
        name = intake.get_kind_display()
        source = f" från {row.word}" if row.word else ""
        return f"{name}{source} kom in"
    if row.kind == "investigation":
        return "Utredningen inledd"
    return f"Beslut om {row.word}"


def _feedback(asked: bool, given_on: date | None) -> str:
    if given_on:
        return "Återkoppling lämnad till anmälaren"
    return "Anmälaren vill ha återkoppling" if asked else "Ingen återkoppling till anmälaren"

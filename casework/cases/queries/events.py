"""What has happened to the records of a case: their history rows as events, in one query."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim

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
from casework.shared import clock
from casework.shared.fields import EncryptedTextField


@dataclass(frozen=True)
class Event:
    """One line of what happened, on its own day; ``text`` is a reason, or when it was noted."""

    at: datetime | date
    who: str
    what: str
    text: str = ""
    kind: str = ""
    icon: str = ""


@dataclass(frozen=True)
class _Row:
    """A history row in the columns that all tables share."""

    kind: str
    record: int
    part: str
    pk: int
    corrects: int | None
    effective_on: date
    recorded_at: datetime
    first_name: str | None
    last_name: str | None
    username: str | None
    imported: bool
    word: str | None
    instant: datetime | None
    day: date | None
    other_day: date | None
    reason: str | None

    @property
    def who(self) -> str:
        if self.imported:
            return "Inläst från fil"
        return f"{self.first_name or ''} {self.last_name or ''}".strip() or self.username or ""


# For each table: the column with the word, the instant, the day, the second day, the reason.
_COLUMNS: dict[str, dict[str, str]] = {
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
    HANDLER: {"word": "handler"},
    PROTECTION: {"word": "protected"},
}
_REGISTRATIONS = {
    "intake": {"word": "source", "instant": "received_at"},
    "investigation": {"word": "kind", "day": "opened_on"},
    "decision": {"word": "measure", "day": "decided_on", "reason": "reason"},
}
_TYPES: dict[str, Callable[[], Any]] = {
    "word": CharField,
    "instant": DateTimeField,
    "day": DateField,
    "other_day": DateField,
    "reason": EncryptedTextField,
}
# A person's name as ``User.display_name`` writes it.
_NAME = Coalesce(
    NullIf(Trim(Concat("handler__first_name", Value(" "), "handler__last_name")), Value("")),
    F("handler__username"),
    Value(""),
)


def events_of(by_kind: Mapping[str, Sequence[Any]]) -> dict[tuple[str, int], list[Event]]:
    """Return what happened to the records, by kind and id, the latest first."""
    parts = []
    for chronicle in CHRONICLES:
        kind = str(chronicle.record._meta.model_name)
        if ids := [record.pk for record in by_kind[kind]]:
            parts += [
                _part(kind, name, attribute.model, ids)
                for name, attribute in chronicle.attributes.items()
            ]
    if not parts:
        return {}
    rows = [_Row(*row) for row in parts[0].union(*parts[1:], all=True)]
    corrected = {(row.kind, row.part, row.corrects) for row in rows}
    told: dict[tuple[str, int], list[_Row]] = defaultdict(list)
    for row in rows:
        if (row.kind, row.part, row.pk) not in corrected:
            told[row.kind, row.record].append(row)
    intakes = {intake.pk: intake for intake in by_kind["intake"]}
    return {
        key: _events(found, intakes.get(key[1]) if key[0] == "intake" else None)
        for key, found in told.items()
    }


def _part(kind: str, name: str, model: type[Any], ids: Sequence[int]) -> Any:
    columns = _REGISTRATIONS[kind] if name == REGISTRATION else _COLUMNS[name]
    values: dict[str, Any] = {}
    for given, make in _TYPES.items():
        if given not in columns:
            empty = "" if given == "reason" else None
            values[f"e_{given}"] = Cast(Value(empty), make())
        elif given == "word":
            word = _NAME if name == HANDLER else F(columns[given])
            values["e_word"] = Cast(word, CharField())
        else:
            values[f"e_{given}"] = F(columns[given])
    return (
        model.objects.filter(record__in=ids)
        .order_by()
        .annotate(
            e_kind=Value(kind, output_field=CharField()),
            e_part=Value(name, output_field=CharField()),
            e_imported=ExpressionWrapper(Q(batch__isnull=False), output_field=BooleanField()),
            e_record=Cast("record_id", IntegerField()),
            **values,
        )
        .values_list(
            "e_kind",
            "e_record",
            "e_part",
            "pk",
            "corrects_id",
            "effective_on",
            "recorded_at",
            "actor__first_name",
            "actor__last_name",
            "actor__username",
            "e_imported",
            *(f"e_{given}" for given in _TYPES),
        )
    )


def _events(rows: Sequence[_Row], intake: Intake | None) -> list[Event]:
    found: list[tuple[date, datetime, int, Event]] = []
    seen: set[str] = set()
    for place, row in enumerate(sorted(rows, key=_told_in_order)):
        event = _event(row, intake, again=row.part in seen)
        seen.add(row.part)
        if event is not None:
            found.append((row.effective_on, row.recorded_at, place, event))
    found.sort(key=lambda one: one[:3], reverse=True)
    return [event for *_, event in found]


def _told_in_order(row: _Row) -> tuple[date, datetime, bool, int]:
    return (row.effective_on, row.recorded_at, row.part != REGISTRATION, row.pk)


def _event(row: _Row, intake: Intake | None, *, again: bool) -> Event | None:
    what, kind = _words(row, intake, again=again)
    if not what:
        return None
    noted = clock.local_day(row.recorded_at)
    texts = [row.reason or ""]
    if not row.imported and noted > row.effective_on:
        texts.append(f"Antecknat {noted:%Y-%m-%d}.")
    text = "\n".join(text for text in texts if text)
    return Event(row.instant or row.effective_on, row.who, what, text, kind)


# What a table's row says where it tells a day, and the kind of that.
_HAPPENED = {
    ASSESSMENT: ("Omedelbar skyddsbedömning gjord", "ok"),
    EXECUTION: ("Verkställt", "ok"),
    INTERRUPTION: ("Verkställigheten avbruten", "warn"),
    RESUMPTION: ("Verkställigheten återupptagen", "ok"),
    END: ("Avslutat utan verkställighet", ""),
}


def _words(row: _Row, intake: Intake | None, *, again: bool) -> tuple[str, str]:
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


def _told(row: _Row) -> tuple[str, str]:
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


def _whose(row: _Row, *, again: bool) -> tuple[str, str]:
    if row.part == UNIT:
        return (f"Flyttad till {row.word}" if again else ""), ""
    if row.part == HANDLER:
        return (f"Handläggare: {row.word}" if row.word else "Ingen handläggare" * again), ""
    if row.word == "true":
        return "Skyddade personuppgifter", "warn"
    return ("Skyddet av personuppgifter borttaget" if again else ""), ""


def _registered(row: _Row, intake: Intake | None, *, again: bool) -> str:
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

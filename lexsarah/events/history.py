"""The history of a report as lines of the Händelselogg: one row of its tables, one line."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, CharField, DateField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Cast

from casework.shared import clock
from casework.shared.fields import EncryptedTextField
from lexsarah import states
from lexsarah.events.line import Event
from lexsarah.histories import (
    NOTIFICATION,
    OUTCOME,
    PROTECTION,
    REGISTRATION,
    REPORTS,
    SERIOUS,
    STATUS,
    UNIT,
)
from lexsarah.models import Report

# For each table: its word, its day, its second day, its reason (None: it has no such).
_COLUMNS: dict[str, tuple[str | None, str | None, str | None, str | None]] = {
    REGISTRATION: (None, "registered_on", None, None),
    STATUS: ("label", None, None, None),
    UNIT: ("unit_name", None, None, None),
    PROTECTION: ("protected", None, None, None),
    SERIOUS: (None, "assessed_on", None, "reason"),
    OUTCOME: ("outcome", "decided_on", None, None),
    NOTIFICATION: ("ivo_number", "notified_on", "supplemented_on", None),
}


def of_history(report: Report) -> list[Event]:
    """Return what the history says in one query, in the order in which it took effect."""
    parts = [_part(name, attribute.model, report) for name, attribute in REPORTS.attributes.items()]
    rows = [_Row(*row) for row in parts[0].union(*parts[1:], all=True)]
    corrected = {(row.part, row.corrects) for row in rows}
    held = [row for row in rows if (row.part, row.pk) not in corrected]
    found = []
    seen: set[str] = set()
    decided: tuple[str | None, date | None] = (None, None)
    for row in sorted(held, key=lambda row: (row.effective_on, row.recorded_at, row.pk)):
        what, kind = _words(row, again=row.part in seen)
        seen.add(row.part)
        if row.part == OUTCOME:
            # Told again with what was decided about measures later, it is no decision of its own.
            if row.day and (row.word, row.day) == decided:
                what = "Åtgärderna beslutades"
            decided = row.word, row.day
        if what:
            found.append(_event(row, what, kind))
    return found


@dataclass(frozen=True)
class _Row:
    """A history row in the columns that all tables share."""

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
    day: date | None
    other_day: date | None
    reason: str | None

    @property
    def state(self) -> str:
        """The state that the report came to, where the row says so."""
        return (self.word or "") if self.part == STATUS else ""


def _part(name: str, model: Any, report: Report) -> Any:
    word, day, other_day, reason = _COLUMNS[name]
    empty = {"d": DateField, "r": EncryptedTextField}

    def column(given: str | None, kind: str) -> Any:
        if given is not None:
            return F(given)
        return Cast(Value("" if kind == "r" else None), empty[kind]())

    return (
        model.objects.filter(record=report)
        .order_by()
        .annotate(
            e_part=Value(name, output_field=CharField()),
            e_imported=ExpressionWrapper(Q(batch__isnull=False), output_field=BooleanField()),
            e_word=Cast(F(word) if word else Value(None), CharField()),
            e_day=column(day, "d"),
            e_other=column(other_day, "d"),
            e_reason=column(reason, "r"),
        )
        .values_list(
            "e_part",
            "pk",
            "corrects_id",
            "effective_on",
            "recorded_at",
            "actor__first_name",
            "actor__last_name",
            "actor__username",
            "e_imported",
            "e_word",
            "e_day",
            "e_other",
            "e_reason",
        )
    )


def _event(row: _Row, what: str, kind: str) -> Event:
    who = f"{row.first_name or ''} {row.last_name or ''}".strip() or row.username or ""
    late = clock.local_day(row.recorded_at) > row.effective_on
    if row.imported:
        return Event(row.effective_on, None, "Inläst från fil", what, row.reason or "", kind)
    texts = [row.reason or "", f"Antecknat {clock.local_day(row.recorded_at)}." if late else ""]
    text = "\n".join(text for text in texts if text)
    at = None if late else row.recorded_at
    return Event(row.effective_on, at, who, what, text, kind, state=row.state)


def _words(row: _Row, *, again: bool) -> tuple[str, str]:
    """Return what happened in words, and its kind; no words where there is nothing to say."""
    match row.part:
        case "registration":
            return "Rapporten lämnades", ""
        case "status":
            # The decision itself says more than that the state is Beslutad.
            says = again and row.word != states.LABELS[states.DECIDED]
            return (row.word or "", "") if says else ("", "")
        case "unit":
            return (f"Granskad enhet: {row.word}", "") if again else ("", "")
        case "protection":
            return _protection(row.word == "true", again=again)
        case "serious":
            return ("Bedömdes som allvarligt", "warn") if row.day else ("", "")
        case "outcome":
            label = states.OUTCOMES.get(row.word or "", "")
            return (f"Beslutad: {label}", "ok") if row.day else ("", "")
    return _notification(row, again=again)


def _protection(protected: bool, *, again: bool) -> tuple[str, str]:
    if protected:
        return "Märkt med skyddade personuppgifter", "warn"
    return ("Skyddet av personuppgifter togs bort", "") if again else ("", "")


def _notification(row: _Row, *, again: bool) -> tuple[str, str]:
    if row.day is None:
        return "", ""
    if row.other_day is not None and (again or row.other_day == row.effective_on):
        return "Utredningen lämnad till IVO", "ok"
    return f"Anmäld till IVO{f', {row.word}' if row.word else ''}", "ok"

"""The history of a report as lines of the Händelselogg: one row of its tables, one line."""

from datetime import date
from typing import Any

from casework.shared.told import Table, ToldRow, standing_rows
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

# For each table, the columns that tell something.
_TELLS: dict[str, dict[str, Any]] = {
    REGISTRATION: {"day": "registered_on"},
    STATUS: {"word": "label"},
    UNIT: {"word": "unit_name"},
    PROTECTION: {"word": "protected"},
    SERIOUS: {"day": "assessed_on", "reason": "reason"},
    OUTCOME: {"word": "outcome", "day": "decided_on"},
    NOTIFICATION: {"word": "ivo_number", "day": "notified_on", "other_day": "supplemented_on"},
}


def of_history(report: Report) -> list[Event]:
    """Return what the history says in one query, in the order in which it took effect."""
    held = standing_rows(
        Table("report", name, attribute.model, [report.pk], _TELLS[name])
        for name, attribute in REPORTS.attributes.items()
    )
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


def _event(row: ToldRow, what: str, kind: str) -> Event:
    # Of what a file or somebody told later only the day is known.
    at = None if row.imported or row.told_later else row.recorded_at
    # The state that the report came to, where the row says so.
    state = (row.word or "") if row.part == STATUS else ""
    return Event(row.effective_on, at, row.who, what, row.text, kind, state=state)


def _words(row: ToldRow, *, again: bool) -> tuple[str, str]:
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


def _notification(row: ToldRow, *, again: bool) -> tuple[str, str]:
    if row.day is None:
        return "", ""
    if row.other_day is not None and (again or row.other_day == row.effective_on):
        return "Utredningen lämnad till IVO", "ok"
    return f"Anmäld till IVO{f', {row.word}' if row.word else ''}", "ok"

"""What lists and pages show of a report: chips, and the rows of the file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.shared import clock
from casework.web.cases.rows import PROTECTED, Chip
from lexsarah import states
from lexsarah.models import Report

UNSAFE = Chip("Den enskilde är inte trygg", "danger", "shield-alert")
_STATE_KINDS = {states.RECEIVED: "warn", states.DECIDED: "ok", states.CLOSED: "done"}
# Those of the register, so that the file can be read in again.
COLUMNS = (
    "id",
    "enhet",
    "inträffad",
    "rapporterad",
    "händelse",
    "bedömning",
    "beslutad",
    "åtgärder",
    "anmäld_ivo",
    "ivo_diarienummer",
    "skyddad",
)


@dataclass(frozen=True)
class Row:
    """A report as a row of the list; ``days`` since it was reported, until it was decided."""

    report: Any
    chips: Sequence[Chip]
    days: int
    waits_for: str = ""


def row(report: Any) -> Row:
    """Return the row of a report that ``queries.listed`` gave."""
    return Row(report, list(chips(report)), days_of(report), waits_for(report))


def waits_for(report: Report) -> str:
    """Return for whom the report waits: who is to do what comes next."""
    if report.status == states.PROPOSED and report.decider is not None:
        return report.decider.display_name
    if report.status == states.STATEMENTS:
        return "Yttrande"
    if report.status == states.CLOSED:
        return ""
    return report.investigator.display_name if report.investigator else "SAS"


def days_of(report: Report) -> int:
    """Return the days from the report to the decision, or to today."""
    return ((report.decided_on or clock.today()) - report.registered_on).days


def chips(report: Report) -> Iterator[Chip]:
    """Yield how it stands, what is urgent first."""
    if report.is_unsafe:
        yield UNSAFE
    yield state_of(report)
    if report.outcome:
        yield Chip(states.OUTCOMES[report.outcome], "neutral")
    if report.notified_on:
        yield Chip("Anmäld till IVO", "neutral", "send")
    elif report.serious_on and report.is_open:
        yield Chip("Ska anmälas till IVO", "danger", "send")
    if report.protected:
        yield PROTECTED


def state_of(report: Report) -> Chip:
    """Return the state as a chip."""
    return Chip(states.LABELS[report.status], _STATE_KINDS.get(report.status, "info"))


def file_rows(reports: Iterable[Report]) -> Iterator[Sequence[Any]]:
    """Yield the list as rows of a file, under ``COLUMNS``."""
    for report in reports:
        yield (
            report.external_id or report.number,
            report.unit.name,
            _day(report.occurred_on),
            _day(report.registered_on),
            report.event,
            states.OUTCOMES.get(report.outcome, ""),
            _day(report.decided_on),
            "|".join(report.actions.splitlines()),
            _day(report.notified_on),
            report.ivo_number,
            "Ja" if report.protected else "",
        )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""

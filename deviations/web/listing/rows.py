"""What a row of any list shows about a deviation."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from casework.shared import clock
from deviations import risk, states
from deviations.models import Deviation, SafeNow
from deviations.queries.limits import Limits

FIRST_LINE = 110

KINDS = {
    states.REPORTED: "info",
    states.RECEIVED: "info",
    states.INVESTIGATING: "info",
    states.ACTIONS: "info",
    states.CLOSED_FOLLOW_UP: "ok",
    states.CLOSED: "done",
    states.NOT_DEVIATION: "done",
    states.MERGED: "done",
    states.WITH_SAS: "warn",
    states.REOPENED: "warn",
}
# Bars of the badge for each level.
BARS = {risk.LOW: 1, risk.MEDIUM: 2, risk.HIGH: 4}


@dataclass(frozen=True)
class Chip:
    """A small label: text, kind (colour) and icon."""

    text: str
    kind: str
    icon: str = ""


@dataclass(frozen=True)
class Row:
    """A deviation as a row: how urgent, how old, how it stands.

    ``age_width`` is percent of ``late_days``; over ``slow_days`` the time for handling is out.
    """

    deviation: Deviation
    days: int
    slow_days: int
    late_days: int
    age_kind: str
    age_width: int
    alarms: list[Chip]
    status: Chip
    risk_bars: int
    risk_label: str
    first_line: str


def row(deviation: Deviation, today: date, limits: Limits | None = None) -> Row:
    """Work out what a row shows; ``limits`` where they are read already."""
    level = deviation.risk_level
    days = deviation.days_open(today)
    slow, late = (limits or Limits(deviation.board_id, today)).of(deviation)
    return Row(
        deviation=deviation,
        days=days,
        slow_days=slow,
        late_days=late,
        age_kind="danger" if days > late else "warn" if days > slow else "ok",
        age_width=min(100, round(100 * days / late)),
        alarms=alarms(deviation),
        status=status_chip(deviation.status),
        risk_bars=BARS[level] if level else 0,
        risk_label=risk.LEVELS[level] if level else "",
        first_line=first_line(deviation.description),
    )


def rows(deviations: Iterable[Deviation], limits: Limits | None = None) -> list[Row]:
    """Return a row for each deviation of a board."""
    found, today = list(deviations), clock.today()
    if found and limits is None:
        limits = Limits(found[0].board_id, today)
    return [row(deviation, today, limits) for deviation in found]


def status_chip(status: str) -> Chip:
    """Return the label of a state."""
    return Chip(states.LABELS[status], KINDS[status])


def alarms(deviation: Deviation) -> list[Chip]:
    """Return what must not be missed about a deviation, most urgent first.

    Whether someone was safe is what the report said: once the deviation is closed it alarms no one.
    """
    found = []
    safe_now = deviation.safe_now if deviation.is_open else ""
    if safe_now == SafeNow.NO:
        found.append(Chip("Inte trygg nu", "danger", "shield-alert"))
    elif safe_now == SafeNow.UNKNOWN:
        found.append(Chip("Oklart om trygg", "warn", "shield-alert"))
    if deviation.possible_misconduct:
        found.append(Chip("Kan vara missförhållande", "danger", "scale"))
    if deviation.protected:
        found.append(Chip("Skyddade personuppgifter", "warn", "lock"))
    if deviation.awaiting_answer and deviation.is_open:
        found.append(Chip("Väntar på komplettering", "neutral", "message-square"))
    return found


def first_line(text: str) -> str:
    """Return the beginning of a text, cut at a word, on one line."""
    line = " ".join(text.split())
    if len(line) <= FIRST_LINE:
        return line
    return f"{line[:FIRST_LINE].rsplit(' ', 1)[0].rstrip(',;:.')} …"

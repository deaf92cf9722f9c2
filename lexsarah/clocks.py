"""Which times a lex Sarah report has, by how it stands: pure (SoL 27:5–6, LSS 24 e–f §§)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

INVESTIGATION = "lex_sarah_investigation"
IVO = "lex_sarah_ivo"
SUPPLEMENT = "lex_sarah_ivo_supplement"
RULES = (INVESTIGATION, IVO, SUPPLEMENT)


@dataclass(frozen=True)
class Clock:
    """A time by its rule: since when, and on which day it was met (None: it runs)."""

    rule: str
    trigger_date: date
    met_on: date | None = None


@dataclass(frozen=True)
class Standing:
    """The days of a report on which its times turn."""

    registered_on: date
    decided_on: date | None
    serious_on: date | None
    notified_on: date | None
    supplemented_on: date | None
    # Whether the notification was made before the decision (``lexsarah.unfinished``).
    notified_unfinished: bool


def of_report(stands: Standing) -> Iterator[Clock]:
    """Yield the times of a report.

    The investigation's runs from the day of the report until it is decided. That IVO is to be
    notified runs from the day on which it was found serious, whenever that was. A notification
    without a finished investigation gives two months for it to be sent after.
    """
    yield Clock(INVESTIGATION, stands.registered_on, stands.decided_on)
    if stands.serious_on is not None:
        yield Clock(IVO, stands.serious_on, stands.notified_on)
    notified_on = stands.notified_on
    if notified_on is not None and stands.notified_unfinished:
        yield Clock(SUPPLEMENT, notified_on, stands.supplemented_on)

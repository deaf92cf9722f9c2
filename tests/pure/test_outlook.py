"""Whether an investigation will be done in time, by a table of days."""

from datetime import date, timedelta

import pytest

from casework.cases.worklists.outlook import Outlook, Pace, Verdict, outlook

OPENED = date(2026, 3, 2)
# Four months; an extended one has until the 1st of September.
RAW = date(2026, 7, 2)
PACE = Pace(20, 100.5, 140, "Enheten")
SWIFT = Pace(8, 60, 90, "Enheten")
FEW = Pace(7, 60, 90, "Enheten")
LATE, RISK, FINE, UNKNOWN = Verdict.LATE, Verdict.AT_RISK, Verdict.IN_TIME, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("elapsed", "ends", "pace", "expected"),
    [
        # Below the median the median is reckoned with, a started day as a whole one.
        (0, RAW, PACE, Outlook(FINE, date(2026, 6, 11), 101)),
        (100, RAW, PACE, Outlook(FINE, date(2026, 6, 11), 101)),
        # From then on what eight of ten take: 140 days is past the 122 of four months.
        (101, RAW, PACE, Outlook(RISK, date(2026, 7, 20), 140)),
        (101, date(2026, 9, 1), PACE, Outlook(FINE, date(2026, 7, 20), 140)),
        # Done on the very day is in time, a day after is not.
        (101, date(2026, 7, 20), PACE, Outlook(FINE, date(2026, 7, 20), 140)),
        (101, date(2026, 7, 19), PACE, Outlook(RISK, date(2026, 7, 20), 140)),
        # What has outrun eight of ten has nothing to be reckoned by, however long its time.
        (140, date(2026, 9, 1), PACE, Outlook(RISK)),
        (59, RAW, SWIFT, Outlook(FINE, date(2026, 5, 1), 60)),
        (89, RAW, SWIFT, Outlook(FINE, date(2026, 5, 31), 90)),
        (90, RAW, SWIFT, Outlook(RISK)),
        # Seven closed ones say nothing, and none say nothing.
        (10, RAW, FEW, Outlook(UNKNOWN)),
        (10, RAW, None, Outlook(UNKNOWN)),
        # On its last day it is not late yet; the day after it is, whatever the pace.
        (122, RAW, SWIFT, Outlook(RISK)),
        (123, RAW, SWIFT, Outlook(LATE)),
        (123, RAW, None, Outlook(LATE)),
    ],
)
def test_the_outlook(elapsed: int, ends: date, pace: Pace | None, expected: Outlook) -> None:
    today = OPENED + timedelta(days=elapsed)
    assert outlook(OPENED, ends, ends, today, pace) == expected


def test_days_that_a_roll_gives_are_not_planned_with() -> None:
    # 2026-06-19 is midsommarafton: the last day is the Monday after.
    opened, raw, last = date(2026, 2, 19), date(2026, 6, 19), date(2026, 6, 22)
    pace = Pace(10, 121, 125, "Enheten")
    assert outlook(opened, raw, last, date(2026, 3, 1), pace).verdict is RISK
    assert outlook(opened, raw, last, date(2026, 6, 22), pace).verdict is RISK
    assert outlook(opened, raw, last, date(2026, 6, 23), pace).verdict is LATE

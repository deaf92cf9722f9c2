"""The day on which the tests run: the same one always, unless a test means today.

A run begins in the morning of ``DAY``, and the clock goes on from there. ``--day 2028-02-29``
takes another day. A test marked ``today`` takes the time as it comes. A test marked ``every_day``
runs on each of ``DAYS`` as well, in `make test-long`.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from datetime import date, datetime
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

import pytest
import time_machine

# A Wednesday with nothing to it.
DAY = date(2026, 11, 25)
# Month ends, both changes of summer time, leap days, New Year's night, holidays, every weekday.
DAYS = [
    date.fromisoformat(day)
    for day in (
        "2026-11-30 2026-12-01 2026-12-24 2026-12-31 2027-01-01 2027-01-02 2027-01-31 2027-02-28 "
        "2027-03-01 2027-03-28 2027-03-29 2027-04-30 2027-05-31 2027-06-25 2027-06-30 2027-07-01 "
        "2027-08-31 2027-09-01 2027-10-30 2027-10-31 2027-11-01 2027-12-31 2028-01-01 2028-02-28 "
        "2028-02-29 2028-03-01 2028-05-29 2028-07-30 2028-08-08 2030-01-03"
    ).split()
]
MORNING = time_of_day(10, tzinfo=ZoneInfo("Europe/Stockholm"))

_began = time.time()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--day`` and ``--hour``."""
    parser.addoption("--day", type=date.fromisoformat, default=DAY, help="day of the tests")
    parser.addoption(
        "--hour",
        type=lambda given: time_of_day.fromisoformat(given).replace(tzinfo=MORNING.tzinfo),
        default=MORNING,
        help="time of the day, in Stockholm, at which they begin",
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Travel to the test's day, with its fixtures; the clock goes on through the session."""
    if item.get_closest_marker("today"):
        return (yield)
    callspec = getattr(item, "callspec", None)
    day = callspec.params.get("every_day") if callspec else None
    start = datetime.combine(day or item.config.getoption("day"), item.config.getoption("hour"))
    with time_machine.travel(start.timestamp() + time.time() - _began, tick=True):
        return (yield)


@pytest.fixture(autouse=True, scope="session")
def every_day() -> None:
    """The day of a test that runs on many; what is loaded once for a file depends on it."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let what is marked ``every_day`` run on each of them where long tests are wanted."""
    marked = metafunc.definition.get_closest_marker("every_day")
    if not marked or "not long" in metafunc.config.option.markexpr:
        return
    # Each day is a group: what is loaded for it is loaded by one worker.
    days = [
        pytest.param(day, marks=[pytest.mark.long, pytest.mark.xdist_group(str(day))], id=str(day))
        for day in DAYS
    ]
    metafunc.parametrize("every_day", days, scope="module")

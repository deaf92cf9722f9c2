"""The periods that people ask for by name."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Period:
    """A named period, both days included."""

    name: str
    start: date
    end: date


def quality_year(day: date) -> Period:
    """Return the kvalitetsår that ``day`` is in: September to August."""
    year = day.year if day.month >= 9 else day.year - 1
    return Period(
        f"Kvalitetsår {year}/{(year + 1) % 100:02}", date(year, 9, 1), date(year + 1, 8, 31)
    )


def calendar_year(day: date) -> Period:
    """Return the kalenderår that ``day`` is in."""
    return Period(f"Kalenderår {day.year}", date(day.year, 1, 1), date(day.year, 12, 31))


def third(day: date) -> Period:
    """Return the tertial that ``day`` is in: January–April, May–August, September–December."""
    number = (day.month - 1) // 4
    after = date(day.year + number // 2, (number * 4 + 4) % 12 + 1, 1)
    start = date(day.year, number * 4 + 1, 1)
    return Period(f"Tertial {number + 1} {day.year}", start, after - timedelta(days=1))


def presets(today: date) -> list[Period]:
    """Return the periods offered on ``today``: of each kind the present and the one before."""
    found = []
    for kind in (quality_year, calendar_year, third):
        present = kind(today)
        found += [present, kind(present.start - timedelta(days=1))]
    return found

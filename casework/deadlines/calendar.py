"""Which Swedish days are working days, and what the others are called.

Free are Saturdays, Sundays, public holidays, midsommarafton, julafton and nyårsafton: the days
on which a statutory time cannot end (2 § lagen 1930:173 om beräkning av lagstadgad tid).
Skärtorsdag, trettondagsafton and valborgsmässoafton are working days. All days are local
calendar days (Europe/Stockholm); nothing here knows of Django.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from holidays.countries.sweden import Sweden

FIRST_YEAR, LAST_YEAR = Sweden.start_year, Sweden.end_year
ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_WEEKDAYS = "måndag tisdag onsdag torsdag fredag lördag söndag".split()
MONTHS = """
    januari februari mars april maj juni juli augusti september oktober november december
""".split()


class OutsideCalendar(ValueError):
    """A day in a year for which the holidays are not known."""

    def __init__(self) -> None:
        super().__init__(f"Kalendern omfattar åren {FIRST_YEAR}–{LAST_YEAR}.")


@cache
def _named_days(year: int) -> Mapping[date, str]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise OutsideCalendar
    # "public" lacks the three eves; "bank" and the default would add or lose others.
    days = Sweden(years=year, expand=False, categories=("public", "de_facto"), language="sv")
    return MappingProxyType({day: _as_in_a_sentence(name) for day, name in days.items()})


def _as_in_a_sentence(name: str) -> str:
    names = name.split("; ")  # two holidays on one day
    return " och ".join(
        name if name.startswith("Kristi") else name[0].lower() + name[1:] for name in names
    )


def holiday(day: date) -> str | None:
    """Return the Swedish name of a free day that has one ("midsommarafton"), else None.

    Raises ``OutsideCalendar`` for years before 1953 or after 2100.
    """
    return _named_days(day.year).get(day)


def is_working_day(day: date) -> bool:
    """Return whether ``day`` is none of the free days; raises ``OutsideCalendar``."""
    return holiday(day) is None and day.weekday() < _SATURDAY


def next_working_day(day: date) -> date:
    """Return ``day`` itself if it is a working day, else the first one after it."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def add_working_days(day: date, number: int) -> date:
    """Return the working day that is the ``number``-th after ``day``, itself not counted."""
    for _ in range(number):
        day = next_working_day(day + ONE_DAY)
    return day


def weekday(day: date) -> str:
    """Return the day's name: "fredag"."""
    return _WEEKDAYS[day.weekday()]


def in_words(day: date) -> str:
    """Return the day as it is written in running text: "fredag 19 juni 2026"."""
    return f"{weekday(day)} {day.day} {MONTHS[day.month - 1]} {day.year}"


def why_free(day: date) -> str | None:
    """Return why no time ends on ``day`` ("midsommarafton", "en söndag"); None: it may."""
    if is_working_day(day):
        return None
    return holiday(day) or f"en {weekday(day)}"

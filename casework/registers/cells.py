"""Reading the cells of one row into values, gathering every fault instead of the first."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeVar

from casework.organisation.models import Unit
from casework.organisation.unit_names import UnitNames
from casework.registers.problems import Problem
from casework.shared.clock import STOCKHOLM
from casework.shared.errors import InvalidInput

V = TypeVar("V")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?")
# Earlier than any register reaches; catches years typed with two digits or swapped.
_EARLIEST_YEAR = 1900


class Cells:
    """The cells of one row by column; each method notes a ``Problem`` where a cell is unfit.

    A method returns None (or the empty value) both for an empty cell and for an unfit one; ask
    ``problems`` at the end.
    """

    def __init__(self, line: int, values: Mapping[str, str]) -> None:
        self.line = line
        self.values = values
        self.problems: list[Problem] = []

    def refuse(self, column: str, message: str) -> None:
        """Note that the cell in ``column`` cannot be accepted, and how to mend it."""
        self.problems.append(Problem(self.line, column, message))

    def text(self, column: str, *, required: bool = False, longest: int | None = None) -> str:
        """Return the text, at most ``longest`` characters."""
        value = self.values.get(column, "")
        if required and not value:
            self.refuse(column, "Cellen är tom. Fyll i den.")
        if longest is not None and len(value) > longest:
            self.refuse(column, f"Texten är längre än {longest} tecken. Korta den.")
        return value

    def day(self, column: str, *, required: bool = False) -> date | None:
        """Return the date written ``YYYY-MM-DD``."""
        value = self.text(column, required=required)
        if not value:
            return None
        try:
            # fromisoformat alone would take 20220131 and week dates too.
            day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
        except ValueError:
            day = None
        if day is None or day.year < _EARLIEST_YEAR:
            self.refuse(column, f"”{value}” är inget datum. Skriv ÅÅÅÅ-MM-DD, t.ex. 2022-03-31.")
            return None
        return day

    def instant(self, column: str, *, required: bool = False) -> datetime | None:
        """Return the local time written ``YYYY-MM-DD HH:MM``, aware."""
        value = self.text(column, required=required)
        if not value:
            return None
        try:
            found = datetime.fromisoformat(value) if _INSTANT.fullmatch(value) else None
        except ValueError:
            found = None
        if found is None or found.year < _EARLIEST_YEAR:
            self.refuse(
                column,
                f"”{value}” är ingen tidpunkt. Skriv ÅÅÅÅ-MM-DD TT:MM, t.ex. 2022-03-31 14:05.",
            )
            return None
        return found.replace(tzinfo=STOCKHOLM)

    def whole(self, column: str, *, required: bool = False) -> int | None:
        """Return the whole number."""
        value = self.text(column, required=required)
        if not value:
            return None
        if not re.fullmatch(r"\d{1,9}", value):
            self.refuse(column, f"”{value}” är inget heltal. Skriv med siffror.")
            return None
        return int(value)

    def choice(self, column: str, choices: Mapping[str, V], *, required: bool = False) -> V | None:
        """Return what the word stands for."""
        value = self.text(column, required=required)
        if not value:
            return None
        if value not in choices:
            words = ", ".join(word for word in choices if word)
            self.refuse(column, f"”{value}” är inget av de ord som går att läsa in: {words}.")
            return None
        return choices[value]

    def yes(self, column: str) -> bool:
        """Return whether the cell says Ja; empty and Nej are no."""
        return bool(self.choice(column, {"Ja": True, "Nej": False, "ja": True, "nej": False}))

    def many(self, column: str, *, longest: int | None = None) -> list[str]:
        """Return the values between ``|``, empty ones and repetitions left out."""
        values = [part.strip() for part in self.text(column).split("|")]
        found = list(dict.fromkeys(value for value in values if value))
        if longest is not None and any(len(value) > longest for value in found):
            self.refuse(column, f"Ett värde är längre än {longest} tecken. Korta det.")
        return found

    def unit(self, column: str, units: UnitNames, on: date | None) -> Unit | None:
        """Return the unit of that name on the day; without a day only the name is required."""
        name = self.text(column, required=True)
        if not name or on is None:
            return None
        try:
            return units.find(name, on)
        except InvalidInput as error:
            self.refuse(column, error.message)
            return None

    def not_before(
        self, column: str, earlier_column: str, later: date | None, earlier: date | None
    ) -> None:
        """Refuse ``later`` (in ``column``) where it comes before ``earlier``."""
        if later is not None and earlier is not None and later < earlier:
            self.refuse(
                column,
                f"{later} är före {earlier_column} ({earlier}). Rätta den dag som är fel.",
            )

    def not_after_today(self, column: str, day: date | None, today: date) -> None:
        """Refuse a day that has not come yet."""
        if day is not None and day > today:
            self.refuse(column, f"{day} ligger framåt i tiden. Rätta dagen.")

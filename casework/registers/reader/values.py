"""What a cell of a spreadsheet says, as a register writes it: dates as days, whole numbers whole.

A date is a number there, and only the cell's format tells. Which format means what follows
ECMA-376, part 1, 18.8.30, and what Excel does beside it.
"""

import datetime
import re
from dataclasses import dataclass, field

from casework.registers.reader.bounds import NO_SPREADSHEET, Refused
from casework.registers.reader.parts import Archive, Attributes, read_xml

# Excel's own limit is 65,490.
_MOST_STYLES = 66_000
_BUILT_IN = {
    **dict.fromkeys((14, 15, 16, 17), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21), "h:mm:ss"),
    22: "m/d/yy h:mm",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
}
_NOT_MEANT = re.compile(r'".*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]')
_DATE = re.compile(r"(?<![_\\])[dmhys]", re.IGNORECASE)
_DURATION = re.compile(r"\[hh?\](:mm(:ss(\.0*)?)?)?|\[mm?\](:ss(\.0*)?)?|\[ss?\](\.0*)?", re.I)
_EPOCH = datetime.datetime(1899, 12, 30, tzinfo=datetime.UTC)
_EPOCH_1904 = datetime.datetime(1904, 1, 1, tzinfo=datetime.UTC)
_DAY_MILLISECONDS = 24 * 60 * 60 * 1000


@dataclass
class Formats:
    """Of each style of the workbook the format of its numbers, where that is a date's."""

    dates: dict[int, str] = field(default_factory=dict)
    since_1904: bool = False

    @classmethod
    def of(cls, archive: Archive, name: str | None, *, since_1904: bool) -> "Formats":
        """Read the styles; nothing else in them is looked at."""
        own: dict[int, str] = {}
        used: list[int] = []
        within: list[str] = []

        def start(tag: str, given: Attributes) -> None:
            within.append(tag)
            if tag == "numFmt" and "numFmts" in within:
                own[int(given["numFmtId"])] = given.get("formatCode", "")
            elif tag == "xf" and "cellXfs" in within:
                used.append(int(given.get("numFmtId", 0)))
                if len(used) > _MOST_STYLES:
                    raise Refused(1, NO_SPREADSHEET)

        def end(tag: str) -> None:
            within.pop()

        if name is not None:
            for _ in read_xml(archive.pieces(name), start, end):
                pass
        formats = cls(since_1904=since_1904)
        for style, number in enumerate(used):
            code = own.get(number) or _BUILT_IN.get(number, "")
            if _DATE.search(_NOT_MEANT.sub("", code.split(";")[0])):
                formats.dates[style] = code
        return formats

    def number(self, text: str, style: int) -> str:
        """Return a number, or the day or time that it stands for."""
        value = float(text) if set(text) & set(".eE") else int(text)
        code = self.dates.get(style)
        if code is None:
            return str(int(value)) if float(value).is_integer() else str(value)
        try:
            if _DURATION.search(code.split(";")[0]):
                return str(_duration(value))
            moment = self._moment(value)
        except (OverflowError, ValueError):
            return "#VALUE!"
        return moment if isinstance(moment, str) else shown(moment, code)

    def _moment(self, value: float) -> datetime.datetime | str:
        day, fraction = divmod(value, 1)
        time = datetime.timedelta(milliseconds=round(fraction * _DAY_MILLISECONDS))
        if 0 <= value < 1 and not time.days:
            return str((_EPOCH + time).time())
        if 0 < value < 60 and not self.since_1904:
            # Excel counts a 29 February 1900 that never was.
            day += 1
        return (_EPOCH_1904 if self.since_1904 else _EPOCH) + datetime.timedelta(days=day) + time

    def written(self, text: str, style: int) -> str:
        """Return a day or time that the file spells out (ISO 8601)."""
        moment = datetime.datetime.fromisoformat(text)
        if "T" not in text and len(text) == len("2022-01-31"):
            return moment.date().isoformat()
        return shown(moment, self.dates.get(style, ""))


def shown(moment: datetime.datetime, code: str) -> str:
    """Return the day, with its time where the cell shows one or it is not midnight."""
    if not ("h" in code.lower() or moment.hour or moment.minute):
        return moment.strftime("%Y-%m-%d")
    return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second else "%Y-%m-%d %H:%M")


def _duration(value: float) -> datetime.timedelta:
    found = datetime.timedelta(days=value)
    if found.microseconds:
        found = datetime.timedelta(seconds=round(found.total_seconds(), 3))
    return found

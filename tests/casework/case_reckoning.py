"""Counting cases the slow way: day by day, straight from the rows of the files."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

FileRow = Mapping[str, str]
AREAS = {"Mottaget": "Barn och unga", "Barn 1": "Barn och unga", "Vuxna 1": "Vuxna"}
ONE_DAY = timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Looking:
    """A period, seen from a day."""

    start: date
    end: date
    as_of: date

    def days(self) -> Iterator[date]:
        """The days of the period that have been seen."""
        day = self.start
        while day <= min(self.end, self.as_of):
            yield day
            day += ONE_DAY

    def day(self, row: FileRow, column: str) -> date | None:
        """The day in a cell, where it had come by then."""
        text = row.get(column, "")[:10]
        found = date.fromisoformat(text) if text else None
        return found if found is not None and found <= self.as_of else None


def split(rows: list[FileRow]) -> list[FileRow]:
    """Those that may be split: not under skyddade personuppgifter."""
    return [row for row in rows if not row["skyddad"]]


def received(intakes: list[FileRow], area: str, look: Looking) -> list[FileRow]:
    """Intakes of the period."""
    found = []
    for row in intakes:
        day = look.day(row, "inkommen")
        if AREAS[row["enhet"]] == area and day and look.start <= day <= look.end:
            found.append(row)
    return found


def by_type(rows: list[FileRow]) -> Counter[str]:
    """Intakes by type."""
    return Counter(row["typ"] for row in rows)


def by_sex(rows: list[FileRow], area: str) -> Counter[str]:
    """Intakes by sex."""
    names = {"Flicka": "Flicka", "Kvinna": "Flicka", "Pojke": "Pojke", "Man": "Pojke"}
    if area == "Vuxna":
        names = {"Flicka": "Kvinna", "Kvinna": "Kvinna", "Pojke": "Man", "Man": "Man"}
    return Counter(names.get(row["kön"], "Uppgift saknas") for row in rows)


def by_age(rows: list[FileRow]) -> Counter[str]:
    """Intakes by age."""

    def band(row: FileRow) -> str:
        if not row["födelseår"]:
            return "Uppgift saknas"
        age = int(row["inkommen"][:4]) - int(row["födelseår"])
        for oldest, label in (
            (6, "0–6 år"),
            (12, "7–12 år"),
            (17, "13–17 år"),
            (20, "18–20 år"),
        ):
            if age <= oldest:
                return label
        return "21 år och äldre"

    return Counter(band(row) for row in rows)


def _children(row: FileRow) -> bool:
    kind = row.get("utredningstyp", "")
    return kind == "Barnutredning" or (not kind and AREAS[row["enhet"]] == "Barn och unga")


def _is_open(row: FileRow, day: date, look: Looking) -> bool:
    opened, closed = look.day(row, "inledd"), look.day(row, "avslutad")
    return opened is not None and opened <= day and (closed is None or day <= closed)


def assessments(
    intakes: list[FileRow], investigations: list[FileRow], area: str, look: Looking
) -> Counter[str]:
    """Preliminary assessments; "during" are those left out."""
    found: Counter[str] = Counter()
    if area == "Vuxna":
        return found
    for row in received(intakes, area, look):
        if row["typ"] != "Anmälan":
            continue
        day = date.fromisoformat(row["inkommen"][:10])
        during = any(
            other["ärende"] == row["ärende"] != ""
            and _children(other)
            and _is_open(other, day, look)
            # What the intake itself led to, the same day, was not open before it.
            and not (other["inledd"] == str(day) and other["aktualiserad"] in {"", str(day)})
            for other in investigations
        )
        if during:
            found["during"] += 1
            continue
        found["Totalt"] += 1
        decided, out = look.day(row, "beslutsdatum"), day + timedelta(days=14)
        if decided is None:
            found["Ej beslutade"] += 1
            found["Över 14 dagar"] += look.as_of > out
        else:
            found["Inledda" if row["beslut"] == "Inled" else "Ej inledda"] += 1
            found["Inom 14 dagar" if decided <= out else "Över 14 dagar"] += 1
    return found


def investigations_over(rows: list[FileRow], area: str, look: Looking) -> Counter[str]:
    """Late investigations, looking at every day of the period."""
    found: Counter[str] = Counter()
    for row in rows:
        if AREAS[row["enhet"]] != area or not _children(row):
            continue
        days = [day for day in look.days() if _is_open(row, day, look)]
        if not days:
            continue
        found["Totalt antal utredningar"] += 1
        out = months_after(date.fromisoformat(row["inledd"]), 4)
        late = [day for day in days if day > out]
        if not late:
            continue
        found["Överstigit 4 månader"] += 1
        through = date.fromisoformat(row["förlängd_till"]) if row["förlängd_till"] else None
        decided_text = row["förlängning_beslutad"]
        if decided_text and date.fromisoformat(decided_text) > look.as_of:
            through = None
        found["varav med beslut om förlängning"] += through is not None
        in_time = not decided_text or date.fromisoformat(decided_text) <= out
        covered = through is not None and in_time
        found["Utan giltig förlängning"] += any(
            not (covered and through is not None and day <= through) for day in late
        )
    return found


def waiting(
    rows: list[FileRow], area: str, statute: str, look: Looking
) -> tuple[list[tuple[str, int]], int, int]:
    """((id, days) of each track shown, all tracks, those shown still running at the end)."""
    shown: list[tuple[str, int]] = []
    total = running_at_end = 0
    end = min(look.end, look.as_of)
    for row in sorted(rows, key=lambda row: row["id"]):
        if AREAS[row["enhet"]] != area or row["lagrum"] != statute:
            continue
        ended = look.day(row, "avslutad_utan_verkställighet")
        for start, stop in (
            (look.day(row, "beslutsdatum"), look.day(row, "verkställd")),
            (look.day(row, "avbrott"), look.day(row, "återupptagen")),
        ):
            if start is None:
                continue
            stops = [day for day in (stop, ended) if day]
            stopped = min(stops) if stops else None
            out = months_after(start, 3)
            if not any(day > out and (stopped is None or day < stopped) for day in look.days()):
                continue
            total += 1
            if not row["skyddad"]:
                running_at_end += stopped is None or stopped > end
                shown.append((row["id"], ((stopped or look.as_of) - start).days))
    return shown, total, running_at_end

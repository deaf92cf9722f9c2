"""Random registers, counted by the report and day by day from the files."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from casework.cases.terms import EXECUTION, INVESTIGATION, PRELIMINARY_ASSESSMENT
from casework.deadlines.terms import Term, raw_date
from tests.casework import case_reckoning as reckoning
from tests.casework.case_files import HEADERS, Ran, numbers, only, organise, report, written
from tests.casework.case_reckoning import Looking

FIRST = date(2021, 9, 1)
KINDS = ("aktualiseringar", "utredningar")
UNITS = ["Mottaget", "Mottaget", "Barn 1", "Vuxna 1"]
LOOKS = [
    Looking(date(2022, 1, 1), date(2022, 12, 31), date(2023, 6, 30)),
    Looking(date(2022, 1, 1), date(2022, 12, 31), date(2022, 8, 15)),
    Looking(date(2022, 4, 1), date(2022, 4, 30), date(2022, 4, 30)),
    Looking(date(2022, 10, 1), date(2022, 12, 31), date(2022, 12, 31)),
    Looking(date(2022, 6, 1), date(2022, 12, 31), date(2022, 3, 1)),
    Looking(date(2021, 1, 1), date(2023, 12, 31), date(2026, 1, 1)),
]


class Generator:
    """Rows that hang together, at random; short spans, so that days meet."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def some(self, *texts: str) -> str:
        """One of the texts."""
        return self.random.choice(texts)

    def later(self, day: date | None, most: int, chance: float = 0.7) -> date | None:
        """Some day from ``day`` on, or none."""
        if day is None or self.random.random() > chance:
            return None
        return day + timedelta(days=self.random.randint(0, most))

    def start(self) -> date:
        """The day on which something begins; often a month's last."""
        day = FIRST + timedelta(days=self.random.randint(0, 600))
        if self.random.random() < 0.2:
            day = day.replace(day=1) - timedelta(days=1)
        return day

    def case(self) -> str:
        """A case number that others may have too."""
        return self.random.choice(["", f"Ä{self.random.randint(1, 60)}"])

    def common(self, key: str) -> dict[str, str]:
        """Cells of every register."""
        return {
            "id": key,
            "enhet": self.random.choice(UNITS),
            "kön": self.some("Pojke", "Flicka", "Man", "Kvinna", ""),
            "födelseår": self.some("", "2021", "2015", "2007", "2003", "1980"),
            # Without a case, so that it protects nobody else.
            "skyddad": "Ja" if self.random.random() < 0.06 else "",
        }

    def intake(self, number: int) -> dict[str, str]:
        """A row of aktualiseringar."""
        day = self.start()
        decided = self.later(day, 30)
        common = self.common(f"A{number:03}")
        return common | {
            "ärende": "" if common["skyddad"] else self.case(),
            "inkommen": f"{day} {self.random.randint(0, 23):02}:30",
            "typ": self.some("Anmälan", "Anmälan", "Ansökan", "Information på annat sätt"),
            "uppgiftslämnare": self.some("Polis", "Skola", "Ö-vården", ""),
            "beslut": self.some("Inled", "Inled inte") if decided else "",
            "beslutsdatum": _cell(decided),
        }

    def investigation(self, number: int) -> dict[str, str]:
        """A row of utredningar."""
        day = self.start()
        through = self.later(day, 260, 0.4)
        common = self.common(f"U{number:03}")
        return common | {
            "ärende": "" if common["skyddad"] else self.case(),
            "aktualiserad": self.some("", str(day), str(day - timedelta(days=9))),
            "inledd": str(day),
            "förlängd_till": _cell(through),
            "förlängning_beslutad": _cell(self.later(day, 200, 0.5)) if through else "",
            "avslutad": _cell(self.later(day, 300, 0.8)),
            "utredningstyp": self.some("", "", "Barnutredning", "Vuxenutredning"),
        }

    def decision(self, number: int) -> dict[str, str]:
        """A row of beslut."""
        day = self.start()
        executed = self.later(day, 200, 0.6)
        interrupted = self.later(executed or day, 100, 0.4)
        resumed = self.later(interrupted, 200, 0.6)
        common = self.common(f"B{number:03}")
        del common["födelseår"]
        return common | {
            "lagrum": self.some("SoL", "SoL", "LSS"),
            "insats": self.some("Kontaktfamilj", "Bostad"),
            "beslutsdatum": str(day),
            "verkställd": _cell(executed),
            "avbrott": _cell(interrupted),
            "återupptagen": _cell(resumed),
            "avslutad_utan_verkställighet": _cell(
                self.later(resumed or interrupted or executed or day, 200, 0.3)
            ),
        }


def _cell(day: date | None) -> str:
    return str(day or "")


def _full(kind: str, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    empty = dict.fromkeys(HEADERS[kind].split(), "")
    return [empty | row for row in rows]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_tables_agree_with_counting_day_by_day(tmp_path: Path, seed: int) -> None:
    made = Generator(seed)
    organise(tmp_path)
    rows = {
        "aktualiseringar": _full("aktualiseringar", [made.intake(n) for n in range(150)]),
        "utredningar": _full("utredningar", [made.investigation(n) for n in range(150)]),
        "beslut": _full("beslut", [made.decision(n) for n in range(120)]),
    }
    for kind, content in rows.items():
        ran = Ran(kind, written(tmp_path, kind, content))
        assert ran.code == 0, ran.err
    _has_what_is_hard(rows)
    for look in LOOKS:
        tables = report(look.start, look.end, f"--as-of={look.as_of}")
        for area in ("Barn och unga", "Vuxna"):
            here = [table for table in tables if table["area"] == area]
            _compare(here, rows, area, look)


def _has_what_is_hard(rows: dict[str, Any]) -> None:
    """The random rows hold the cases that are easy to count wrong."""
    area, look = "Barn och unga", LOOKS[0]
    found = reckoning.assessments(rows["aktualiseringar"], rows["utredningar"], area, look)
    assert found["during"] > 0
    late = reckoning.investigations_over(rows["utredningar"], area, look)
    without_any = late["Överstigit 4 månader"] - late["varav med beslut om förlängning"]
    assert without_any < late["Utan giltig förlängning"] < late["Överstigit 4 månader"]
    shown, total, running = reckoning.waiting(rows["beslut"], area, "SoL", look)
    assert len({key for key, _ in shown}) < len(shown)
    assert 0 < running < total


def _compare(tables: list[dict[str, Any]], rows: dict[str, Any], area: str, look: Looking) -> None:
    received = reckoning.received(rows["aktualiseringar"], area, look)
    intakes, investigations = (reckoning.split(rows[kind]) for kind in KINDS)
    told = reckoning.split(received)
    expected = {
        "casework.intakes": reckoning.by_type(told),
        "casework.intakes_by_sex": reckoning.by_sex(told, area),
        "casework.intakes_by_age": reckoning.by_age(told),
        "casework.late_investigations": reckoning.investigations_over(investigations, area, look),
    }
    # Whether an investigation was open is asked of all: who is protected has no case here.
    assessments = reckoning.assessments(intakes, investigations, area, look)
    table = only(tables, "casework.preliminary_assessments")
    assert table["facts"] == {"during_investigation": assessments.pop("during", 0)}
    expected["casework.preliminary_assessments"] = assessments
    totals = {
        "casework.late_investigations": reckoning.investigations_over(
            rows["utredningar"], area, look
        )["Totalt antal utredningar"],
        "casework.preliminary_assessments": reckoning.assessments(
            rows["aktualiseringar"], rows["utredningar"], area, look
        )["Totalt"],
    }
    for key, wanted in expected.items():
        table = only(tables, key)
        counted = numbers(table)
        apart = counted.pop("Visas inte uppdelat", 0)
        assert +Counter(counted) == +wanted, (key, area, look, counted, wanted)
        assert table["total"] == totals.get(key, len(received))
        whole = wanted["Totalt"] or wanted["Totalt antal utredningar"] or wanted.total()
        assert apart == table["total"] - (whole if wanted.total() else 0), (key, area, look)
    for statute in ("SoL", "LSS"):
        table = only(tables, "casework.unexecuted_decisions", lagrum=statute)
        shown, total, running = reckoning.waiting(rows["beslut"], area, statute, look)
        listed = [row["cells"] for row in table["rows"]]
        assert [(cells[0], cells[8]) for cells in listed[: len(shown)]] == shown
        assert [cells[1] for cells in listed[: len(shown)]] == [*range(1, len(shown) + 1)]
        apart = total - len(shown)
        assert [cells[:2] for cells in listed[len(shown) :]] == (
            [["Visas inte uppdelat", apart]] if apart else []
        )
        assert (table["total"], table["facts"]) == (total, {"open_at_end": running})


@pytest.mark.django_db
@pytest.mark.parametrize("term", [PRELIMINARY_ASSESSMENT, INVESTIGATION, EXECUTION], ids=str)
def test_the_database_ends_legal_times_on_the_same_day_as_the_law(term: Term) -> None:
    days = [date(1996, 1, 1) + timedelta(days=number) for number in range(365 * 45)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (day + interval '{term.amount} {term.unit}')::date "
            "FROM unnest(%s::date[]) WITH ORDINALITY AS t(day, place) ORDER BY place",
            [days],
        )
        found = [row[0] for row in cursor.fetchall()]
    assert found == [raw_date(day, term) for day in days]


def test_the_reckoning_of_months_is_the_laws() -> None:
    start = date(2019, 1, 1)
    for number in range(3000):
        day = start + timedelta(days=number)
        assert reckoning.months_after(day, 4) == raw_date(day, INVESTIGATION)

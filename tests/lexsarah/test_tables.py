"""The report's tables of lex Sarah, figure by figure, and who may read what behind them."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from casework.access.actor import Actor
from casework.models import Board, ServiceArea
from casework.reports.figures import open_figure
from casework.reports.report import make_report
from casework.reports.selection import select
from casework.shared import clock
from lexsarah import states
from lexsarah.models import OutsideApproval, OutsideText, Report
from lexsarah.services import delivering, investigating
from tests.casework.case_files import PACK, Ran, numbers, only, organise, report
from tests.casework.case_reckoning import AREAS
from tests.conftest import Place
from tests.lexsarah.deciding import decided
from tests.lexsarah.files import read, read_pack, written
from tests.lexsarah.test_import import SERIOUS, agree_with_the_history

pytestmark = pytest.mark.django_db

OUTCOMES = [
    "Ej missförhållande",
    "Missförhållande",
    "Påtaglig risk för missförhållande",
    "Allvarligt missförhållande",
    "Påtaglig risk för allvarligt missförhållande",
    "Utredning pågår",
]
YEAR = ("2022-01-01", "2022-12-31", "--area=Barn och unga")


def lexsarah(*arguments: str) -> list[dict[str, Any]]:
    """The tables of lex Sarah, without the addresses of their figures."""
    found = [t for t in report(*arguments) if t["key"].startswith("lexsarah.")]
    for table in found:
        for row in table["rows"]:
            row.pop("query", None)
    return found


def cells(table: dict[str, Any]) -> list[list[Any]]:
    return [row["cells"] for row in table["rows"]]


def test_the_published_figures() -> None:
    assert read_pack().code == 0
    published = json.loads((PACK / "published.json").read_text(encoding="utf-8"))
    start, end = published["period"]
    found = report(start, end, f"--as-of={published['as_of']}", f"--area={published['area']}")
    outcomes = only(found, "lexsarah.outcomes")
    assert [label for label, _ in cells(outcomes)] == OUTCOMES
    expected = published["lexsarah.outcomes"]
    assert outcomes["total"] == expected["total"] == 13
    assert [row for row in cells(outcomes) if row[1]] == expected["rows"]
    listed = only(found, "lexsarah.cases")
    assert listed["columns"] == ["Händelse", "Bedömning", "Åtgärder"]
    assert listed["total"] == len(listed["rows"]) == 13
    assert cells(listed)[0] == [
        "Syntetisk händelse 4 av typen missförhållande.",
        "Missförhållande",
        "Genomgång av rutin på APT; Uppföljning efter tre månader",
    ]
    quarterly = only(found, "lexsarah.quarterly")
    assert (quarterly["rows"], quarterly["total"]) == ([], 0)


def test_nothing_reported_shows_zeros(tmp_path: Path) -> None:
    organise(tmp_path)
    outcomes, listed, quarterly = lexsarah(*YEAR)
    assert cells(outcomes) == [[label, 0] for label in OUTCOMES]
    assert (listed["rows"], quarterly["rows"]) == ([], [])


def test_notifications_are_counted_by_quarter_whenever_they_were_reported(tmp_path: Path) -> None:
    organise(tmp_path)
    read(
        tmp_path,
        {"id": "1", "rapporterad": "2021-12-30", "anmäld_ivo": "2022-01-03", "inträffad": ""},
        {"id": "2", "anmäld_ivo": "2022-03-31"},
        {"id": "3", "anmäld_ivo": "2022-10-01"},
        {"id": "4", "anmäld_ivo": "2023-01-01"},
        {"id": "5"},
    )
    quarterly = only(lexsarah(*YEAR, "--as-of=2023-06-30"), "lexsarah.quarterly")
    assert cells(quarterly) == [["2022 kvartal 1", 2], ["2022 kvartal 4", 1]]
    assert quarterly["total"] == 3


def test_the_public_edition_shows_no_text_that_nobody_approved(tmp_path: Path) -> None:
    organise(tmp_path)
    read(tmp_path, SERIOUS)
    listed = only(lexsarah(*YEAR, "--edition=public"), "lexsarah.cases")
    assert (listed["rows"], listed["total"]) == ([], 1)
    assert "godkänts" in listed["notes"][0]
    assert "Barnet fick vänta" not in str(lexsarah(*YEAR, "--edition=public"))


def test_the_public_edition_shows_what_was_written_for_it_and_approved(tmp_path: Path) -> None:
    organise(tmp_path)
    read(tmp_path, SERIOUS, {**SERIOUS, "id": "2"})
    report = Report.objects.order_by("pk")[0]
    text = OutsideText.objects.create(
        report=report, event="Någon fick vänta.", measures="Ny rutin.", written_at=clock.now()
    )
    assert only(lexsarah(*YEAR, "--edition=public"), "lexsarah.cases")["rows"] == []
    OutsideApproval.objects.create(text=text, approved_at=clock.now())
    listed = only(lexsarah(*YEAR, "--edition=public"), "lexsarah.cases")
    assert cells(listed) == [["Någon fick vänta.", "Allvarligt missförhållande", "Ny rutin."]]
    assert listed["total"] == 2
    assert "godkänts" in listed["notes"][0]


def test_who_is_protected_is_in_the_total_alone(tmp_path: Path) -> None:
    organise(tmp_path)
    read(
        tmp_path,
        {"id": "1", "skyddad": "Ja", "anmäld_ivo": "2022-03-02"},
        {"id": "2", "skyddad": ""},
        {**SERIOUS, "id": "3", "skyddad": ""},
    )
    outcomes, listed, quarterly = lexsarah(*YEAR)
    shown = numbers(outcomes)
    assert (shown["Utredning pågår"], shown["Allvarligt missförhållande"]) == (1, 1)
    assert (list(shown)[-1], shown["Visas inte uppdelat"], outcomes["total"]) == (
        "Visas inte uppdelat",
        1,
        3,
    )
    assert cells(listed)[2:] == [["Visas inte uppdelat", 1, ""]]
    assert any("skyddade personuppgifter" in note for note in listed["notes"])
    assert cells(quarterly) == [["Visas inte uppdelat", 1]]
    assert all("query" not in table["rows"][-1] for table in (outcomes, listed, quarterly))


def of_year(place: Place, name: str, year: int = 2022, **clocks: Any) -> dict[str, Any]:
    """The tables of lex Sarah of the place's area, as ``name`` is shown them."""
    days = {"period_from": date(year, 1, 1), "period_to": date(year, 12, 31)}
    selection = select(place.actor(name), place.board, **days, **clocks)
    made = make_report(selection, "lexsarah").tables
    return {table.definition.key: table for table in made if table.area == place.area}


def test_only_sas_reads_the_events_and_opens_the_cases(place: Place, tmp_path: Path) -> None:
    path = written(tmp_path, {"enhet": place.unit.name, **SERIOUS})
    assert Ran("lexsarah", path, f"--board={place.board.name}").code == 0
    seen = {}
    for name in ("sara", "vera", "eva", "anna"):
        tables = of_year(place, name)
        outcomes, listed = tables["lexsarah.outcomes"], tables["lexsarah.cases"]
        assert outcomes.content.total == 1, name
        query = outcomes.queries[3]
        assert query is not None
        cases = open_figure(place.actor(name), query).cases
        seen[name] = (listed.content.rows[0].cells[0], cases.count())
    assert seen == {
        "sara": ("Barnet fick vänta.", 1),
        "vera": ("•••", 0),
        "eva": ("•••", 0),
        "anna": ("•••", 0),
    }


def test_whose_unit_is_examined_finds_no_report_in_the_figures_until_it_is_delgivet(
    place: Place, at: Callable[[Any], Any]
) -> None:
    """A number that goes from none to one would tell that somebody has reported, and which day."""
    at(date(2026, 3, 2))

    def totals() -> dict[str, list[int]]:
        found = {name: of_year(place, name, 2026) for name in ("sara", "vera", "eva", "anna")}
        return {name: [t.content.total for t in tables.values()] for name, tables in found.items()}

    none, decided_one = [0, 0, 0], [1, 1, 1]
    report = decided(place, states.SERIOUS)
    sara = place.actor("sara")
    investigating.record_ivo_notification(sara, report.pk, on=clock.today())
    assert totals() == {"sara": decided_one, "vera": decided_one, "eva": none, "anna": none}
    assert of_year(place, "eva", 2026)["lexsarah.cases"].content.rows == []
    assert any("delgivet" in n for n in of_year(place, "eva", 2026)["lexsarah.cases"].content.notes)
    known_at = clock.now()
    at(date(2026, 3, 9))
    delivering.deliver(sara, report.pk, to=[place.user("eva")], on=clock.today())
    assert totals() == dict.fromkeys(("sara", "vera", "eva", "anna"), decided_one)
    # Made again as it was, it says no more than it did.
    for back in ({"known_at": known_at}, {"as_of": date(2026, 3, 8)}):
        again = of_year(place, "eva", 2026, **back)
        assert [table.content.total for table in again.values()] == none


def test_every_figure_leads_to_as_many_cases(tmp_path: Path) -> None:
    organise(tmp_path)
    rows = [
        {"id": str(n), **(SERIOUS if n % 3 else {}), "anmäld_ivo": f"2022-0{n % 6 + 4}-01"}
        for n in range(9)
    ]
    read(tmp_path, *rows)
    actor = Actor.system(Board.objects.get())
    selection = select(
        actor,
        Board.objects.get(),
        period_from=date(2022, 1, 1),
        period_to=date(2022, 12, 31),
        area="Barn och unga",
    )
    for table in make_report(selection, "lexsarah").tables:
        for row, query in zip(table.rows, table.queries, strict=True):
            assert query is not None
            figure = open_figure(actor, query)
            count = 1 if table.definition.key == "lexsarah.cases" else row.cells[1]
            assert figure.cases.count() == count, (table.definition.key, row.cells)
            for case in figure.cases:
                assert figure.line(case).days >= 0


def test_made_again_as_it_was_known_on_a_day_a_table_is_the_same(
    tmp_path: Path, at: Callable[[Any], Any]
) -> None:
    """Twelve days of reading in changing files: each day's tables can be made again later."""
    chance = random.Random(20220131)
    at(datetime(2026, 1, 1, 8, tzinfo=UTC))
    organise(tmp_path)
    rows: dict[str, dict[str, str]] = {}
    made: dict[str, list[dict[str, Any]]] = {}
    for number in range(12):
        at(datetime(2026, 1, 2, 8, tzinfo=UTC) + timedelta(days=number))
        for _ in range(4):
            row = _anything(chance)
            rows[row["id"]] = row
        ran = read(tmp_path, *rows.values())
        assert ran.code == 0, ran.err
        known = f"2026-01-{number + 2:02}T12:00"
        made[known] = lexsarah(*YEAR, f"--known-at={known}", "--as-of=2022-08-31")
        _is_what_the_files_say(made[known], list(rows.values()), date(2022, 8, 31))
    agree_with_the_history()
    at(datetime(2026, 3, 1, 8, tzinfo=UTC))
    for known, tables in made.items():
        assert lexsarah(*YEAR, f"--known-at={known}", "--as-of=2022-08-31") == tables, known


def _anything(chance: random.Random) -> dict[str, str]:
    reported = date(2021, 11, 1) + timedelta(days=chance.randrange(420))
    row = {
        "id": str(chance.randrange(20)),
        "enhet": chance.choice(list(AREAS)),
        "inträffad": "",
        "rapporterad": str(reported),
        "händelse": f"Händelse {chance.randrange(1000)}",
    }
    if chance.random() < 0.6:
        row["bedömning"] = chance.choice(OUTCOMES[:5])
        row["beslutad"] = str(reported + timedelta(days=chance.randrange(90)))
        row["åtgärder"] = f"Åtgärd {chance.randrange(1000)}"
    if chance.random() < 0.4:
        row["anmäld_ivo"] = str(reported + timedelta(days=chance.randrange(60)))
    return row


def _is_what_the_files_say(
    tables: list[dict[str, Any]], rows: list[dict[str, str]], as_of: date
) -> None:
    """Count the slow way, straight from the rows."""

    def seen(row: dict[str, str], column: str) -> date | None:
        day = date.fromisoformat(row[column]) if row.get(column) else None
        return day if day is not None and day <= as_of else None

    ours = [row for row in rows if AREAS[row["enhet"]] == "Barn och unga"]
    reported = [row for row in ours if (day := seen(row, "rapporterad")) and day.year == 2022]
    expected = Counter(
        row["bedömning"] if seen(row, "beslutad") else "Utredning pågår" for row in reported
    )
    outcomes, listed, quarterly = tables
    assert numbers(outcomes) == {label: expected[label] for label in OUTCOMES}
    assert sorted(row[0] for row in cells(listed)) == sorted(row["händelse"] for row in reported)
    quarters = Counter(
        f"{day.year} kvartal {(day.month + 2) // 3}"
        for row in ours
        if (day := seen(row, "anmäld_ivo")) and day.year == 2022 and seen(row, "rapporterad")
    )
    assert numbers(quarterly) == dict(quarters)


def test_an_area_without_reports_is_there_too(tmp_path: Path) -> None:
    organise(tmp_path)
    read(tmp_path, {"enhet": "Vuxna 1"})
    assert ServiceArea.objects.count() == 2
    assert Report.objects.get().unit.area.name == "Vuxna"
    assert only(lexsarah(*YEAR), "lexsarah.outcomes")["total"] == 0

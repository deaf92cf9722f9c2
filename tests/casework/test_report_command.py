"""``manage.py quality_report`` as its callers meet it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from casework.models import AuditEvent
from deviations.models import Category
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db

PERIOD = ("--from=2026-01-01", "--to=2026-12-31")


@pytest.fixture(autouse=True)
def _in_march(at: Callable[[date], object]) -> None:
    at(date(2026, 3, 2))


def _printed(*asked: str) -> str:
    out = StringIO()
    call_command("quality_report", *PERIOD, *asked, stdout=out)
    return out.getvalue()


def _report(*asked: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(_printed("--format=json", *asked))
    return report


def test_the_report_says_what_it_is_of(place: Place) -> None:
    make_report(place)
    report = _report("--known-at=2026-03-02T14:30")
    assert report["board"] == place.board.name
    assert report["period"] == {"from": "2026-01-01", "to": "2026-12-31"}
    assert report["known_at"] == "2026-03-02T13:00:00+01:00"
    assert (report["as_of"], report["edition"]) == ("2026-03-02", "internal")
    assert list(report["tables"][0]) == [
        "key", "area", "title", "columns", "rows", "total", "facts", "notes",
    ]  # fmt: skip


def test_without_an_area_every_area_has_its_tables(place: Place) -> None:
    keys = [(table["area"], table["key"]) for table in _report()["tables"]]
    assert ("Barn och unga", "deviations.status") in keys
    assert ("Vuxna", "deviations.status") in keys
    assert {area for area, _ in keys} == {"Barn och unga", "Vuxna"}


def test_the_clock_of_knowing_sets_the_day_it_is_seen_from(
    place: Place, at: Callable[[date], object]
) -> None:
    at(date(2026, 3, 20))
    make_report(place)
    before = _report("--known-at=2026-03-10", "--area=Barn och unga")
    assert before["as_of"] == "2026-03-10"
    assert before["known_at"].startswith("2026-03-10T23:59:59")
    assert {table["total"] for table in before["tables"]} == {0}


def test_naive_instants_are_swedish_time(place: Place, at: Callable[[date], object]) -> None:
    at(date(2026, 7, 20))
    known_at = _report("--known-at=2026-07-01T08:00")["known_at"]
    assert known_at == "2026-07-01T08:00:00+02:00"


def test_the_public_edition_leads_to_no_case(place: Place) -> None:
    make_report(place)
    rows = [row for table in _report("--edition=public")["tables"] for row in table["rows"]]
    assert rows
    assert all("query" not in row for row in rows)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--area=Månen"], "Områden som finns: Barn och unga, Vuxna."),
        (["--board=Månen"], "Nämnder som finns: Nämnden Norr"),
        (["--to=2025-01-01"], "efter att den slutar"),
    ],
)
def test_what_cannot_be_asked_for_ends_with_2_and_says_why(
    place: Place, asked: list[str], said: str
) -> None:
    with pytest.raises(CommandError) as refused:
        _printed(*asked)
    assert refused.value.returncode == 2
    assert said in str(refused.value)


@pytest.mark.parametrize("asked", ["--format=pdfx", "--as-of=igår", "--known-at=snart"])
def test_what_is_no_format_or_date_is_refused(place: Place, asked: str) -> None:
    with pytest.raises(CommandError):
        _printed(asked)


def test_csv_has_the_key_first_and_those_apart_last(place: Place) -> None:
    rare = Category.objects.create(board=place.board, name="=Ovanlig")
    make_report(place, category=rare)
    make_report(place, protected=True)
    rows = list(csv.reader(StringIO(_printed("--format=csv", "--min-count=1")), delimiter=";"))
    assert rows[0][:2] == ["key", "area"]
    assert rows[1][:4] == ["deviations.by_category", "Barn och unga", "'=Ovanlig", "1"]
    assert rows[2][:4] == ["deviations.by_category", "Barn och unga", "Visas inte uppdelat", "1"]
    assert {len(row) for row in rows} == {len(rows[0])}


def test_xlsx_has_a_sheet_for_each_table(place: Place, tmp_path: Path) -> None:
    make_report(place)
    target = tmp_path / "rapport.xlsx"
    assert _printed("--format=xlsx", f"--output={target}") == ""
    book = openpyxl.load_workbook(BytesIO(target.read_bytes()))
    rows = list(book["Status"].values)
    assert rows[0] == ("Verksamhetsområde", "Status", "Antal")
    assert rows[2] == ("Barn och unga", "Pågående", 1)


def test_html_is_a_document_of_its_own(place: Place) -> None:
    make_report(place)
    page = _printed("--format=html")
    assert page.startswith("<!doctype html>")
    assert "<svg" in page
    assert "href=" not in page
    assert "src=" not in page


@pytest.mark.parametrize(
    ("kind", "start"), [("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF-"), ("json", b"{")]
)
def test_every_format_can_be_sent_on_to_another_program(
    place: Place, capsysbinary: pytest.CaptureFixture[bytes], kind: str, start: bytes
) -> None:
    make_report(place)
    call_command("quality_report", *PERIOD, "--area=Vuxna", f"--format={kind}")
    printed = capsysbinary.readouterr()
    assert printed.out.startswith(start)
    assert printed.err == b""


def test_a_file_that_cannot_be_written_is_named(place: Place, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"ingenstans/r\.json: filen går inte att skriva"):
        _printed("--format=json", f"--output={tmp_path}/ingenstans/r.json")


def test_making_it_is_audited(place: Place) -> None:
    _report("--area=Vuxna")
    event = AuditEvent.objects.get(action="report.made")
    assert (event.subject_ids, event.actor_id) == ([place.other_area.pk], None)

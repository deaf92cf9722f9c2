"""The register of lex Sarah as other systems write it, counted by hand beside the report."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import unicodedata
from collections.abc import Callable, Container, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from pypdf import PdfReader

from casework.access.actor import Actor
from casework.models import Board, Membership, Role, User
from casework.reports.exports import FORMATS
from casework.reports.tables import NOT_SPLIT
from casework.shared import clock
from lexsarah.models import Report
from lexsarah.services import investigating, notes
from lexsarah.unfinished import awaits_supplement
from tests.casework.case_files import Ran, numbers, only, organise, report
from tests.casework.case_reckoning import AREAS
from tests.lexsarah.files import HEADER, PLAIN, read
from tests.lexsarah.paper_factory import word_text
from tests.lexsarah.test_import import SERIOUS, agree_with_the_history, times

pytestmark = pytest.mark.django_db

OUTCOMES = [
    "Ej missförhållande",
    "Missförhållande",
    "Påtaglig risk för missförhållande",
    "Allvarligt missförhållande",
    "Påtaglig risk för allvarligt missförhållande",
]
OPEN = "Utredning pågår"
YEAR = ("2022-01-01", "2022-12-31", "--area=Barn och unga")
ROWS = [
    PLAIN,
    {
        **PLAIN,
        **SERIOUS,
        "id": "LS/2",
        "händelse": 'Någon sade: "vänta; det går över", och\ngick därifrån, utan att åäö…',
        "anmäld_ivo": "2022-03-04",
        "ivo_diarienummer": "3.2.1-1/2022",
    },
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    organise(tmp_path)
    return tmp_path


def as_csv(rows: list[dict[str, str]], delimiter: str = ";", header: list[str] = HEADER) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, header, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def as_xlsx(rows: list[dict[str, str]]) -> bytes:
    """With dates as dates, as a spreadsheet keeps them."""
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    for row in rows:
        values = [row.get(name, "") for name in HEADER]
        is_day = re.compile(r"\d{4}-\d\d-\d\d").fullmatch
        book.active.append([date.fromisoformat(v) if is_day(v) else v or None for v in values])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "utf-8": ("a.csv", lambda: as_csv(ROWS).encode()),
    "with a BOM": ("b.csv", lambda: as_csv(ROWS).encode("utf-8-sig")),
    "Windows-1252": ("c.csv", lambda: as_csv(ROWS).encode("cp1252")),
    "commas": ("d.csv", lambda: as_csv(ROWS, ",").encode()),
    "tabs": ("e.csv", lambda: as_csv(ROWS, "\t").encode("cp1252")),
    "letters in two parts": (
        "h.csv",
        lambda: unicodedata.normalize("NFD", as_csv(ROWS)).encode(),
    ),
    "a spreadsheet": ("f.xlsx", lambda: as_xlsx(ROWS)),
    "columns in another order, in capitals": (
        "g.csv",
        lambda: as_csv(
            [{name.upper(): value for name, value in row.items()} for row in ROWS],
            header=[name.upper() for name in reversed(HEADER)],
        ).encode(),
    ),
}


@pytest.mark.parametrize("kind", FILES)
def test_however_the_file_is_written_it_says_the_same(folder: Path, kind: str) -> None:
    name, content = FILES[kind]
    (folder / name).write_bytes(content())
    ran = Ran("lexsarah", folder / name)
    assert ran.last == "lexsarah: 2 rader, 2 nya, 0 oförändrade, 0 uppdaterade, 0 fel", ran.err
    first, second = Report.objects.order_by("pk")
    assert (first.external_id, first.registered_on, first.outcome) == ("LS1", date(2022, 3, 1), "")
    assert second.external_id == "LS/2"
    assert second.event == ROWS[1]["händelse"]
    assert (second.outcome, second.decided_on) == ("serious", date(2022, 5, 2))
    assert (second.notified_on, second.ivo_number) == (date(2022, 3, 4), "3.2.1-1/2022")
    assert second.actions == "Ny rutin\nUtbildning"
    # The same, written otherwise, is the same.
    (folder / "again.csv").write_bytes(as_csv(ROWS).encode())
    again = Ran("lexsarah", folder / "again.csv")
    assert again.last == "lexsarah: 2 rader, 0 nya, 2 oförändrade, 0 uppdaterade, 0 fel"


FAULTS = [
    ({"rapporterad": "2022-3-1"}, "rapporterad", "är inget datum"),
    ({"rapporterad": "01/03/2022"}, "rapporterad", "är inget datum"),
    ({"rapporterad": "20220301"}, "rapporterad", "är inget datum"),
    ({"inträffad": "i mars"}, "inträffad", "är inget datum"),
    ({"inträffad": "2022-03-02"}, "rapporterad", "är före inträffad"),
    ({**SERIOUS, "beslutad": "2022-02-30"}, "beslutad", "är inget datum"),
    ({**SERIOUS, "beslutad": "2999-01-01"}, "beslutad", "fram"),
    ({"anmäld_ivo": "2999-01-01"}, "anmäld_ivo", "fram"),
    ({**SERIOUS, "bedömning": "Allvarlig missförhållande"}, "bedömning", "Allvarligt missförhå"),
    ({**SERIOUS, "bedömning": "missförhållande"}, "bedömning", "inget av de ord"),
    ({"enhet": "Mottagningen"}, "enhet", "Mottagningen"),
    ({"enhet": ""}, "enhet", "tom"),
    ({"ivo_diarienummer": "3.2.1-9"}, "anmäld_ivo", "saknas"),
    ({"ivo_diarienummer": "9" * 61, "anmäld_ivo": "2022-03-02"}, "ivo_diarienummer", "längre"),
    ({"id": ""}, "id", "tom"),
    ({"id": "9" * 201}, "id", "längre"),
]


@pytest.mark.parametrize(("row", "column", "says"), FAULTS)
def test_what_cannot_be_is_named_by_line_and_column(
    folder: Path, row: dict[str, str], column: str, says: str
) -> None:
    ran = read(folder, {"id": "LS0"}, row)
    assert ran.code == 1
    (fault,) = ran.faults
    _, message = fault.split(f"lexsarah.csv:3: {column}: ")
    assert says in message
    assert ran.last == "lexsarah: 2 rader, 0 nya, 0 oförändrade, 0 uppdaterade, 1 fel"
    assert not Report.objects.exists()


def test_the_same_id_twice_names_both_lines(folder: Path) -> None:
    ran = read(folder, {}, {"id": "LS2"}, {"händelse": "En annan."})
    (fault,) = ran.faults
    assert "lexsarah.csv:4: id: ”LS1” står också på rad 2." in fault


def test_a_column_that_is_lacking_or_unknown(folder: Path) -> None:
    path = folder / "lexsarah.csv"
    path.write_text(as_csv([PLAIN], header=HEADER[:-1]), encoding="utf-8")
    ran = Ran("lexsarah", path)
    assert (ran.code, "lexsarah.csv:1: ivo_diarienummer: Kolumnen saknas" in ran.err) == (1, True)
    rows = [{**PLAIN, "handläggare": "Någon"}]
    path.write_text(as_csv(rows, header=[*HEADER, "handläggare"]), encoding="utf-8")
    ran = Ran("lexsarah", path)
    assert (ran.code, "lexsarah.csv:1: handläggare: Kolumnen finns inte" in ran.err) == (1, True)
    assert Ran("lexsarah", path, "--ignore-extra").code == 0


def test_a_trial_saves_nothing(folder: Path) -> None:
    (folder / "lexsarah.csv").write_text(as_csv(ROWS), encoding="utf-8")
    ran = Ran("lexsarah", folder / "lexsarah.csv", "--dry-run")
    assert (ran.code, ran.last) == (
        0,
        "lexsarah: 2 rader, 2 nya, 0 oförändrade, 0 uppdaterade, 0 fel",
    )
    assert not Report.objects.exists()


def test_notified_before_it_was_decided_awaits_the_investigation(folder: Path) -> None:
    assert read(folder, {"anmäld_ivo": "2022-03-02"}).code == 0
    found = Report.objects.get()
    assert awaits_supplement(found)
    assert times(found)["lex_sarah_ivo_supplement"][1:] == ("missed", None)
    assert read(folder, SERIOUS | {"anmäld_ivo": "2022-03-02"}).code == 0
    found.refresh_from_db()
    assert found.supplemented_on == date(2022, 5, 2)
    assert times(found)["lex_sarah_ivo_supplement"][1:] == ("met", date(2022, 5, 2))


def test_what_was_handled_here_since_is_not_overwritten(folder: Path) -> None:
    read(folder, {}, {"id": "LS2"})
    first, second = Report.objects.order_by("pk")
    system = Actor.system(Board.objects.get())
    investigating.set_registry_number(system, first.pk, number="SN 2026/1")
    investigating.record_ivo_notification(system, second.pk, on=date(2022, 3, 3))
    # What stands in both files alike is no hindrance.
    assert read(folder, {}, {"id": "LS2"}).last.endswith(
        "0 nya, 2 oförändrade, 0 uppdaterade, 0 fel"
    )
    ran = read(folder, SERIOUS, {"id": "LS2", **SERIOUS})
    (fault,) = ran.faults
    assert "lexsarah.csv:3: id: " in fault
    assert "LS2" in fault
    assert second.number in fault
    second.refresh_from_db()
    first.refresh_from_db()
    assert (first.outcome, second.outcome) == ("", "")


def test_the_mark_of_protection_comes_and_goes_with_the_file(folder: Path) -> None:
    assert read(folder, {"skyddad": "Ja"}).code == 0
    assert read(folder, {"skyddad": "Nej"}).last.endswith("1 uppdaterade, 0 fel")
    assert not Report.objects.get().protected
    # A file without the column says nothing of it.
    read(folder, {"skyddad": "ja"})
    assert read(folder, {}).last.endswith("1 oförändrade, 0 uppdaterade, 0 fel")
    assert Report.objects.get().protected
    agree_with_the_history()


def anything(chance: random.Random, number: int) -> dict[str, str]:
    reported = date(2021, 10, 1) + timedelta(days=chance.randrange(520))
    row = {
        **PLAIN,
        "id": f"LS{number}",
        "enhet": chance.choice(list(AREAS)),
        "inträffad": "",
        "rapporterad": str(reported),
        "händelse": f"Händelse {number}",
        "skyddad": "Ja" if chance.random() < 0.01 else "",
    }
    if chance.random() < 0.7:
        row["bedömning"] = chance.choice(OUTCOMES)
        row["beslutad"] = str(reported + timedelta(days=chance.randrange(120)))
        row["åtgärder"] = f"Åtgärd {number}|Uppföljning"
    if chance.random() < 0.3:
        row["anmäld_ivo"] = str(reported + timedelta(days=chance.randrange(100)))
    return row


class ByHand:
    """The tables of Barn och unga reckoned from the rows of the file alone."""

    def __init__(
        self, rows: list[dict[str, str]], as_of: date, protected_now: Container[str] = ()
    ) -> None:
        self.as_of = as_of
        self.protected_now = protected_now
        self.rows = [row for row in rows if AREAS[row["enhet"]] == "Barn och unga"]

    def day(self, row: Mapping[str, str], column: str) -> date | None:
        day = date.fromisoformat(row[column]) if row.get(column) else None
        return day if day and day <= self.as_of else None

    def in_2022(self, column: str) -> list[dict[str, str]]:
        found = [(self.day(row, column), row) for row in self.rows if self.day(row, "rapporterad")]
        return [row for day, row in found if day and day.year == 2022]

    def outcome(self, row: Mapping[str, str]) -> str:
        return row["bedömning"] if self.day(row, "beslutad") else OPEN

    def shown(self, rows: Mapping[str, list[dict[str, str]]]) -> dict[str, int]:
        """Whoever is protected, then or now, is in a row of their own alone."""
        counts = {
            label: sum(not self.is_apart(row) for row in found) for label, found in rows.items()
        }
        apart = sum(self.is_apart(row) for found in rows.values() for row in found)
        return counts | ({NOT_SPLIT: apart} if apart else {})

    def is_apart(self, row: Mapping[str, str]) -> bool:
        return bool(row["skyddad"]) or row["id"] in self.protected_now

    def outcomes(self) -> dict[str, int]:
        rows: dict[str, list[dict[str, str]]] = {label: [] for label in [*OUTCOMES, OPEN]}
        for row in self.in_2022("rapporterad"):
            rows[self.outcome(row)].append(row)
        return self.shown(rows)

    def cases(self) -> list[list[str | int]]:
        rows = [row for row in self.in_2022("rapporterad") if not self.is_apart(row)]
        rows.sort(key=lambda row: (row["rapporterad"], int(row["id"].removeprefix("LS"))))
        listed: list[list[str | int]] = [
            [
                row["händelse"],
                self.outcome(row),
                row["åtgärder"].replace("|", "; ") if self.outcome(row) != OPEN else "",
            ]
            for row in rows
        ]
        apart = len(self.in_2022("rapporterad")) - len(rows)
        return [*listed, [NOT_SPLIT, apart, ""]] if apart else listed

    def quarters(self) -> dict[str, int]:
        rows: dict[str, list[dict[str, str]]] = {}
        for row in sorted(self.in_2022("anmäld_ivo"), key=lambda row: row["anmäld_ivo"]):
            day = date.fromisoformat(row["anmäld_ivo"])
            rows.setdefault(f"{day.year} kvartal {(day.month + 2) // 3}", []).append(row)
        return self.shown(rows)


def test_three_thousand_rows_and_what_changed_in_them(
    folder: Path, at: Callable[[Any], Any]
) -> None:
    chance = random.Random(20261123)
    rows = [anything(chance, number) for number in range(3000)]
    at(datetime(2026, 1, 10, 8, tzinfo=UTC))
    ran = read(folder, *rows)
    assert ran.last == "lexsarah: 3000 rader, 3000 nya, 0 oförändrade, 0 uppdaterade, 0 fel", (
        ran.err
    )
    at(datetime(2026, 1, 11, 8, tzinfo=UTC))
    later = [anything(chance, n) if n % 10 == 0 else row for n, row in enumerate(rows)]
    changed = sum(old != new for old, new in zip(rows, later, strict=True))
    ran = read(folder, *later)
    assert ran.last.endswith(f"{3000 - changed} oförändrade, {changed} uppdaterade, 0 fel"), ran.err
    # Whoever is protected now is listed in no report, also not in one made again.
    protected = {row["id"] for row in later if row["skyddad"]}
    for known, known_rows in (("2026-01-10T23:00", rows), ("2026-01-12", later)):
        for as_of in (date(2022, 2, 1), date(2022, 8, 31), date(2023, 6, 1)):
            tables = report(*YEAR, f"--known-at={known}", f"--as-of={as_of}")
            by_hand = ByHand(known_rows, as_of, protected)
            assert numbers(only(tables, "lexsarah.outcomes")) == by_hand.outcomes()
            assert only(tables, "lexsarah.outcomes")["total"] == len(by_hand.in_2022("rapporterad"))
            listed = only(tables, "lexsarah.cases")
            assert [row["cells"] for row in listed["rows"]] == by_hand.cases()
            assert numbers(only(tables, "lexsarah.quarterly")) == by_hand.quarters()
            public = report(*YEAR, f"--known-at={known}", f"--as-of={as_of}", "--edition=public")
            assert numbers(only(public, "lexsarah.outcomes")) == by_hand.outcomes()
            shown = [row["cells"] for row in only(public, "lexsarah.cases")["rows"]]
            assert shown == [row for row in by_hand.cases() if row[0] == NOT_SPLIT]
    before = report(*YEAR, "--known-at=2026-01-09")
    assert only(before, "lexsarah.outcomes")["total"] == 0


def test_every_format_holds_the_same_figures(folder: Path) -> None:
    chance = random.Random(7)
    rows = [anything(chance, number) | {"skyddad": ""} for number in range(60)]
    assert read(folder, *rows).code == 0
    by_hand = ByHand(rows, date(2023, 6, 1))
    for file_format in sorted(FORMATS):
        path = folder / f"ut.{file_format}"
        arguments = ("--as-of=2023-06-01", f"--format={file_format}", f"--output={path}")
        period = ("--from=2022-01-01", "--to=2022-12-31", "--area=Barn och unga")
        call_command("quality_report", *period, "--min-count=1", *arguments)
        text = _text(path)
        for label, count in by_hand.outcomes().items():
            assert re.search(rf"{label}\W+{count}\b", text), (file_format, label, count)
        for row in by_hand.cases():
            assert row[0] in text, (file_format, row)


def _text(path: Path) -> str:
    """All text of a file, white space made even."""
    content = path.read_bytes()
    match path.suffix:
        case ".pdf":
            found = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        case ".docx":
            found = word_text(content)
        case ".xlsx":
            book = openpyxl.load_workbook(io.BytesIO(content))
            rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
            found = " ".join(str(cell) for row in rows for cell in row if cell is not None)
        case ".json":
            found = json.dumps(json.loads(content), ensure_ascii=False)
        case ".html":
            found = re.sub(r"<[^>]+>", " ", content.decode())
        case _:
            found = content.decode("utf-8-sig")
    return re.sub(r"\s+", " ", found)


@pytest.mark.parametrize("begun", ["assigned", "noted"])
def test_nor_what_somebody_has_begun_to_investigate_here(folder: Path, begun: str) -> None:
    read(folder, {})
    report = Report.objects.get()
    system = Actor.system(report.board)
    if begun == "assigned":
        sara = User.objects.create(username="sara", board=report.board)
        Membership.objects.create(user=sara, board=report.board, role=Role.SAS)
        investigating.assign_investigator(system, report.pk, to=sara)
    else:
        given = notes.NewNote(clock.today(), "Enhetschefen", "fact", "Schemat visar två lediga.")
        notes.add_note(system, report.pk, given)
    (fault,) = read(folder, SERIOUS).faults
    assert report.number in fault
    report.refresh_from_db()
    assert (report.status, report.outcome) == ("investigating", "")

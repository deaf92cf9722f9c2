"""Taking in aktualiseringar, utredningar and beslut, as the operator sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from casework.cases.histories import ALL
from casework.cases.models import Case, Decision, Intake, Investigation
from casework.models import AuditEvent, ImportBatch
from casework.shared.versions import timeline
from tests.casework.case_files import PACK, ROWS, Ran, organise, read, read_pack

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for files; the board they are about is there."""
    organise(tmp_path)
    return tmp_path


def agree_with_the_history() -> None:
    """The version rows are those that the history gives, and the records show the latest."""
    for chronicle in ALL:
        records = {record.pk: record for record in chronicle.record.objects.all()}
        facts = chronicle.facts(records)
        columns = [
            field.attname
            for field in chronicle.versions._meta.concrete_fields
            if not field.primary_key
        ]
        for key, record in records.items():
            rebuilt = chronicle.rebuilt(record, facts[key])
            assert _rows(record.versions.all(), columns) == _rows(rebuilt, columns)
            latest = record.versions.latest("recorded_from", "effective_from")
            for name in set(columns) - {"record_id", "area_id"}:
                if hasattr(record, name):
                    assert getattr(record, name) == getattr(latest, name), name
            # What is shown and not counted follows from the history as well.
            for name, value in timeline(facts[key], chronicle.fold)[-1].state.items():
                if name in {field.attname for field in record._meta.concrete_fields}:
                    assert getattr(record, name) == value, name


def _rows(versions: Any, columns: list[str]) -> list[str]:
    return sorted(repr([getattr(version, name) for name in columns]) for version in versions)


@pytest.mark.parametrize(("kind", "rows"), ROWS.items())
def test_the_pack_is_taken_in_once(kind: str, rows: int) -> None:
    read_pack("organisation")
    ran = Ran(kind, PACK / f"{kind}.csv")
    assert ran.code == 0
    assert ran.err.startswith(f"{rows} ny")
    assert ran.last == f"{kind}: {rows} rader, {rows} nya, 0 oförändrade, 0 uppdaterade, 0 fel"
    counts = [chronicle.versions.objects.count() for chronicle in ALL]
    again = Ran(kind, PACK / f"{kind}.csv")
    assert again.last == f"{kind}: {rows} rader, 0 nya, {rows} oförändrade, 0 uppdaterade, 0 fel"
    assert counts == [chronicle.versions.objects.count() for chronicle in ALL]


def test_one_case_has_several_records_and_takes_after_the_latest(folder: Path) -> None:
    read(folder, "aktualiseringar", {"ärende": "Ä1", "kön": "Flicka", "födelseår": "2012"})
    read(
        folder,
        "utredningar",
        {"ärende": "Ä1", "enhet": "Barn 1", "inledd": "2022-03-09"},
        {"id": "U2", "ärende": "Ä1", "inledd": "2021-01-09", "födelseår": "2011"},
    )
    read(folder, "beslut", {"ärende": "Ä1", "beslutsdatum": "2022-02-01"}, {"id": "B2"})
    case = Case.objects.get()
    assert (case.number, case.unit.name) == ("Ä1", "Barn 1")
    assert (case.sex, case.birth_year, case.protected) == ("female", 2012, False)
    records = (case.intakes.count(), case.investigations.count(), case.decisions.count())
    assert records == (1, 2, 1)
    assert Decision.objects.get(external_id="B2").case is None
    agree_with_the_history()


def test_the_same_number_in_another_board_is_another_case(folder: Path) -> None:
    read(folder, "aktualiseringar", {"ärende": "Ä1"})
    read(
        folder,
        "organisation",
        {"enhet": "Söder 1", "avdelning": "A", "förvaltning": "Söder", "verksamhetsområde": "B"},
    )
    path = folder / "aktualiseringar.csv"
    text = path.read_text(encoding="utf-8").replace("Mottaget", "Söder 1")
    path.write_text(text, encoding="utf-8")
    assert Ran("aktualiseringar", path, "--board=Söder").code == 0
    assert Case.objects.filter(number="Ä1").count() == 2


FAULTS: list[tuple[str, dict[str, str], str]] = [
    ("aktualiseringar", {"inkommen": ""}, "inkommen: Cellen är tom"),
    ("aktualiseringar", {"inkommen": "2022-03-01"}, "inkommen: ”2022-03-01” är ingen tidpunkt"),
    ("aktualiseringar", {"inkommen": "2099-03-01 10:00"}, "inkommen: 2099-03-01 10:00 ligger"),
    ("aktualiseringar", {"typ": "Brev"}, "typ: ”Brev” är inget av de ord"),
    ("aktualiseringar", {"kön": "X"}, "kön: ”X” är inget av de ord"),
    ("aktualiseringar", {"enhet": "Okänd"}, "enhet: Enheten ”Okänd” finns inte"),
    ("aktualiseringar", {"födelseår": "2024"}, "födelseår: 2024 är inget rimligt födelseår"),
    (
        "aktualiseringar",
        {"skyddsbedömd": "2022-03-01 09:59"},
        "skyddsbedömd: 2022-03-01 09:59 är före inkommen (2022-03-01 10:00)",
    ),
    (
        "aktualiseringar",
        {"beslut": "Inled", "beslutsdatum": "2022-02-28"},
        "beslutsdatum: 2022-02-28 är före inkommen (2022-03-01)",
    ),
    ("aktualiseringar", {"beslut": "Inled"}, "beslutsdatum: Det finns ett beslut men ingen dag"),
    ("aktualiseringar", {"beslutsdatum": "2022-03-02"}, "beslut: Det finns en dag men inget"),
    ("utredningar", {"inledd": ""}, "inledd: Cellen är tom"),
    ("utredningar", {"inledd": "1923-01-01"}, "inledd: 1923-01-01 är före 1953"),
    (
        "utredningar",
        {"aktualiserad": "2022-03-02"},
        "inledd: 2022-03-01 är före aktualiserad (2022-03-02)",
    ),
    (
        "utredningar",
        {"avslutad": "2022-02-01"},
        "avslutad: 2022-02-01 är före inledd (2022-03-01)",
    ),
    ("utredningar", {"förlängd_till": "2022-02-01"}, "förlängd_till: 2022-02-01 är före inledd"),
    (
        "utredningar",
        {"förlängning_beslutad": "2022-04-01"},
        "förlängd_till: Förlängningen saknar sista dag",
    ),
    *(
        (kind, {"ärende": "20121212-1212"}, ":3: ärende: Det ser ut som ett personnummer")
        for kind in ("aktualiseringar", "utredningar", "beslut")
    ),
    ("beslut", {"lagrum": "LVU"}, "lagrum: ”LVU” är inget av de ord"),
    ("beslut", {"insats": ""}, "insats: Cellen är tom"),
    ("beslut", {"verkställd": "2022-02-01"}, "verkställd: 2022-02-01 är före beslutsdatum"),
    (
        "beslut",
        {"avbrott": "2022-05-01", "återupptagen": "2022-04-01"},
        "återupptagen: 2022-04-01 är före avbrott (2022-05-01)",
    ),
    ("beslut", {"återupptagen": "2022-05-01"}, "avbrott: Beslutet är återupptaget men avbrottet"),
    ("beslut", {"avslutad_utan_verkställighet": "2099-01-01"}, "2099-01-01 ligger framåt"),
    ("beslut", {"skyddad": "kanske"}, "skyddad: ”kanske” är inget av de ord"),
]


@pytest.mark.parametrize(("kind", "fault", "message"), FAULTS)
def test_a_bad_row_is_named_and_nothing_is_saved(
    folder: Path, kind: str, fault: dict[str, str], message: str
) -> None:
    ran = read(folder, kind, {"id": "X1"}, {"id": "X2", **fault})
    assert ran.code == 1
    (line,) = ran.faults
    assert f"{kind}.csv:3: " in line
    assert message in line
    assert not any(chronicle.record.objects.exists() for chronicle in ALL)
    assert not Case.objects.exists()
    assert not ImportBatch.objects.exclude(kind="organisation").exists()


def test_every_fault_of_a_file_is_told_at_once(folder: Path) -> None:
    ran = read(folder, "beslut", {"lagrum": "X", "insats": ""}, {"id": "B1"}, {"id": "B3"})
    assert [line.split(": ")[1] for line in ran.faults] == ["insats", "lagrum", "id"]
    assert ran.last == "beslut: 3 rader, 0 nya, 0 oförändrade, 0 uppdaterade, 2 fel"


def test_a_changed_row_corrects_and_a_missing_optional_column_changes_nothing(
    folder: Path,
) -> None:
    full = {
        "ärende": "Ä1",
        "förlängd_till": "2022-09-01",
        "förlängning_beslutad": "2022-08-01",
        "avslutad": "2022-08-20",
    }
    read(folder, "utredningar", full, {"id": "U2"})
    changed = full | {"ärende": "Ä2", "enhet": "Barn 1", "avslutad": "", "förlängd_till": ""}
    changed["förlängning_beslutad"] = ""
    ran = read(folder, "utredningar", changed, {"id": "U2"})
    assert ran.last == "utredningar: 2 rader, 0 nya, 1 oförändrade, 1 uppdaterade, 0 fel"
    investigation = Investigation.objects.get(external_id="U1")
    assert investigation.closed_on is None
    assert investigation.extended_to is None
    assert investigation.unit.name == "Barn 1"
    assert investigation.case is not None
    assert investigation.case.number == "Ä2"
    agree_with_the_history()
    again = read(folder, "utredningar", full, {"id": "U2"})
    assert "1 uppdaterade" in again.last
    investigation.refresh_from_db()
    assert str(investigation.closed_on) == "2022-08-20"
    assert str(investigation.extended_to) == "2022-09-01"
    # Decided after the four months were out on 2022-07-01.
    assert investigation.extended_in_time_to is None
    agree_with_the_history()


def test_many_changed_rows_are_written_together(
    folder: Path, django_assert_max_num_queries: Any
) -> None:
    rows = [{"id": f"A{number}", "ärende": f"Ä{number}"} for number in range(60)]
    read(folder, "aktualiseringar", *rows)
    decided = [row | {"beslut": "Inled", "beslutsdatum": "2022-03-10"} for row in rows]
    with django_assert_max_num_queries(80):
        ran = read(folder, "aktualiseringar", *decided)
    assert "60 uppdaterade" in ran.last
    assert Intake.objects.filter(outcome="opened").count() == 60
    agree_with_the_history()


def test_one_register_marks_the_person_in_all(folder: Path) -> None:
    read(folder, "utredningar", {"ärende": "Ä1"}, {"id": "U2", "ärende": "Ä2"})
    read(folder, "aktualiseringar", {"ärende": "Ä1", "skyddad": "Ja"})
    read(folder, "beslut", {"ärende": "Ä1"})
    protected = {record.external_id: record.protected for record in _all_records()}
    assert protected == {"A1": True, "B1": True, "U1": True, "U2": False}
    agree_with_the_history()
    again = read(folder, "utredningar", {"ärende": "Ä1"}, {"id": "U2", "ärende": "Ä2"})
    assert "2 oförändrade" in again.last
    changed = read(folder, "utredningar", {"ärende": "Ä1", "avslutad": "2022-05-01"})
    assert "1 uppdaterade" in changed.last
    assert Investigation.objects.get(external_id="U1").protected
    read(folder, "aktualiseringar", {"ärende": "Ä1", "skyddad": ""})
    assert not any(record.protected for record in _all_records())
    agree_with_the_history()


def _all_records() -> list[Any]:
    return [record for chronicle in ALL for record in chronicle.record.objects.all()]


def test_the_import_is_audited_with_ids_alone(folder: Path) -> None:
    read(folder, "beslut", {"skäl": "Ingen ville"})
    event = AuditEvent.objects.get(action="register.imported", subject_kind="decision")
    assert event.subject_ids == [Decision.objects.get().pk]
    assert "Ingen" not in str(event.data)

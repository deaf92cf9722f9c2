"""Taking in the register of lex Sarah, as the operator sees it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from casework.models import AuditEvent, Deadline
from casework.shared.versions import timeline
from lexsarah.histories import REPORTS
from lexsarah.models import Report
from tests.casework.case_files import PACK, Ran, organise
from tests.lexsarah.files import read, read_pack

pytestmark = pytest.mark.django_db

SERIOUS = {
    "bedömning": "Allvarligt missförhållande",
    "beslutad": "2022-05-02",
    "åtgärder": "Ny rutin|Utbildning",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for files; the board they are about is there."""
    organise(tmp_path)
    return tmp_path


def agree_with_the_history() -> None:
    """The version rows are those that the history gives, and the reports show the latest."""
    facts = REPORTS.facts(Report.objects.values_list("pk", flat=True))
    columns = [f.attname for f in REPORTS.versions._meta.concrete_fields if not f.primary_key]
    for report in Report.objects.all():
        rebuilt = REPORTS.rebuilt(report, facts[report.pk])
        kept = report.versions.all()
        assert sorted(repr([getattr(v, c) for c in columns]) for v in kept) == sorted(
            repr([getattr(v, c) for c in columns]) for v in rebuilt
        )
        latest = timeline(facts[report.pk], REPORTS.fold)[-1].state
        own = {f.attname for f in Report._meta.concrete_fields}
        assert {name: getattr(report, name) for name in latest.keys() & own} == {
            name: latest[name] for name in latest.keys() & own
        }


def times(report: Report) -> dict[str, tuple[date, str, date | None]]:
    found = Deadline.objects.filter(kind="lex_sarah", subject_id=report.pk).order_by("pk")
    return {time.rule: (time.trigger_date, time.state, time.met_on) for time in found}


def test_the_pack_is_taken_in_and_again_changes_nothing() -> None:
    ran = read_pack()
    assert ran.code == 0, ran.err
    assert ran.last == "lexsarah: 13 rader, 13 nya, 0 oförändrade, 0 uppdaterade, 0 fel"
    versions = REPORTS.versions.objects.count()
    again = Ran("lexsarah", PACK / "lexsarah.csv")
    assert again.last == "lexsarah: 13 rader, 0 nya, 13 oförändrade, 0 uppdaterade, 0 fel"
    assert REPORTS.versions.objects.count() == versions
    first = Report.objects.get(external_id="LS-BOU-001")
    assert first.event == "Syntetisk händelse 1 av typen missförhållande."
    assert first.actions == "Genomgång av rutin på APT\nUppföljning efter tre månader"
    assert (first.status, first.unit.name) == ("closed", "Barn och unga 2")
    assert times(first) == {
        "lex_sarah_investigation": (date(2021, 11, 22), "met", date(2022, 1, 14))
    }
    agree_with_the_history()
    assert AuditEvent.objects.filter(action="register.imported").count() == 3


def test_what_is_open_is_watched_from_now_on(folder: Path) -> None:
    assert read(folder, {}).code == 0
    report = Report.objects.get()
    assert (report.status, report.outcome, report.decided_on) == ("investigating", "", None)
    (time,) = Deadline.objects.filter(kind="lex_sarah")
    assert (time.rule, time.ended_at, time.state) == ("lex_sarah_investigation", None, "missed")
    assert report.number == f"LS-2022-{report.pk:05d}"


def test_what_was_serious_and_notified_has_its_times(folder: Path) -> None:
    row = SERIOUS | {"anmäld_ivo": "2022-03-02", "ivo_diarienummer": "3.2.1-1/2022"}
    assert read(folder, row).code == 0
    report = Report.objects.get()
    assert (report.serious_on, report.notified_on) == (date(2022, 3, 2), date(2022, 3, 2))
    assert (report.ivo_number, report.actions) == ("3.2.1-1/2022", "Ny rutin\nUtbildning")
    assert times(report) == {
        "lex_sarah_investigation": (date(2022, 3, 1), "met", date(2022, 5, 2)),
        "lex_sarah_ivo": (date(2022, 3, 2), "met", date(2022, 3, 2)),
        "lex_sarah_ivo_supplement": (date(2022, 3, 2), "met", date(2022, 5, 2)),
    }
    agree_with_the_history()


def test_three_bad_rows_are_all_named_and_nothing_is_saved(folder: Path) -> None:
    ran = read(
        folder,
        {},
        {"id": "LS2", "bedömning": "Mycket illa", "beslutad": "2022-05-02"},
        {"id": "LS3", "enhet": "Finns inte", "rapporterad": "2022-02-01"},
        {"id": "LS4", "beslutad": "2022-02-30", "ivo_diarienummer": "1"},
    )
    assert ran.code == 1
    assert not Report.objects.exists()
    places = [fault.split("lexsarah.csv:")[1].split(": ")[:2] for fault in ran.faults]
    assert places == [
        ["3", "bedömning"],
        ["4", "enhet"],
        ["4", "rapporterad"],
        ["5", "anmäld_ivo"],
        ["5", "bedömning"],
        ["5", "beslutad"],
    ]
    assert ran.last == "lexsarah: 4 rader, 0 nya, 0 oförändrade, 0 uppdaterade, 3 fel"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"bedömning": "Missförhållande"}, "beslutad"),
        ({"beslutad": "2022-05-02"}, "bedömning"),
        ({"bedömning": "Missförhållande", "beslutad": "2022-02-28"}, "beslutad"),
        ({"anmäld_ivo": "2022-02-28"}, "anmäld_ivo"),
        ({"rapporterad": ""}, "rapporterad"),
        ({"rapporterad": "2999-01-01"}, "rapporterad"),
        ({"skyddad": "Kanske"}, "skyddad"),
    ],
)
def test_a_cell_that_cannot_be_is_named(folder: Path, row: dict[str, str], column: str) -> None:
    ran = read(folder, row)
    assert ran.code == 1
    assert f"lexsarah.csv:2: {column}: " in ran.err


def test_a_changed_row_corrects_what_was_told_before(folder: Path) -> None:
    read(folder, {})
    assert read(folder, SERIOUS).last.endswith("0 nya, 0 oförändrade, 1 uppdaterade, 0 fel")
    report = Report.objects.get()
    assert (report.outcome, report.status) == ("serious", "closed")
    assert times(report)["lex_sarah_ivo"] == (date(2022, 5, 2), "missed", None)
    agree_with_the_history()
    read(folder, SERIOUS | {"bedömning": "Ej missförhållande"})
    report.refresh_from_db()
    assert (report.outcome, report.serious_on) == ("none", None)
    open_times = Deadline.objects.filter(kind="lex_sarah", ended_at=None)
    assert not open_times.exists()
    read(folder, {"rapporterad": "2022-03-04"})
    report.refresh_from_db()
    assert (report.outcome, report.decided_on, report.status) == ("", None, "investigating")
    assert open_times.get().trigger_date == date(2022, 3, 4)
    agree_with_the_history()


def test_what_is_protected_says_so(folder: Path) -> None:
    assert read(folder, {"skyddad": "Ja"}, {"id": "LS2", "skyddad": ""}).code == 0
    assert list(Report.objects.order_by("pk").values_list("protected", flat=True)) == [True, False]

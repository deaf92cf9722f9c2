"""Screens first and files after: adoption, what hinders a file, and what a run says it changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client

from casework.cases.models import Decision, Intake, Investigation
from casework.cases.services import care, decisions, intakes, investigations
from casework.cases.services.door import Person
from casework.models import Deadline, ImportBatch
from casework.registers.cases.summary import DECISIONS, INVESTIGATIONS, summarise
from casework.registers.kinds import CHANGED, NEW, Difference
from tests.casework.case_files import Ran, written
from tests.casework.test_cases_import import agree_with_the_history
from tests.conftest import Place
from tests.factories.case_steps import assessed, granted, opened

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(date(2026, 3, 30))


def read(folder: Path, place: Place, kind: str, *rows: dict[str, str]) -> Ran:
    """Take in rows for Enheten."""
    full = [{"enhet": place.unit.name} | row for row in rows]
    return Ran(kind, written(folder, kind, full), f"--board={place.board.name}")


U1 = {"id": "U1", "ärende": "Ä1", "inledd": "2026-03-02", "utredningstyp": "Barnutredning"}


def test_what_was_registered_here_is_adopted_and_keeps_what_only_we_know(
    place: Place, tmp_path: Path
) -> None:
    amina = place.actor("amina")
    investigation = opened(place, person=Person("Ä1", "female", 2015))
    care.assign(amina, "investigation", investigation.pk, to=place.user("amina"))
    investigations.close_investigation(
        amina, investigation.pk, on=date(2026, 3, 20), outcome="no_measure", follow_up=True
    )
    ran = read(tmp_path, place, "utredningar", U1 | {"avslutad": "2026-03-20"})
    assert ran.last == "utredningar: 1 rader, 1 nya, 0 oförändrade, 0 uppdaterade, 0 fel"
    assert "1 utredning var redan registrerad här" in ran.err
    found = Investigation.objects.get()
    assert (found.pk, found.external_id) == (investigation.pk, "U1")
    assert (found.outcome, found.handler) == ("no_measure", place.user("amina"))
    assert (found.sex, found.birth_year) == ("female", 2015)
    assert found.follow_up_on == date(2026, 3, 20)
    assert Deadline.objects.count() == 2
    assert (
        "1 oförändrade"
        in read(tmp_path, place, "utredningar", U1 | {"avslutad": "2026-03-20"}).last
    )
    agree_with_the_history()


def test_an_intake_and_a_decision_are_adopted_too(place: Place, tmp_path: Path) -> None:
    intake, decision = assessed(place), granted(place)
    a1 = {"id": "A1", "ärende": "Ä1", "inkommen": "2026-03-02 10:00", "typ": "Anmälan"}
    assert read(tmp_path, place, "aktualiseringar", a1).code == 0
    b1 = {
        "id": "B1",
        "ärende": "Ä1",
        "lagrum": "SoL",
        "insats": "Kontaktfamilj",
        "beslutsdatum": "2026-03-02",
        "verkställd": "2026-03-10",
    }
    assert read(tmp_path, place, "beslut", b1).code == 0
    found = Intake.objects.get()
    assert (found.pk, found.external_id) == (intake.pk, "A1")
    # The file knows nothing of the assessment yet; it was made all the same.
    assert found.assessed_at == intake.assessed_at
    assert Decision.objects.get().executed_on == date(2026, 3, 10)
    assert Decision.objects.get().pk == decision.pk
    agree_with_the_history()


@pytest.mark.parametrize(
    "row",
    [
        U1 | {"ärende": "Ä2"},
        U1 | {"inledd": "2026-03-03"},
        U1 | {"ärende": ""},
    ],
    ids=["another case", "another day", "no case"],
)
def test_another_is_another(place: Place, tmp_path: Path, row: dict[str, str]) -> None:
    opened(place)
    assert read(tmp_path, place, "utredningar", row).code == 0
    assert Investigation.objects.count() == 2


def test_where_two_would_do_neither_is_adopted(place: Place, tmp_path: Path) -> None:
    opened(place)
    opened(place, kind="Vuxenutredning")
    assert read(tmp_path, place, "utredningar", U1).code == 0
    assert Investigation.objects.filter(external_id="").count() == 2
    decision = granted(place, person=Person("Ä2"))
    b1 = {"id": "B1", "ärende": "Ä2", "lagrum": "SoL", "insats": "A", "beslutsdatum": "2026-03-02"}
    assert read(tmp_path, place, "beslut", b1, b1 | {"id": "B2", "insats": "B"}).code == 0
    assert Decision.objects.get(external_id="").pk == decision.pk


def test_what_was_done_here_since_hinders_a_file_only_where_it_says_otherwise(
    place: Place, tmp_path: Path, at: Travel
) -> None:
    read(tmp_path, place, "utredningar", U1)
    found = Investigation.objects.get()
    amina = place.actor("amina")
    at(date(2026, 4, 2))
    care.assign(amina, "investigation", found.pk, to=place.user("amina"))
    care.set_protection(place.actor("eva"), found.case_id or 0, protected=True)
    care.set_protection(place.actor("eva"), found.case_id or 0, protected=False)
    assert read(tmp_path, place, "utredningar", U1 | {"födelseår": "2015"}).code == 0
    investigations.close_investigation(amina, found.pk, on=date(2026, 4, 1), outcome="measure")
    same = U1 | {"födelseår": "2015", "avslutad": "2026-04-01"}
    assert read(tmp_path, place, "utredningar", same).code == 0
    found.refresh_from_db()
    assert (found.outcome, found.closed_on) == ("measure", date(2026, 4, 1))
    at(date(2026, 4, 3))
    intake = assessed(place, people=[Person("Ä7")])
    a1 = {"id": "A1", "ärende": "Ä7", "inkommen": "2026-03-02 10:00", "typ": "Anmälan"}
    read(tmp_path, place, "aktualiseringar", a1)
    at(date(2026, 4, 4))
    intakes.decide_intake(
        amina, intake.pk, outcome="not_opened", on=date(2026, 4, 4), reason="Ingen oro"
    )
    decided = a1 | {"beslut": "Inled", "beslutsdatum": "2026-04-04"}
    refused = read(tmp_path, place, "aktualiseringar", decided)
    assert refused.code == 1
    assert "har handlagts här" in refused.err
    agree_with_the_history()


def _extend(place: Place, key: int, until: date, decided_on: date) -> None:
    investigations.extend_investigation(
        place.actor("amina"), key, until=until, decided_on=decided_on, reason="Väntar på BUP"
    )


def test_a_file_tells_of_the_latest_extension(place: Place, tmp_path: Path, at: Travel) -> None:
    read(tmp_path, place, "utredningar", U1)
    found = Investigation.objects.get()
    at(date(2026, 7, 25))
    _extend(place, found.pk, date(2026, 8, 1), date(2026, 6, 20))
    _extend(place, found.pk, date(2026, 9, 1), date(2026, 7, 20))
    at(date(2026, 7, 26))
    told = U1 | {"förlängd_till": "2026-09-01", "förlängning_beslutad": "2026-07-20"}
    assert read(tmp_path, place, "utredningar", told | {"födelseår": "2015"}).code == 0
    found.refresh_from_db()
    assert (found.birth_year, found.extended_to) == (2015, date(2026, 9, 1))
    assert found.extended_in_time_to == date(2026, 8, 1), "the first stands"
    assert found.extension_rows.count() == 2
    running = Deadline.objects.open().get(rule="child_investigation")
    assert running.last_day == date(2026, 9, 1)
    # The case system puts the latest right.
    at(date(2026, 7, 27))
    right = told | {"förlängd_till": "2026-08-25", "födelseår": "2015"}
    assert read(tmp_path, place, "utredningar", right).code == 0
    found.refresh_from_db()
    assert (found.extended_to, found.extended_in_time_to) == (date(2026, 8, 25), date(2026, 8, 1))
    assert Deadline.objects.open().get(rule="child_investigation").last_day == date(2026, 8, 25)
    agree_with_the_history()


def test_a_file_that_lacks_the_latest_extension_is_told_which_column(
    place: Place, tmp_path: Path, at: Travel
) -> None:
    read(tmp_path, place, "utredningar", U1)
    found = Investigation.objects.get()
    at(date(2026, 7, 25))
    _extend(place, found.pk, date(2026, 8, 1), date(2026, 6, 20))
    _extend(place, found.pk, date(2026, 9, 1), date(2026, 7, 20))
    refused = read(tmp_path, place, "utredningar", U1 | {"förlängd_till": "2026-08-01"})
    assert refused.code == 1
    assert "men utredning U1 (förlängd_till) har handlagts här" in refused.err


def test_an_investigation_by_file_ends_the_follow_up(
    place: Place, tmp_path: Path, at: Travel
) -> None:
    amina, investigation = place.actor("amina"), opened(place)
    investigations.close_investigation(
        amina, investigation.pk, on=date(2026, 3, 10), outcome="no_measure", follow_up=True
    )
    other = opened(place, person=Person("Ä2"))
    investigations.close_investigation(
        amina, other.pk, on=date(2026, 3, 10), outcome="no_measure", follow_up=True
    )
    u2 = U1 | {"id": "U2", "inledd": "2026-03-20"}
    assert read(tmp_path, place, "utredningar", u2).code == 0
    for one, ended in ((investigation, date(2026, 3, 20)), (other, None)):
        one.refresh_from_db()
        assert (one.follow_up_on, one.follow_up_ended_on) == (date(2026, 3, 10), ended)
        follow_up = Deadline.objects.get(subject_id=one.pk, rule="follow_up_after_investigation")
        assert (follow_up.ended_at is None) == (ended is None)
    # The register says nothing of following up, and takes nothing back.
    at(date(2026, 3, 31))
    first = U1 | {"avslutad": "2026-03-10", "födelseår": "2015"}
    assert read(tmp_path, place, "utredningar", first, u2).code == 0
    assert read(tmp_path, place, "utredningar", first | {"födelseår": "2016"}, u2).code == 0
    investigation.refresh_from_db()
    assert investigation.birth_year == 2016
    assert investigation.follow_up_ended_on == date(2026, 3, 20)
    agree_with_the_history()


B1 = {
    "id": "B1",
    "ärende": "Ä1",
    "lagrum": "SoL",
    "insats": "Kontaktfamilj",
    "beslutsdatum": "2026-03-02",
}


def test_a_reason_given_here_hinders_no_file_that_tells_how_it_went(
    place: Place, tmp_path: Path, at: Travel
) -> None:
    amina = place.actor("amina")
    read(tmp_path, place, "beslut", B1, B1 | {"id": "B2", "ärende": "Ä2"})
    waiting, ended = Decision.objects.order_by("external_id")
    at(date(2026, 4, 2))
    decisions.give_reason(amina, waiting.pk, reason="Familjen tackade nej")
    decisions.end_without_execution(amina, ended.pk, on=date(2026, 4, 1), reason="Flyttat")
    rows = (
        B1 | {"verkställd": "2026-04-01"},
        B1 | {"id": "B2", "ärende": "Ä2", "skäl": "Flyttat"}
        | {"avslutad_utan_verkställighet": "2026-04-01"},
    )  # fmt: skip
    ran = read(tmp_path, place, "beslut", *rows)
    assert ran.code == 0, ran.err
    waiting.refresh_from_db()
    assert (waiting.executed_on, waiting.reason) == (date(2026, 4, 1), "Familjen tackade nej")
    ended.refresh_from_db()
    assert (ended.ended_on, ended.reason) == (date(2026, 4, 1), "Flyttat")
    agree_with_the_history()


@pytest.mark.parametrize(
    "change",
    [{"skäl": "Kö"}, {"insats": "Boende"}, {"ärende": "Ä9"}],
    ids=lambda one: next(iter(one)),
)
def test_a_file_that_says_otherwise_of_what_was_explained_here_is_refused(
    place: Place, tmp_path: Path, at: Travel, change: dict[str, str]
) -> None:
    read(tmp_path, place, "beslut", B1)
    at(date(2026, 4, 2))
    decisions.give_reason(place.actor("amina"), Decision.objects.get().pk, reason="Tackade nej")
    ran = read(tmp_path, place, "beslut", B1 | change)
    assert (ran.code, "har handlagts här" in ran.err) == (1, True)


def test_a_mark_set_here_is_not_taken_away_by_a_file(place: Place, tmp_path: Path) -> None:
    read(tmp_path, place, "utredningar", U1)
    found = Investigation.objects.get()
    care.set_protection(place.actor("eva"), found.case_id or 0, protected=True)
    assert read(tmp_path, place, "utredningar", U1 | {"avslutad": "2026-03-20"}).code == 0
    found.refresh_from_db()
    assert found.protected
    read(tmp_path, place, "aktualiseringar", {
        "id": "A1", "ärende": "Ä9", "inkommen": "2026-03-02 10:00", "typ": "Anmälan",
        "skyddad": "Ja",
    })  # fmt: skip
    marked = Intake.objects.get()
    with pytest.raises(Exception, match="Ta bort den där"):
        care.set_protection(place.actor("eva"), marked.case_id or 0, protected=False)


def test_a_run_says_what_it_changed(
    place: Place, tmp_path: Path, as_user: Callable[..., Client]
) -> None:
    rows = [U1 | {"id": f"U{n}", "ärende": f"Ä{n}"} for n in range(1, 6)]
    first = read(tmp_path, place, "utredningar", *rows)
    assert first.err.splitlines() == ["5 nya utredningar.", "5 utredningar saknar avslut."]
    rows[0] |= {"avslutad": "2026-03-20"}
    rows[1] |= {"avslutad": "2026-03-21", "enhet": place.sister_unit.name}
    rows[2] |= {"förlängd_till": "2026-09-01", "förlängning_beslutad": "2026-03-20"}
    rows[3] |= {"kön": "Flicka"}
    second = read(tmp_path, place, "utredningar", *rows, U1 | {"id": "U6", "ärende": "Ä6"})
    expected = [
        "1 ny utredning.",
        "2 utredningar avslutades.",
        "1 utredning förlängdes.",
        "1 utredning bytte enhet.",
        "1 utredning ändrades på annat sätt.",
        "4 utredningar saknar avslut.",
    ]
    assert second.err.splitlines() == expected
    assert second.out.splitlines() == [
        "utredningar: 6 rader, 1 nya, 1 oförändrade, 4 uppdaterade, 0 fel"
    ]
    batch = ImportBatch.objects.latest("pk")
    page = as_user("vera").get(f"/register/inlasning/{batch.pk}/").content.decode()
    for line in expected:
        assert line in page


def _difference(*changes: tuple[str, str, str], state: str = CHANGED) -> Difference:
    return Difference(2, "X", state, 1, changes)


def test_the_sentences_of_the_difference_list() -> None:
    found: list[Any] = [
        _difference(state=NEW),
        _difference(("verkställd", "", "2026-03-01")),
        _difference(("verkställd", "2026-03-01", "")),
        # Of one with skyddade personuppgifter neither is shown.
        _difference(("avbrott", "", "")),
    ]
    assert summarise(found, DECISIONS, adopted=0, still_open=1) == [
        "1 nytt beslut.",
        "1 beslut verkställdes.",
        "1 beslut fick verkställigheten borttagen.",
        "1 beslut avbröts.",
        "1 beslut är inte verkställt.",
    ]
    assert summarise([], INVESTIGATIONS, adopted=0, still_open=0) == []
    assert summarise([_difference(("avslutad", "2026-03-01", ""))], INVESTIGATIONS,
                     adopted=0, still_open=14) == [
        "1 utredning öppnades igen.",
        "14 utredningar saknar avslut.",
    ]  # fmt: skip


def test_days_of_a_spreadsheet_with_clock_cells_are_the_days_of_the_text_file(
    place: Place, tmp_path: Path
) -> None:
    row = {"enhet": place.unit.name, "lagrum": "SoL", "insats": "Avlastning"}
    row |= {"id": "B1", "beslutsdatum": "2026-02-28", "verkställd": "2026-03-02"}
    text_file = written(tmp_path, "beslut", [row])
    headers = text_file.read_text(encoding="utf-8").splitlines()[0].split(";")
    book = openpyxl.Workbook()
    book.active.append(headers)
    book.active.append([row.get(header) for header in headers])
    for header in ("beslutsdatum", "verkställd"):
        cell = book.active.cell(2, headers.index(header) + 1)
        # Shown as "yyyy-mm-dd h:mm:ss", the way most programs write a day into a spreadsheet.
        cell.value = datetime.fromisoformat(row[header])
    book.save(tmp_path / "beslut.xlsx")
    board = f"--board={place.board.name}"
    ran = Ran("beslut", tmp_path / "beslut.xlsx", board)
    assert ran.last == "beslut: 1 rader, 1 nya, 0 oförändrade, 0 uppdaterade, 0 fel", ran.err
    found = Decision.objects.get()
    assert (found.decided_on, found.executed_on) == (date(2026, 2, 28), date(2026, 3, 2))
    ran = Ran("beslut", text_file, board)
    assert ran.last == "beslut: 1 rader, 0 nya, 1 oförändrade, 0 uppdaterade, 0 fel"


def test_midnight_is_a_time_where_the_register_has_times(place: Place, tmp_path: Path) -> None:
    row = {"id": "A1", "inkommen": "2026-03-02 00:00", "typ": "Anmälan"}
    ran = read(tmp_path, place, "aktualiseringar", row)
    assert ran.code == 0, ran.err
    assert Intake.objects.get().received_at == datetime.fromisoformat("2026-03-02T00:00+01:00")

"""Open cases follow a unit to its successor, and an area that was wrong is put right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from casework.cases.models import Case, Decision, Intake, Investigation
from casework.cases.services.following import open_in_unit
from casework.models import Unit
from tests.casework.case_files import Ran, numbers, only, organise, read, report, written
from tests.casework.test_cases_import import agree_with_the_history

pytestmark = pytest.mark.django_db

OLD = {
    "enhet": "Mottaget",
    "avdelning": "Barn",
    "förvaltning": "Norr",
    "verksamhetsområde": "Barn och unga",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files; in Mottaget there are an open and a closed one of each kind."""
    organise(tmp_path)
    read(
        tmp_path,
        "aktualiseringar",
        {"id": "A1", "ärende": "Ä1"},
        {"id": "A2", "beslut": "Inled", "beslutsdatum": "2022-03-02"},
    )
    read(tmp_path, "utredningar", {"id": "U1"}, {"id": "U2", "avslutad": "2022-04-01"})
    read(tmp_path, "beslut", {"id": "B1"}, {"id": "B2", "verkställd": "2022-04-01"})
    return tmp_path


def _replace(folder: Path) -> Ran:
    path = folder / "organisation.csv"
    header = "enhet;avdelning;förvaltning;verksamhetsområde;gäller_från;gäller_till;ersätter\n"
    row = "Nya mottaget;Barn;Norr;Barn och unga;2022-06-01;;Mottaget\n"
    path.write_text(header + row, encoding="utf-8")
    return Ran("organisation", path, "--board=Norr")


def test_open_ones_follow_from_the_successors_first_day(folder: Path) -> None:
    assert open_in_unit(Unit.objects.get(name="Mottaget")) == 3
    assert _replace(folder).code == 0
    for model, name in ((Intake, "A"), (Investigation, "U"), (Decision, "B")):
        manager: Any = model.objects
        units = dict(manager.order_by("external_id").values_list("external_id", "unit__name"))
        assert units == {f"{name}1": "Nya mottaget", f"{name}2": "Mottaget"}
        spans = manager.get(external_id=f"{name}1").versions.order_by("effective_from")
        found = [(str(v.effective_from), v.unit.name) for v in spans.filter(recorded_to__year=9999)]
        assert found == [("2022-03-01", "Mottaget"), ("2022-06-01", "Nya mottaget")]
    assert Case.objects.get().unit.name == "Nya mottaget"
    agree_with_the_history()
    again = read(folder, "utredningar", {"id": "U1", "avslutad": "2022-07-01"}, {"id": "U2"})
    assert "uppdaterade" in again.last
    assert again.code == 0, again.err
    assert Investigation.objects.get(external_id="U1").unit.name == "Nya mottaget"
    agree_with_the_history()


def test_a_corrected_area_moves_all_that_was_counted_for_the_unit(folder: Path) -> None:
    moved = OLD | {"verksamhetsområde": "Vuxna"}
    assert Ran("organisation", written(folder, "organisation", [moved])).code == 0
    agree_with_the_history()

    def count(area: str) -> Any:
        found = report("2022-01-01", "2022-12-31", f"--area={area}")
        return numbers(only(found, "casework.intakes"))

    assert (count("Vuxna"), count("Barn och unga")) == ({"Anmälan": 2}, {})

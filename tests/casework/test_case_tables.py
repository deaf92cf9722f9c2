"""The published tables of cases, figure by figure, from the register files that lie behind them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from tests.casework.case_files import PACK, only, read_pack, report
from tests.factories.once import loaded_once, settled

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("tables of cases")]

KINDS = ("aktualiseringar", "utredningar", "beslut")
# What the published files call the rows.
LABELS = {
    "casework.preliminary_assessments": {
        "total": "Totalt",
        "in_time": "Inom 14 dagar",
        "late": "Över 14 dagar",
        "opened": "Inledda",
        "not_opened": "Ej inledda",
        "undecided": "Ej beslutade",
    },
    "casework.late_investigations": {
        "total": "Totalt antal utredningar",
        "late": "Överstigit 4 månader",
        "extended": "varav med beslut om förlängning",
        "without_valid_extension": "Utan giltig förlängning",
    },
}


def published(kind: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        (PACK / f"{kind}.published.json").read_text(encoding="utf-8")
    )
    return content


@pytest.fixture(scope="module")
def pack(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The register files of the pack, read in once."""
    with loaded_once(django_db_blocker):
        read_pack("organisation", *KINDS)
        settled()
        yield


@pytest.mark.parametrize("area", [[], ["--area=Barn och unga"]], ids=["every area", "one area"])
def test_every_published_figure_of_cases(pack: None, area: list[str]) -> None:
    checked = set()
    for kind in KINDS:
        content = published(kind)
        as_of = [f"--as-of={content['as_of']}"] if "as_of" in content else []
        for key, figures in content.items():
            if key == "casework.unexecuted_decisions":
                for case in figures.values():
                    table = only(report(*case["period"], *area), key, lagrum=case["lagrum"])
                    assert [row["cells"][0] for row in table["rows"]] == case["ids"]
                    assert len(table["rows"]) == table["total"] == case["rows"]
                    assert table["facts"]["open_at_end"] == case["open_at_end"]
            elif key.startswith("casework."):
                table = only(report(*content["period"], *as_of, *area), key)
                rows = {row["cells"][0]: row["cells"][1] for row in table["rows"]}
                labels = LABELS.get(key, {name: name for name in figures})
                assert {name: rows[label] for name, label in labels.items()} == figures
                if key in LABELS:
                    assert list(rows) == list(labels.values())
                else:
                    assert list(rows.values()) == sorted(figures.values(), reverse=True)
                assert table["total"] == figures.get("total", sum(figures.values()))
            else:
                continue
            checked.add(key)
    assert checked == {
        "casework.intakes",
        "casework.preliminary_assessments",
        "casework.late_investigations",
        "casework.unexecuted_decisions",
    }


def test_a_list_for_each_law_even_an_empty_one(pack: None, tmp_path: Path) -> None:
    period = ("2022-01-01", "2022-12-31")
    empty = only(report(*period), "casework.unexecuted_decisions", lagrum="LSS")
    assert (empty["rows"], empty["total"], empty["facts"]) == ([], 0, {"open_at_end": 0})
    path = tmp_path / "report.xlsx"
    given = [f"--from={period[0]}", f"--to={period[1]}", "--format=xlsx", f"--output={path}"]
    call_command("quality_report", *given)
    book = openpyxl.load_workbook(path)
    rows = list(book["Ej verkställda beslut (SoL)"].iter_rows(values_only=True))
    assert rows[1][:5] == ("Barn och unga", "B001", 1, "Man", "Kontaktfamilj")
    assert len(rows) == 1 + 15
    assert book["Ej verkställda beslut (LSS)"].max_row == 1


def test_a_time_past_three_months_from_an_interruption_is_listed_by_its_own_track(
    pack: None,
) -> None:
    table = only(report("2022-01-01", "2022-12-31"), "casework.unexecuted_decisions", lagrum="SoL")
    (cells,) = [row["cells"] for row in table["rows"] if row["cells"][0] == "B200"]
    days = ["2022-01-10", "2022-04-01", "2022-02-01", ""]
    # From the interruption on the 1st of April until it was taken up on the 15th of August.
    assert cells == ["B200", 15, "Man", "Kontaktfamilj", *days, 136, "", "SoL"]
    # Sex codes that registers mix are one.
    assert {row["cells"][2] for row in table["rows"]} == {"Man", "Kvinna"}

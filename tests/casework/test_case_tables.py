"""The published tables of cases, figure by figure, from the register files that lie behind them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.casework.case_files import PACK, only, read_pack, report

pytestmark = pytest.mark.django_db

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


@pytest.fixture
def pack(db: None) -> None:
    read_pack("organisation", *KINDS)


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

"""The published report, figure by figure, from the register files that lie behind it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db

PACKS = sorted(
    path.parent for path in (Path(__file__).parent.parent / "data").rglob("published.json")
)


def _report(published: dict[str, Any]) -> dict[str, Any]:
    """The tables of the published period as the command prints them, by key."""
    out = StringIO()
    start, end = published["period"]
    call_command(
        "quality_report",
        f"--from={start}",
        f"--to={end}",
        f"--as-of={published['as_of']}",
        f"--area={published['area']}",
        "--format=json",
        stdout=out,
    )
    return {table["key"]: table for table in json.loads(out.getvalue())["tables"]}


def _expected(key: str, published: dict[str, Any]) -> dict[str, Any]:
    """A published table in the shape of the report: rows, and facts where it names some."""
    if key == "deviations.handling_time":
        counts = [published["le30"], published["31_90"], published["gt90"]]
        return {
            "counts": counts,
            "total": sum(counts),
            "facts": {
                "gt30_percent": published["share_gt30_percent"],
                "gt90_percent": published["share_gt90_percent"],
            },
        }
    if key == "deviations.status":
        return {"rows": [["Avslutad", published["Avslutad"]], ["Pågående", published["Pågående"]]]}
    rows = list(published["rows"])
    if "not_assessed" in published:
        rows.append(["Ej bedömd", published["not_assessed"]])
    facts = {
        name: published[name] for name in ("left_out", "closed_not_assessed") if name in published
    }
    return {"rows": rows, "facts": facts} | (
        {"total": published["total"]} if "total" in published else {}
    )


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
def test_every_published_figure_of_deviations(pack: Path) -> None:
    published = json.loads((pack / "published.json").read_text(encoding="utf-8"))
    for kind in ("organisation", "avvikelser"):
        call_command("import_register", kind, str(pack / f"{kind}.csv"), stdout=StringIO())
    tables = _report(published)
    keys = [key for key in published if key.startswith("deviations.")]
    assert keys
    for key in keys:
        table, expected = tables[key], _expected(key, published[key])
        rows = [row["cells"] for row in table["rows"]]
        if "counts" in expected:
            assert [row[1] for row in rows] == expected["counts"], key
        else:
            assert rows == expected["rows"], key
        assert table["total"] == expected.get("total", table["total"]), key
        for name, value in expected.get("facts", {}).items():
            assert table["facts"][name] == value, (key, name)
    totals = {tables[key]["total"] for key in keys}
    assert totals == {published["deviations.by_category"]["total"]}


def test_the_pack_is_there() -> None:
    assert [pack.name for pack in PACKS] == ["barn-och-unga"]

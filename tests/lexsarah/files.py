"""Register files of lex Sarah: the published pack's and small ones."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.casework.case_files import PACK, Ran

HEADER = (
    "id enhet inträffad rapporterad händelse bedömning beslutad åtgärder anmäld_ivo "
    "ivo_diarienummer"
).split()
PLAIN = {
    "id": "LS1",
    "enhet": "Mottaget",
    "inträffad": "2022-02-20",
    "rapporterad": "2022-03-01",
    "händelse": "Barnet fick vänta.",
}


def written(folder: Path, *rows: Mapping[str, Any]) -> Path:
    """Write a register file; each row differs as given from the plain one."""
    path = folder / "lexsarah.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        names = [*HEADER, "skyddad"] if any("skyddad" in row for row in rows) else HEADER
        writer = csv.DictWriter(file, names, delimiter=";")
        writer.writeheader()
        writer.writerows({**PLAIN, **row} for row in rows)
    return path


def read(folder: Path, *rows: Mapping[str, Any]) -> Ran:
    """Take in rows."""
    return Ran("lexsarah", written(folder, *rows))


def read_pack() -> Ran:
    """Take in the published pack: its units and its lex Sarah reports."""
    assert Ran("organisation", PACK / "organisation.csv").code == 0
    return Ran("lexsarah", PACK / "lexsarah.csv")

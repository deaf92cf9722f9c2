"""Register files of the case system, the published pack's and small ones."""

import csv
import json
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

PACK = Path(__file__).parent.parent / "data/nordost-2022/barn-och-unga"
ROWS = {"aktualiseringar": 1800, "utredningar": 2859, "beslut": 37}
HEADERS = {
    "organisation": "enhet avdelning förvaltning verksamhetsområde",
    "aktualiseringar": "id enhet ärende inkommen typ uppgiftslämnare kön födelseår skyddsbedömd "
    "beslut beslutsdatum skäl skyddad",
    "utredningar": "id enhet ärende aktualiserad aktualiseringstyp inledd förlängd_till avslutad "
    "kön födelseår utredningstyp förlängning_beslutad skyddad",
    "beslut": "id enhet lagrum kön insats beslutsdatum avbrott återupptagen verkställd "
    "avslutad_utan_verkställighet skäl ärende skyddad",
}
INTAKE = {
    "id": "A1",
    "enhet": "Mottaget",
    "inkommen": "2022-03-01 10:00",
    "typ": "Anmälan",
}
INVESTIGATION = {"id": "U1", "enhet": "Mottaget", "inledd": "2022-03-01"}
DECISION = {
    "id": "B1",
    "enhet": "Mottaget",
    "lagrum": "SoL",
    "insats": "Kontaktfamilj",
    "beslutsdatum": "2022-03-01",
}
TEMPLATES = {"aktualiseringar": INTAKE, "utredningar": INVESTIGATION, "beslut": DECISION}


class Ran:
    """What the import printed, and how it ended."""

    def __init__(self, *arguments: Any) -> None:
        out, err = StringIO(), StringIO()
        self.code = 0
        try:
            call_command("import_register", *map(str, arguments), stdout=out, stderr=err)
        except SystemExit as ended:
            self.code = int(ended.code or 0)
        self.out, self.err = out.getvalue(), err.getvalue()

    @property
    def last(self) -> str:
        """The line that sums it up."""
        return self.out.splitlines()[-1]

    @property
    def faults(self) -> list[str]:
        """The lines that name a fault."""
        return [line for line in self.err.splitlines() if ".csv:" in line]


def read_pack(*kinds: str) -> None:
    """Take in files of the pack, which must be without fault."""
    for kind in kinds:
        ran = Ran(kind, PACK / f"{kind}.csv")
        assert ran.code == 0, ran.err


def written(folder: Path, kind: str, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write a register file; what a row leaves out is empty."""
    path = folder / f"{kind}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADERS[kind].split(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(folder: Path, kind: str, *rows: Mapping[str, Any]) -> Ran:
    """Take in rows, each differing as given from the plain one of its kind."""
    plain = TEMPLATES.get(kind, {})
    return Ran(kind, written(folder, kind, [{**plain, **row} for row in rows]))


def organise(folder: Path) -> None:
    """Take in a board with units for children and for adults."""
    places = [
        ("Mottaget", "Barn", "Barn och unga"),
        ("Barn 1", "Barn", "Barn och unga"),
        ("Vuxna 1", "Vuxna", "Vuxna"),
    ]
    rows = [
        {"enhet": unit, "avdelning": place, "förvaltning": "Norr", "verksamhetsområde": area}
        for unit, place, area in places
    ]
    ran = read(folder, "organisation", *rows)
    assert ran.code == 0, ran.err


def report(start: Any, end: Any, *more: str) -> list[dict[str, Any]]:
    """The report's tables as the command prints them."""
    out = StringIO()
    call_command(
        "quality_report", f"--from={start}", f"--to={end}", "--format=json", *more, stdout=out
    )
    tables: list[dict[str, Any]] = json.loads(out.getvalue())["tables"]
    return tables


def only(tables: list[dict[str, Any]], key: str, **fields: str) -> dict[str, Any]:
    """The one table with this key and these fields."""
    (found,) = [
        table
        for table in tables
        if table["key"] == key and all(table[name] == value for name, value in fields.items())
    ]
    return found


def numbers(table: dict[str, Any]) -> dict[str, Any]:
    """The table's rows: label → number."""
    return {row["cells"][0]: row["cells"][1] for row in table["rows"]}

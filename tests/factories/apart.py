"""A board with protected records of every kind among others, taken in from registers."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from casework.access.actor import Actor
from casework.cases.services import care
from casework.models import Case
from casework.registers.kinds import REGISTER_KINDS
from casework.registers.reading import read_table
from casework.registers.running import import_table
from deviations.models import Deviation
from deviations.services.cooperation import set_protection
from lexsarah.models import Report
from lexsarah.services import investigating
from tests.conftest import Place

UNITS = ("Enheten", "Systerenheten", "Fjärrenheten")


def fill(place: Place, days: Iterable[date], number: int, seed: int = 1) -> None:
    """Take in ``number`` rows of each register that begin on ``days``, every fifth protected."""
    chance, starts = random.Random(seed), list(days)

    def some(*texts: str) -> str:
        return chance.choice(texts)

    def later(day: date, most: int) -> str:
        return str(day + timedelta(days=chance.randint(0, most))) if chance.random() < 0.7 else ""

    for kind in ("avvikelser", "lexsarah", "aktualiseringar", "utredningar", "beslut"):
        rows = []
        for place_in_file in range(number):
            day = chance.choice(starts)
            over = later(day, 150)
            rows.append(
                {
                    "id": f"{kind}-{place_in_file}",
                    "enhet": some(*UNITS),
                    "skyddad": "Ja" if place_in_file % 5 == 0 else "",
                    "kön": some("Pojke", "Flicka", ""),
                    "ärende": f"{kind[0]}{place_in_file}",
                    **_rows(kind, day, over, later, some),
                }
            )
        names = [column.name for column in REGISTER_KINDS[kind].columns]
        lines = [";".join(names)]
        lines += [";".join(row.get(name, "") for name in names) for row in rows]
        table = read_table(f"{kind}.csv", "\n".join(lines).encode())
        outcome = import_table(Actor.system(place.board), kind, table, place.board)
        assert outcome.problems == [], outcome.problems


def _rows(kind: str, day: date, over: str, later: Any, some: Any) -> dict[str, str]:
    match kind:
        case "avvikelser":
            return {
                "rapporterad": str(day),
                "kategori": some("Handläggning", "Bemötande"),
                "underkategori": some("", "Beslut saknas", "Tid"),
                "beskrivning": "Text",
                "status": "Avslutad" if over else "Pågående",
                "avslutad": over,
                "orsaker": some("", "Rutin saknas", "Rutin saknas|Bemanning"),
                "effekt": some("", "Förbättring", "Ingen effekt") if over else "",
            }
        case "lexsarah":
            return {
                "rapporterad": str(day),
                "händelse": "Text",
                "bedömning": some("Missförhållande", "Ej missförhållande") if over else "",
                "beslutad": over,
                "anmäld_ivo": later(day, 60),
            }
        case "aktualiseringar":
            return {
                "inkommen": f"{day} 10:00",
                "typ": some("Anmälan", "Anmälan", "Ansökan"),
                "uppgiftslämnare": some("Polis", "Skola", ""),
                "födelseår": some("", "2015", "2009"),
                "beslut": some("Inled", "Inled inte") if over else "",
                "beslutsdatum": over,
            }
        case "utredningar":
            return {
                "inledd": str(day),
                "avslutad": later(day, 300),
                "förlängd_till": over,
                "födelseår": some("", "2015"),
            }
    return {
        "lagrum": some("SoL", "LSS"),
        "insats": some("Kontaktfamilj", "Bostad"),
        "beslutsdatum": str(day),
        "verkställd": later(day, 250),
        "skäl": some("", "Kö"),
    }


def mark_some(place: Place) -> None:
    """Let some that were open be protected from now on, as SAS and the unit's manager say."""
    sara, system = place.actor("sara"), Actor.system(place.board)
    for deviation in Deviation.objects.filter(board=place.board, protected=False)[:3]:
        set_protection(sara, deviation.pk, protected=True)
    for report in Report.objects.filter(board=place.board, protected=False)[:2]:
        investigating.set_protection(sara, report.pk, protected=True)
    for letter in ("a", "u", "b"):
        for case in Case.objects.filter(number__startswith=letter, protected=False)[:2]:
            care.set_protection(system, case.pk, protected=True)

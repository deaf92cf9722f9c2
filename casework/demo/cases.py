"""The cases of the demo, as a case system would hand them over: three files as of a day.

Nothing of it is random in what a reader of the demo needs: there are cases in every state, and
times that end today, this week and too late.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from casework.demo.world import World
from casework.shared.clock import STOCKHOLM, local_day

INTAKES, APART, LONGEST = 300, 1.2, 118
# Investigations at home that ran out since the first file: for each what the watch has proposed.
OVERRUN = 14
SOURCES = ("Skola", "Polis", "Hälso- och sjukvård", "Förskola", "Privatperson", "Annan kommun")
MEASURES = (
    ("Kontaktfamilj", "SoL"),
    ("Kontaktperson", "SoL"),
    ("Öppenvård", "SoL"),
    ("Boendestöd", "SoL"),
    ("Sysselsättning", "SoL"),
    ("Ledsagarservice", "LSS"),
    ("Kontaktperson", "LSS"),
)
WAITS = ("Ingen lämplig familj än", "Den enskilde har tackat nej", "Kö till insatsen")
COLUMNS = {
    "aktualiseringar": "id enhet ärende inkommen typ uppgiftslämnare kön födelseår skyddsbedömd "
    "beslut beslutsdatum skäl skyddad",
    "utredningar": "id enhet ärende aktualiserad aktualiseringstyp inledd förlängd_till avslutad "
    "kön födelseår förlängning_beslutad skyddad",
    "beslut": "id enhet lagrum kön insats beslutsdatum avbrott återupptagen verkställd "
    "avslutad_utan_verkställighet skäl ärende skyddad",
}


@dataclass(frozen=True)
class Fate:
    """How one case goes: what of it lies after the day of a file is left out of the file."""

    number: int
    place: str
    received_at: datetime
    kind: str
    source: str
    sex: str
    born: int
    protected: bool
    assessed_at: datetime | None
    decided_on: date
    opens: bool
    closed_on: date | None
    extended_on: date | None
    extended_to: date | None

    @property
    def case(self) -> str:
        """The number of the case."""
        return f"DEMO-{self.received_at.year}-{self.number:04d}"


class CaseSystem:
    """A made-up case system of the demo's units."""

    def __init__(self, world: World) -> None:
        # Chances of its own, so that the rest of the demo stays as it was.
        self.rng = random.Random(7)  # noqa: S311
        self.today = local_day(world.present)
        self.present = world.present
        children = [place for place in world.places if place.area.for_children]
        self.investigating = [place.unit.name for place in children[:4]]
        self.reception = children[4].unit.name
        self.others = [place.unit.name for place in world.places if place not in children][16:19]
        self.fates = [self._fate(number) for number in range(INTAKES)]
        self.fates += [self._overrun(number) for number in range(OVERRUN)]
        self.grants = [self._grant(number) for number in range(48)]

    def rows(self, kind: str, as_of: date) -> list[list[str]]:
        """Return the rows of a file as of the end of a day, in the order of ``COLUMNS``."""
        if kind == "beslut":
            found = [_as_of(row, as_of) for row in self.grants if row["beslutsdatum"] <= f"{as_of}"]
        else:
            row = self._intake if kind == "aktualiseringar" else self._investigation
            found = [row(fate, as_of) for fate in self.fates]
        names = COLUMNS[kind].split()
        return [[cells.get(name, "") for name in names] for cells in found if cells]

    def _fate(self, number: int) -> Fate:
        rng = self.rng
        day = self.today - timedelta(days=int(number * APART) + 1)
        received_at = datetime.combine(day, time(rng.randint(8, 16), rng.randint(0, 59)), STOCKHOLM)
        # One in thirty is assessed a day late, the youngest of all not yet.
        hours = rng.choice((1, 2, 3, 5, 20)) if number % 30 else 50
        opens = number % 5 < 2
        decided_on = day + timedelta(days=rng.randint(1, 13) if number % 17 else 19)
        days = rng.randint(35, LONGEST) if number % 12 else rng.randint(126, 190)
        extended = opens and number % 10 == 1
        return Fate(
            number=INTAKES - number,
            # A third goes to where the log-ins of the demo work.
            place=self.investigating[0 if number % 15 < 6 else rng.randint(1, 3)],
            received_at=received_at,
            kind="Ansökan" if number % 9 == 4 else "Anmälan",
            source=rng.choice(SOURCES),
            sex=rng.choice(("Flicka", "Pojke")),
            born=self.today.year - rng.randint(0, 17),
            protected=number % 40 == 11,
            assessed_at=received_at + timedelta(hours=hours),
            decided_on=decided_on,
            opens=opens,
            closed_on=decided_on + timedelta(days=150 if extended else days),
            extended_on=decided_on + timedelta(days=110) if extended else None,
            extended_to=decided_on + timedelta(days=165) if extended else None,
        )

    def _overrun(self, number: int) -> Fate:
        """Return a case at home whose investigation ran out lately; most were closed soon after."""
        # The day of the month that the law counts four months to, whatever their lengths.
        over_on = self.today - timedelta(days=5 + 3 * number // 2)
        opened_on = over_on - relativedelta(months=4)
        received_at = datetime.combine(opened_on - timedelta(days=9), time(10), STOCKHOLM)
        closed_on = over_on + timedelta(days=2 + number % 4)
        return Fate(
            number=INTAKES + number + 1,
            place=self.investigating[0],
            received_at=received_at,
            kind="Anmälan",
            source=self.rng.choice(SOURCES),
            sex=self.rng.choice(("Flicka", "Pojke")),
            born=self.today.year - 3 - number % 14,
            protected=False,
            assessed_at=received_at + timedelta(hours=3),
            decided_on=opened_on,
            opens=True,
            closed_on=None if number % 5 == 4 else closed_on,
            extended_on=None,
            extended_to=None,
        )

    def _intake(self, fate: Fate, as_of: date) -> dict[str, str]:
        if local_day(fate.received_at) > as_of:
            return {}
        assessed = fate.assessed_at if fate.kind == "Anmälan" else None
        decided = fate.decided_on <= as_of
        return {
            "id": f"A{fate.number}",
            # Whoever decides is responsible: those that open have gone to their unit.
            "enhet": fate.place if fate.number % 4 == 0 else self.reception,
            "ärende": fate.case,
            "inkommen": f"{fate.received_at:%Y-%m-%d %H:%M}",
            "typ": fate.kind,
            "uppgiftslämnare": fate.source,
            "kön": fate.sex,
            "födelseår": str(fate.born),
            "skyddsbedömd": f"{assessed:%Y-%m-%d %H:%M}"
            if assessed and local_day(assessed) <= as_of and assessed < self.present
            else "",
            "beslut": ("Inled" if fate.opens else "Inled inte") if decided else "",
            "beslutsdatum": fate.decided_on.isoformat() if decided else "",
            "skäl": "Uppgifterna ger inte anledning att utreda"
            if decided and not fate.opens
            else "",
            "skyddad": "Ja" if fate.protected else "",
        }

    def _investigation(self, fate: Fate, as_of: date) -> dict[str, str]:
        if not fate.opens or fate.decided_on > as_of:
            return {}
        extended = fate.extended_on is not None and fate.extended_on <= as_of
        closed = fate.closed_on is not None and fate.closed_on <= as_of
        return {
            "id": f"U{fate.number}",
            "enhet": fate.place,
            "ärende": fate.case,
            "aktualiserad": local_day(fate.received_at).isoformat(),
            "aktualiseringstyp": fate.kind,
            "inledd": fate.decided_on.isoformat(),
            "förlängd_till": f"{fate.extended_to}" if extended else "",
            "förlängning_beslutad": f"{fate.extended_on}" if extended else "",
            "avslutad": f"{fate.closed_on}" if closed else "",
            "kön": fate.sex,
            "födelseår": str(fate.born),
            "skyddad": "Ja" if fate.protected else "",
        }

    def _grant(self, number: int) -> dict[str, str]:
        rng = self.rng
        day = self.today - timedelta(days=4 * number + 2)
        measure, law = MEASURES[number % len(MEASURES)]
        executed = day + timedelta(days=rng.randint(10, 80)) if number % 4 else None
        stopped = executed + timedelta(days=15) if executed and number % 8 == 1 else None
        row = {
            "id": f"B{number + 1}",
            "enhet": rng.choice([*self.others, *self.investigating]),
            "lagrum": law,
            "kön": rng.choice(("Kvinna", "Man")),
            "insats": measure,
            "beslutsdatum": day.isoformat(),
            "verkställd": f"{executed or ''}",
            "avbrott": f"{stopped or ''}",
            "skäl": "" if executed else rng.choice(WAITS),
            "ärende": f"DEMO-B-{number + 1:03d}",
        }
        if not executed and number % 16 == 12:
            row["avslutad_utan_verkställighet"] = f"{day + timedelta(days=60)}"
        return row


def _as_of(row: dict[str, str], as_of: date) -> dict[str, str]:
    """Return a decision without what lies after the day."""
    later = ("verkställd", "avbrott", "avslutad_utan_verkställighet")
    return row | {name: "" for name in later if row.get(name, "") > as_of.isoformat()}

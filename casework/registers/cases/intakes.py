"""The register aktualiseringar: what came in, its protection and preliminary assessments."""

from typing import ClassVar

from django.db.models import Q

from casework.cases.histories import ASSESSMENT, INTAKES, OUTCOME
from casework.cases.models import IntakeKind, IntakeOutcome
from casework.cases.services.importing import Given
from casework.registers.cases import summary
from casework.registers.cases.frame import (
    BIRTH_YEAR,
    CASE,
    ID,
    PROTECTED,
    SEX,
    UNIT_COLUMN,
    CaseRegister,
    birth_year,
    case_number,
    in_order,
    past_day,
    sex,
)
from casework.registers.cells import Cells
from casework.registers.kinds import Column
from casework.shared import clock
from casework.shared.chronicle import Told

KINDS = {str(kind.label): kind.value for kind in IntakeKind}
_OUTCOMES = {
    str(outcome.label): outcome.value
    for outcome in (IntakeOutcome.OPENED, IntakeOutcome.NOT_OPENED)
}


class IntakeRegister(CaseRegister):
    """One row for each intake and person: siblings in one anmälan are a row each."""

    key = "aktualiseringar"
    label = "Aktualiseringar"
    record_kind = "intake"
    chronicle = INTAKES
    words = summary.INTAKES
    told: ClassVar = {ASSESSMENT: "skyddsbedömd", OUTCOME: "beslut"}
    is_open: ClassVar = Q(outcome="")
    columns: ClassVar = (
        ID,
        UNIT_COLUMN,
        CASE,
        Column("inkommen", help="ÅÅÅÅ-MM-DD TT:MM", timed=True),
        Column("typ", help=", ".join(KINDS)),
        Column("uppgiftslämnare", help="Till exempel Polis, Skola; inget namn"),
        SEX,
        BIRTH_YEAR,
        Column(
            "skyddsbedömd",
            help="ÅÅÅÅ-MM-DD TT:MM eller tom: när bedömningen gjordes",
            timed=True,
        ),
        Column("beslut", help=f"{', '.join(_OUTCOMES)} eller tom"),
        Column("beslutsdatum", help="ÅÅÅÅ-MM-DD eller tom"),
        Column("skäl", personal=True),
        PROTECTED,
    )

    def read(self, cells: Cells, external_id: str) -> Given | None:
        received_at = cells.instant("inkommen", required=True)
        received_on = clock.local_day(received_at) if received_at else None
        assessed_at = cells.instant("skyddsbedömd")
        decided_on = past_day(cells, "beslutsdatum", self.run.today)
        unit = cells.unit("enhet", self.run.units, received_on)
        kind = cells.choice("typ", KINDS, required=True)
        outcome = cells.choice("beslut", _OUTCOMES)
        reason = cells.text("skäl")
        registration = {
            "received_at": received_at,
            "kind": kind,
            "source": cells.text("uppgiftslämnare", longest=200),
            "sex": sex(cells),
            "birth_year": birth_year(cells, received_on),
        }
        number, marked = case_number(cells), cells.yes("skyddad")
        for column, instant in (("inkommen", received_at), ("skyddsbedömd", assessed_at)):
            if instant is not None and instant > self.run.recorded_at:
                cells.refuse(column, f"{cells.values[column]} ligger framåt i tiden. Rätta tiden.")
        if received_at and assessed_at and assessed_at < received_at:
            cells.refuse(
                "skyddsbedömd",
                f"{cells.values['skyddsbedömd']} är före inkommen ({cells.values['inkommen']}). "
                "Rätta den tid som är fel.",
            )
        in_order(cells, ("inkommen", received_on), ("beslutsdatum", decided_on))
        if outcome and not cells.values.get("beslutsdatum"):
            cells.refuse("beslutsdatum", "Det finns ett beslut men ingen dag. Fyll i den.")
        if decided_on and not cells.values.get("beslut"):
            cells.refuse("beslut", "Det finns en dag men inget beslut. Fyll i det.")
        if unit is None or received_on is None or kind is None:
            return None
        since = []
        if assessed_at:
            day = clock.local_day(assessed_at)
            since.append(Told(ASSESSMENT, day, {"assessed_at": assessed_at}))
        if outcome and decided_on:
            value = {"outcome": outcome, "decided_on": decided_on, "reason": reason}
            since.append(Told(OUTCOME, decided_on, value))
        return Given(external_id, number, unit, received_on, marked, registration, tuple(since))

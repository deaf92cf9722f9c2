"""The register utredningar: opened, perhaps extended, closed."""

from typing import ClassVar

from django.db.models import Q

from casework.cases.histories import CLOSING, EXTENSION, INVESTIGATIONS
from casework.cases.models import CHILD_INVESTIGATION
from casework.cases.services.importing import Given
from casework.deadlines.calendar import LAST_YEAR
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
from casework.registers.cases.intakes import KINDS
from casework.registers.cells import Cells
from casework.registers.kinds import Column
from casework.shared.chronicle import Told


class InvestigationRegister(CaseRegister):
    """One row for each investigation of one person."""

    key = "utredningar"
    label = "Utredningar"
    record_kind = "investigation"
    chronicle = INVESTIGATIONS
    words = summary.INVESTIGATIONS
    told: ClassVar = {EXTENSION: "förlängd_till", CLOSING: "avslutad"}
    is_open: ClassVar = Q(closed_on__isnull=True)
    columns: ClassVar = (
        ID,
        UNIT_COLUMN,
        CASE,
        Column("aktualiserad", help="ÅÅÅÅ-MM-DD eller tom: när det som ledde hit kom in"),
        Column("aktualiseringstyp", help=f"{', '.join(KINDS)} eller tom"),
        Column("inledd", help="ÅÅÅÅ-MM-DD"),
        Column("förlängd_till", help="ÅÅÅÅ-MM-DD eller tom"),
        Column("avslutad", help="ÅÅÅÅ-MM-DD eller tom"),
        SEX,
        BIRTH_YEAR,
        Column(
            "utredningstyp",
            required=False,
            help=f"{CHILD_INVESTIGATION} eller annan; tom: som verksamhetsområdet",
        ),
        Column("förlängning_beslutad", required=False, help="ÅÅÅÅ-MM-DD; tom: i tid"),
        PROTECTED,
    )

    def read(self, cells: Cells, external_id: str) -> Given | None:
        today = self.run.today
        intake_on = past_day(cells, "aktualiserad", today)
        opened_on = past_day(cells, "inledd", today, required=True)
        closed_on = past_day(cells, "avslutad", today)
        extended_to = cells.day("förlängd_till")
        # Later, nobody knows which days are working days, and nobody could be told of the end.
        if extended_to is not None and extended_to.year >= LAST_YEAR:
            cells.refuse("förlängd_till", f"{extended_to} är efter {LAST_YEAR - 1}. Rätta året.")
        extension_on = past_day(cells, "förlängning_beslutad", today)
        unit = cells.unit("enhet", self.run.units, opened_on)
        registration = {
            "opened_on": opened_on,
            "intake_on": intake_on,
            "kind": cells.text("utredningstyp", longest=100),
            "intake_kind": cells.choice("aktualiseringstyp", KINDS) or "",
            "sex": sex(cells),
            "birth_year": birth_year(cells, opened_on),
        }
        number, marked = case_number(cells), cells.yes("skyddad")
        in_order(cells, ("aktualiserad", intake_on), ("inledd", opened_on), ("avslutad", closed_on))
        in_order(cells, ("inledd", opened_on), ("förlängd_till", extended_to))
        in_order(cells, ("inledd", opened_on), ("förlängning_beslutad", extension_on))
        if extension_on and not cells.values.get("förlängd_till"):
            cells.refuse("förlängd_till", "Förlängningen saknar sista dag. Fyll i den.")
        if unit is None or opened_on is None:
            return None
        since = []
        if extended_to:
            value = {"through": extended_to, "decided_on": extension_on, "reason": ""}
            since.append(Told(EXTENSION, extension_on or opened_on, value))
        if closed_on:
            since.append(Told(CLOSING, closed_on, {"closed_on": closed_on, "outcome": ""}))
        return Given(external_id, number, unit, opened_on, marked, registration, tuple(since))

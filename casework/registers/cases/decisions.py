"""The register beslut: decided, executed, interrupted, resumed, ended without execution."""

from typing import ClassVar

from django.db.models import Q

from casework.cases.histories import DECISIONS, END, EXECUTION, INTERRUPTION, RESUMPTION
from casework.cases.models import Statute
from casework.cases.services.importing import Given
from casework.registers.cases import summary
from casework.registers.cases.frame import (
    CASE,
    ID,
    PROTECTED,
    SEX,
    UNIT_COLUMN,
    CaseRegister,
    case_number,
    in_order,
    past_day,
    sex,
)
from casework.registers.cells import Cells
from casework.registers.kinds import Column
from casework.shared.chronicle import Told

_STATUTES = {statute.label: statute.value for statute in Statute}
_NOT_EXECUTED = "avslutad_utan_verkställighet"
# Each day of the file's, the thing that it tells and the column that keeps it.
_COURSE = (
    ("verkställd", EXECUTION, "executed_on"),
    ("avbrott", INTERRUPTION, "interrupted_on"),
    ("återupptagen", RESUMPTION, "resumed_on"),
    (_NOT_EXECUTED, END, "ended_on"),
)


class DecisionRegister(CaseRegister):
    """One row for each decision in somebody's favour."""

    key = "beslut"
    label = "Beslut"
    record_kind = "decision"
    chronicle = DECISIONS
    words = summary.DECISIONS
    told: ClassVar = {attribute: column for column, attribute, _ in _COURSE}
    is_open: ClassVar = Q(executed_on__isnull=True, ended_on__isnull=True)
    columns: ClassVar = (
        ID,
        UNIT_COLUMN,
        Column("lagrum", help=", ".join(_STATUTES)),
        SEX,
        Column("insats"),
        Column("beslutsdatum", help="ÅÅÅÅ-MM-DD"),
        Column("avbrott", help="ÅÅÅÅ-MM-DD eller tom"),
        Column("återupptagen", help="ÅÅÅÅ-MM-DD eller tom"),
        Column("verkställd", help="ÅÅÅÅ-MM-DD eller tom"),
        Column(_NOT_EXECUTED, help="ÅÅÅÅ-MM-DD eller tom"),
        Column("skäl", personal=True, help="Varför beslutet väntar eller avslutades"),
        Column("ärende", required=False, personal=True, help=CASE.help),
        PROTECTED,
    )

    def read(self, cells: Cells, external_id: str) -> Given | None:
        today = self.run.today
        decided_on = past_day(cells, "beslutsdatum", today, required=True)
        days = {column: past_day(cells, column, today) for column, _, _ in _COURSE}
        unit = cells.unit("enhet", self.run.units, decided_on)
        registration = {
            "statute": cells.choice("lagrum", _STATUTES, required=True),
            "sex": sex(cells),
            "measure": cells.text("insats", required=True, longest=200),
            "decided_on": decided_on,
            "reason": cells.text("skäl"),
        }
        number, marked = case_number(cells), cells.yes("skyddad")
        # Execution and interruption come in either order: part of an insats may be executed while
        # the rest stands still, and what was interrupted may be executed in full later.
        for course in (["verkställd"], ["avbrott", "återupptagen"], [_NOT_EXECUTED]):
            in_order(cells, ("beslutsdatum", decided_on), *((name, days[name]) for name in course))
        if days["återupptagen"] and not cells.values.get("avbrott"):
            cells.refuse("avbrott", "Beslutet är återupptaget men avbrottet saknas. Fyll i det.")
        if unit is None or decided_on is None:
            return None
        since = tuple(
            Told(attribute, day, {field: day})
            for column, attribute, field in _COURSE
            if (day := days[column])
        )
        return Given(external_id, number, unit, decided_on, marked, registration, since)

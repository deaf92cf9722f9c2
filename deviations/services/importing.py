"""Taking in the register avvikelser: history that others wrote, under our two clocks.

What stands in the file took effect on the file's own days; that we know it is recorded now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, ClassVar

from casework.access.querysets import RecordQuerySet
from casework.organisation.models import Unit
from casework.registers.cells import Cells
from casework.registers.kinds import Column, Known, Parsed, RegisterKind, Run
from casework.registers.models import ImportBatch
from casework.shared import blind_index
from casework.shared.clock import STOCKHOLM
from deviations import states
from deviations.models import Action, Deviation
from deviations.services import corrections
from deviations.services.register_values import RegisterValues
from deviations.services.reporting import next_numbers
from deviations.services.writing import Changes, Moment, write_new

ONGOING, CLOSED = states.INVESTIGATING, states.CLOSED
_STATES = {"Pågående": ONGOING, "Avslutad": CLOSED}
_EFFECTS = {label: code for code, label in states.EFFECTS.items()}


@dataclass(frozen=True)
class DeviationRow:
    """One row of the file, its words turned into ours."""

    unit: Unit
    reported_on: date
    occurred_on: date | None
    noticed_on: date | None
    category: str
    sub_category: str
    description: str
    case_number: str
    status: str
    closed_on: date | None
    causes: tuple[str, ...]
    actions: tuple[str, ...]
    effect: str
    protected: bool

    @property
    def outcome_on(self) -> date:
        """The day on which causes, action, effect and closing took effect."""
        return self.closed_on or self.reported_on

    @property
    def is_incomplete(self) -> bool:
        """Whether it was closed without what closing asks for here."""
        if self.status != CLOSED:
            return False
        lacks_action = not self.actions and self.effect != states.NO_ACTION
        return lacks_action or not (self.causes and self.effect)


class DeviationRegister(RegisterKind[DeviationRow]):
    """Avvikelser from another system, known by their id there."""

    key = "avvikelser"
    label = "Avvikelser"
    record_kind = "deviation"
    columns: ClassVar = (
        Column("id", help="Avvikelsens nummer i det tidigare systemet."),
        Column("enhet", help="Enheten som den hette den dag avvikelsen rapporterades."),
        Column("rapporterad", help="ÅÅÅÅ-MM-DD"),
        Column("inträffad", help="ÅÅÅÅ-MM-DD eller tom"),
        Column("upptäckt", help="ÅÅÅÅ-MM-DD eller tom"),
        Column("kategori"),
        Column("underkategori"),
        Column("beskrivning", personal=True),
        Column("ärende", personal=True),
        Column("status", help=", ".join(_STATES)),
        Column("avslutad", help="ÅÅÅÅ-MM-DD, för avslutade"),
        Column("orsaker", help="Flera åtskilda med |"),
        Column("åtgärd", personal=True, help="Flera åtskilda med |"),
        Column("effekt", help=f"{', '.join(_EFFECTS)} eller tom"),
        Column("skyddad", required=False, help="Ja för skyddade personuppgifter"),
    )

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._values = RegisterValues(run.board)

    @property
    def records(self) -> RecordQuerySet[Deviation]:
        return Deviation.objects.filter(board=self.run.board)

    def parse(self, cells: Cells) -> DeviationRow | None:
        today = self.run.today
        reported_on = cells.day("rapporterad", required=True)
        occurred_on, noticed_on = cells.day("inträffad"), cells.day("upptäckt")
        closed_on = cells.day("avslutad")
        status = cells.choice("status", _STATES, required=True)
        unit = cells.unit("enhet", self.run.units, reported_on)
        cells.not_after_today("rapporterad", reported_on, today)
        cells.not_after_today("avslutad", closed_on, today)
        cells.not_before("rapporterad", "inträffad", reported_on, occurred_on)
        cells.not_before("rapporterad", "upptäckt", reported_on, noticed_on)
        cells.not_before("upptäckt", "inträffad", noticed_on, occurred_on)
        cells.not_before("avslutad", "rapporterad", closed_on, reported_on)
        if status == CLOSED and not cells.values.get("avslutad"):
            cells.refuse("avslutad", "Avvikelsen är avslutad men dagen saknas. Fyll i den.")
        if status == ONGOING and closed_on is not None:
            cells.refuse("avslutad", "Avvikelsen är pågående. Ta bort dagen, eller ändra status.")
        category = cells.text("kategori", longest=200)
        sub_category = cells.text("underkategori", longest=200)
        if sub_category and not category:
            cells.refuse("kategori", "Underkategorin saknar kategori. Fyll i den.")
        causes = cells.many("orsaker", longest=200)
        effect = cells.choice("effekt", _EFFECTS)
        case_number = cells.text("ärende", longest=60)
        protected = cells.yes("skyddad")
        if unit is None or reported_on is None or status is None:
            return None
        return DeviationRow(
            unit=unit,
            reported_on=reported_on,
            occurred_on=occurred_on,
            noticed_on=noticed_on,
            category=category,
            sub_category=sub_category,
            description=cells.text("beskrivning"),
            case_number=case_number,
            status=status,
            closed_on=closed_on,
            causes=tuple(causes),
            actions=tuple(cells.many("åtgärd")),
            effect=effect or "",
            protected=protected,
        )

    def handled_here(self, rows: Mapping[str, Known]) -> Mapping[str, str]:
        """Return those that anybody here has worked with, by our number."""
        return corrections.handled_here(rows)

    def add(self, rows: Sequence[Parsed[DeviationRow]], batch: ImportBatch) -> list[int]:
        records, actions = [], []
        numbers = next_numbers([parsed.row.reported_on.year for parsed in rows])
        for parsed, (key, number) in zip(rows, numbers, strict=True):
            row = parsed.row
            deviation = Deviation(
                pk=key,
                number=number,
                external_id=parsed.external_id,
                board=self.run.board,
                **reported_fields(row),
            )
            moments = [
                (Moment(self.run.actor.user_id, self.run.recorded_at, day, batch), changes)
                for day, changes in self.story(row)
            ]
            records.append((deviation, moments))
            actions += self.actions(key, row)
        write_new(records)
        Action.objects.bulk_create(actions)
        return [deviation.pk for deviation, _ in records]

    def change(self, row: Parsed[DeviationRow], known: Known, batch: ImportBatch) -> None:
        deviation = Deviation.objects.select_for_update(of=("self",)).get(pk=known.object_id)
        fields = reported_fields(row.row)
        for name, value in fields.items():
            setattr(deviation, name, value)
        deviation.save(update_fields=list(fields))
        corrections.correct(
            deviation, self.story(row.row), self.run.actor, self.run.recorded_at, batch
        )
        deviation.actions.all().delete()
        Action.objects.bulk_create(self.actions(deviation.pk, row.row))

    def story(self, row: DeviationRow) -> list[tuple[date, Changes]]:
        """Return what became true on which day, as the file has it."""
        causes = [self._values.cause(name, row.outcome_on) for name in row.causes]
        reported = Changes(
            registered_on=row.reported_on,
            status=states.REPORTED,
            unit=row.unit,
            category=self._values.category(row.category, row.sub_category, row.reported_on),
            protected=row.protected,
        )
        outcome = Changes(
            status=row.status,
            causes=causes or None,
            main_cause=causes[0] if len(causes) == 1 else None,
            effect=row.effect or None,
        )
        return [(row.reported_on, reported), (row.outcome_on, outcome)]

    def actions(self, deviation_id: int, row: DeviationRow) -> list[Action]:
        """Return the åtgärder, unsaved; tied to the cause where there is one alone."""
        cause = self._values.cause(row.causes[0], row.outcome_on) if len(row.causes) == 1 else None
        return [
            Action(
                deviation_id=deviation_id,
                cause=cause,
                text=text,
                done_on=row.closed_on,
                created_at=self.run.recorded_at,
            )
            for text in row.actions
        ]


def reported_fields(row: DeviationRow) -> dict[str, Any]:
    """Return the deviation's columns that have no history."""
    return {
        "reporting_unit": row.unit,
        "reported_at": datetime.combine(row.reported_on, time(12), STOCKHOLM),
        "occurred_on": row.occurred_on,
        "noticed_on": row.noticed_on,
        "description": row.description,
        "case_number": row.case_number,
        "incomplete": row.is_incomplete,
        "search_terms": blind_index.terms(row.description),
    }

"""Taking in the register lexsarah: history that others wrote, under our two clocks.

What stands in the file took effect on the file's own days; that we know it is recorded now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar

from django.db.models import Exists, OuterRef, Q

from casework.access.querysets import RecordQuerySet
from casework.organisation.models import Unit
from casework.registers.cases.frame import PROTECTED, in_order, past_day
from casework.registers.cells import Cells
from casework.registers.kinds import Column, Known, Parsed, RegisterKind, Run
from casework.registers.models import ImportBatch
from casework.registers.problems import Problem
from casework.shared.chronicle import Stamp, Told
from casework.shared.clock import STOCKHOLM
from lexsarah import states
from lexsarah.histories import (
    NOTIFICATION,
    OUTCOME,
    PROTECTION,
    REGISTRATION,
    REPORTS,
    STATUS,
    UNIT,
)
from lexsarah.models import DocumentPart, Note, Report, ReportCause, Request
from lexsarah.services.numbering import next_numbers
from lexsarah.services.watching import watch, watch_new

_OUTCOMES = {label: code for code, label in states.OUTCOMES.items()}
# What follows a unit, or is the service's own to say, is no reason to refuse a changed row.
_OWN = (UNIT, PROTECTION)


@dataclass(frozen=True)
class ReportRow:
    """One row of the file, its words turned into ours."""

    unit: Unit
    registered_on: date
    occurred_on: date | None
    event: str
    outcome: str
    decided_on: date | None
    actions: str
    notified_on: date | None
    ivo_number: str
    protected: bool

    @property
    def supplemented_on(self) -> date | None:
        """When IVO had the investigation: no register says, so it is the day of the decision."""
        if self.notified_on and self.decided_on and self.decided_on > self.notified_on:
            return self.decided_on
        return None


class LexSarahRegister(RegisterKind[ReportRow]):
    """Lex Sarah reports from another system, known by their id there."""

    key = "lexsarah"
    label = "Lex Sarah"
    record_kind = "report"
    columns: ClassVar = (
        Column("id", help="Rapportens nummer i det tidigare systemet."),
        Column("enhet", help="Den granskade enheten som den hette den dagen."),
        Column("inträffad", help="ÅÅÅÅ-MM-DD eller tom"),
        Column("rapporterad", help="ÅÅÅÅ-MM-DD"),
        Column("händelse", personal=True),
        Column("bedömning", help=f"{', '.join(_OUTCOMES)}, eller tom medan utredningen pågår"),
        Column("beslutad", help="ÅÅÅÅ-MM-DD, för dem som har en bedömning"),
        Column("åtgärder", personal=True, help="Flera åtskilda med |"),
        Column("anmäld_ivo", help="ÅÅÅÅ-MM-DD eller tom"),
        Column("ivo_diarienummer"),
        PROTECTED,
    )

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._changed: list[tuple[int, ReportRow]] = []

    @property
    def records(self) -> RecordQuerySet[Report]:
        return Report.objects.filter(board=self.run.board)

    def parse(self, cells: Cells) -> ReportRow | None:
        today = self.run.today
        registered_on = past_day(cells, "rapporterad", today, required=True)
        occurred_on = cells.day("inträffad")
        decided_on = past_day(cells, "beslutad", today)
        notified_on = past_day(cells, "anmäld_ivo", today)
        unit = cells.unit("enhet", self.run.units, registered_on)
        outcome = cells.choice("bedömning", _OUTCOMES)
        in_order(
            cells,
            ("inträffad", occurred_on),
            ("rapporterad", registered_on),
            ("beslutad", decided_on),
        )
        in_order(cells, ("rapporterad", registered_on), ("anmäld_ivo", notified_on))
        if cells.values.get("bedömning") and not cells.values.get("beslutad"):
            cells.refuse("beslutad", "Rapporten har en bedömning men dagen saknas. Fyll i den.")
        if cells.values.get("beslutad") and not cells.values.get("bedömning"):
            cells.refuse("bedömning", "Rapporten är beslutad men bedömningen saknas. Fyll i den.")
        ivo_number = cells.text("ivo_diarienummer", longest=60)
        if ivo_number and not cells.values.get("anmäld_ivo"):
            cells.refuse("anmäld_ivo", "IVO:s diarienummer finns men dagen saknas. Fyll i den.")
        protected = cells.yes("skyddad")
        if unit is None or registered_on is None:
            return None
        return ReportRow(
            unit=unit,
            registered_on=registered_on,
            occurred_on=occurred_on,
            event=cells.text("händelse"),
            outcome=outcome or "",
            decided_on=decided_on,
            actions="\n".join(cells.many("åtgärder")),
            notified_on=notified_on,
            ivo_number=ivo_number,
            protected=protected,
        )

    def handled_here(self, rows: Mapping[str, Known]) -> Mapping[str, str]:
        """Return those that anybody here has worked with, by our number."""
        facts = REPORTS.facts(known.object_id for known in rows.values())
        worked = {
            key
            for key, told in facts.items()
            if any(not fact.imported and fact.attribute not in _OWN for fact in told)
        }
        # The history alone does not tell of who investigates, nor of what has been written.
        by_hand = Q(pk__in=worked) | Q(investigator__isnull=False)
        for written in (DocumentPart, ReportCause, Note, Request):
            by_hand |= Q(Exists(written._default_manager.filter(report=OuterRef("pk"))))
        ours = Report.objects.filter(by_hand, pk__in=facts)
        numbers = dict(ours.values_list("pk", "number"))
        return {
            external_id: numbers[known.object_id]
            for external_id, known in rows.items()
            if known.object_id in numbers
        }

    def add(self, rows: Sequence[Parsed[ReportRow]], batch: ImportBatch) -> list[int]:
        numbers = next_numbers([parsed.row.registered_on.year for parsed in rows])
        stories = []
        for parsed, (key, number) in zip(rows, numbers, strict=True):
            report = Report(
                pk=key,
                number=number,
                external_id=parsed.external_id,
                board=self.run.board,
                reported_at=_noon(parsed.row.registered_on),
            )
            stories.append((report, story(parsed.row)))
        REPORTS.write_new(stories, self._stamp(batch))
        reports = [report for report, _ in stories]
        watch_new(reports, self.run.recorded_at)
        return [report.pk for report in reports]

    def change(self, row: Parsed[ReportRow], known: Known, batch: ImportBatch) -> None:
        # Gathered, and written together at the end.
        self._changed.append((known.object_id, row.row))

    def finish(self, batch: ImportBatch) -> Iterable[Problem]:
        locked = Report.objects.select_for_update(of=("self",)).order_by("pk")
        reports = locked.in_bulk([key for key, _ in self._changed])
        stories = []
        for key, row in self._changed:
            report = reports[key]
            report.reported_at = _noon(row.registered_on)
            report.version += 1
            stories.append((report, story(row)))
        Report.objects.bulk_update(reports.values(), ["reported_at", "version"])
        REPORTS.correct(stories, self._stamp(batch))
        for report in reports.values():
            watch(report, self.run.recorded_at, history=True)
        return ()

    def _stamp(self, batch: ImportBatch) -> Stamp:
        return Stamp(self.run.recorded_at, self.run.actor.user_id, batch.pk)


def story(row: ReportRow) -> list[Told]:
    """Return what became true on which day, as the file has it."""
    day, unit, status = row.registered_on, row.unit, states.INVESTIGATING
    registration = {
        "registered_on": day,
        "occurred_on": row.occurred_on,
        "event": row.event,
    }
    told = [
        Told(REGISTRATION, day, registration),
        Told(STATUS, day, {"status": status}, {"label": states.LABELS[status]}),
        Told(UNIT, day, {"unit_id": unit.pk, "area_id": unit.area_id, "unit_name": unit.name}),
        Told(PROTECTION, day, {"protected": row.protected}),
    ]
    if row.decided_on is not None:
        decision = {
            "outcome": row.outcome,
            "decided_on": row.decided_on,
            "actions": row.actions,
        }
        told.append(Told(OUTCOME, row.decided_on, decision))
    elif row.actions:
        # What was done while the investigation went on.
        told.append(Told(OUTCOME, day, {"outcome": "", "decided_on": None, "actions": row.actions}))
    if row.notified_on is not None:
        notification = {
            "notified_on": row.notified_on,
            "ivo_number": row.ivo_number,
            "supplemented_on": row.supplemented_on,
        }
        told.append(Told(NOTIFICATION, row.notified_on, notification))
    return told


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), STOCKHOLM)

"""Whose a case is: handler, unit, and whether it has skyddade personuppgifter."""

from typing import Any

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.cases import watching
from casework.cases.histories import DECISIONS, HANDLER, INTAKES, INVESTIGATIONS, UNIT
from casework.cases.models import Case, CaseRecord
from casework.cases.rules import RULES
from casework.cases.services.claiming import release_unnamed
from casework.cases.services.door import Step, require_works_in, step
from casework.cases.services.gathering import gather
from casework.organisation.models import Unit, User
from casework.shared import clock
from casework.shared.chronicle import Chronicle, Stamp
from casework.shared.errors import ConflictError, InvalidInput, NotVisible

CHRONICLES: dict[str, Chronicle] = {
    "intake": INTAKES,
    "investigation": INVESTIGATIONS,
    "decision": DECISIONS,
}


def assign(actor: Actor, kind: str, record_id: int, *, to: User | None) -> Any:
    """Make ``to`` the handler of a record; None: nobody.

    ``kind`` is intake, investigation or decision. Whoever works in the unit may
    take what nobody handles; else the unit's leaders and the handler decide. ``to`` works in the
    unit today and may see the record. Returns the record.
    """
    chronicle = _chronicle(kind)
    seen: CaseRecord = chronicle.record._default_manager.get_visible(actor, record_id)
    takes = to is not None and to.pk == actor.user_id and seen.handler_id is None
    with step(actor, "take" if takes else "assign", chronicle, record_id) as this:
        if takes and this.record.handler_id is not None:
            raise ConflictError("Någon annan har tagit ärendet. Ladda om sidan.")
        _require_can_handle(this, to)
        this.tell(HANDLER, this.today, handler_id=to.pk if to else None)
        this.work.audit("case.assigned", this.record, data={"to": to.pk if to else None})
    return this.record


def _require_can_handle(this: Step, to: User | None) -> None:
    if to is not None:
        record = this.record
        require_works_in(to, record.unit_id, this.today, protected=record.protected)


def move_unit(actor: Actor, kind: str, record_id: int, *, to: Unit) -> Any:
    """Move a record to another unit from today; nobody there handles it yet. Returns the record."""
    with step(actor, "move_unit", _chronicle(kind), record_id) as this:
        record = this.record
        if to.board_id != record.board_id or not to.is_valid_on(this.today):
            raise InvalidInput("Välj en enhet som finns i dag.", field="to")
        if to.pk == record.unit_id:
            raise InvalidInput("Ärendet hör redan till enheten. Välj en annan.", field="to")
        if record.handler_id is not None:
            this.tell(HANDLER, this.today, handler_id=None)
        this.tell(UNIT, this.today, unit_id=to.pk, area_id=to.area_id, unit_name=to.name)
        this.work.audit("case.moved", record, data={"to": to.pk})
    return this.record


def set_protection(actor: Actor, case_id: int, *, protected: bool) -> Case:
    """Mark a case as having skyddade personuppgifter, or take the mark away.

    It holds for all records of the case at once, and then shows to nobody but the unit's named
    people and SAS: a handler who is not named is taken off. What a register has marked is taken
    away there (``ConflictError``).
    """
    with unit_of_work(actor) as work:
        case = Case.objects.locked(actor, case_id)
        policy.require(actor, "protect", case, RULES)
        if not protected and any(
            chronicle.record._default_manager.filter(case=case, marked=True).exists()
            for chronicle in CHRONICLES.values()
        ):
            raise ConflictError("Märkningen kommer från ärendesystemet. Ta bort den där.")
        case.marked = protected
        case.save(update_fields=["marked"])
        stamp = Stamp(work.at, actor.user_id)
        gather([case.pk], stamp)
        release_unnamed([case.pk], stamp, clock.local_day(work.at))
        watching.watch_cases([case.pk], work.at)
        work.audit("case.protection_changed", case, data={"protected": protected})
    case.refresh_from_db()
    return case


def _chronicle(kind: str) -> Chronicle:
    if kind not in CHRONICLES:
        raise NotVisible
    return CHRONICLES[kind]

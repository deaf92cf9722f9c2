"""Utredning: opened, extended, closed with an outcome, perhaps followed up (SoL 20 and 23 kap.).

Every step raises ``NotVisible``, ``NotAllowed``, ``InvalidInput`` (with the field) or
``ConflictError``.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from casework.access.actor import Actor
from casework.cases.clocks import INVESTIGATION, is_childs
from casework.cases.histories import CLOSING, EXTENSION, FOLLOW_UP, INVESTIGATIONS
from casework.cases.models import (
    CHILD_INVESTIGATION,
    IntakeKind,
    Investigation,
    InvestigationOutcome,
)
from casework.cases.order import check_order
from casework.cases.services.door import Person, Step, about, beginning, required, settle, step
from casework.cases.services.opening import default_kind, end_follow_ups, refuse_second
from casework.deadlines.calendar import FIRST_YEAR, LAST_YEAR
from casework.deadlines.models import Deadline
from casework.organisation.models import Unit, User
from casework.shared.errors import ConflictError, InvalidInput

_KIND_LENGTH = 100
_CHILDS_ALONE = "Uppföljning utan insats gäller bara barn (23 kap. 1 § SoL)."


@dataclass(frozen=True)
class NewInvestigation:
    """An investigation that no registered intake led to.

    ``kind`` is the utredningstyp; None takes Barnutredning in an area of children's.
    ``intake_on`` and ``intake_kind`` (an ``IntakeKind``) say what called for it, if anything.
    ``other_unit``: the case may be another unit's, and follows.
    """

    unit: Unit
    person: Person
    opened_on: date
    kind: str | None = None
    intake_on: date | None = None
    intake_kind: str = ""
    handler: User | None = None
    other_unit: bool = False


def open_investigation(actor: Actor, given: NewInvestigation) -> Investigation:
    """Open an investigation; refused where the case has one of the same sort open."""
    with beginning(actor, given.unit, given.handler, other_unit=given.other_unit) as this:
        on = given.opened_on
        if given.intake_on is not None and given.intake_on.year < FIRST_YEAR:
            raise InvalidInput(f"{given.intake_on} är före {FIRST_YEAR}.", field="intake_on")
        check_order(
            "Utredningen kan inte inledas",
            on,
            ("aktualiseringen kom in", given.intake_on),
            today=this.today,
            field="opened_on",
        )
        kind = default_kind(given.unit) if given.kind is None else given.kind.strip()
        if len(kind) > _KIND_LENGTH:
            raise InvalidInput("Texten är längre än 100 tecken. Korta den.", field="kind")
        if given.intake_kind and given.intake_kind not in IntakeKind.values:
            raise InvalidInput("Välj hur det kom in.", field="intake_kind")
        (case,) = this.cases([given.person])
        refuse_second(actor, case.pk, kind, given.unit)
        registration = {
            "opened_on": on,
            "intake_on": given.intake_on,
            "kind": kind,
            "intake_kind": given.intake_kind,
            **about(given.person, on),
        }
        investigation = Investigation()
        this.save(INVESTIGATIONS, [(investigation, case, registration)], on)
        end_follow_ups(investigation, on, this.stamp)
        settle(INVESTIGATIONS, [investigation], this.stamp)
        this.work.audit("case.investigation_opened", investigation)
    return investigation


def extend_investigation(
    actor: Actor, investigation_id: int, *, until: date, decided_on: date, reason: str
) -> Investigation:
    """Extend for a certain time (SoL 20:3, särskilda skäl): through ``until``.

    One decided when the time has run out is none, and is refused.
    """
    with step(actor, "extend_investigation", INVESTIGATIONS, investigation_id) as this:
        investigation: Investigation = this.record
        _require_open(investigation)
        text = required(reason, "reason", "Skriv de särskilda skälen för förlängningen.")
        check_order(
            "Förlängningen kan inte beslutas",
            decided_on,
            ("utredningen inleddes", investigation.opened_on),
            ("den senaste förlängningen beslutades", _extended_on(investigation)),
            today=this.today,
            field="decided_on",
        )
        last_day = _last_day(investigation)
        if last_day is None:
            raise ConflictError("Utredningen har ingen lagstadgad tid att förlänga.")
        if decided_on > last_day:
            raise InvalidInput(
                f"Utredningen kan inte förlängas {decided_on}: tiden gick ut {last_day}. En "
                "förlängning som beslutas efter det gäller inte.",
                field="decided_on",
            )
        if until <= last_day:
            raise InvalidInput(
                f"Utredningen kan inte förlängas till {until}: tiden går redan till {last_day}.",
                field="until",
            )
        # Later, nobody knows which days are working days, and nobody could be told of the end.
        if until.year >= LAST_YEAR:
            raise InvalidInput(
                f"Utredningen kan inte förlängas till {until}: året är efter {LAST_YEAR - 1}.",
                field="until",
            )
        this.tell(EXTENSION, decided_on, through=until, decided_on=decided_on, reason=text)
        this.work.audit("case.investigation_extended", investigation, data={"until": until})
    return investigation


def close_investigation(
    actor: Actor,
    investigation_id: int,
    *,
    on: date,
    outcome: str,
    follow_up: bool = False,
) -> Investigation:
    """Close with an outcome (``InvestigationOutcome``).

    ``follow_up``: the board decides the same day to follow up without a measure (SoL 23:1).
    """
    with step(actor, "close_investigation", INVESTIGATIONS, investigation_id) as this:
        investigation: Investigation = this.record
        _require_open(investigation)
        if not outcome or outcome not in InvestigationOutcome.values:
            raise InvalidInput("Välj vad utredningen ledde till.", field="outcome")
        if follow_up and outcome == InvestigationOutcome.MEASURE:
            raise InvalidInput(
                "Uppföljning utan insats går inte ihop med ett beslut om insats.",
                field="follow_up",
            )
        if follow_up and not _is_childs(investigation):
            raise InvalidInput(_CHILDS_ALONE, field="follow_up")
        if follow_up:
            _refuse_beside_another(investigation)
        check_order(
            "Utredningen kan inte avslutas",
            on,
            ("den inleddes", investigation.opened_on),
            ("den förlängdes", _extended_on(investigation)),
            today=this.today,
        )
        this.tell(CLOSING, on, closed_on=on, outcome=outcome)
        if follow_up:
            _tell_follow_up(this, on, began=on)
        this.work.audit(
            "case.investigation_closed",
            investigation,
            data={"outcome": outcome, "follow_up": follow_up},
        )
    return investigation


def begin_follow_up(actor: Actor, investigation_id: int, *, on: date) -> Investigation:
    """Decide to follow up without a measure after a closed investigation (SoL 23:1)."""
    with step(actor, "begin_follow_up", INVESTIGATIONS, investigation_id) as this:
        investigation: Investigation = this.record
        if investigation.closed_on is None:
            raise ConflictError("Utredningen är inte avslutad. Avsluta den först.")
        if investigation.outcome == InvestigationOutcome.MEASURE:
            raise ConflictError("Utredningen ledde till en insats: följ upp den i stället.")
        if not _is_childs(investigation):
            raise ConflictError(_CHILDS_ALONE)
        if investigation.follow_up_on is not None:
            raise ConflictError(f"Uppföljning är redan beslutad ({investigation.follow_up_on}).")
        check_order(
            "Uppföljningen kan inte beslutas",
            on,
            ("utredningen avslutades", investigation.closed_on),
            today=this.today,
        )
        _refuse_beside_another(investigation)
        _tell_follow_up(this, on, began=on)
        this.work.audit("case.follow_up_begun", investigation)
    return investigation


def end_follow_up(actor: Actor, investigation_id: int, *, on: date) -> Investigation:
    """End following up; the child from 15 and the guardian are told (SoL 23:5)."""
    with step(actor, "end_follow_up", INVESTIGATIONS, investigation_id) as this:
        investigation: Investigation = this.record
        began = investigation.follow_up_on
        if began is None:
            raise ConflictError("Ingen uppföljning är beslutad.")
        if investigation.follow_up_ended_on is not None:
            raise ConflictError(f"Uppföljningen avslutades {investigation.follow_up_ended_on}.")
        check_order(
            "Uppföljningen kan inte avslutas", on, ("den beslutades", began), today=this.today
        )
        _tell_follow_up(this, on, began=began, ended=on)
        this.work.audit("case.follow_up_ended", investigation)
    return investigation


def _require_open(investigation: Investigation) -> None:
    if investigation.closed_on is not None:
        raise ConflictError(f"Utredningen är redan avslutad ({investigation.closed_on}).")


def _is_childs(investigation: Investigation) -> bool:
    """Say whether it can be followed up without a measure, which the law has for children alone."""
    return investigation.kind == CHILD_INVESTIGATION or investigation.unit.area.for_children


def _refuse_beside_another(investigation: Investigation) -> None:
    """Raise ``ConflictError`` where the child's need of protection is still investigated.

    An investigation of another kind, of custody for one, is no hindrance.
    """
    others = Investigation.objects.filter(case=investigation.case_id, closed_on__isnull=True)
    others = others.exclude(case=None).exclude(pk=investigation.pk).select_related("unit__area")
    if any(
        is_childs(other.kind, in_childrens_area=other.unit.area.for_children) for other in others
    ):
        raise ConflictError("Ärendet har en öppen utredning. Då följs det inte upp vid sidan.")


def _tell_follow_up(this: Step, on: date, *, began: date, ended: date | None = None) -> None:
    this.tell(FOLLOW_UP, on, follow_up_on=began, follow_up_ended_on=ended)


def _extended_on(investigation: Investigation) -> date | None:
    """Return the day of the latest decision to extend."""
    rows = investigation.extension_rows.filter(through__isnull=False)
    latest: date | None = rows.aggregate(latest=Max("decided_on"))["latest"]
    return latest


def _last_day(investigation: Investigation) -> date | None:
    """Return the last day of the running time; None where the law sets none."""
    times = Deadline.objects.open().filter(
        kind="investigation", subject_id=investigation.pk, rule=INVESTIGATION
    )
    return times.values_list("last_day", flat=True).first()

"""How a report comes in: handed in by an employee, entered from paper, or with a deviation.

Whatever an employee marks as a possible missförhållande is a report, received when it is
submitted; no manager filters it, and SAS has it at once (SoL 27:2, LSS 24 b).
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from casework.access.actor import Actor
from casework.audit.work import Work, unit_of_work
from casework.organisation.models import Unit, User
from casework.shared import clock
from casework.shared.chronicle import Stamp, Told
from casework.shared.clock import STOCKHOLM
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed
from deviations.models import SafeNow
from lexsarah import states
from lexsarah.histories import PROTECTION, REGISTRATION, REPORTS, STATUS, UNIT
from lexsarah.models import Report, Reporter, Statute
from lexsarah.rules import ENTERING
from lexsarah.services.door import required
from lexsarah.services.drafts import await_ones_turn, drafts_of
from lexsarah.services.numbering import next_numbers
from lexsarah.services.watching import watch

_AHEAD = "Dagen ligger framåt i tiden. Rätta den."
MAX_CASE_NUMBER = 60


@dataclass
class NewReport:
    """What is reported. ``on_behalf_of`` is the colleague whose report it is, if another's."""

    event: str
    occurred_on: date | None
    unit: Unit
    safe_now: str
    statute: str = Statute.SOL
    noticed_on: date | None = None
    done_at_once: str = ""
    case_number: str = ""
    protected: bool = False
    on_behalf_of: User | None = None


@dataclass
class Paper:
    """A report on paper: whose name stands on it, and the day it was handed in."""

    name: str
    received_on: date


def submit(
    actor: Actor, given: NewReport, *, paper: Paper | None = None, key: UUID | None = None
) -> Report:
    """Hand in a report; it cannot be edited afterwards. Raises ``InvalidInput`` by field.

    Every employee may, always by name. What came on ``paper`` is entered by the Registrator (or
    SAS) and counts from the day on which it was handed in. ``key`` is made with the form: sent
    twice with the same one, it is one report, which is returned. Raises ``ConflictError`` where
    what is sent with it is another event than before, or the key is somebody else's.
    """
    if paper is not None:
        ENTERING.require(actor)
    elif actor.user_id is None:
        raise NotAllowed("En lex Sarah-rapport lämnas alltid med namn.")
    with unit_of_work(actor) as work:
        if key is not None and (before := _sent_before(actor, key, given, paper)):
            return before
        today = clock.local_day(work.at)
        _check(actor, given, today)
        registered_on = _day_of(paper, today) if paper else today
        if faults := faults_of_days(given.occurred_on, given.noticed_on, today, registered_on):
            field, message = next(iter(faults.items()))
            raise InvalidInput(message, field=field)
        report = Report(
            board_id=actor.board_id,
            reported_at=_noon(registered_on) if paper else work.at,
            statute=given.statute,
            noticed_on=given.noticed_on,
            done_at_once=given.done_at_once.strip(),
            safe_now=given.safe_now,
            case_number=given.case_number.strip(),
            submission_key=key,
        )
        begin(
            report,
            Beginning(registered_on, given.occurred_on, given.event, given.unit, given.protected),
            work,
        )
        Reporter.objects.create(
            report=report,
            user_id=None if paper else actor.user_id,
            on_behalf_of=None if paper else given.on_behalf_of,
            name=paper.name if paper else "",
        )
        if key is not None:
            drafts_of(actor).filter(key=key).delete()
        work.audit(
            "lexsarah.reported",
            report,
            data={"unit": given.unit.pk, "paper": paper is not None},
        )
    return report


def _sent_before(actor: Actor, key: UUID, given: NewReport, paper: Paper | None) -> Report | None:
    """Return what the actor has sent with the key already; one click waits for the other."""
    await_ones_turn(actor)
    sent = Reporter.objects.filter(report__submission_key=key).select_related("report").first()
    if sent is None:
        return None
    by_the_actor = sent.user_id == actor.user_id if paper is None else sent.user_id is None
    if sent.report.board_id != actor.board_id or not by_the_actor:
        raise ConflictError("Rapporten är redan lämnad. Öppna formuläret på nytt för en till.")
    if not _is_the_same(sent, given, paper):
        # The form was gone back to and filled in anew: to answer "received" would lose an event.
        raise ConflictError(
            f"Rapporten {sent.report.number} lämnades med det här formuläret. Det du har skrivit "
            "nu är inte lämnat. Lämna in igen om det ska bli en ny rapport."
        )
    return sent.report


def _is_the_same(sent: Reporter, given: NewReport, paper: Paper | None) -> bool:
    """Say whether what was sent before is what is sent now, in all that nobody changes since."""
    report = sent.report
    before = (
        report.event,
        report.done_at_once,
        report.occurred_on,
        report.noticed_on,
        report.safe_now,
        report.case_number,
        sent.on_behalf_of_id,
        sent.name,
    )
    now = (
        given.event.strip(),
        given.done_at_once.strip(),
        given.occurred_on,
        given.noticed_on,
        given.safe_now,
        given.case_number.strip(),
        given.on_behalf_of.pk if given.on_behalf_of and paper is None else None,
        paper.name.strip() if paper else "",
    )
    return before == now


@dataclass(frozen=True)
class Beginning:
    """What is told of a report as it begins."""

    registered_on: date
    occurred_on: date | None
    event: str
    unit: Unit
    protected: bool


def begin(report: Report, given: Beginning, work: Work, *, history: bool = False) -> None:
    """Save a new report with its number, its history and its times.

    The rows name nobody: who reported is kept apart from the investigation.
    """
    ((report.pk, report.number),) = next_numbers([given.registered_on.year])
    day, unit, status = given.registered_on, given.unit, states.RECEIVED
    registration = {
        "registered_on": day,
        "occurred_on": given.occurred_on,
        "event": given.event,
    }
    story = [
        Told(REGISTRATION, day, registration),
        Told(STATUS, day, {"status": status}, {"label": states.LABELS[status]}),
        Told(UNIT, day, {"unit_id": unit.pk, "area_id": unit.area_id, "unit_name": unit.name}),
        Told(PROTECTION, day, {"protected": given.protected}),
    ]
    REPORTS.write_new([(report, story)], Stamp(work.at, None))
    watch(report, work.at, history=history)


def _check(actor: Actor, given: NewReport, today: date) -> None:
    given.event = required(given.event, "event", "Skriv vad som hände, med dina egna ord.")
    if given.safe_now not in SafeNow.values:
        raise InvalidInput("Ange om den enskilde är trygg nu.", field="safe_now")
    if given.statute not in Statute.values:
        raise InvalidInput("Välj SoL eller LSS.", field="statute")
    if given.occurred_on is None:
        raise InvalidInput("Ange när det hände. Ett ungefärligt datum räcker.", field="occurred_on")
    if len(given.case_number.strip()) > MAX_CASE_NUMBER:
        raise InvalidInput("Ärendets nummer är längre än 60 tecken.", field="case_number")
    if given.unit.board_id != actor.board_id or not given.unit.is_valid_on(today):
        raise InvalidInput("Välj en enhet som finns i dag.", field="unit")
    other = given.on_behalf_of
    if other is not None and (other.board_id != actor.board_id or other.pk == actor.user_id):
        raise InvalidInput("Välj en kollega, eller lämna tomt.", field="on_behalf_of")


def faults_of_days(
    occurred_on: date | None, noticed_on: date | None, today: date, handed_in: date | None = None
) -> dict[str, str]:
    """Return by field what is wrong with the days of a report; a form says it all at once.

    ``handed_in`` is the day on which the report was; without it, today.
    """
    faults = {}
    last = min(handed_in or today, today)
    if handed_in and handed_in > today:
        faults["received_on"] = _AHEAD
    if occurred_on and occurred_on > last:
        late = "Det kan inte ha hänt efter rapporten."
        faults["occurred_on"] = _AHEAD if occurred_on > today else late
    known = occurred_on if "occurred_on" not in faults else None
    if noticed_on and (noticed_on > today or (known and noticed_on < known)):
        faults["noticed_on"] = "Det upptäcktes den dag det hände eller senare, och senast i dag."
    elif noticed_on and noticed_on > last:
        faults["noticed_on"] = "Det kan inte ha upptäckts efter rapporten."
    return faults


def _day_of(paper: Paper, today: date) -> date:
    paper.name = required(
        paper.name, "name", "Skriv namnet som står på rapporten. Den lämnas alltid med namn."
    )
    if paper.received_on > today:
        raise InvalidInput(_AHEAD, field="received_on")
    return paper.received_on


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), STOCKHOLM)

"""What is asked of managers: a yttrande, or something that must be done for the person.

Who is asked need not see the report: the examined unit's manager answers by a door of its own,
which opens the request and nothing else (SOSFS 2011:5 5 kap.; see ``lexsarah.asked``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.organisation.models import Unit, User
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotVisible
from casework.shared.stale import check_version
from lexsarah import states
from lexsarah.asked import OPEN, asked_of
from lexsarah.histories import STATUS
from lexsarah.models import Report, Request
from lexsarah.services.door import Act, act, required
from lexsarah.services.watching import watch

LONGEST = 20_000
NO_ANSWER = "Skriv ditt svar."
# Nothing that is asked of somebody is worth waiting for longer.
FURTHEST = timedelta(days=365)
CHANGED = (
    "Svaret har sparats från en annan sida sedan du öppnade den här. Läs det som står sparat, "
    "och spara igen om ditt svar är det som ska gälla."
)


@dataclass(frozen=True)
class Asked:
    """What is asked, of whom, and by when."""

    asked_of: User
    text: str
    due_on: date


def request_statement(
    actor: Actor, report_id: int, given: Asked, *, expected_version: int | None = None
) -> Request:
    """Begär yttrande of a manager; the report awaits it. Fields ``asked_of``, ``text``, ``due_on``.

    Raises as ``door.act`` does, and ``InvalidInput``.
    """
    kind = Request.Kind.STATEMENT
    return _ask(actor, "request_statement", kind, report_id, given, expected_version)


def request_safety(
    actor: Actor, report_id: int, given: Asked, *, expected_version: int | None = None
) -> Request:
    """Ask a manager for what must be done for the person; possible in every open state."""
    kind = Request.Kind.SAFETY
    return _ask(actor, "request_safety", kind, report_id, given, expected_version)


def _ask(
    actor: Actor,
    name: str,
    kind: str,
    report_id: int,
    given: Asked,
    expected_version: int | None,
) -> Request:
    with act(actor, name, report_id, expected_version=expected_version) as this:
        text = required(given.text, "text", "Skriv vad du begär.", longest=LONGEST)
        if not this.today <= given.due_on <= this.today + FURTHEST:
            raise InvalidInput("Välj en dag från i dag och högst ett år framåt.", field="due_on")
        unit, why_not = unit_asked(given.asked_of, this.report, this.today)
        if unit is None:
            raise InvalidInput(why_not, field="asked_of")
        request = Request.objects.create(
            report=this.report,
            kind=kind,
            unit=unit,
            asked_of=given.asked_of,
            text=text,
            due_on=given.due_on,
            asked_by_id=actor.user_id,
            asked_at=this.work.at,
        )
        this.move_on()
        this.work.audit(
            "lexsarah.requested",
            this.report,
            data={"request": request.pk, "kind": kind, "of": given.asked_of.pk},
        )
    return request


def unit_asked(user: User, report: Report, on: date) -> tuple[Unit | None, str]:
    """Return the unit for which ``user`` is asked about the report; None and why not otherwise.

    The examined one where they lead it, else the first that they lead.
    """
    if user.board_id != report.board_id or not user.is_active:
        return None, "Välj en chef i nämnden."
    if user.pk == report.investigator_id:
        return None, "Den som utreder kan inte själv yttra sig. Välj någon annan."
    them = Actor.of(user, on=on)
    if policy.closes_protected(them, report):
        return None, (
            "Rapporten har skyddade personuppgifter. Välj någon som är utsedd att se dem i enheten."
        )
    led = them.led_units
    if report.unit_id in led:
        return report.unit, ""
    first = Unit.objects.valid_on(on).filter(pk__in=led).order_by("name", "pk").first()
    return first, "Välj en chef: någon som leder en enhet eller en avdelning i dag."


def withdraw_request(
    actor: Actor, report_id: int, request_id: int, *, expected_version: int | None = None
) -> Request:
    """Take back a request that has not been answered; whoever was asked sees that it was."""
    with act(actor, "withdraw_request", report_id, expected_version=expected_version) as this:
        request = _locked(this.report, request_id)
        if not request.is_open:
            raise ConflictError("Det är redan besvarat eller återtaget. Läs in sidan igen.")
        request.withdrawn_at = this.work.at
        request.version += 1
        request.save(update_fields=["withdrawn_at", "version"])
        _go_on_when_all_are_in(this)
        this.work.audit("lexsarah.request_withdrawn", this.report, data={"request": request.pk})
    return request


def save_draft(actor: Actor, request_id: int, *, text: str, expected_version: int) -> Request:
    """Keep what is typed of an answer; nobody but who is asked sees it until it is sent.

    Raises ``NotVisible``, ``ChangedMeanwhile`` where it has been saved since, and
    ``ConflictError`` where it was answered.
    """
    with _asked(actor, request_id, expected_version) as (request, _):
        _not_too_long(text)
        request.draft = text
        request.save(update_fields=["draft", "version"])
    return request


def answer(
    actor: Actor, request_id: int, *, text: str, expected_version: int | None = None
) -> Request:
    """Answer what was asked, once. With the last yttrande the investigation goes on. ``text``."""
    with _asked(actor, request_id, expected_version) as (request, this):
        request.answer = required(text, "text", NO_ANSWER, longest=LONGEST)
        request.draft = ""
        request.answered_by_id, request.answered_at = actor.user_id, this.work.at
        request.save(update_fields=["answer", "draft", "answered_by", "answered_at", "version"])
        _go_on_when_all_are_in(this)
        watch(this.report, this.work.at)
        this.work.audit("lexsarah.request_answered", this.report, data={"request": request.pk})
    return request


@contextmanager
def _asked(
    actor: Actor, request_id: int, expected_version: int | None
) -> Iterator[tuple[Request, Act]]:
    """Open the door of who is asked: the report is locked, as by every act on it, and not read."""
    with unit_of_work(actor) as work:
        found = asked_of(actor).filter(pk=request_id).values_list("report_id", flat=True).first()
        if found is None:
            raise NotVisible
        report = Report.objects.select_for_update(of=("self",)).get(pk=found)
        if not asked_of(actor).filter(pk=request_id).exists():
            # Handed over to another while the report was waited for.
            raise NotVisible
        request = _locked(report, request_id)
        if request.withdrawn_at is not None:
            raise ConflictError("Det som begärdes är återtaget. Du behöver inte svara.")
        if request.answered_at is not None:
            raise ConflictError("Det är redan besvarat. Ett svar ändras inte när det är skickat.")
        check_version(request, expected_version, message=CHANGED)
        request.version += 1
        yield request, Act(actor, "statements_in", report, work)


def _locked(report: Report, request_id: int) -> Request:
    found = Request.objects.select_for_update(of=("self",)).filter(report=report, pk=request_id)
    request = found.first()
    if request is None:
        raise NotVisible
    return request


def _go_on_when_all_are_in(this: Act) -> None:
    report = this.report
    waits = Request.objects.filter(OPEN, report=report, kind=Request.Kind.STATEMENT)
    if report.status != states.STATEMENTS or waits.exists():
        return
    if this.name == "statements_in":
        # By the door of who is asked nothing else has said that the report has changed.
        report.version += 1
    target = states.REPORT.target("statements_in", report.status)
    this.tell(STATUS, this.today, status=target)
    report.save(update_fields=["version"])


def _not_too_long(text: str) -> None:
    if len(text) > LONGEST:
        raise InvalidInput(f"Texten är längre än {LONGEST} tecken. Korta den.", field="text")


def last_day_for(kind: str) -> date:
    """Return the day that is proposed for what is asked: soon for the person, else two weeks."""
    days = 1 if kind == Request.Kind.SAFETY else 14
    return clock.today() + timedelta(days=days)

"""Decisions and measures in the demo: completed, proposed, decided, done, followed up, closed."""

from datetime import date, timedelta

from casework.access.actor import Actor
from casework.demo.agenda import Story
from casework.demo.world import World
from casework.organisation.models import Membership, Role, User
from casework.shared import clock
from lexsarah import parts, states
from lexsarah.asked import awaiting_delivery
from lexsarah.demo_turns import turn_of, turn_of_measure
from lexsarah.models import DocumentPart, Examined, Measure, Report, ReportCause
from lexsarah.services import (
    closing,
    deciding,
    delegation,
    delivering,
    documenting,
    investigating,
    measures,
)
from lexsarah.services.documenting import missing
from lexsarah.services.verdicts import Verdict
from lexsarah.unfinished import awaits_supplement

# Days from the report until it is put forward, decided, its measures are done and it is closed.
SAFE_AFTER, PROPOSED, DECIDED = 3, 35, 42
DONE_AFTER, SETTLED_AFTER = timedelta(days=30), timedelta(days=125)
OUTCOMES = (states.MISCONDUCT, states.RISK, states.MISCONDUCT, states.NO_MISCONDUCT)
REASONS = {
    states.NO_MISCONDUCT: "Insatsen gavs som den var beslutad. Händelsen hanterades genast.",
    states.MISCONDUCT: "Den enskilde fick inte den hjälp som var beslutad, och det påverkade "
    "tryggheten.",
    states.RISK: "Det fick inga följder den här gången, men kunde lätt ha fått det.",
    states.SERIOUS: "Den enskilde utsattes för allvarlig fara, och det upptäcktes för sent.",
}
WORDS = {
    "event": "Hjälpen uteblev två gånger samma vecka utan att någon märkte det.",
    "noticed": "Det upptäcktes av en kollega vid överlämningen dagen efter.",
    "consequences_actual": "Den enskilde fick vänta och var orolig.",
    "consequences_possible": "Den enskilde kunde ha fallit eller blivit utan mat.",
    "done_at_once": "Den enskilde fick besök samma dag, och schemat rättades.",
    "informed": "Den enskilde fick veta det dagen efter.",
    "police": "",
    "earlier": "Liknande händelser har funnits på andra enheter. Rutinen var densamma.",
    "causes": "Vikarien hade inte fått veta vad som gällde.",
    "recurrence": "Det kan hända igen så länge överlämningen sker muntligt.",
    "against_recurrence": "En skriftlig överlämning och genomgång med vikarier.",
}
CHOICES = {"informed": "yes", "police": "no", "recurrence": "yes"}
MEASURES = (
    "Inför skriftlig överlämning vid varje arbetspass.",
    "Gå igenom rutinen med alla vikarier innan första passet.",
)
REJECTED = "Anställ en samordnare på heltid."


def plan(world: World) -> None:
    """Put the delegationsordning and the decisions on the agenda."""
    world.agenda.start(world.days_ago(520), _delegate(world))
    world.agenda.start(world.days_ago(495), _go_on(world))


def _delegate(world: World) -> Story:
    """SAS closes what clearly is none; what goes to IVO is decided by the Beslutsfattare."""
    admin = world.actor(world.people["admin"])
    for number, outcome in enumerate(states.OUTCOMES, 1):
        delegation.add(
            admin,
            delegation.Wish(f"Punkt 7.{number}", outcome, Role.DECIDER, False, clock.today()),
        )
    short = delegation.Wish("Punkt 7.6", states.NO_MISCONDUCT, Role.SAS, True, clock.today())
    delegation.add(admin, short)
    yield from ()


def _go_on(world: World) -> Story:
    """Once a week SAS and the Beslutsfattare take each report a step further."""
    sas = world.actor(world.people["sas"])
    decider = _decider(world)
    while decider is not None:
        now = clock.now()
        for report in Report.objects.filter(board=world.board, external_id="").order_by("pk"):
            _step(sas, decider, report, (clock.today() - report.registered_on).days)
        yield now + timedelta(days=7)


def _decider(world: World) -> User | None:
    held = Membership.objects.valid_on(clock.today()).filter(board=world.board, role=Role.DECIDER)
    first = held.select_related("user").order_by("pk").first()
    return first.user if first else None


def _step(sas: Actor, decider: User, report: Report, days: int) -> None:
    """Take the report one step further where its days say so."""
    if report.is_unsafe and days >= SAFE_AFTER:
        how = "Den enskilde fick besök och rätt hjälp."
        investigating.record_safe(sas, report.pk, on=clock.today(), how=how)
    if report.status in states.WRITING and days >= PROPOSED:
        _propose(sas, decider, report)
    elif report.status == states.PROPOSED and days >= DECIDED:
        _decide(decider, report)
    elif report.status in (states.DECIDED, states.ACTIONS):
        _follow(sas, report)


def _propose(sas: Actor, decider: User, report: Report) -> None:
    if report.investigator_id is None or Examined.objects.filter(report=report).exists():
        return
    written = {part.key: part for part in DocumentPart.objects.filter(report=report)}
    for key in missing(report):
        part = parts.BY_KEY[key]
        documenting.save_part(
            sas,
            report.pk,
            key,
            text=WORDS[key],
            choice=CHOICES[key] if part.choices else "",
            expected_version=written[key].version if key in written else 0,
        )
    cause = ReportCause.objects.filter(report=report, removed_at=None).first()
    if cause is None:
        return
    outcome = states.SERIOUS if report.serious_on else OUTCOMES[turn_of(report) % len(OUTCOMES)]
    if outcome != states.NO_MISCONDUCT:
        _measures(sas, report, cause)
    deciding.propose(sas, report.pk, outcome=outcome, reasons=REASONS[outcome], decider=decider)


def _measures(sas: Actor, report: Report, cause: ReportCause) -> None:
    manager = Membership.objects.valid_on(clock.today()).filter(unit=report.unit, role=Role.MANAGER)
    first = manager.select_related("user").first()
    owner = first.user if first else report.investigator
    if owner is None:
        return
    words = [
        *MEASURES[: 1 + turn_of(report) % 2],
        *([REJECTED] if turn_of(report) % 3 == 0 else []),
    ]
    for text in words:
        due_on = clock.today() + timedelta(days=45)
        measures.propose_measure(sas, report.pk, cause=cause, text=text, owner=owner, due_on=due_on)


def _decide(decider: User, report: Report) -> None:
    actor = Actor.of(decider)
    proposal = deciding.open_proposal(report)
    if proposal is None or turn_of(report) % 7 == 3:
        # One in seven waits for its decision.
        return
    verdicts = [
        Verdict(one.pk, Measure.Verdict.REJECTED, "Ryms inte i budgeten i år.")
        if one.text == REJECTED
        else Verdict(one.pk, Measure.Verdict.APPROVED)
        for one in report.measures.filter(verdict="", withdrawn_at=None)
    ]
    deciding.decide(
        actor,
        report.pk,
        outcome=proposal.outcome,
        reasons=proposal.reasons,
        measures=verdicts,
    )


def _follow(sas: Actor, report: Report) -> None:
    today = clock.today()
    if awaits_supplement(report) and report.notified_on is not None:
        investigating.record_ivo_supplement(sas, report.pk, on=today)
    elif report.serious_on is not None and report.notified_on is None:
        investigating.record_ivo_notification(sas, report.pk, on=today)
    since = report.decided_on or today
    owners = {one.owner_id: one.owner for one in awaiting_delivery(report)}
    if owners and not report.protected and turn_of(report) % 5:
        delivering.deliver(sas, report.pk, to=list(owners.values()), on=today)
        report.refresh_from_db()
    if report.status == states.DECIDED and measures.unsettled(report):
        closing.follow_measures(sas, report.pk)
    for one in report.measures.all():
        _finish(sas, one, since, today)
    fresh = Report.objects.get(pk=report.pk)
    if not closing.why_not_closed(fresh):
        closing.close(sas, report.pk)


def _finish(sas: Actor, one: Measure, since: date, today: date) -> None:
    """Do what was decided, and see what it led to when its day has come; some is left late."""
    if one.stage == "approved" and today >= since + DONE_AFTER and turn_of_measure(one) % 6:
        measures.finish_measure(
            sas, one.pk, on=today, how="Rutinen gäller och är genomgången på APT."
        )
    elif one.stage == "done" and today >= (one.effect_due_on or since + SETTLED_AFTER):
        effect = Measure.Effect.UNCLEAR if turn_of_measure(one) % 5 == 0 else Measure.Effect.BETTER
        measures.assess_measure(
            sas, one.pk, effect=effect, text="Inga uteblivna besök sedan åtgärden."
        )

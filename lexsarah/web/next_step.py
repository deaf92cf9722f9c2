"""Nästa steg: what a report needs now, most pressing first; it says nothing that is not so.

That somebody is not safe comes first, and hides nothing: IVO is to hear at once all the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse

from casework.access.actor import Actor
from casework.access.policy import closes_protected, may
from casework.deadlines.calendar import in_words
from casework.shared import clock
from casework.shared.swedish import listed
from casework.web.cases.rows import Bar
from deviations.rules import RULES as DEVIATIONS
from deviations.states import WITH_SAS
from lexsarah import clocks, states
from lexsarah.asked import awaiting_delivery
from lexsarah.models import Measure, Report, Request
from lexsarah.services.closing import why_not_closed
from lexsarah.services.deciding import open_proposal
from lexsarah.services.delivering import latest_decision, why_not_deliver
from lexsarah.services.documenting import missing
from lexsarah.services.examining import DECIDER_EXAMINED
from lexsarah.web.act_page import ActPage
from lexsarah.web.deciding.waiting import awaited

NOTHING = "Inget mer är att göra."
_TO_MEASURES = "Till åtgärderna"
# The act only notes what was done: what is sent stands on the page.
_TO_IVO = ("lex-sarah-ivo", "Till underlaget")


@dataclass(frozen=True)
class NextStep:
    """One sentence on what is to be done, and the act that does it (None: there is none yet).

    ``also`` is another act that the sentence speaks of. ``page`` is the name of the report's page
    on which it is done, or on which what the act needs is read; ``elsewhere`` is an address apart
    from the report. ``closes`` says that nothing is left of the report but to close it.
    """

    text: str
    act: ActPage | None = None
    page: str = ""
    label: str = ""
    also: ActPage | None = None
    elsewhere: str = ""
    closes: bool = False


def next_steps(
    actor: Actor, report: Report, bars: list[Bar], acts: list[ActPage]
) -> list[NextStep]:
    """Return what comes next for a report with its times and the acts that are offered."""
    offered = {one.act: one for one in acts}
    steps = []
    if report.is_unsafe:
        steps.append(NextStep("Se till att den enskilde är trygg.", offered.get("make_safe")))
    if asked := _asked_by_ivo(report):
        steps.append(asked)
    if left := _deviation_left(actor, report):
        steps.append(left)
    step = _in_the_investigation(report, bars, offered)
    if asked and step.closes:
        # All is not done while IVO waits for its answer, though nothing keeps it from being closed.
        step = NextStep(NOTHING)
    if step.text != NOTHING:
        # The deviation waits in its own Inkorg: what the report needs goes before it.
        steps.insert(len(steps) - bool(left), step)
    return steps or [step]


def _asked_by_ivo(report: Report) -> NextStep | None:
    """Return that IVO has asked and is to be answered, from what ``read_report`` found."""
    if not getattr(report, "ivo_asks", False):
        return None
    due_on: date | None = getattr(report, "ivo_answer_due", None)
    until = f", {_by(due_on)}" if due_on else ""
    return NextStep(f"Svara på IVO:s fråga{until}.", page="lex-sarah-ivo", label="Till IVO")


def _deviation_left(actor: Actor, report: Report) -> NextStep | None:
    """Return that the deviation which became the report stays with SAS though it is decided."""
    deviation = report.deviation
    if deviation is None or report.status not in states.DECIDED_ONES:
        return None
    if deviation.status != WITH_SAS or not may(actor, "return_from_sas", deviation, DEVIATIONS):
        return None
    text = f"Avvikelsen {deviation.number} ligger kvar hos SAS. Lämna tillbaka den till enheten."
    url = reverse("deviation-act", args=[deviation.pk, "tillbaka-fran-sas"])
    return NextStep(text, label="Till avvikelsen", elsewhere=url)


def _in_the_investigation(report: Report, bars: list[Bar], offered: dict[str, ActPage]) -> NextStep:
    last_days = {bar.time.rule: bar.time.last_day for bar in bars if bar.time.ended_at is None}
    if clocks.IVO in last_days:
        text = f"Anmäl till IVO, {_by(last_days[clocks.IVO])}."
        return NextStep(text, offered.get("notify_ivo"), *_TO_IVO)
    if report.status == states.PROPOSED:
        return _decision(report, last_days, offered)
    if report.status in states.DECIDED_ONES:
        return _after_the_decision(report, last_days, offered)
    step = _until_proposed(report, last_days, offered)
    if clocks.SUPPLEMENT in last_days:
        until = _by(last_days[clocks.SUPPLEMENT])
        text = f"{step.text} Lämna den färdiga utredningen till IVO, {until}."
        return replace(step, text=text)
    return step


def _until_proposed(
    report: Report, last_days: dict[str, date], offered: dict[str, ActPage]
) -> NextStep:
    if report.status == states.RECEIVED:
        start = offered.get("start_investigation")
        if report.serious_on or report.notified_on:
            return NextStep("Inled utredningen.", start)
        text = "Ta ställning till om det är allvarligt, och inled utredningen."
        return NextStep(text, start, also=offered.get("assess_serious"))
    missing_one = _no_investigator(report, offered)
    if step := missing_one or _handed_back(report, _until(last_days), offered):
        return step
    if not report.registry_number:
        return NextStep("Anteckna diarienumret.", offered.get("set_registry_number"))
    return _investigation(report, last_days, offered)


def _investigation(
    report: Report, last_days: dict[str, date], offered: dict[str, ActPage]
) -> NextStep:
    until = _until(last_days)
    if report.status == states.STATEMENTS:
        waiting = Request.objects.filter(
            report=report, kind=Request.Kind.STATEMENT, answered_at=None, withdrawn_at=None
        ).select_related("asked_of")
        if why := _why_never(report, waiting):
            text = f"{why} Återta begäran och begär yttrandet av någon annan."
            return NextStep(text, page="lex-sarah-requests", label="Till det som är begärt")
        if names := sorted({one.asked_of.display_name for one in waiting}):
            text = f"Vänta in yttrande av {listed(names)}. Utredningen ska vara klar{until}."
            return NextStep(text, page="lex-sarah-requests", label="Till det som är begärt")
    lacking = len(missing(report))
    if lacking:
        parts = "en del" if lacking == 1 else f"{lacking} delar"
        text = f"Utred{until}: {parts} av utredningen återstår att skriva."
        return NextStep(text, page="lex-sarah-document", label="Till utredningen")
    if report.measures.all():
        return NextStep(f"Utredningen är skriven: föreslå beslut{until}.", offered.get("propose"))
    text = f"Utredningen är skriven: föreslå beslut{until}. Inga åtgärder är föreslagna än."
    return NextStep(text, offered.get("propose"), also=offered.get("propose_measure"))


def _why_never(report: Report, waiting: Iterable[Request]) -> str:
    """Return why somebody cannot answer any more; empty where all can.

    They have left, or the report has got skyddade personuppgifter since and closed to them.
    """
    for one in waiting:
        name = one.asked_of.display_name
        if not one.asked_of.is_active:
            return f"{name} har slutat och kan inte yttra sig."
        if report.protected and closes_protected(Actor.of(one.asked_of), report):
            return f"{name} är inte utsedd att se skyddade personuppgifter och kan inte yttra sig."
    return ""


def _no_investigator(report: Report, offered: dict[str, ActPage]) -> NextStep | None:
    """Return that somebody is to investigate: also in the place of one who may no longer."""
    investigator, why = report.investigator, ""
    if investigator is not None:
        if not investigator.is_active:
            why = f"{investigator.display_name} har slutat. "
        elif not getattr(report, "investigator_is_sas", True):
            why = f"{investigator.display_name} är inte längre SAS. "
        else:
            return None
    return NextStep(f"{why}Utse en utredare.", offered.get("assign_investigator"))


def _handed_back(report: Report, until: str, offered: dict[str, ActPage]) -> NextStep | None:
    """Return that the latest proposal came back, and has not been decided in another way since."""
    latest = report.proposals.select_related("decider").last()
    if latest is None or not latest.returned_because or latest.ended_at is None:
        return None
    if report.decisions.filter(decided_at__gte=latest.ended_at).exists():
        return None
    if latest.returned_because == DECIDER_EXAMINED:
        name = latest.decider.display_name
        text = f"{name} granskas och kan inte besluta. Lägg fram förslaget för någon annan{until}."
        return NextStep(text, offered.get("propose"))
    by = latest.decider.display_name
    text = f"{by} lämnade tillbaka förslaget. Utred det som saknas och föreslå igen{until}."
    return NextStep(text, page="lex-sarah-decision", label="Läs vad som saknas")


def _until(last_days: dict[str, date]) -> str:
    """Return until when the investigation is to be decided, or sent to IVO if that is sooner."""
    days = [
        last_days[rule] for rule in (clocks.INVESTIGATION, clocks.SUPPLEMENT) if rule in last_days
    ]
    return f", {_by(min(days))}" if days else ""


def _by(day: date) -> str:
    """Return by when something is to be done; that the day has passed is said."""
    passed = " (dagen har passerat)" if day < clock.today() else ""
    return f"senast {in_words(day)}{passed}"


def _decision(report: Report, last_days: dict[str, date], offered: dict[str, ActPage]) -> NextStep:
    until = _until(last_days)
    if act := offered.get("decide"):
        text = f"Läs utredningen och fatta beslut{until}."
        return NextStep(text, act, "lex-sarah-document", "Läs utredningen")
    if report.decider is None:
        return NextStep("Utse en beslutsfattare.", offered.get("assign_decider"))
    proposal = open_proposal(report)
    outcome = proposal.outcome if proposal else ""
    waits = awaited("Väntar på beslut", report.decider, report, outcome, clock.today())
    return NextStep(f"{waits.text}{until}.", offered.get("assign_decider") if waits.stuck else None)


def _after_the_decision(
    report: Report, last_days: dict[str, date], offered: dict[str, ActPage]
) -> NextStep:
    if clocks.SUPPLEMENT in last_days:
        until = _by(last_days[clocks.SUPPLEMENT])
        text = f"Lämna den färdiga utredningen till IVO, {until}."
        return NextStep(text, offered.get("supplement_ivo"), *_TO_IVO)
    if report.status == states.CLOSED:
        return NextStep(NOTHING)
    if "deliver" in offered and (waiting := awaiting_delivery(report)):
        return _to_deliver_first(report, waiting, offered["deliver"])
    found = list(report.measures.all())
    if any(one.stage == "proposed" for one in found):
        return _measures_to_decide(report, offered)
    if "deliver" in offered and not getattr(report, "delivered", None):
        return NextStep("Delge beslutet.", offered["deliver"])
    remaining = [one for one in found if not one.is_settled]
    if remaining:
        act = offered.get("follow_measures")
        return NextStep(_measures(remaining), act, "lex-sarah-decision", _TO_MEASURES)
    if "close" in offered:
        return NextStep("Allt är klart: avsluta rapporten.", offered["close"], closes=True)
    if report.is_unsafe:
        return NextStep(NOTHING)
    if wanting := why_not_closed(report):
        return NextStep(wanting, page="lex-sarah-requests", label="Till det som är begärt")
    return NextStep("Allt är klart. Utredaren avslutar rapporten.", closes=True)


def _measures_to_decide(report: Report, offered: dict[str, ActPage]) -> NextStep:
    waits = "Åtgärder väntar på beslut"
    page = NextStep(f"{waits}.", page="lex-sarah-decision", label=_TO_MEASURES)
    if report.decider is None:
        return page
    found = awaited(waits, report.decider, report, report.outcome, clock.today())
    act = offered.get("assign_decider") if found.stuck else None
    return NextStep(f"{found.text}.", act) if act else replace(page, text=f"{found.text}.")


def _to_deliver_first(report: Report, waiting: Sequence[Measure], deliver: ActPage) -> NextStep:
    """Say to whom the decision is to go before they can begin what it asks of them."""
    owners = {one.owner_id: one.owner for one in waiting}
    decision = latest_decision(report) if report.protected else None
    for owner in owners.values():
        if decision and (why_not := why_not_deliver(owner, report, decision, clock.today())):
            text = f"{why_not} Anteckna själv när åtgärden är utförd."
            return NextStep(text, page="lex-sarah-decision", label=_TO_MEASURES)
    names = listed(sorted(owner.display_name for owner in owners.values()))
    what = "åtgärden" if len(waiting) == 1 else "åtgärderna"
    return NextStep(f"Delge beslutet till {names}, så att {what} kan börja.", deliver)


def _measures(remaining: Sequence[Measure]) -> str:
    """Say what comes next of the measures: what is due first."""
    today = clock.today()
    undone = [one for one in remaining if one.stage == "approved"]
    if undone:
        first = min(undone, key=lambda one: (one.owner.is_active, one.due_on, one.pk))
        if not first.owner.is_active:
            return f"{first.owner.display_name} har slutat. Byt ansvarig för åtgärden."
        late = "skulle ha varit klar" if first.due_on < today else "ska vara klar"
        return f"En åtgärd {late} {in_words(first.due_on)}, av {first.owner.display_name}."
    first = min(remaining, key=lambda one: (one.effect_due_on or today, one.pk))
    if (first.effect_due_on or today) <= today:
        return "Bedöm effekten av åtgärderna."
    return f"Effekten av åtgärderna bedöms {in_words(first.effect_due_on or today)}."

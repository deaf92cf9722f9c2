"""What people do with Förslag från bevakning: confirm one or many together, or decline.

A proposal is decided on once for ever. Confirmed, it is an ordinary deviation of the unit that was
responsible when the time ran out, marked as born of the watch; only then is it counted.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import Work, unit_of_work
from casework.deadlines import lists
from casework.deadlines.calendar import in_words
from casework.deadlines.letters import named
from casework.deadlines.models import Deadline, State
from casework.organisation.models import Board, Unit
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotVisible
from deviations.models import Category, Decision, Deviation, Proposal, ProposalDecision
from deviations.rules import proposal_rules
from deviations.services import closing
from deviations.services.closing import Handling
from deviations.services.door import required
from deviations.services.reporting import Report, report

# The code of the conflict where somebody was quicker.
DECIDED = "already_decided"
MAX_CASE_NUMBER = 60


@dataclass(frozen=True)
class Place:
    """The unit that answers for a deviation, and the one in which it arose."""

    unit: Unit
    arose_in: Unit


def confirm(
    actor: Actor,
    proposal_id: int,
    *,
    category: Category | None = None,
    possible_misconduct: bool | None = None,
    unit: Unit | None = None,
) -> Deviation:
    """Make the proposal a deviation, in ``category`` or in the one that was proposed.

    For skydd and LVU ``possible_misconduct`` must be said (SoL 27:2); yes gives it to SAS at once.
    It becomes the deviation of whoever answers for the proposal's unit today. Of lex Sarah, which
    that unit does not know of, ``unit`` says whose it is instead.
    Raises ``ConflictError`` where it is decided already, or where the time was kept after all.
    """
    with unit_of_work(actor) as work:
        (proposal,) = _locked(actor, "confirm", [proposal_id])
        said = {} if possible_misconduct is None else {proposal_id: possible_misconduct}
        made = _confirm(actor, work, proposal, _place(proposal, unit), category, said)
        work.audit("deviation.proposal_confirmed", proposal, data={"deviation": made.pk})
        return made


def confirm_together(
    actor: Actor,
    proposal_ids: Collection[int],
    given: Handling,
    *,
    possible_misconduct: Mapping[int, bool] | None = None,
) -> list[Deviation]:
    """Confirm many and handle them with one cause analysis and one åtgärd: all of them or none.

    Without a category in ``given`` each has the one that was proposed for it.
    ``possible_misconduct`` answers for those proposals that ask, by id.
    """
    said = possible_misconduct or {}
    with unit_of_work(actor) as work:
        proposals = _locked(actor, "confirm_together", proposal_ids)
        if given.planned is None and any(said.get(proposal.pk) for proposal in proposals):
            raise InvalidInput(
                "Det som kan vara ett missförhållande avslutas inte här. Planera en åtgärd.",
                field="way",
            )
        units = units_of_today(one.unit for one in proposals)
        made = [
            _confirm(actor, work, one, Place(units[one.unit_id], one.unit), given.category, said)
            for one in proposals
        ]
        work.audit(
            "deviation.proposal_confirmed",
            kind="proposal",
            ids=[proposal.pk for proposal in proposals],
            data={"deviations": [deviation.pk for deviation in made]},
        )
        return closing.handle_together(actor, [deviation.pk for deviation in made], given)


def decline(actor: Actor, proposal_id: int, *, reason: str) -> Proposal:
    """Say that there is no deviation, and why; it is never proposed again."""
    with unit_of_work(actor) as work:
        (proposal,) = _locked(actor, "decline", [proposal_id])
        ProposalDecision.objects.create(
            proposal=proposal,
            outcome=Decision.DECLINED,
            reason=required(reason, "reason", "Skriv varför det inte är en avvikelse."),
            actor_id=actor.user_id,
            decided_at=work.at,
        )
        work.audit("deviation.proposal_declined", proposal)
    return proposal


def settled(time: Deadline) -> str:
    """Say why a time taken for missed was not: registered late, it shows now; or empty."""
    match time.state:
        case State.MET:
            return f"Klart i tid, {time.met_on}"
        case State.EXTENDED:
            return "Förlängd i tid"
        case State.VOID:
            return "Tiden gäller inte längre"
    return ""


def days_late(time: Deadline, today: date) -> int:
    """Return the days from the last day until it was done, or until ``today``."""
    return max(0, ((time.met_on or today) - time.last_day).days)


def text_of(time: Deadline, rule: str, why: Sequence[str]) -> str:
    """Return what happened, from rule and dates alone: nothing here says whom it concerned."""
    today = clock.today()
    late = days_late(time, today)
    days = "1 dag" if late == 1 else f"{late} dagar"
    if time.met_on:
        outcome = f"Det blev klart {in_words(time.met_on)}, {days} för sent."
    else:
        outcome = f"Det var inte registrerat som klart {in_words(today)}, {days} efter sista dag."
    reckoned = "\n".join(f"– {step}" for step in why)
    return (
        f"{rule} blev inte klar i tid. Sista dag var {in_words(time.last_day)}. {outcome}\n\n"
        f"Så är tiden räknad:\n{reckoned}"
    )


def units_of_today(units: Iterable[Unit]) -> dict[int, Unit]:
    """Return by id each unit, or what has replaced it: an open deviation would have gone along.

    One query where any of them has ended, however many there are.
    """
    today, known = clock.today(), {unit.pk: unit for unit in units}
    ended = {unit.board_id for unit in known.values() if not unit.is_valid_on(today)}
    successors: dict[int, Unit] = {}
    if ended:
        later: Any = Unit.objects.filter(board__in=ended, replaces__isnull=False)
        # The latest of several is written last.
        for unit in later.annotate(older=F("replaces")).order_by("valid_from", "pk"):
            successors[unit.older] = unit
    return {key: _latest(unit, successors, today) for key, unit in known.items()}


def _latest(unit: Unit, successors: Mapping[int, Unit], today: date) -> Unit:
    while not unit.is_valid_on(today) and unit.pk in successors:
        unit = successors[unit.pk]
    return unit


def _locked(actor: Actor, act: str, ids: Collection[int]) -> list[Proposal]:
    """Lock and return the proposals in order of id, none of them decided yet."""
    wanted = set(ids)
    if not wanted:
        raise InvalidInput("Markera minst ett förslag.", field="ids")
    found = Proposal.objects.visible_to(actor).filter(pk__in=wanted).with_parts().order_by("pk")
    proposals = list(found.select_for_update(of=("self",)))
    if len(proposals) < len(wanted):
        raise NotVisible
    for proposal in proposals:
        policy.require(actor, act, proposal, proposal_rules(proposal))
    # Asked once the rows are held: what was joined to them is as old as the waiting was long.
    decided = list(
        ProposalDecision.objects.filter(proposal__in=wanted).values_list("outcome", flat=True)
    )
    if decided:
        raise ConflictError(_already(decided, len(wanted)), code=DECIDED)
    return proposals


def _already(outcomes: Sequence[str], of: int) -> str:
    if of == 1:
        return f"Förslaget är redan {Decision(outcomes[0]).label.lower()}."
    some = "Ett förslag" if len(outcomes) == 1 else f"{len(outcomes)} förslag"
    done = "bekräftat eller avböjt" if len(outcomes) == 1 else "bekräftade eller avböjda"
    return f"{some} av {of} är redan {done} av någon annan. Inget sparades. Försök igen med resten."


def _place(proposal: Proposal, chosen: Unit | None) -> Place:
    """Return where the deviation belongs and arose."""
    of_today = units_of_today([proposal.unit])[proposal.unit_id]
    if not proposal.is_confidential:
        if chosen not in (None, of_today):
            raise InvalidInput("Avvikelsen är den ansvariga enhetens.", field="unit")
        return Place(of_today, proposal.unit)
    if chosen is None or not chosen.is_valid_on(clock.today()):
        raise InvalidInput("Välj den enhet som skulle ha hållit tiden.", field="unit")
    if chosen in (proposal.unit, of_today):
        raise InvalidInput(
            "Den enheten granskas i rapporten och får inte veta det så. Välj den enhet som skulle "
            "ha hållit tiden, eller avböj förslaget.",
            field="unit",
        )
    return Place(chosen, chosen)


def _confirm(
    actor: Actor,
    work: Work,
    proposal: Proposal,
    place: Place,
    category: Category | None,
    possible_misconduct: Mapping[int, bool],
) -> Deviation:
    today, time = clock.local_day(work.at), proposal.deadline
    misconduct = possible_misconduct.get(proposal.pk)
    if proposal.asks_lex_sarah and misconduct is None:
        raise InvalidInput(
            "Ta ställning till lex Sarah: kan det vara ett missförhållande?",
            field="possible_misconduct",
        )
    if why_not := settled(time):
        raise ConflictError(
            f"Det är ingen avvikelse ({why_not[0].lower()}{why_not[1:]}). Avböj förslaget i "
            "stället."
        )
    if category and category != proposal.category and not category.is_valid_on(today):
        raise InvalidInput("Välj en kategori som används i dag.", field="category")
    deviation = report(
        actor,
        Report(
            description=_text(actor, time),
            occurred_on=time.last_day,
            noticed_on=max(time.last_day, clock.local_day(proposal.proposed_at)),
            unit=place.unit,
            arose_in=place.arose_in,
            safe_now="",
            case_number="" if proposal.is_confidential else _case_number(proposal.board, time),
            protected=proposal.protected,  # type: ignore[attr-defined]  # by ``visible_to``
            possible_misconduct=bool(misconduct),
            category=category or proposal.category,
            from_watch=True,
        ),
    )
    ProposalDecision.objects.create(
        proposal=proposal,
        outcome=Decision.CONFIRMED,
        deviation=deviation,
        actor_id=actor.user_id,
        decided_at=work.at,
    )
    return deviation


def _case_number(board: Board, time: Deadline) -> str:
    """Return the number of what the time belonged to, whole whoever confirms."""
    shown = named([time], Actor.system(board)).get((time.kind, time.subject_id))
    return shown.number[:MAX_CASE_NUMBER] if shown else ""


def _text(actor: Actor, time: Deadline) -> str:
    (row,) = lists.rows(actor, [time])
    return text_of(time, row.label, row.why)

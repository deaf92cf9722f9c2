"""What is done from the Inkorg: receive, assign, move, ask, dismiss, merge, hand to SAS."""

from collections.abc import Sequence

from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.organisation.models import Membership, Unit, User
from casework.shared import blind_index, clock
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed
from deviations.models import Deviation, Question
from deviations.services import misconduct, watching
from deviations.services.door import Act, act, naming, required, several
from deviations.services.writing import Changes

MOVES_BEFORE_HEAD_DECIDES = 2

MOVED_ENOUGH = (
    "Ärendet har flyttats två gånger. Nu bestämmer avdelningschefen vilken enhet som ansvarar."
)


def receive(actor: Actor, deviation_id: int) -> Deviation:
    """Ta emot: the unit has seen it."""
    with act(actor, "receive", deviation_id) as this:
        this.write()
        this.work.audit("deviation.received", this.deviation)
    return this.deviation


def receive_several(actor: Actor, deviation_ids: Sequence[int]) -> list[Deviation]:
    """Ta emot several at once: all of them or none, as one audit event."""
    received = []
    with unit_of_work(actor) as work:
        for key, number in several(actor, deviation_ids).items():
            with naming(number), act(actor, "receive", key) as this:
                this.write()
            received.append(this.deviation)
        work.audit("deviation.received", kind="deviation", ids=[d.pk for d in received])
    return received


def assign(actor: Actor, deviation_id: int, *, to: User) -> Deviation:
    """Fördela to a colleague who works in the responsible unit today."""
    with act(actor, "assign", deviation_id) as this:
        _assign(this, to)
        this.work.audit("deviation.assigned", this.deviation, data={"to": to.pk})
    return this.deviation


def assign_several(actor: Actor, deviation_ids: Sequence[int], *, to: User) -> list[Deviation]:
    """Fördela several to the same colleague: all of them or none, as one audit event."""
    assigned = []
    with unit_of_work(actor) as work:
        for key, number in several(actor, deviation_ids).items():
            with naming(number), act(actor, "assign", key) as this:
                _assign(this, to)
            assigned.append(this.deviation)
        ids = [deviation.pk for deviation in assigned]
        work.audit("deviation.assigned", kind="deviation", ids=ids, data={"to": to.pk})
    return assigned


def _assign(this: Act, to: User) -> None:
    works_here = Membership.objects.valid_on(this.today).filter(
        user=to, unit_id=this.deviation.unit_id
    )
    if not to.is_active or not works_here.exists():
        raise InvalidInput("Välj någon som arbetar i enheten i dag.", field="to")
    if this.deviation.protected and not works_here.filter(sees_protected=True).exists():
        raise InvalidInput(
            "Ärendet har skyddade personuppgifter: välj någon av dem som är namngivna.",
            field="to",
        )
    this.deviation.handler = to
    this.save("handler")
    this.write()


def move(actor: Actor, deviation_id: int, *, to: Unit, reason: str) -> Deviation:
    """Flytta till annan enhet. After two moves the department's head decides instead."""
    with act(actor, "move", deviation_id) as this:
        _move(this, to, reason)
        this.work.audit("deviation.moved", this.deviation, data={"to": to.pk})
    return this.deviation


def move_several(
    actor: Actor, deviation_ids: Sequence[int], *, to: Unit, reason: str
) -> list[Deviation]:
    """Flytta several to the same unit: all of them or none, as one audit event."""
    moved = []
    with unit_of_work(actor) as work:
        for key, number in several(actor, deviation_ids).items():
            with naming(number), act(actor, "move", key) as this:
                _move(this, to, reason)
            moved.append(this.deviation)
        ids = [deviation.pk for deviation in moved]
        work.audit("deviation.moved", kind="deviation", ids=ids, data={"to": to.pk})
    return moved


def _move(this: Act, to: Unit, reason: str) -> None:
    deviation = this.deviation
    if may_not_move(deviation):
        raise NotAllowed(MOVED_ENOUGH)
    reason = required(reason, "reason", "Skriv varför enheten inte är den rätta.")
    _check_target(this.actor, deviation, to)
    deviation.moves += 1
    deviation.handler = None
    this.save("moves", "handler")
    this.write(Changes(unit=to, reason=reason))


def may_not_move(deviation: Deviation) -> bool:
    """Say whether the units have had their say, so that only the head may set the unit."""
    return deviation.unit_decided or deviation.moves >= MOVES_BEFORE_HEAD_DECIDES


def decide_unit(actor: Actor, deviation_id: int, *, to: Unit, reason: str) -> Deviation:
    """Bestäm ansvarig enhet: the head's word is final, the unit may not move it on."""
    with act(actor, "decide_unit", deviation_id) as this:
        deviation = this.deviation
        reason = required(reason, "reason", "Skriv varför enheten ansvarar.")
        if to.pk != deviation.unit_id:
            _check_target(actor, deviation, to)
        deviation.unit_decided = True
        deviation.handler = None
        this.save("unit_decided", "handler")
        this.write(Changes(unit=to, reason=reason))
        this.work.audit("deviation.unit_decided", deviation, data={"to": to.pk})
    return this.deviation


def _check_target(actor: Actor, deviation: Deviation, to: Unit) -> None:
    if to.board_id != actor.board_id or not to.is_valid_on(clock.today()):
        raise InvalidInput("Välj en enhet som finns i dag.", field="to")
    if to.pk == deviation.unit_id:
        raise InvalidInput("Ärendet ligger redan hos den enheten.", field="to")


def ask(actor: Actor, deviation_id: int, *, text: str) -> Question:
    """Begär komplettering of the reporter."""
    with act(actor, "ask", deviation_id) as this:
        text = required(text, "text", "Skriv vad du behöver veta.")
        if this.deviation.reporter_id is None:
            raise ConflictError("Avvikelsen är inläst från fil och har ingen rapportör att fråga.")
        question = Question.objects.create(
            deviation=this.deviation,
            text=text,
            asked_by_id=actor.user_id,
            asked_at=this.work.at,
        )
        this.deviation.awaiting_answer = True
        this.save("awaiting_answer")
        this.work.audit("deviation.asked", this.deviation, data={"question": question.pk})
    return question


def answer(actor: Actor, deviation_id: int, question_id: int, *, text: str) -> Question:
    """Answer a question; the report itself stays as it was."""
    with act(actor, "answer", deviation_id) as this:
        text = required(text, "text", "Skriv ditt svar.")
        question = this.deviation.questions.filter(pk=question_id).first()
        if question is None or question.answered_at is not None:
            raise ConflictError("Frågan är redan besvarad.")
        question.answer = text
        question.answered_by_id = actor.user_id
        question.answered_at = this.work.at
        question.save(update_fields=["answer", "answered_by", "answered_at"])
        deviation = this.deviation
        deviation.awaiting_answer = deviation.questions.filter(answered_at__isnull=True).exists()
        found = set(deviation.search_terms) | set(blind_index.terms(text))
        deviation.search_terms = sorted(found)
        this.save("awaiting_answer", "search_terms")
        this.work.audit("deviation.answered", deviation, data={"question": question.pk})
    return question


def dismiss(actor: Actor, deviation_id: int, *, reason: str) -> Deviation:
    """Inte en avvikelse, with the reason that the reporter will read."""
    with act(actor, "dismiss", deviation_id) as this:
        reason = required(reason, "reason", "Skriv varför det inte är en avvikelse.")
        if this.deviation.possible_misconduct:
            raise ConflictError(
                "Det är en lex Sarah-rapport hos SAS och kan inte avfärdas av enheten."
            )
        this.deviation.outcome = reason
        this.save("outcome")
        this.write(Changes(reason=reason))
        this.work.audit("deviation.dismissed", this.deviation)
    return this.deviation


def merge(actor: Actor, deviation_id: int, *, into: int) -> Deviation:
    """Sammanför with the deviation ``into``, which lives on and is counted once."""
    if deviation_id == into:
        raise InvalidInput("Välj en annan avvikelse att sammanföra med.", field="into")
    with unit_of_work(actor):
        # Lock in order of id, so that two merges that cross each other cannot stop both.
        for key in sorted((deviation_id, into)):
            Deviation.objects.locked(actor, key)
        with act(actor, "merge", into) as other, act(actor, "merge", deviation_id) as this:
            _check_alike(this.deviation, other.deviation)
            # What was promised goes on, under the deviation that lives on.
            this.deviation.actions.filter(done_on__isnull=True).update(deviation=other.deviation)
            # Earlier ones merged into this follow along, so that their reporters are led right.
            this.deviation.merged.update(merged_into=other.deviation)
            this.deviation.merged_into = other.deviation
            this.write()
            watching.watch(other.deviation, other.today, this.work.at)
            this.work.audit("deviation.merged", this.deviation, data={"into": into})
    return this.deviation


def _check_alike(merged: Deviation, into: Deviation) -> None:
    if merged.protected != into.protected:
        raise ConflictError(
            "Den ena har skyddade personuppgifter och den andra inte; de kan inte sammanföras."
        )
    if merged.about_manager != into.about_manager:
        raise ConflictError(
            "Den ena gäller en chef och ska inte synas för enheten; de kan inte sammanföras."
        )
    if merged.possible_misconduct and not into.possible_misconduct:
        # A lex Sarah report (SoL 27:2) must not vanish into something that SAS does not have.
        raise ConflictError(
            "Den här är en lex Sarah-rapport hos SAS. Sammanför i stället den andra med den här."
        )


def send_to_sas(actor: Actor, deviation_id: int, *, reason: str) -> Deviation:
    """Skicka till SAS what may be a missförhållande (SoL 27:2); it stays open and counted."""
    with act(actor, "send_to_sas", deviation_id) as this:
        reason = required(reason, "reason", "Skriv varför det kan vara ett missförhållande.")
        this.deviation.possible_misconduct = True
        this.save("possible_misconduct")
        this.write(Changes(reason=reason))
        misconduct.follow(this.deviation, this.work, this.work.at)
        this.work.audit("deviation.sent_to_sas", this.deviation)
    return this.deviation


def return_from_sas(actor: Actor, deviation_id: int, *, reason: str) -> Deviation:
    """SAS hands the deviation back to the unit, to be handled as an ordinary one."""
    with act(actor, "return_from_sas", deviation_id) as this:
        reason = required(reason, "reason", "Skriv varför enheten ska fortsätta.")
        this.write(Changes(reason=reason))
        this.work.audit("deviation.returned_from_sas", this.deviation)
    return this.deviation

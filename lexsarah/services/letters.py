"""IVO's letters: what they ask, more time, what they decide; answers, and the day that moves."""

from dataclasses import dataclass
from datetime import date

from casework.access.actor import Actor
from casework.deadlines import services
from casework.deadlines.models import Deadline
from casework.shared.errors import ConflictError, InvalidInput, NotVisible
from casework.shared.stale import check_version
from lexsarah import clocks
from lexsarah.models import IvoLetter
from lexsarah.services.door import Act, act, required
from lexsarah.services.letter_times import watch_letters
from lexsarah.services.registry import IVO, Direction, enter
from lexsarah.services.watching import KIND

Kind = IvoLetter.Kind
MAX_TEXT = 20_000


@dataclass(frozen=True)
class Letter:
    """A letter as it came. ``answer_due_on``: by when IVO wants it; for more time, the new day."""

    kind: str
    came_on: date
    text: str
    answer_due_on: date | None = None


def record_letter(
    actor: Actor, report_id: int, *, letter: Letter, expected_version: int | None = None
) -> IvoLetter:
    """Note a letter from IVO. Fields ``kind``, ``came_on``, ``text``, ``answer_due_on``.

    More time moves the last day of the supplement, where IVO decided it before that day was over
    (``ConflictError`` after it).
    """
    with act(actor, "ivo_letter", report_id, expected_version=expected_version) as this:
        if this.report.notified_on is None:
            raise ConflictError("Det är inte anmält till IVO. Anteckna anmälan först.")
        if letter.kind not in Kind.values:
            raise InvalidInput("Välj vad brevet är.", field="kind")
        this.past_day(letter.came_on, "came_on")
        text = required(letter.text, "text", "Skriv vad IVO säger.", longest=MAX_TEXT)
        until = letter.answer_due_on
        if until is not None and until < letter.came_on:
            raise InvalidInput("Dagen ligger före brevet. Rätta den.", field="answer_due_on")
        if letter.kind == Kind.EXTENSION:
            _extend(this, until, letter.came_on)
        made = IvoLetter.objects.create(
            report=this.report,
            kind=letter.kind,
            came_on=letter.came_on,
            text=text,
            answer_due_on=until,
            recorded_by_id=actor.user_id,
            recorded_at=this.work.at,
        )
        enter(this, letter.came_on, Direction.IN, IVO, str(made.get_kind_display()))
        data = {"letter": made.pk, "kind": made.kind}
        this.work.audit("lexsarah.ivo_letter_recorded", this.report, data=data)
    return made


def answer_letter(
    actor: Actor,
    report_id: int,
    letter_id: int,
    *,
    answered_on: date,
    answer: str,
    expected_version: int | None = None,
) -> IvoLetter:
    """Note what IVO was answered and when. Fields ``answered_on``, ``answer``.

    ``expected_version`` is the letter's. Raises ``ConflictError`` for one answered already.
    """
    with act(actor, "ivo_letter", report_id, beside=True) as this:
        letter = IvoLetter.objects.select_for_update().filter(
            report=this.report, pk=letter_id, kind=Kind.QUESTION
        )
        found = letter.first()
        if found is None:
            raise NotVisible
        if found.answered_on is not None:
            raise ConflictError(f"Frågan är redan besvarad {found.answered_on}.")
        check_version(found, expected_version, "brevet")
        this.past_day(answered_on, "answered_on")
        if answered_on < found.came_on:
            raise InvalidInput(
                f"Frågan kom {found.came_on}. Välj den dagen eller en senare.", field="answered_on"
            )
        answer = required(answer, "answer", "Skriv vad ni svarade.", longest=MAX_TEXT)
        found.answered_on, found.answer, found.version = answered_on, answer, found.version + 1
        found.save(update_fields=["answered_on", "answer", "version"])
        watch_letters(this.report, this.work.at)
        enter(this, answered_on, Direction.OUT, IVO, "Svar på fråga från IVO")
        this.work.audit("lexsarah.ivo_letter_answered", this.report, data={"letter": found.pk})
    return found


def _extend(this: Act, until: date | None, decided_on: date) -> None:
    """Move the last day by which the investigation is to be with IVO."""
    if until is None:
        raise InvalidInput("Ange vilken dag IVO har gett er till.", field="answer_due_on")
    running = (
        Deadline.objects.open()
        .filter(kind=KIND, subject_id=this.report.pk, rule=clocks.SUPPLEMENT)
        .select_for_update(no_key=True)
        .first()
    )
    if running is None:
        raise ConflictError("Ingen utredning väntas till IVO, så det finns ingen tid att förlänga.")
    if until <= running.last_day:
        raise InvalidInput(
            f"Tiden går redan till {running.last_day}. Välj en senare dag.", field="answer_due_on"
        )
    services.extend(running, until, decided_on, this.work.at)

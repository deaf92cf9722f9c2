"""Tjänsteanteckningar: what came to light, from whom, and whether it is known or thought.

SOSFS 2011:5 5 kap.: date, source, fact or assessment, who wrote it and as what. They are never
changed; a correction is a note of its own.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from casework.access import policy
from casework.access.actor import Actor
from casework.organisation.models import Membership, Role, User
from casework.shared.errors import ConflictError, InvalidInput, NotVisible
from lexsarah.models import Note, Report
from lexsarah.rules import RULES
from lexsarah.services.door import Act, act, required

LONGEST = 20_000
LONGEST_SOURCE = 300


@dataclass(frozen=True)
class NewNote:
    """A note as it is written; ``on`` is the day on which its author learned it."""

    on: date
    source: str
    nature: str
    text: str


def notes_of(actor: Actor, report: Report) -> QuerySet[Note]:
    """Return the notes of a report that the actor sees, by day.

    Raises ``NotAllowed`` to who neither investigates nor decides, and to who is examined.
    """
    policy.require(actor, "read_notes", report, RULES)
    return Note.objects.filter(report=report).select_related("corrected_by")


def add_note(actor: Actor, report_id: int, given: NewNote, *, corrects: int | None = None) -> Note:
    """Write a note, or one that corrects the note ``corrects``. Fields of ``NewNote``.

    The same note written twice, as by two clicks, is one: ``ConflictError``.
    """
    with act(actor, "add_note", report_id, beside=True) as this:
        wrong = _corrected(this.report, corrects)
        source = required(
            given.source, "source", "Skriv varifrån uppgiften kommer.", longest=LONGEST_SOURCE
        )
        text = required(given.text, "text", "Skriv anteckningen.", longest=LONGEST)
        if given.nature not in Note.Nature.values:
            raise InvalidInput("Välj faktauppgift eller bedömning.", field="nature")
        if given.on > this.today:
            raise InvalidInput("Dagen ligger framåt i tiden. Rätta den.", field="on")
        text = text.replace("\r\n", "\n")
        _refuse_twice(this, given.on, source, given.nature, text)
        name, title = _author(this)
        note = Note.objects.create(
            report=this.report,
            on=given.on,
            source=source,
            nature=given.nature,
            text=text,
            author_id=actor.user_id,
            author_name=name,
            author_title=title,
            written_at=this.work.at,
            corrects=wrong,
        )
        done = "lexsarah.note_corrected" if wrong else "lexsarah.note_added"
        this.work.audit(done, this.report, data={"note": note.pk})
    return note


def _corrected(report: Report, note_id: int | None) -> Note | None:
    """Return the note to correct; it has been corrected at most once."""
    if note_id is None:
        return None
    found = Note.objects.filter(report=report, pk=note_id).first()
    if found is None:
        raise NotVisible
    if Note.objects.filter(corrects=found).exists():
        raise ConflictError("Anteckningen är redan rättad. Rätta den nya i stället.")
    return found


def _refuse_twice(this: Act, on: date, source: str, nature: str, text: str) -> None:
    # Encrypted text cannot be compared in the database; those of a day by one person are few.
    own = Note.objects.filter(
        report=this.report, author=this.actor.user_id, on=on, corrected_by=None
    )
    if any((n.source, n.nature, n.text) == (source, nature, text) for n in own):
        raise ConflictError("Den anteckningen är redan sparad.")


def _author(this: Act) -> tuple[str, str]:
    """Return name and title as they are on the day: what is kept says who wrote it and as what."""
    user = User.objects.filter(pk=this.actor.user_id or 0).first()
    if user is None:
        return "Tjänsten", "Automatiskt"
    if user.title:
        return user.display_name, user.title
    held = Membership.objects.valid_on(this.today).filter(user=user, board=this.report.board_id)
    roles = sorted(held.values_list("role", flat=True), key=lambda role: role != Role.SAS)
    return user.display_name, str(Role(roles[0]).label) if roles else "Ersättare"

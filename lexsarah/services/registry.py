"""The list of documents of a report (OSL 5:1–2): what came in, went out, was drawn up.

Some lines are entered; others follow from what the report itself tells (that it came, that IVO was
notified, that a yttrande was asked for), so that nobody has to write them a second time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from casework.access.actor import Actor
from casework.shared import clock
from casework.shared.errors import InvalidInput, NotVisible
from casework.shared.stale import ChangedMeanwhile
from casework.shared.uploads import Upload, check
from lexsarah.models import RegistryEntry, Report, Request, StoredDocument
from lexsarah.services import papers
from lexsarah.services.door import Act, act, required
from lexsarah.services.telltales import Telltales

Direction = RegistryEntry.Direction
MAX_TEXT = 200
IVO = "IVO"
# Whoever reports works here, and is not named in what is read by who asks for the diarium.
EMPLOYEE = "Anställd"


@dataclass(frozen=True)
class Entry:
    """A line as it is entered; ``anyway``: that it seems to name somebody has been looked at.

    ``file`` is the document itself, where it is to be kept with the report.
    """

    on: date
    direction: str
    subject: str
    party: str = ""
    anyway: bool = False
    file: Upload | None = None


@dataclass(frozen=True)
class Line:
    """A line as it is read; ``row`` is what was entered (None: it follows from the report)."""

    on: date
    direction: str
    party: str
    subject: str
    at: datetime
    row: RegistryEntry | None = None
    document: StoredDocument | None = None
    corrected: bool = False


def register_document(actor: Actor, report_id: int, *, entry: Entry) -> RegistryEntry:
    """Enter a document. Fields ``on``, ``direction``, ``party``, ``subject``, ``anyway``, ``file``.

    A personnummer or the case's number is refused; a name asks for ``anyway``.
    """
    with act(actor, "register_document", report_id, beside=True) as this:
        return _enter(this, entry)


def correct_entry(actor: Actor, report_id: int, entry_id: int, *, entry: Entry) -> RegistryEntry:
    """Enter a line in the place of one that was wrong, which stays to be read.

    Its file is that of the line before, unless it has one of its own: the old is kept too.

    Raises ``ChangedMeanwhile`` where another stands in its place already.
    """
    with act(actor, "register_document", report_id, beside=True) as this:
        wrong = RegistryEntry.objects.filter(report=this.report, pk=entry_id).first()
        if wrong is None:
            raise NotVisible
        stands = standing(wrong)
        if stands != wrong:
            message = "Raden är redan rättad. Det är den nya raden som ska rättas."
            raise ChangedMeanwhile(message, stands)
        return _enter(this, entry, document=wrong.document, corrects=wrong)


def standing(row: RegistryEntry) -> RegistryEntry:
    """Return the line that stands in the place of ``row``: itself, where it is not corrected."""
    found = RegistryEntry.objects.filter(report=row.report_id, corrects__isnull=False)
    by_corrected = {one.corrects_id: one for one in found.select_related("entered_by")}
    while row.pk in by_corrected:
        row = by_corrected[row.pk]
    return row


def enter(this: Act, on: date, direction: str, party: str, subject: str) -> RegistryEntry:
    """Enter a line within another act; its words are the service's own."""
    return _create(this, Entry(on, direction, subject, party))


def _enter(
    this: Act,
    entry: Entry,
    *,
    document: StoredDocument | None = None,
    corrects: RegistryEntry | None = None,
) -> RegistryEntry:
    if entry.on > this.today:
        raise InvalidInput("Dagen ligger framåt i tiden. Rätta den.", field="on")
    if entry.direction not in Direction.values:
        raise InvalidInput("Välj inkommen, utgående eller upprättad.", field="direction")
    subject = required(entry.subject, "subject", "Skriv vad handlingen gäller.", longest=MAX_TEXT)
    party = entry.party.strip()
    if len(party) > MAX_TEXT:
        raise InvalidInput(f"Texten är längre än {MAX_TEXT} tecken. Korta den.", field="party")
    telltales = Telltales(this.report)
    for field, text in (("subject", subject), ("party", party)):
        _check_neutral(telltales, field, text, anyway=entry.anyway)
    kept = Entry(entry.on, entry.direction, subject, party)
    if entry.file is not None:
        content_type = check(entry.file, "file")
        document, *_ = papers.keep(
            this, StoredDocument.Kind.FILED, subject, [(content_type, entry.file.content)]
        )
    made = _create(this, kept, document=document, corrects=corrects)
    data = {"entry": made.pk} | ({"corrects": corrects.pk} if corrects else {})
    if document is not None:
        data["number"] = document.number
    this.work.audit("lexsarah.document_registered", this.report, data=data)
    return made


def _create(
    this: Act,
    entry: Entry,
    *,
    document: StoredDocument | None = None,
    corrects: RegistryEntry | None = None,
) -> RegistryEntry:
    return RegistryEntry.objects.create(
        report=this.report,
        on=entry.on,
        direction=entry.direction,
        party=entry.party,
        subject=entry.subject,
        document=document,
        corrects=corrects,
        entered_by_id=this.actor.user_id,
        entered_at=this.work.at,
    )


def _check_neutral(telltales: Telltales, field: str, text: str, *, anyway: bool) -> None:
    """Refuse what tells of a person: the list is read by whoever asks for the diarium."""
    # The unit is no person, and its name is what a document is from or to.
    found = [one for one in telltales.within(text) if not one.of_unit]
    if never := [one.what for one in found if one.never]:
        raise InvalidInput(f"Här står {', '.join(never)}. Skriv neutralt, utan det.", field=field)
    if found and not anyway:
        names = ", ".join(one.what for one in found)
        raise InvalidInput(
            f"Här står {names}. Skriv neutralt, eller kryssa i att det ska stå så ändå.",
            field=field,
            code="telltale",
        )


def lines_of(report: Report) -> list[Line]:
    """Return the list in the order of days; what was corrected stays, marked."""
    rows = list(
        RegistryEntry.objects.filter(report=report)
        .select_related("document")
        .defer("document__content")
    )
    corrected = {row.corrects_id for row in rows}
    entered = [
        Line(
            row.on,
            row.get_direction_display(),
            row.party,
            row.subject,
            row.entered_at,
            row,
            row.document,
            row.pk in corrected,
        )
        for row in rows
    ]
    return sorted([*entered, *_told(report)], key=lambda line: (line.on, line.at))


def _told(report: Report) -> Iterator[Line]:
    """Yield what follows from the report."""
    yield _line(report.registered_on, Direction.IN, EMPLOYEE, "Lex Sarah-rapport")
    if report.notified_on is not None:
        yield _line(report.notified_on, Direction.OUT, IVO, "Anmälan till IVO")
    if report.supplemented_on is not None:
        yield _line(report.supplemented_on, Direction.OUT, IVO, "Utredning till IVO")
    for asked in Request.objects.filter(report=report).select_related("unit"):
        what = asked.get_kind_display()
        on = clock.local_day(asked.asked_at)
        yield _line(on, Direction.OWN, asked.unit.name, f"Begäran: {what.lower()}")
        if asked.answered_at is not None:
            yield _line(clock.local_day(asked.answered_at), Direction.IN, asked.unit.name, what)


def _line(on: date, direction: RegistryEntry.Direction, party: str, subject: str) -> Line:
    # What the day began with comes before what was entered during it.
    at = timezone.make_aware(datetime.combine(on, time.min), clock.STOCKHOLM)
    return Line(on, str(direction.label), party, subject, at)

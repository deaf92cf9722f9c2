"""The document of the investigation: its parts, saved as one types, and what completion wants."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from casework.access.actor import Actor
from casework.shared.errors import InvalidInput
from casework.shared.stale import check_version
from lexsarah import parts, states
from lexsarah.models import DocumentPart, Report, ReportCause
from lexsarah.parts import Part
from lexsarah.services.door import act

LONGEST = 50_000
# What one person saves of a part within this time is one event of the audit trail (ADR 94).
SITTING = timedelta(minutes=10)
CHANGED = (
    "Texten har ändrats medan du skrev. Inget har skrivits över: jämför de båda texterna, gör en "
    "av dem och spara igen."
)
NO_CAUSE = "Välj minst en orsak ur registret: åtgärderna knyts till orsakerna."


@dataclass(frozen=True)
class PartAsIs:
    """A part as it stands; nobody has written in it where ``version`` is 0."""

    part: Part
    row: DocumentPart | None

    @property
    def text(self) -> str:
        """What is written."""
        return self.row.text if self.row else ""

    @property
    def choice(self) -> str:
        """The answer chosen, as its key."""
        return self.row.choice if self.row else ""

    @property
    def answer(self) -> str:
        """The answer chosen, in words."""
        return (self.part.choices or {}).get(self.choice, "")

    @property
    def version(self) -> int:
        """What an edit must name, so that it overwrites nothing that its author has not seen."""
        return self.row.version if self.row else 0


@dataclass(frozen=True)
class Document:
    """The whole document as it stands, with the causes of the register."""

    parts: list[PartAsIs]
    causes: list[ReportCause]

    @property
    def missing(self) -> dict[str, str]:
        """What completion still wants: part → how to mend it, in the order of the parts."""
        wanting = parts.missing({one.part.key: (one.choice, one.text) for one in self.parts})
        if not self.causes:
            wanting["causes"] = " ".join(filter(None, [wanting.get("causes"), NO_CAUSE]))
        return {part.key: wanting[part.key] for part in parts.PARTS if part.key in wanting}


def document_of(report: Report) -> Document:
    """Return the document of a report that the caller may read; two queries, or three."""
    rows = DocumentPart.objects.filter(report=report).select_related("saved_by")
    by_key = {row.key: row for row in rows}
    causes = ReportCause.objects.filter(report=report, removed_at=None).select_related("cause")
    return Document([PartAsIs(part, by_key.get(part.key)) for part in parts.PARTS], list(causes))


def missing(report: Report) -> dict[str, str]:
    """Return what completion still wants of the document: part → how to mend it, in their order.

    SOSFS 2011:5 5 kap. 3 §, SoL 27:5. Empty: nothing is missing.
    """
    return document_of(report).missing


def save_part(
    actor: Actor, report_id: int, key: str, *, text: str, choice: str = "", expected_version: int
) -> PartAsIs:
    """Save one part as it stands, complete or not. Fields ``text``, ``choice``.

    ``expected_version`` is that of the part as it was read (0: empty). Raises
    ``ChangedMeanwhile`` where somebody has saved something else since; the same text sent again,
    as after an answer that was lost, is no conflict. ``ConflictError`` where it is locked.

    The audit event of a sitting's first save covers what the same person saves of the part within
    ``SITTING`` of it; ``from`` is the first version that no earlier event names.
    """
    part = _part(key)
    text, choice = _clean(part, text, choice)
    with act(actor, "write_document", report_id, beside=True) as this:
        # The report is locked: of two who save at once the second sees what the first wrote.
        row = (
            DocumentPart.objects.filter(report=this.report, key=key)
            .select_related("saved_by")
            .first()
        )
        stands = PartAsIs(part, row)
        if (stands.text, stands.choice) == (text, choice):
            return stands
        check_version(stands, expected_version, message=CHANGED)
        row = row or DocumentPart(report=this.report, key=key, version=0)
        same_sitting = _is_of_sitting(row, actor, this.work.at)
        row.text, row.choice, row.version = text, choice, row.version + 1
        row.saved_by_id, row.saved_at = actor.user_id, this.work.at
        if not same_sitting:
            data = {"part": key, "from": row.told_version + 1, "version": row.version}
            this.work.audit("lexsarah.document_saved", this.report, data=data)
            row.told_version, row.told_at = row.version, this.work.at
        row.save()
    return PartAsIs(part, row)


def _is_of_sitting(row: DocumentPart, actor: Actor, at: datetime) -> bool:
    """Say whether the trail already tells that ``actor`` writes in the part now.

    Whoever saved last is whom the latest event names: another who saves begins a sitting.
    """
    if row.told_at is None or row.saved_by_id != actor.user_id:
        return False
    return at - row.told_at < SITTING


def versions_of(report: Report) -> dict[str, int]:
    """Return the version of each part, for the event that locks the document.

    Each version is by whom the latest event at or before it names, up to the next event's
    ``version``; with what it was locked at nothing that was written is left open.
    """
    rows = DocumentPart.objects.filter(report=report).order_by("key")
    return dict(rows.values_list("key", "version"))


def is_written_in(report: Report) -> bool:
    """Say whether the document is open for writing; put forward or decided it is locked."""
    return report.status in states.WRITING


def _part(key: str) -> Part:
    part = parts.BY_KEY.get(key)
    if part is None:
        raise InvalidInput("Utredningen har ingen sådan del.", field="part")
    return part


def _clean(part: Part, text: str, choice: str) -> tuple[str, str]:
    """Return what is saved: lines as they were broken, an answer that the part asks for."""
    text = text.replace("\r\n", "\n").rstrip()
    if len(text) > LONGEST:
        raise InvalidInput(f"Texten är längre än {LONGEST} tecken. Korta den.", field="text")
    if choice and choice not in (part.choices or {}):
        raise InvalidInput("Välj ett av svaren.", field="choice")
    return text, choice

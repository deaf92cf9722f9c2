"""Papers that are kept: numbered within their report, as PDF/UA and Word, with a fingerprint."""

import base64
import hashlib
from collections.abc import Iterable, Sequence

from django.utils.text import slugify

from casework.access.actor import Actor
from casework.shared.errors import ConflictError, InvalidInput
from casework.shared.papers import pdf, word
from casework.shared.papers.content import Paper
from casework.shared.stale import ChangedMeanwhile
from lexsarah.ivo.paper import ivo_paper
from lexsarah.models import RegistryEntry, Report, StoredDocument
from lexsarah.papers import masking
from lexsarah.papers.investigation import investigation_paper
from lexsarah.papers.masking import Masked, Masking
from lexsarah.services.door import Act, act, required

Kind = StoredDocument.Kind
MAX_PASSAGES = 200
MAX_GROUNDS = 300


def store_decision(this: Act) -> None:
    """Keep Utredning och beslut as it was decided, within the transaction that decides.

    Called when the decision is written: the file and the decision are there together or not.
    """
    store(this, Kind.INVESTIGATION, investigation_paper(this.report))


def store_ivo(
    actor: Actor, report_id: int, *, expected_version: int | None = None
) -> Sequence[StoredDocument]:
    """Keep the notification to IVO as it can be filled in now; possible in every state."""
    with act(
        actor, "store_document", report_id, expected_version=expected_version, beside=True
    ) as this:
        return store(this, Kind.IVO, ivo_paper(this.report))


def masked_copy(report: Report, chosen: Masking, grounds: str) -> Masked:
    """Return Utredning och beslut masked as ``chosen``, to look at; nothing is kept."""
    masked = masking.mask(investigation_paper(report), report, chosen)
    return Masked(masking.with_grounds(masked.paper, grounds), masked.count, masked.missing)


def make_masked_copy(
    actor: Actor, report_id: int, *, chosen: Masking, grounds: str, fingerprint: str = ""
) -> Sequence[StoredDocument]:
    """Keep a masked copy of Utredning och beslut. Fields ``passages``, ``grounds``.

    ``fingerprint`` is of the paper that the choice was made on (``masking.fingerprint``): where it
    says something else by now, ``ConflictError``, since places would mask other texts.
    """
    with act(actor, "store_document", report_id, beside=True) as this:
        paper = investigation_paper(this.report)
        if fingerprint and fingerprint != masking.fingerprint(paper):
            raise ChangedMeanwhile(
                "Utredningen har ändrats sedan du valde vad som ska maskas. Gå igenom den igen.",
                paper,
            )
        if len(chosen.passages) > MAX_PASSAGES:
            raise InvalidInput(
                f"Högst {MAX_PASSAGES} ord eller meningar kan maskas. Maska hela stycken.",
                field="passages",
            )
        grounds = required(
            grounds, "grounds", "Skriv varför uppgifterna inte lämnas ut.", longest=MAX_GROUNDS
        )
        masked = masked_copy(this.report, chosen, grounds)
        if masked.missing:
            raise InvalidInput(
                f"Det här finns inte i texten: ”{masked.missing[0]}”. Skriv det precis som det "
                "står, eller ta bort raden.",
                field="passages",
            )
        this.work.audit("lexsarah.masked_copy_made", this.report, data={"masks": masked.count})
        return store(this, Kind.MASKED, masked.paper)


def store(this: Act, kind: StoredDocument.Kind, paper: Paper) -> Sequence[StoredDocument]:
    """Keep ``paper`` under the next number of the report, and enter it in the list of documents.

    The title of the row is the kind's, since lists are read by more than those who read the paper.
    """
    made = keep(this, kind, kind.label, files_of(paper))
    number = made[0].number
    RegistryEntry.objects.create(
        report=this.report,
        on=this.today,
        direction=RegistryEntry.Direction.OWN,
        subject=f"{kind.label}, handling {number}",
        document=made[0],
        entered_by_id=this.actor.user_id,
        entered_at=this.work.at,
    )
    this.work.audit(
        "lexsarah.document_stored", this.report, data={"number": number, "kind": kind.value}
    )
    return made


def keep(
    this: Act, kind: StoredDocument.Kind, title: str, files: Iterable[tuple[str, bytes]]
) -> Sequence[StoredDocument]:
    """Keep ``files``, content types and bytes, under the next number of the locked report."""
    taken = StoredDocument.objects.filter(report=this.report).order_by("-number")
    number = (taken.values_list("number", flat=True).first() or 0) + 1
    return [
        StoredDocument.objects.create(
            report=this.report,
            number=number,
            kind=kind,
            title=title,
            content_type=content_type,
            content=base64.b64encode(content).decode(),
            sha256=hashlib.sha256(content).hexdigest(),
            made_by_id=this.actor.user_id,
            made_at=this.work.at,
        )
        for content_type, content in files
    ]


def files_of(paper: Paper) -> list[tuple[str, bytes]]:
    """Return the paper's content types and bytes: the PDF first, then Word."""
    return [(pdf.CONTENT_TYPE, pdf.pdf(paper)), (word.CONTENT_TYPE, word.word(paper))]


def content_of(document: StoredDocument) -> bytes:
    """Return a kept file's bytes; raise ``ConflictError`` where they are not what was kept."""
    content = base64.b64decode(document.content)
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise ConflictError("Filen är inte den som sparades. Säg till systemförvaltaren.")
    return content


def file_name(document: StoredDocument) -> str:
    """Return what a kept file is called when it is downloaded; it names nobody."""
    kind = slugify(document.get_kind_display())
    return f"{document.report.number}-{document.number}-{kind}.{document.ending}"

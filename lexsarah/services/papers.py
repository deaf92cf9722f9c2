"""Papers that are kept: numbered within their report, as PDF/UA and Word, with a fingerprint."""

import base64
import hashlib
from collections.abc import Sequence

from lexsarah.models import RegistryEntry, StoredDocument
from lexsarah.papers import pdf, word
from lexsarah.papers.content import Paper
from lexsarah.papers.investigation import investigation_paper
from lexsarah.services.door import Act

Kind = StoredDocument.Kind


def store_decision(this: Act) -> None:
    """Keep Utredning och beslut as it was decided, within the transaction that decides.

    Called when the decision is written: the file and the decision are there together or not.
    """
    store(this, Kind.INVESTIGATION, investigation_paper(this.report))


def store(this: Act, kind: StoredDocument.Kind, paper: Paper) -> Sequence[StoredDocument]:
    """Keep ``paper`` under the next number of the report, and enter it in the list of documents.

    The title of the row is the kind's, since lists are read by more than those who read the paper.
    """
    taken = StoredDocument.objects.filter(report=this.report).order_by("-number")
    number = (taken.values_list("number", flat=True).first() or 0) + 1
    made = [
        StoredDocument.objects.create(
            report=this.report,
            number=number,
            kind=kind,
            title=kind.label,
            content_type=content_type,
            content=base64.b64encode(content).decode(),
            sha256=hashlib.sha256(content).hexdigest(),
            made_by_id=this.actor.user_id,
            made_at=this.work.at,
        )
        for content_type, content in files_of(paper)
    ]
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


def files_of(paper: Paper) -> list[tuple[str, bytes]]:
    """Return the paper's content types and bytes: the PDF first, then Word."""
    return [(pdf.CONTENT_TYPE, pdf.pdf(paper)), (word.CONTENT_TYPE, word.word(paper))]

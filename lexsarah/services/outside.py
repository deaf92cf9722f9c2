"""The event in words that may leave the house: written, tried for secrecy, approved (OSL 26:1).

Who wrote a wording does not approve it. A new wording leaves the approved one in force until it
is approved in its turn.
"""

from datetime import datetime

from django.db.models import Max, QuerySet

from casework.access.actor import Actor
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed
from casework.shared.stale import ChangedMeanwhile
from lexsarah.models import OutsideApproval, OutsideText, Report
from lexsarah.services.door import act, required
from lexsarah.services.telltales import Telltales


def write(
    actor: Actor,
    report_id: int,
    *,
    event: str,
    measures: str = "",
    expected_version: int | None = None,
) -> OutsideText:
    """Write a wording for the quality report. Fields ``event``, ``measures``.

    A personnummer or the case's number is refused; other things that could tell whom it is about
    are for whoever approves to see (``Telltales``).
    """
    with act(actor, "write_outside_text", report_id, expected_version=expected_version) as this:
        event = required(event, "event", "Skriv händelsen så som den får läsas av alla.")
        measures = measures.strip()
        telltales = Telltales(this.report)
        for field, text in (("event", event), ("measures", measures)):
            never = [one.what for one in telltales.within(text) if one.never]
            if never:
                raise InvalidInput(f"I texten står {', '.join(never)}. Ta bort det.", field=field)
        written = OutsideText.objects.create(
            report=this.report,
            event=event,
            measures=measures,
            written_by_id=actor.user_id,
            written_at=this.work.at,
        )
        this.work.audit("lexsarah.outside_text_written", this.report)
    return written


def approve(
    actor: Actor, report_id: int, *, text_id: int, expected_version: int | None = None
) -> OutsideApproval:
    """Approve the latest wording, having tried it for secrecy; another than its author does."""
    with act(actor, "approve_outside_text", report_id, expected_version=expected_version) as this:
        latest = latest_wording(this.report)
        if latest is None or latest.pk != text_id:
            raise ChangedMeanwhile(
                "Texten har skrivits om sedan du öppnade sidan. Läs den nya först.", latest
            )
        if OutsideApproval.objects.filter(text=latest).exists():
            raise ConflictError("Texten är redan godkänd.")
        if latest.written_by_id == actor.user_id and not actor.is_system:
            raise NotAllowed("Den som skrev texten godkänner den inte. Be en annan SAS läsa den.")
        approved = OutsideApproval.objects.create(
            text=latest, approved_by_id=actor.user_id, approved_at=this.work.at
        )
        this.work.audit("lexsarah.outside_text_approved", this.report)
    return approved


def latest_wording(report: Report) -> OutsideText | None:
    """Return the wording written last, approved or not."""
    found = OutsideText.objects.filter(report=report).select_related("approval", "written_by")
    return found.order_by("-pk").first()


def approved_wordings(
    report_ids: QuerySet | list[int], known_at: datetime
) -> dict[int, OutsideText]:
    """Return, by report, the wording that was approved last by ``known_at``; in one query."""
    latest = (
        OutsideText.objects.filter(report__in=report_ids, approval__approved_at__lte=known_at)
        .values("report")
        .annotate(latest=Max("pk"))
        .values("latest")
    )
    return {one.report_id: one for one in OutsideText.objects.filter(pk__in=latest)}

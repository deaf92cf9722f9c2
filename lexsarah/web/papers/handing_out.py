"""What leaves the investigation: a masked copy for who asks, the appendix for the board."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, attempt, page, status_of
from casework.organisation.models import Board
from casework.shared.papers.content import Block, Facts, Heading, Table
from lexsarah.papers.appendix import appendix_paper, notified
from lexsarah.papers.investigation import investigation_paper
from lexsarah.papers.masking import choices, fingerprint, fingerprint_of_choice
from lexsarah.rules import APPENDIX
from lexsarah.services import papers
from lexsarah.web.investigation.opening import opened
from lexsarah.web.papers.documents import TAB
from lexsarah.web.papers.files import paper_response
from lexsarah.web.papers.forms import MaskForm, PeriodForm, this_year
from lexsarah.web.stale import knowing, stale
from lexsarah.web.tabs import render_tab


@page
def masked(request: ActorRequest, report_id: int) -> HttpResponseBase:
    """Choose what is masked, look at it, and keep the copy; nothing chosen is in the address.

    Kept is what was looked at: with other choices than those previewed the copy is shown anew.
    """
    actor = request.actor
    report = opened(actor, report_id, "store_document")
    paper = investigation_paper(report)
    posted = request.POST if request.method == "POST" else None
    form = MaskForm(posted, initial={"fingerprint": fingerprint(paper)})
    tokens = set(request.POST.getlist("place"))
    offered = choices(paper)
    ticked = {one.place for one in offered if one.token in tokens}
    preview, unseen = None, False
    if posted is None:
        record_reading(actor, "lexsarah.read", kind="report", ids=[report.pk])
    elif form.is_valid():
        chosen, grounds = form.masking(ticked), form.cleaned_data["grounds"]
        seen, choice = (
            form.cleaned_data["fingerprint"],
            fingerprint_of_choice(paper, chosen, grounds),
        )
        keep = posted.get("verb") == "make"
        # Where the paper itself has changed, that is what is said.
        unseen = keep and seen == fingerprint(paper) and form.cleaned_data["previewed"] != choice
        if keep and not unseen:
            made = attempt(
                form,
                lambda: papers.make_masked_copy(
                    actor, report.pk, chosen=chosen, grounds=grounds, fingerprint=seen
                ),
            )
            if made is not None:
                messages.success(request, "Den maskade kopian är sparad som handling.")
                return redirect(TAB, report.pk)
        else:
            preview = papers.masked_copy(report, chosen, grounds)
            for passage in preview.missing:
                form.add_error("passages", f"Det här finns inte i texten: ”{passage}”.")
            if not preview.missing:
                knowing(form, previewed=choice)
    # A preview is no refusal, but where something else was to be kept.
    status = status_of(form) if form.errors or unseen else 200
    if posted is not None:
        # The boxes below are those of the text as it is now.
        knowing(form, fingerprint=fingerprint(paper))
    return render_tab(
        request,
        actor,
        report,
        TAB,
        "lexsarah/papers/masked.html",
        {
            "form": form,
            "stale": stale(form, report, {}) if status == 409 else None,
            "choices": offered,
            "ticked": ticked,
            "preview": preview,
            "unseen": unseen and not form.errors,
            "blocks": [(_kind(block), block) for block in preview.paper.blocks] if preview else [],
        },
        status=status,
    )


def _kind(block: Block) -> str:
    return {Heading: "heading", Facts: "facts", Table: "table"}.get(type(block), "text")


@page
def appendix(request: ActorRequest) -> HttpResponseBase:
    """Show what the board's appendix for a period holds; ``?format=pdf|docx`` gives the file."""
    actor = request.actor
    APPENDIX.require(actor)
    form = PeriodForm({**this_year(), **request.GET.dict()})
    period = form.cleaned_data if form.is_valid() else this_year()
    since, until = period["since"], period["until"]
    found = notified(actor, since, until)
    record_reading(
        actor,
        "lexsarah.appendix_read",
        kind="report",
        ids=[one.pk for one in found],
        data={"from": since, "to": until},
    )
    if file_format := request.GET.get("format"):
        board = Board.objects.get(pk=actor.board_id)
        paper = appendix_paper(found, since, until, board.name)
        return paper_response(paper, f"bilaga-lex-sarah-{since}-{until}", file_format)
    return render(
        request,
        "lexsarah/papers/appendix.html",
        {"form": form, "reports": found, "since": since, "until": until},
        status=200 if form.is_valid() else 422,
    )

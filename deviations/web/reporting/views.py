"""Reporting: the form, its draft and its receipt."""

import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.access.actor import Actor
from casework.kit.drafting import key_of, saved_text
from casework.kit.web import (
    ActorRequest,
    attempt,
    keeps_for_author,
    page,
    row_ids,
    status_of,
)
from casework.shared import personnummer
from casework.shared.errors import InvalidInput, NoRoom, NotVisible
from casework.shared.uploads import Upload, check
from deviations.models import Draft
from deviations.services import drafts, reporter
from deviations.services.reporting import report
from deviations.suggesting import suggest
from deviations.web.reporting import authorship
from deviations.web.reporting.forms import (
    ReportForm,
    is_worth_saving,
    personnummer_in,
    typed,
)
from deviations.web.reporting.options import categories_of, options_for


def draft_url(key: UUID) -> str:
    """Return the address at which a draft is opened."""
    return f"{reverse('report-new')}?{urlencode({'utkast': key})}"


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_for_author
def report_new(request: ActorRequest) -> HttpResponse:
    """Rapportera avvikelse. Opening the page creates nothing; ``?utkast=`` opens a draft."""
    if request.method == "POST":
        return _posted(request)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if "utkast" not in request.GET:
        return _show(request, uuid.uuid4())
    key = key_of(request.GET["utkast"])
    if key is None:
        raise NotVisible
    draft = drafts.open_draft(request.actor, key)
    if draft.submitted_as_id:
        return redirect("report-receipt", key)
    return _show(request, key, draft)


def _show(
    request: ActorRequest,
    key: UUID,
    draft: Draft | None = None,
    form: ReportForm | None = None,
    numbers: Sequence[personnummer.Found] = (),
) -> HttpResponse:
    actor = request.actor
    if form is None:
        fields = drafts.fields_of(draft) if draft else {}
        options = options_for(actor, drafts.files_of(draft) if draft else ())
        form = ReportForm(options, categories_of(actor), draft=fields)
        numbers = personnummer_in(fields)
    context = {
        "form": form,
        "key": key,
        "author": authorship.note(actor, key),
        "draft": draft,
        "saved_text": saved_text(draft.saved_at if draft else None),
        "numbers": numbers,
        "stopped": form.is_bound and not form.errors,
        **_suggestions(form),
    }
    return render(request, "deviations/reporting/report.html", context, status=status_of(form))


def _suggestions(form: ReportForm) -> dict[str, Any]:
    """Return what the part with suggested categories needs."""
    text = f"{form['description'].value() or ''} {form['done_at_once'].value() or ''}"
    suggestions = suggest(text, form.categories.values())
    chosen = form.categories.get(str(form["category"].value() or ""))
    if chosen and chosen not in [suggestion.category for suggestion in suggestions]:
        return {"suggestions": suggestions, "chosen": chosen, "chosen_apart": chosen}
    return {"suggestions": suggestions, "chosen": chosen}


def _posted(request: ActorRequest) -> HttpResponse:
    key = key_of(request.POST.get("key")) or uuid.uuid4()
    author = authorship.author_of(request, key)
    if author is None:
        return redirect_to_login(reverse("report-new"))
    if not request.user.is_authenticated or author.user_id != request.actor.user_id:
        return _kept_for_author(request, author, key)
    actor, verb = request.actor, request.POST.get("verb", "send")
    if verb in {"save", "suggest"}:
        return _saved(request, key, verb)
    draft = drafts.find_draft(actor, key)
    if draft and draft.submitted_as_id:
        return redirect("report-receipt", key)
    options = options_for(actor, drafts.files_of(draft) if draft else ())
    form = ReportForm(options, categories_of(actor), request.POST, request.FILES)
    numbers = personnummer_in(request.POST)
    if form.is_valid() and (verb == "send-anyway" or not numbers):
        given, removed = form.report(), _removed(request)

        def submit() -> object:
            if removed:
                drafts.save_draft(actor, key, typed(request.POST), remove_files=removed)
            return report(actor, given, draft_key=key)

        if attempt(form, submit) is not None:
            return redirect("report-receipt", key)
    # Not sent: what was typed and chosen is kept, whatever happens to this page.
    if draft or request.FILES or is_worth_saving(typed(request.POST)):
        draft = _keep(actor, key, request)
        form.options = options_for(actor, drafts.files_of(draft))
    return _show(request, key, draft, form, numbers)


def _removed(request: HttpRequest) -> list[int]:
    return row_ids(request.POST.getlist("remove_files"))


def _good_files(request: HttpRequest) -> list[Upload]:
    good = []
    for file in request.FILES.getlist("files"):
        try:
            upload = Upload.of(file)
            check(upload)
        except (InvalidInput, NoRoom):
            continue
        good.append(upload)
    return good


def _keep(actor: Actor, key: UUID, request: HttpRequest) -> Draft:
    """Save the posted form as a draft, with the files that may be attached."""
    fields, removed = typed(request.POST), _removed(request)
    try:
        return drafts.save_draft(
            actor, key, fields, files=_good_files(request), remove_files=removed
        )
    except (InvalidInput, NoRoom) as error:
        messages.warning(request, f"{error.message} Texten är sparad, men inte de nya filerna.")
        return drafts.save_draft(actor, key, fields, remove_files=removed)


def _saved(request: ActorRequest, key: UUID, verb: str) -> HttpResponse:
    if not is_worth_saving(typed(request.POST)) and not request.FILES:
        messages.info(request, "Det finns inget att spara än.")
        return redirect("report-new")
    good = len(_good_files(request))
    _keep(request.actor, key, request)
    if good < len(request.FILES.getlist("files")):
        messages.warning(
            request,
            "Alla filer kunde inte sparas. Tillåtna: PDF, PNG, JPEG, Word och Excel, högst 10 MB.",
        )
    if verb == "save":
        messages.success(
            request, "Utkastet är sparat. Du hittar det under Mina rapporter tills du skickar det."
        )
    return redirect(draft_url(key) + ("#category" if verb == "suggest" else ""))


def _kept_for_author(request: ActorRequest, author: Actor, key: UUID) -> HttpResponse:
    """Answer a form whose author is not, or no longer, the one who is logged in."""
    _keep(author, key, request)
    if request.user.is_authenticated:
        messages.warning(
            request,
            "Formuläret var öppnat av någon annan. Texten är sparad som den personens utkast.",
        )
        return redirect("my-reports")
    messages.info(
        request,
        "Du hade blivit utloggad. Det du skrev är sparat: logga in, så kan du skicka rapporten.",
    )
    return redirect_to_login(draft_url(key))


@require_POST
@keeps_for_author
def autosave(request: ActorRequest) -> HttpResponse:
    """Save the draft as one types; for its author also when the session has ended."""
    key = key_of(request.POST.get("key"))
    author = authorship.author_of(request, key) if key else None
    if key is None or author is None:
        return HttpResponse(status=403)
    drafts.save_draft(author, key, typed(request.POST))
    return HttpResponse(status=204)


@require_POST
def hints(request: ActorRequest) -> HttpResponse:
    """Return the parts that answer to the text: personnummer found, categories suggested."""
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    form = ReportForm(options_for(request.actor), categories_of(request.actor), request.POST)
    context = {"form": form, "numbers": personnummer_in(request.POST), **_suggestions(form)}
    return render(request, "deviations/reporting/hints.html", context)


@require_GET
@page
def receipt(request: ActorRequest, key: UUID) -> HttpResponse:
    """Kvitto: the number, who has the report and what happens next; nothing of its content."""
    draft = drafts.open_draft(request.actor, key)
    deviation = draft.submitted_as
    if deviation is None:
        return redirect(draft_url(key))
    context = {
        "deviation": deviation,
        "receivers": reporter.receivers(deviation),
        "opens": type(deviation).objects.visible_to(request.actor).filter(pk=deviation.pk).exists(),
    }
    return render(request, "deviations/reporting/receipt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def discard(request: ActorRequest, key: UUID) -> HttpResponse:
    """Ta bort utkast, asked once more."""
    draft = drafts.open_draft(request.actor, key)
    if draft.submitted_as_id:
        return redirect("report-receipt", key)
    if request.method == "POST":
        drafts.discard_draft(request.actor, key)
        messages.success(request, "Utkastet är borttaget.")
        return redirect("my-reports")
    context = {
        "title": "Ta bort utkastet?",
        "text": "Det du har skrivit och de filer du har valt försvinner. Det går inte att ångra.",
        "confirm_label": "Ta bort utkastet",
        "danger": True,
        "cancel_url": draft_url(key),
    }
    return render(request, "confirm.html", context)

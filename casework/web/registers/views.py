"""Taking in registers: what can be taken in, and the way from a file to its rows."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, page, status_of
from casework.models import ImportBatch
from casework.registers import pending
from casework.registers.exporting import export_response
from casework.registers.kinds import REGISTER_KINDS, RegisterKind
from casework.registers.pending import Pending
from casework.shared.downloads import file_response
from casework.shared.errors import NotVisible
from casework.shared.tabular import csv_bytes
from casework.web.registers.forms import ColumnsForm, UploadForm
from casework.web.registers.handing import hand_over, take_in

PAGE_SIZE = 25
COLUMNS = ("Inläst", "Register", "Fil", "Av", "Rader", "Nya", "Uppdaterade", "Oförändrade")


@page
@require_GET
def index(request: ActorRequest) -> HttpResponse:
    """List the registers that the actor may take in, and what has been taken in before.

    ``?format=csv|xlsx`` gives the latter as a file.
    """
    policy.require_import(request.actor)
    kinds = _kinds_for(request.actor)
    batches = (
        ImportBatch.objects.filter(board_id=request.actor.board_id, kind__in=kinds)
        .select_related("actor")
        .order_by("-imported_at", "-pk")
    )
    if file_format := request.GET.get("format"):
        return export_response(
            request.actor,
            "inlasningar",
            COLUMNS,
            [
                (
                    batch.imported_at,
                    kinds[batch.kind].label,
                    batch.file_name,
                    batch.actor.display_name if batch.actor else "Driften",
                    batch.rows,
                    batch.added,
                    batch.updated,
                    batch.unchanged,
                )
                for batch in batches
            ],
            file_format,
            kind="importbatch",
            ids=[batch.pk for batch in batches],
        )
    shown = Paginator(batches, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(batch, kinds[batch.kind].label) for batch in shown]
    return render(
        request,
        "casework/registers/index.html",
        {"kinds": list(kinds.values()), "shown": shown, "rows": rows},
    )


@page
@require_GET
def template(request: ActorRequest, kind: str) -> HttpResponse:
    """Give an empty file with the register's headers."""
    found = _kind(request.actor, kind)
    content = csv_bytes([column.name for column in found.columns], [])
    return file_response(content, "text/csv; charset=utf-8", f"{kind}.csv")


@page
@require_http_methods(["GET", "POST"])
def upload(request: ActorRequest, kind: str) -> HttpResponse:
    """Step 1: choose the file. Headers that are all known need no second step."""
    found = _kind(request.actor, kind)
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        waiting = pending.keep(request.actor, kind, file.name or "", form.content)
        waiting = hand_over(request.actor, waiting)
        if waiting.stage != pending.FAILED:
            return redirect("register-review", kind=kind, token=waiting.token)
        pending.forget(request.actor, waiting.token)
        form.add_error("file", waiting.failure)
    return render(
        request,
        "casework/registers/upload.html",
        {"kind": found, "form": form},
        status=status_of(form),
    )


@page
@require_http_methods(["GET", "POST"])
def columns(request: ActorRequest, kind: str, token: str) -> HttpResponse:
    """Step 2: say which column each header of the file is."""
    found = _kind(request.actor, kind)
    waiting = pending.fetch(request.actor, kind, token)
    if waiting is None:
        return _gone(request, kind)
    if waiting.stage not in {pending.MATCHING, pending.REVIEWED}:
        return redirect("register-review", kind=kind, token=token)
    form = ColumnsForm(request.POST if request.method == "POST" else None, found, waiting)
    if form.is_bound and form.is_valid():
        waiting = pending.change(
            request.actor, waiting, stage=pending.REVIEWING, mapping=form.mapping
        )
        hand_over(request.actor, waiting)
        return redirect("register-review", kind=kind, token=token)
    context = {"kind": found, "waiting": waiting, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "casework/registers/columns.html", context, status=status)


@page
@require_http_methods(["GET", "POST"])
def review(request: ActorRequest, kind: str, token: str) -> HttpResponse:
    """Step 3: see what is new, changed and wrong; then take it in.

    While the worker has the file, the page says how far it has come and asks again.
    """
    found = _kind(request.actor, kind)
    waiting = pending.fetch(request.actor, kind, token)
    if waiting is None:
        return _gone(request, kind)
    if request.method == "POST":
        if waiting.stage == pending.REVIEWED and not waiting.review["outcome"]["problems"]:
            take_in(request.actor, waiting)
        return redirect("register-review", kind=kind, token=token)
    if waiting.stage == pending.MATCHING:
        return redirect("register-columns", kind=kind, token=token)
    if waiting.stage == pending.REVIEWED:
        return _reviewed(request, found, waiting)
    if waiting.stage in pending.BUSY:
        done = pending.progress(request.actor, token)
        context = {"kind": found, "waiting": waiting, "done": done}
        response = render(request, "casework/registers/progress.html", context)
        response["Refresh"] = "2"
        return response
    return _ended(request, waiting)


def _reviewed(
    request: ActorRequest, kind: type[RegisterKind[Any]], waiting: Pending
) -> HttpResponse:
    record_reading(
        request.actor,
        "register.previewed",
        kind=kind.record_kind,
        ids=waiting.review["ids"],
        data={"register": kind.key, "rows": waiting.review["outcome"]["rows"]},
    )
    context = {"kind": kind, "waiting": waiting, **waiting.review}
    return render(request, "casework/registers/review.html", context)


def _ended(request: ActorRequest, waiting: Pending) -> HttpResponse:
    pending.forget(request.actor, waiting.token)
    if waiting.batch is None:
        messages.error(request, waiting.failure)
        return redirect("register-upload", kind=waiting.kind)
    outcome = waiting.review["outcome"]
    messages.success(
        request,
        f"Inläst: {outcome['added']} nya, {outcome['updated']} uppdaterade och "
        f"{outcome['unchanged']} oförändrade rader.",
    )
    return redirect("register-batch", batch_id=waiting.batch)


@page
@require_POST
def cancel(request: ActorRequest, kind: str, token: str) -> HttpResponse:
    """Throw the uploaded file away."""
    _kind(request.actor, kind)
    pending.forget(request.actor, token)
    messages.info(request, "Inläsningen avbröts. Inget har sparats.")
    return redirect("register-index")


@page
@require_GET
def batch(request: ActorRequest, batch_id: int) -> HttpResponse:
    """Show what one import did."""
    policy.require_import(request.actor)
    kinds = _kinds_for(request.actor)
    found = (
        ImportBatch.objects.select_related("actor")
        .filter(board_id=request.actor.board_id, kind__in=kinds, pk=batch_id)
        .first()
    )
    if found is None:
        raise NotVisible
    context = {"batch": found, "kind": kinds[found.kind]}
    return render(request, "casework/registers/batch.html", context)


def _kinds_for(actor: Actor) -> dict[str, type[RegisterKind[Any]]]:
    return {
        key: kind
        for key, kind in REGISTER_KINDS.items()
        if policy.may_import(actor, administrator_only=kind.administrator_only)
    }


def _kind(actor: Actor, key: str) -> type[RegisterKind[Any]]:
    policy.require_import(actor)
    if key not in REGISTER_KINDS:
        raise NotVisible
    kind = REGISTER_KINDS[key]
    policy.require_import(actor, administrator_only=kind.administrator_only)
    return kind


def _gone(request: ActorRequest, kind: str) -> HttpResponse:
    messages.info(request, "Filen är redan inläst, eller har legat för länge. Välj den igen.")
    return redirect("register-upload", kind=kind)

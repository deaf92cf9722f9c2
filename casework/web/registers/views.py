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
from casework.models import Board, ImportBatch
from casework.registers import pending
from casework.registers.exporting import export_response
from casework.registers.headers import guess_mapping
from casework.registers.kinds import CHANGED, NEW, REGISTER_KINDS, RegisterKind
from casework.registers.pending import Pending
from casework.registers.reading import Table, read_table
from casework.registers.running import Outcome, import_table
from casework.shared.downloads import file_response
from casework.shared.errors import NotVisible
from casework.shared.tabular import csv_bytes
from casework.web.registers.forms import ColumnsForm, UploadForm

PAGE_SIZE = 25
FIRST_ROWS = 5
MOST_SHOWN = 200
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
        table = form.table
        mapping = guess_mapping(found, table.headers)
        waiting = pending.keep(request.actor, kind, table.file_name, form.content, mapping)
        required = {column.name for column in found.columns if column.required}
        is_clear = all(mapping.values()) and required <= set(mapping.values())
        step = "register-review" if is_clear else "register-columns"
        return redirect(step, kind=kind, token=waiting.token)
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
    table = read_table(waiting.file_name, waiting.content)
    form = ColumnsForm(
        request.POST if request.method == "POST" else None, found, table, waiting.mapping
    )
    if form.is_bound and form.is_valid():
        pending.remap(request.actor, waiting, form.mapping)
        return redirect("register-review", kind=kind, token=token)
    context = {"kind": found, "waiting": waiting, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "casework/registers/columns.html", context, status=status)


@page
@require_http_methods(["GET", "POST"])
def review(request: ActorRequest, kind: str, token: str) -> HttpResponse:
    """Step 3: see what is new, changed and wrong; then take it in."""
    found = _kind(request.actor, kind)
    waiting = pending.fetch(request.actor, kind, token)
    if waiting is None:
        return _gone(request, kind)
    table = read_table(waiting.file_name, waiting.content)
    board = Board.objects.get(pk=request.actor.board_id)
    is_confirmed = request.method == "POST"
    outcome = import_table(
        request.actor, kind, table, board, mapping=waiting.mapping, preview=not is_confirmed
    )
    if is_confirmed and outcome.batch is not None:
        pending.forget(request.actor, token)
        messages.success(
            request,
            f"Inläst: {outcome.added} nya, {outcome.updated} uppdaterade och "
            f"{outcome.unchanged} oförändrade rader.",
        )
        return redirect("register-batch", batch_id=outcome.batch.pk)
    changed = [difference for difference in outcome.differences if difference.state == CHANGED]
    record_reading(
        request.actor,
        "register.previewed",
        kind=found.record_kind,
        ids=[difference.object_id for difference in changed if difference.object_id],
        data={"register": kind, "rows": outcome.rows},
    )
    context = {
        "kind": found,
        "waiting": waiting,
        "outcome": outcome,
        "changed": changed[:MOST_SHOWN],
        "new": _new(outcome)[:MOST_SHOWN],
        "problems": outcome.problems[:MOST_SHOWN],
        "more_problems": len(outcome.problems[MOST_SHOWN:]),
        "more_changed": len(changed[MOST_SHOWN:]),
        "more_new": len(_new(outcome)[MOST_SHOWN:]),
        **_first_rows(table, waiting),
    }
    status = 409 if is_confirmed else 200
    return render(request, "casework/registers/review.html", context, status=status)


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


def _new(outcome: Outcome) -> list[Any]:
    return [difference for difference in outcome.differences if difference.state == NEW]


def _first_rows(table: Table, waiting: Pending) -> dict[str, Any]:
    """Return the first rows under the columns that they are read into."""
    places = [
        (place, waiting.mapping[header])
        for place, header in enumerate(table.headers)
        if waiting.mapping.get(header)
    ]
    return {
        "columns": [column for _, column in places],
        "first_rows": [
            (row.line, [row.cells[place] for place, _ in places]) for row in table.rows[:FIRST_ROWS]
        ],
    }

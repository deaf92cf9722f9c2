"""The tab Utredning: the document, saved part by part as one types, and its causes."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from casework.access import policy
from casework.audit.work import record_reading
from casework.kit.api import etag
from casework.kit.web import ActorRequest, page
from casework.shared import clock, personnummer
from casework.shared.errors import ConflictError, InvalidInput, NotVisible
from casework.shared.stale import ChangedMeanwhile
from deviations.models import Cause
from lexsarah import parts, states
from lexsarah.models import Report
from lexsarah.rules import RULES
from lexsarah.services import causes, documenting, earlier, examining
from lexsarah.services.documenting import PartAsIs
from lexsarah.web.investigation.acts import PAGES, NotExaminedForm
from lexsarah.web.investigation.forms import CauseForm, PartForm
from lexsarah.web.investigation.opening import may_write, opened
from lexsarah.web.tabs import render_tab

NAME = "lex-sarah-document"


@page
def document(request: ActorRequest, report_id: int) -> HttpResponseBase:
    """Show the document, to write in or to read; ``?visa=kvar`` gives what is missing alone."""
    report = opened(request.actor, report_id)
    if request.GET.get("visa") == "kvar":
        context = {"report": report, "missing": _missing(documenting.document_of(report))}
        return render(request, "lexsarah/investigation/missing.html", context)
    record_reading(request.actor, "lexsarah.investigation_read", kind="report", ids=[report.pk])
    return _show(request, report)


@require_POST
@page
def part(request: ActorRequest, report_id: int, key: str) -> HttpResponseBase:
    """Save one part; by itself as one types, or by its button. A conflict overwrites nothing."""
    report = opened(request.actor, report_id, "write_document")
    if key not in parts.BY_KEY:
        raise NotVisible
    by_itself = request.headers.get("X-Requested-With") == "autosave"
    form = PartForm(PartAsIs(parts.BY_KEY[key], None), request.POST)
    context: dict[str, Any] = {"bound": form}
    if form.is_valid():
        given = dict(form.cleaned_data)
        try:
            saved = documenting.save_part(
                request.actor, report_id, key, expected_version=given.pop("version"), **given
            )
        except InvalidInput as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        except ConflictError as error:
            context["conflict"] = error
            return _conflict(request, report, context, error, by_itself=by_itself)
        else:
            if by_itself:
                return HttpResponse(status=204, headers={"ETag": etag(saved.version)})
            messages.success(request, f"Sparat: {saved.part.label}")
            return redirect(f"{reverse(NAME, args=[report_id])}#del-{key}")
    return HttpResponse(status=422) if by_itself else _show(request, report, context, status=422)


@require_POST
@page
def add_cause(request: ActorRequest, report_id: int) -> HttpResponseBase:
    """Choose a cause of the register."""
    report = opened(request.actor, report_id, "write_document")
    form = CauseForm(_register(report), request.POST)
    status = 422
    if form.is_valid():
        try:
            causes.add_cause(request.actor, report_id, **form.cleaned_data)
        except (InvalidInput, ConflictError) as error:
            status = 422 if isinstance(error, InvalidInput) else 409
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "Orsaken är vald.")
            return redirect(f"{reverse(NAME, args=[report_id])}#del-causes")
    return _show(request, report, {"cause_form": form}, status=status)


@require_POST
@page
def remove_cause(request: ActorRequest, report_id: int, cause_id: int) -> HttpResponseBase:
    """Take a cause away again."""
    opened(request.actor, report_id, "write_document")
    try:
        causes.remove_cause(request.actor, report_id, cause_id)
    except ConflictError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Orsaken är borttagen.")
    return redirect(f"{reverse(NAME, args=[report_id])}#del-causes")


@require_POST
@page
def numbers(request: ActorRequest) -> HttpResponse:
    """Say what looks like a personnummer in the text that was posted."""
    found = personnummer.find(request.POST.get("text", ""))
    return render(request, "lexsarah/investigation/numbers.html", {"numbers": found})


def _conflict(
    request: ActorRequest,
    report: Report,
    context: dict[str, Any],
    error: ConflictError,
    *,
    by_itself: bool,
) -> HttpResponse:
    """Show what stands beside what was typed; saving again is a choice made knowing it."""
    stands = error.stands if isinstance(error, ChangedMeanwhile) else None
    context["stands"] = stands
    if by_itself:
        context |= {"report": report, "form": context["bound"]}
        answer = render(request, "lexsarah/investigation/conflict.html", context, status=409)
        if stands is not None:
            answer["ETag"] = etag(stands.version)
        return answer
    if stands is not None:
        posted = request.POST.copy()
        posted["version"] = str(stands.version)
        context["bound"].data = posted
    return _show(request, report, context, status=409)


def _show(
    request: ActorRequest,
    report: Report,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    given = dict(context or {})
    whole = documenting.document_of(report)
    examined = examining.examined_in(report)
    writes = may_write(request.actor, report)
    bound: PartForm | None = given.pop("bound", None)
    allowed = policy.allowed(request.actor, report, RULES)
    shown = [
        bound if bound and bound.one.part.key == one.part.key else PartForm(one)
        for one in whole.parts
    ]
    if writes and "cause_form" not in given:
        given["cause_form"] = CauseForm(_register(report))
    return render_tab(
        request,
        request.actor,
        report,
        NAME,
        "lexsarah/investigation/document.html",
        {
            "writes": writes,
            "may_begin": "start_investigation" in allowed,
            "forms": shown,
            "bound": bound,
            "causes": whole.causes,
            "missing": _missing(whole),
            "accepted": [one for one in earlier.judged(report) if one.accepted],
            "examined": examined,
            "acts": [
                one
                for one in PAGES
                if states.REPORT.allows(one.act, report.status)
                and one.act in allowed
                and (one.form is not NotExaminedForm or examined)
            ],
            **given,
        },
        status=status,
    )


def _missing(whole: documenting.Document) -> list[dict[str, str]]:
    return [
        {"key": key, "label": parts.BY_KEY[key].label, "text": text}
        for key, text in whole.missing.items()
    ]


def _register(report: Report) -> list[Cause]:
    return list(Cause.objects.valid_on(clock.today()).filter(board=report.board_id))

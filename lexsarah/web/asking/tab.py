"""The tab Begärt of a report: what was asked of whom, what was answered, who has been delgiven."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from casework.access import policy
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, page
from casework.shared import clock
from casework.shared.errors import ConflictError, NotVisible
from casework.web.cases.rows import Chip
from lexsarah.models import Delivery, Request
from lexsarah.rules import RULES
from lexsarah.services.requests import withdraw_request
from lexsarah.web.acts import offered
from lexsarah.web.asking.acts import PAGES
from lexsarah.web.investigation.opening import opened
from lexsarah.web.tabs import render_tab

_SLUGS = {
    Request.Kind.STATEMENT: "begar-yttrande",
    Request.Kind.SAFETY: "begar-atgard",
}


def state_of(request: Request) -> Chip:
    """Return how a request stands as a chip."""
    if request.answered_at is not None:
        return Chip("Besvarat", "ok", "check")
    if request.withdrawn_at is not None:
        return Chip("Återtaget", "done")
    if request.due_on < clock.today():
        return Chip("Försenat", "danger", "clock")
    return Chip("Väntar på svar", "warn", "clock")


@page
def requests(request: ActorRequest, report_id: int) -> HttpResponse:
    """List what has been asked about the report: open first, each with its answer."""
    actor = request.actor
    report = opened(actor, report_id, "read_requests")
    found = Request.objects.filter(report=report).select_related(
        "unit", "asked_of", "asked_by", "answered_by"
    )
    asked = sorted(found, key=lambda one: (not one.is_open, one.due_on, one.pk))
    delivered = Delivery.objects.filter(report=report).select_related("to", "decision")
    record_reading(actor, "lexsarah.requests_read", kind="report", ids=[report.pk])
    acts = offered(actor, report)
    names = {one.act for one in acts}
    return render_tab(
        request,
        actor,
        report,
        "lex-sarah-requests",
        "lexsarah/asking/tab.html",
        {
            "rows": [
                {
                    "request": one,
                    "chip": state_of(one),
                    "again": _SLUGS[Request.Kind(one.kind)] if _act(one) in names else "",
                }
                for one in asked
            ],
            "delivered": delivered.order_by("-delivered_on", "-pk"),
            "acts": [one for one in acts if one in PAGES],
            "may_withdraw": policy.may(actor, "withdraw_request", report, RULES),
        },
    )


def _act(request: Request) -> str:
    statement = request.kind == Request.Kind.STATEMENT
    return "request_statement" if statement else "request_safety"


@require_http_methods(["GET", "HEAD", "POST"])
@page
def withdraw(request: ActorRequest, report_id: int, request_id: int) -> HttpResponseBase:
    """Ask once more, then take a request back; one that has been answered meanwhile stays."""
    if request.method != "POST":
        return _confirm(request, report_id, request_id)
    try:
        withdraw_request(request.actor, report_id, request_id)
    except ConflictError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "Återtaget. Den som frågades ser det.")
    return redirect("lex-sarah-requests", report_id)


def _confirm(request: ActorRequest, report_id: int, request_id: int) -> HttpResponse:
    report = opened(request.actor, report_id, "withdraw_request")
    found = Request.objects.filter(report=report, pk=request_id).select_related("asked_of").first()
    if found is None:
        raise NotVisible
    record_reading(request.actor, "lexsarah.requests_read", kind="report", ids=[report.pk])
    back = reverse("lex-sarah-requests", args=[report_id])
    if not found.is_open:
        gone = {"message": "Det är redan besvarat eller återtaget.", "back_url": back}
        return render(request, "409.html", gone, status=409)
    context = {
        "title": f"Återta: {found.get_kind_display()}",
        "text": f"{found.asked_of.display_name} ser att det inte behövs längre och kan inte svara. "
        "Det som har skrivits och inte skickats får du inte del av.",
        "confirm_label": "Återta",
        "cancel_url": back,
    }
    return render(request, "confirm.html", context)

"""Enkel hantering: a low risk closed on one screen."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html

from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, attempt, page
from casework.shared import clock
from deviations.queries.detail import visible
from deviations.services.closing import fits_simple
from deviations.web.handling.acting import onwards, refuse_unless_allowed
from deviations.web.handling.simple_forms import SimpleForm
from deviations.web.listing.rows import row


@page
def simple(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Close a low risk in one step; what is not a low risk is led to the full handling."""
    found = visible(request.actor, pk)
    refuse_unless_allowed(request, found, "close")
    if not fits_simple(found):
        messages.warning(
            request,
            "Det här är inte en låg risk: den enskilde är inte trygg, det kan vara ett "
            "missförhållande eller risken är bedömd som högre. Använd full hantering.",
        )
        return redirect("deviation", pk)
    posted = request.POST if request.method == "POST" else None
    form = SimpleForm(posted, actor=request.actor, deviation=found)
    if form.is_valid() and attempt(form, form.run) is not None:
        link = reverse("deviation", args=[pk])
        text = format_html('<a href="{}">{}</a> är avslutad.', link, found.number)
        messages.success(request, text)
        return onwards(request, found, leaves=True)
    changed = form.is_bound and form.look_again()
    if changed:
        found = visible(request.actor, pk)
    if posted is None:
        record_reading(request.actor, "deviation.read", kind="deviation", ids=[found.pk])
    context = {
        "deviation": found,
        "row": row(found, clock.today()),
        "form": form,
        "changed": changed,
    }
    status = 422 if form.is_bound else 200
    return render(request, "deviations/handling/simple.html", context, status=status)

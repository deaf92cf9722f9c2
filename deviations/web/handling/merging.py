"""Sammanför: choose what is the same event, see both, and confirm: it cannot be undone."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, attempt, page
from casework.shared import clock
from deviations.models import Deviation
from deviations.queries.detail import visible
from deviations.queries.likeness import Alike, alike
from deviations.services import inbox
from deviations.web.handling.acting import onwards, refuse_unless_allowed
from deviations.web.listing.rows import first_line, row


class MergeForm(forms.Form):
    """Which deviation lives on: one of the likely ones, or any by its number."""

    into = forms.ChoiceField(
        label="Samma händelse som", required=False, widget=forms.RadioSelect, choices=[]
    )
    number = forms.CharField(
        label="Eller ange nummer",
        required=False,
        max_length=40,
        help_text="Till exempel AVV-2026-00012.",
    )

    def __init__(self, *args: Any, actor: Actor, candidates: list[Alike], **options: Any) -> None:
        super().__init__(*args, **options)
        self.actor = actor
        into: Any = self.fields["into"]
        into.choices = [
            (
                str(one.deviation.pk),
                f"{one.deviation.number}, {one.percent} % lika: "
                f"{first_line(one.deviation.description)}",
            )
            for one in candidates
        ]
        if not candidates:
            del self.fields["into"]

    def clean(self) -> dict[str, Any]:
        """Find the deviation that was meant; ``target`` is the row."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        number = given.get("number", "").strip()
        chosen = given.get("into")
        visible_ones = Deviation.objects.visible_to(self.actor)
        if number:
            given["target"] = visible_ones.filter(number__iexact=number).first()
            if given["target"] is None:
                self.add_error("number", "Det finns ingen avvikelse med det numret att välja.")
        elif chosen:
            given["target"] = visible_ones.filter(pk=int(chosen)).first()
        elif not self.errors:
            self.add_error(None, "Välj en avvikelse eller ange dess nummer.")
        return given


@page
def merge(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Choose, then confirm with both texts side by side, then merge."""
    actor = request.actor
    found = visible(actor, pk)
    refuse_unless_allowed(request, found, "merge")
    candidates = alike(actor, found)
    posted = request.POST if request.method == "POST" else None
    form = MergeForm(posted, actor=actor, candidates=candidates)
    if posted is None:
        record_reading(actor, "deviation.read", kind="deviation", ids=[found.pk])
    if form.is_valid() and (target := form.cleaned_data.get("target")) is not None:
        if "confirmed" not in request.POST:
            return _confirm(request, found, target)
        if attempt(form, lambda: inbox.merge(actor, pk, into=target.pk)) is not None:
            messages.success(request, f"{found.number} är sammanförd med {target.number}.")
            return onwards(request, target)
    context = {
        "deviation": found,
        "row": row(found, clock.today()),
        "form": form,
        "candidates": candidates,
    }
    status = 422 if form.is_bound else 200
    return render(request, "deviations/handling/merge.html", context, status=status)


def _confirm(request: ActorRequest, found: Deviation, target: Deviation) -> HttpResponse:
    record_reading(request.actor, "deviation.read", kind="deviation", ids=[target.pk])
    return render(
        request,
        "deviations/handling/merge_confirm.html",
        {"deviation": found, "target": target},
    )

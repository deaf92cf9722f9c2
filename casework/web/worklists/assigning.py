"""Fördela several investigations from the weekly list to one colleague."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.cases.models import Investigation
from casework.cases.rules import RULES
from casework.cases.services.several import assign_investigations
from casework.kit.web import ActorRequest, attempt, page, row_ids
from casework.organisation.models import Membership, User
from casework.shared import clock


class _Colleague(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """Name people as everywhere on screen."""
        return str(obj.display_name)


class AssignForm(forms.Form):
    """To whom; those who work in every one of the units today, and may see what is protected."""

    to = _Colleague(
        queryset=User.objects.none(),
        label="Vem ska handlägga?",
        empty_label="Välj …",
        error_messages={"required": "Välj vem som ska handlägga."},
    )

    def __init__(self, *args: Any, records: Sequence[Investigation], **options: Any) -> None:
        super().__init__(*args, **options)
        people = User.objects.filter(is_active=True)
        protected = any(record.protected for record in records)
        for unit in {record.unit_id for record in records}:
            works = Membership.objects.valid_on(clock.today()).filter(unit=unit)
            if protected:
                works = works.filter(sees_protected=True)
            people = people.filter(pk__in=works.values("user"))
        chooser = self.fields["to"]
        if isinstance(chooser, forms.ModelChoiceField):
            chooser.queryset = people.order_by("first_name", "last_name", "pk")


def _picked(request: ActorRequest, actor: Actor) -> list[Investigation]:
    """Return the ticked ones that the actor sees; refuse those that the actor may not assign."""
    ids = row_ids(request.POST.getlist("ids"))
    found = Investigation.objects.visible_to(actor).filter(pk__in=ids, closed_on__isnull=True)
    records = list(found.select_related("case").order_by("opened_on", "pk"))
    for record in records:
        policy.require(actor, "assign", record, RULES)
    return records


@page
@require_http_methods(["POST"])
def assign(request: ActorRequest) -> HttpResponseBase:
    """Ask to whom the ticked rows go and, once chosen, assign them: all of them or none."""
    actor = request.actor
    records = _picked(request, actor)
    if not records:
        messages.warning(request, "Markera minst en rad först.")
        return redirect("investigation-week")
    asked = "to" in request.POST
    form = AssignForm(request.POST if asked else None, records=records)
    ids = [record.pk for record in records]
    if asked and form.is_valid():
        to = form.cleaned_data["to"]
        done = attempt(form, lambda: assign_investigations(actor, ids, to=to))
        if done is not None:
            what = (
                "1 utredning är fördelad"
                if len(done) == 1
                else f"{len(done)} utredningar är fördelade"
            )
            messages.success(request, f"{what} till {to.display_name}.")
            return redirect("investigation-week")
    if not asked:
        record_reading(actor, "deadline.listed", kind="investigation", ids=ids)
    numbers = [
        (record, policy.shown_case_number(actor, record.case.number) if record.case else "")
        for record in records
    ]
    return render(
        request,
        "casework/worklists/assign.html",
        {"form": form, "records": numbers, "today": clock.today()},
        status=422 if asked else 200,
    )

"""Information från utförare: the list, entering one, one with what the board does about it."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, attempt, page, status_of
from casework.organisation.models import Unit
from casework.registers.exporting import export_response
from casework.shared import clock, personnummer
from lexsarah.models import ProviderInformation
from lexsarah.rules import ENTERING
from lexsarah.services import providers
from lexsarah.web.round.forms import FinishForm, FollowUpForm, InformationForm
from lexsarah.web.stale import Stale, knowing, stale

PER_PAGE = 50
KIND = "provider_information"
COLUMNS = (
    "nummer",
    "diarienummer",
    "utförare",
    "inkom",
    "inträffade",
    "lagrum",
    "anmält_till_ivo",
    "klar",
)


@page
def listed(request: ActorRequest) -> HttpResponseBase:
    """List what providers have told, what is open first; ``?format=csv|xlsx`` gives the file."""
    actor = request.actor
    ENTERING.require(actor)
    found = ProviderInformation.objects.visible_to(actor).order_by(
        F("closed_on").desc(nulls_first=True), "-received_on", "-pk"
    )
    if file_format := request.GET.get("format"):
        every = list(found)
        return export_response(
            actor,
            "information-fran-utforare",
            COLUMNS,
            [
                (
                    one.number,
                    one.registry_number,
                    one.provider,
                    one.received_on.isoformat(),
                    one.occurred_on.isoformat() if one.occurred_on else "",
                    one.statute,
                    one.get_provider_notified_ivo_display(),
                    one.closed_on.isoformat() if one.closed_on else "",
                )
                for one in every
            ],
            file_format,
            kind=KIND,
            ids=[one.pk for one in every],
            action="lexsarah.provider_information_exported",
        )
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(shown.object_list)
    record_reading(
        actor, "lexsarah.provider_information_listed", kind=KIND, ids=[one.pk for one in rows]
    )
    context = {"page_obj": shown, "rows": rows}
    return render(request, "lexsarah/round/providers.html", context)


@page
def new(request: ActorRequest) -> HttpResponseBase:
    """Enter what a provider has told; a personnummer in it gives a warning first."""
    actor = request.actor
    ENTERING.require(actor)
    units = Unit.objects.valid_on(clock.today()).filter(board=actor.board_id)
    form = InformationForm(units, request.POST if request.method == "POST" else None)
    numbers = personnummer.find(request.POST.get("text", ""))
    anyway = request.POST.get("verb") == "save-anyway"
    if form.is_bound and form.is_valid() and (anyway or not numbers):
        entered = attempt(form, lambda: providers.take_in(actor, form.information()))
        if entered is not None:
            messages.success(request, f"Informationen är inskriven som {entered.number}.")
            return redirect("lex-sarah-provider", entered.pk)
    context = {"form": form, "numbers": numbers, "stopped": form.is_bound and not form.errors}
    return render(request, "lexsarah/round/provider_new.html", context, status=status_of(form))


@page
def one(request: ActorRequest, information_id: int) -> HttpResponseBase:
    """Show one; note what the board does about it, or that it is done with."""
    actor = request.actor
    found = ProviderInformation.objects.get_visible(actor, information_id)
    initial = {
        "version": found.version,
        "text": found.follow_up,
        "registry_number": found.registry_number,
        "on": clock.today(),
    }
    verb = request.POST.get("verb")
    following = FollowUpForm(request.POST if verb == "follow-up" else None, initial=initial)
    finishing = FinishForm(request.POST if verb == "finish" else None, initial=initial)
    was_first: Stale | None = None
    for form, service, done in (
        (following, providers.follow_up, "Sparat."),
        (finishing, providers.finish, "Informationen är klar."),
    ):
        if not form.is_valid():
            continue
        if _do(form, actor, found, service):
            messages.success(request, done)
            return redirect("lex-sarah-provider", found.pk)
        if status_of(form) == 409:
            found = ProviderInformation.objects.get_visible(actor, information_id)
            knowing(form, version=found.version)
            was_first = stale(form, found, _stands(form, found), again=found.closed_on is None)
    status = status_of(following, finishing)
    if status == 200:
        record_reading(actor, "lexsarah.provider_information_read", kind=KIND, ids=[found.pk])
    context = {
        "found": found,
        "following": following,
        "finishing": finishing,
        "stale": was_first,
    }
    return render(request, "lexsarah/round/provider.html", context, status=status)


def _stands(form: forms.Form, found: ProviderInformation) -> dict[str, object]:
    """Return what stands beside what was typed."""
    if isinstance(form, FollowUpForm):
        return {"text": found.follow_up, "registry_number": found.registry_number}
    return {"Vad nämnden gör": found.follow_up, "on": found.closed_on}


def _do(
    form: forms.Form,
    actor: Actor,
    found: ProviderInformation,
    service: Callable[..., ProviderInformation],
) -> bool:
    """Call the service with what was entered; return whether it was done."""
    given = dict(form.cleaned_data)
    version = given.pop("version")
    done = attempt(form, lambda: service(actor, found.pk, expected_version=version, **given))
    return done is not None

"""Information från utförare: the list, entering one, one with what the board does about it."""

from collections.abc import Callable, Sequence
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.web import ActorRequest, attempt, page, status_of
from casework.organisation.models import Unit
from casework.registers.exporting import export_response
from casework.shared import clock, personnummer
from lexsarah.models import ProviderInformation
from lexsarah.rules import ENTERING, PROVIDER_RULES
from lexsarah.services import providers
from lexsarah.web.round.forms import CorrectionForm, FinishForm, FollowUpForm, InformationForm
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
    form = InformationForm(_units(actor), request.POST if request.method == "POST" else None)
    numbers, is_stopped = _numbers(request)
    if form.is_bound and form.is_valid() and not is_stopped:
        key = form.cleaned_data["key"]
        entered = attempt(form, lambda: providers.take_in(actor, form.information(), key=key))
        if entered is not None:
            messages.success(request, f"Informationen är inskriven som {entered.number}.")
            return redirect("lex-sarah-provider", entered.pk)
        if status_of(form) == 409:
            # Sent again, knowing it, it is another entry.
            knowing(form, key=uuid4())
    context = {"form": form, "numbers": numbers, "stopped": form.is_bound and not form.errors}
    return render(request, "lexsarah/round/provider_new.html", context, status=status_of(form))


@page
def correct(request: ActorRequest, information_id: int) -> HttpResponseBase:
    """Enter it as it should have been, with why; what stood stays to be read."""
    actor = request.actor
    found = ProviderInformation.objects.get_visible(actor, information_id)
    policy.require(actor, "correct", found, PROVIDER_RULES)
    initial = {**vars(providers.told(found)), "version": found.version}
    posted = request.POST if request.method == "POST" else None
    form = CorrectionForm(_units(actor, found), posted, initial=initial)
    numbers, is_stopped = _numbers(request)
    context: dict[str, object] = {"form": form, "numbers": numbers, "found": found}
    if posted is None:
        record_reading(actor, "lexsarah.provider_information_read", kind=KIND, ids=[found.pk])
    elif form.is_valid() and not is_stopped:
        given = form.information()
        version, reason = form.cleaned_data["version"], form.cleaned_data["reason"]
        done = attempt(
            form,
            lambda: providers.correct(
                actor, found.pk, given, reason=reason, expected_version=version
            ),
        )
        if done is not None:
            messages.success(request, "Informationen är rättad. Det som stod går att läsa.")
            return redirect("lex-sarah-provider", found.pk)
        if status_of(form) == 409:
            stands = ProviderInformation.objects.get_visible(actor, information_id)
            knowing(form, version=stands.version)
            now = vars(providers.told(stands)) | {"unit": str(stands.unit_id or "")}
            context["stale"] = stale(form, stands, now)
    context["stopped"] = form.is_bound and not form.errors
    return render(request, "lexsarah/round/provider_correct.html", context, status=status_of(form))


def _units(actor: Actor, found: ProviderInformation | None = None) -> QuerySet[Unit]:
    """Return the units to choose from: those of today, and the one that stands already."""
    today = Unit.objects.valid_on(clock.today()).filter(board=actor.board_id)
    if found is None or found.unit_id is None:
        return today
    return Unit.objects.filter(Q(pk__in=today.values("pk")) | Q(pk=found.unit_id))


def _numbers(request: ActorRequest) -> tuple[Sequence[personnummer.Found], bool]:
    """Return the personnummer in the text, and whether they keep it from being saved."""
    numbers = list(personnummer.find(request.POST.get("text", "")))
    return numbers, bool(numbers) and request.POST.get("verb") != "save-anyway"


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
        "corrections": providers.corrections(found),
        "may_correct": policy.may(actor, "correct", found, PROVIDER_RULES),
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

"""The tree of units as of a day, the page of one unit, and changing units."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casework.access import leading, policy
from casework.access.actor import Actor
from casework.kit.organisation_tabs import tabs_for
from casework.kit.web import ActorRequest, attempt, page
from casework.organisation.models import Membership, Role, Unit
from casework.organising import memberships, units
from casework.registers.exporting import export_response
from casework.shared import clock
from casework.shared.errors import NotVisible
from casework.web.organisation.forms import (
    BoardForm,
    CloseForm,
    FoundForm,
    MergeForm,
    OnDayForm,
    RenameForm,
)

COLUMNS = ("Förvaltning", "Avdelning", "Enhet", "Verksamhetsområde", "Från", "Till")
STAFF_COLUMNS = ("Namn", "Titel", "Roll", "Från", "Till")

_ROLE_ORDER = [role.value for role in Role]


def _unit(actor: Actor, pk: int) -> Unit:
    unit = (
        Unit.objects.filter(board_id=actor.board_id, pk=pk)
        .select_related("department__administration", "area")
        .first()
    )
    if unit is None:
        raise NotVisible
    return unit


@require_GET
@page
def tree(request: ActorRequest) -> HttpResponse:
    """Show the board's units by department, as they are or were on a day.

    ``?format=csv|xlsx`` gives those of the day as a file.
    """
    form = OnDayForm(request.GET or None)
    chosen = form.cleaned_data["on"] if form.is_valid() else None
    day = chosen or clock.today()
    listed = (
        Unit.objects.valid_on(day)
        .filter(board_id=request.actor.board_id)
        .select_related("department__administration", "area")
        .annotate(predecessors=Count("replaces"))
        .order_by("department__administration__name", "department__name", "name")
    )
    if file_format := request.GET.get("format"):
        return export_response(
            request.actor,
            "enheter",
            COLUMNS,
            map(_file_row, listed),
            file_format,
            kind="unit",
            ids=[row.pk for row in listed],
            data={"on": day},
        )
    context = {
        "units": listed,
        "form": form,
        "day": day,
        "is_today": day == clock.today(),
        "may_configure": policy.may_configure(request.actor),
        "tabs": tabs_for(request),
    }
    return render(request, "casework/organisation/tree.html", context)


def _file_row(row: Unit) -> Sequence[Any]:
    department = row.department
    places = (department.administration.name, department.name, row.name, row.area.name)
    return (*places, row.valid_from, row.valid_to)


@require_GET
@page
def unit(request: ActorRequest, pk: int) -> HttpResponse:
    """Show a unit: its days, what it replaced, who works there, and what its manager decides.

    ``?format=csv|xlsx`` gives those who work there as a file.
    """
    actor = request.actor
    shown = _unit(actor, pk)
    day = clock.today()
    if shown.valid_to is not None:
        # An old unit is shown as it was at the end.
        day = min(day, shown.valid_to)
    people = sorted(
        Membership.objects.valid_on(day)
        .filter(unit=shown, user__is_active=True)
        .select_related("user"),
        key=lambda row: (_ROLE_ORDER.index(row.role), row.user.display_name),
    )
    leads, configures = leading.leads_unit(actor, shown.pk), policy.may_configure(actor)
    if file_format := request.GET.get("format"):
        # Who is named for skyddade personuppgifter is told to those alone who see it on the page.
        named = leads or configures
        return export_response(
            actor,
            "personer-i-enheten",
            (*STAFF_COLUMNS, "Namngiven för skyddade personuppgifter") if named else STAFF_COLUMNS,
            [_staff_row(row)[: None if named else -1] for row in people],
            file_format,
            kind="membership",
            ids=[row.pk for row in people],
            data={"unit": shown.pk},
        )
    context = {
        "unit": shown,
        "people": people,
        "exists": shown.is_valid_on(clock.today()),
        "predecessors": shown.replaces.all(),
        "successors": shown.replaced_by.all(),
        "leads": leads,
        "may_configure": configures,
    }
    return render(request, "casework/organisation/unit.html", context)


def _staff_row(row: Membership) -> Sequence[Any]:
    person = (row.user.display_name, row.user.title, row.get_role_display())
    return (*person, row.valid_from, row.valid_to, row.sees_protected)


@require_POST
@page
def forste(request: ActorRequest, pk: int) -> HttpResponse:
    """Let the unit's Förste help with the Inkorg, or no longer."""
    helps = request.POST.get("helps") == "1"
    memberships.let_forste_help(request.actor, pk, helps=helps)
    messages.success(
        request,
        "Förste socialsekreterare hjälper nu till med inkorgen."
        if helps
        else "Bara enhetschefen arbetar nu i inkorgen.",
    )
    return redirect("unit", pk)


@require_POST
@page
def protected(request: ActorRequest, pk: int) -> HttpResponse:
    """Name a person for skyddade personuppgifter, or no longer."""
    named = request.POST.get("named") == "1"
    membership = memberships.name_for_protected(request.actor, pk, named=named)
    messages.success(
        request,
        "Personen är nu namngiven för skyddade personuppgifter."
        if named
        else "Personen ser inte längre ärenden med skyddade personuppgifter.",
    )
    return redirect("unit", membership.unit_id)


def _change(
    request: ActorRequest,
    form: BoardForm,
    act: Callable[[dict[str, Any]], Unit],
    *,
    title: str,
    lead: str,
    verb: str,
    done: str,
    back: str,
    danger: bool = False,
) -> HttpResponse:
    """Show the form of a change to units; when it is filled in rightly, make the change."""
    policy.require_configurer(request.actor)
    if form.is_valid():
        changed = attempt(form, lambda: act(form.cleaned_data))
        if changed is not None:
            messages.success(request, done.format(changed.name))
            return redirect("unit", changed.pk)
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "verb": verb,
        "back": back,
        "danger": danger,
    }
    status = 422 if form.is_bound else 200
    return render(request, "casework/organisation/change.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def found(request: ActorRequest) -> HttpResponse:
    """Ny enhet."""
    actor = request.actor
    return _change(
        request,
        FoundForm(request.POST or None, board_id=actor.board_id),
        lambda given: units.found_unit(actor, **given),
        title="Ny enhet",
        lead="En enhet som inte ersätter någon annan.",
        verb="Lägg till enheten",
        done="{} är tillagd.",
        back="",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
def rename(request: ActorRequest, pk: int) -> HttpResponse:
    """Byt namn."""
    actor = request.actor
    shown = _unit(actor, pk)
    return _change(
        request,
        RenameForm(request.POST or None, board_id=actor.board_id, initial={"name": shown.name}),
        lambda given: units.rename_unit(actor, pk, **given),
        title=f"Byt namn på {shown.name}",
        lead="Rapporter för tiden före bytet visar det gamla namnet. Medarbetare och öppna "
        "ärenden följer med.",
        verb="Byt namn",
        done="Enheten heter nu {}.",
        back=shown.name,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
def merge(request: ActorRequest) -> HttpResponse:
    """Slå samman enheter."""
    actor = request.actor

    def act(given: dict[str, Any]) -> Unit:
        chosen = [row.pk for row in given.pop("units")]
        return units.merge_units(actor, chosen, **given)

    return _change(
        request,
        MergeForm(request.POST or None, board_id=actor.board_id),
        act,
        title="Slå samman enheter",
        lead="En ny enhet ersätter de valda. Medarbetare och öppna ärenden följer med; avslutade "
        "ärenden räknas kvar på de gamla enheterna.",
        verb="Slå samman",
        done="Enheterna är sammanslagna till {}.",
        back="",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
def close(request: ActorRequest, pk: int) -> HttpResponse:
    """Lägg ned en enhet."""
    actor = request.actor
    shown = _unit(actor, pk)
    return _change(
        request,
        CloseForm(request.POST or None, board_id=actor.board_id),
        lambda given: units.close_unit(actor, pk, **given),
        title=f"Lägg ned {shown.name}",
        lead="Roller i enheten upphör samma dag. Öppna ärenden går till den enhet som tar över.",
        verb="Lägg ned enheten",
        done="{} är nedlagd.",
        back=shown.name,
        danger=True,
    )

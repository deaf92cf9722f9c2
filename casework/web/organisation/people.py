"""People: who has which role from when, ending roles, handing over when someone leaves."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, Value
from django.db.models.functions import Concat
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from casework.access import leading, policy
from casework.access.actor import Actor
from casework.kit.organisation_tabs import tabs_for
from casework.kit.web import ActorRequest, attempt, page
from casework.organisation.models import Absence, Membership, User
from casework.organising import handover, memberships
from casework.registers.exporting import export_response
from casework.shared import clock
from casework.shared.errors import NotVisible
from casework.web.accounts.waiting import lines
from casework.web.organisation.forms import EndRoleForm, HandOverForm, NameForm, RoleForm

PER_PAGE = 50
ASKED = "Rollen väntar på ja av någon annan. Svarar ingen börjar den gälla om ett dygn."
COLUMNS = ("Namn", "Inloggning", "Titel", "Roll", "Enhet", "Avdelning", "Från", "Till", "Stängd")


def _person(actor: Actor, pk: int) -> User:
    person = User.objects.filter(board_id=actor.board_id, pk=pk).first()
    if person is None:
        raise NotVisible
    return person


def _roles_today() -> Prefetch:
    rows = Membership.objects.valid_on(clock.today()).select_related("unit", "department")
    rows = rows.order_by("valid_from", "pk")
    return Prefetch("memberships", rows, to_attr="roles_today")


@require_GET
@page
def people(request: ActorRequest) -> HttpResponse:
    """List everybody with their roles of today, or those whose name is looked for.

    ``?format=csv|xlsx`` gives them as a file, a row for each role.
    """
    actor = request.actor
    policy.require_configurer(actor)
    form = NameForm(request.GET or None)
    wanted = form.cleaned_data["namn"] if form.is_valid() else ""
    found = User.objects.filter(board_id=actor.board_id).order_by("first_name", "last_name", "pk")
    if wanted:
        found = found.annotate(name=Concat("first_name", Value(" "), "last_name")).filter(
            Q(name__icontains=wanted) | Q(username__icontains=wanted)
        )
    found = found.prefetch_related(_roles_today())
    if file_format := request.GET.get("format"):
        everybody = list(found)
        return export_response(
            actor,
            "personer",
            COLUMNS,
            (row for listed in everybody for row in _file_rows(listed)),
            file_format,
            kind="user",
            ids=[listed.pk for listed in everybody],
        )
    shown = Paginator(found, PER_PAGE)
    context = {
        "page_obj": shown.get_page(request.GET.get("page")),
        "form": form,
        "tabs": tabs_for(request),
        "lines": lines(actor),
    }
    return render(request, "casework/organisation/people.html", context)


def _file_rows(listed: Any) -> Iterator[Sequence[Any]]:
    who, closed = (listed.display_name, listed.username, listed.title), not listed.is_active
    for role in listed.roles_today:
        unit, department = (str(place) if place else "" for place in (role.unit, role.department))
        days = (role.valid_from, role.valid_to)
        yield (*who, role.get_role_display(), unit, department, *days, closed)
    if not listed.roles_today:
        yield (*who, "", "", "", None, None, closed)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def person(request: ActorRequest, pk: int) -> HttpResponse:
    """Show a person's roles and absences; the Systemförvaltare gives new roles here."""
    actor = request.actor
    shown = _person(actor, pk)
    configures = policy.may_configure(actor)
    roles = list(
        Membership.objects.filter(user=shown, refused_at=None)
        .select_related("unit", "department")
        .order_by("-valid_to", "-valid_from", "pk")
    )
    today = clock.today()
    leading.require_person_keeper(actor, [role for role in roles if role.is_valid_on(today)])
    form = RoleForm(request.POST or None, board_id=actor.board_id) if configures else None
    if request.method == "POST":
        policy.require_configurer(actor)
        if form is not None and form.is_valid():
            given = form.cleaned_data
            added = attempt(form, lambda: memberships.add_membership(actor, shown, **given))
            if added is not None:
                messages.success(request, ASKED if added.waits else "Rollen är tillagd.")
                return redirect("person", pk)
    context = {
        "person": shown,
        "current": [role for role in roles if role.valid_to is None or role.valid_to >= today],
        "past": [role for role in roles if role.valid_to is not None and role.valid_to < today],
        "absences": Absence.objects.filter(user=shown, valid_to__gte=today, refused_at=None)
        .select_related("substitute")
        .order_by("valid_from"),
        "form": form,
        "may_hand_over": shown.pk != actor.user_id and shown.is_active,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "casework/organisation/person.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def end_role(request: ActorRequest, pk: int) -> HttpResponse:
    """Avsluta en roll."""
    actor = request.actor
    policy.require_configurer(actor)
    role = (
        Membership.objects.filter(board_id=actor.board_id, pk=pk)
        .select_related("user", "unit", "department")
        .first()
    )
    if role is None:
        raise NotVisible
    form = EndRoleForm(request.POST or None)
    ended = None
    if form.is_valid():
        given = form.cleaned_data
        ended = attempt(form, lambda: memberships.end_membership(actor, pk, **given))
    if ended is not None:
        messages.success(request, "Rollen är avslutad.")
        return redirect("person", role.user_id)
    context = {"role": role, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "casework/organisation/end_role.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def hand_over(request: ActorRequest, pk: int) -> HttpResponse:
    """Lämna över: show what moves, and move it once it is confirmed to whom."""
    actor = request.actor
    leaver = _person(actor, pk)
    shares = handover.open_work(actor, leaver)
    total = sum(share.count for share in shares)
    given = request.POST if request.method == "POST" else None
    form = HandOverForm(given, board_id=actor.board_id, has_work=total > 0)
    if form.is_valid():
        to = form.cleaned_data.get("to")
        moved = attempt(form, lambda: handover.hand_over(actor, leaver, to=to))
        if moved is not None:
            count = sum(share.count for share in moved)
            handed = f"Överlämnat: {count} öppna uppgifter. " if count else ""
            messages.success(request, f"{handed}Rollerna upphör i dag och inloggningen är stängd.")
            return redirect("organisation")
    context = {
        "person": leaver,
        "shares": shares,
        "total": total,
        "roles": Membership.objects.valid_on(clock.today())
        .filter(user=leaver)
        .select_related("unit", "department"),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "casework/organisation/hand_over.html", context, status=status)

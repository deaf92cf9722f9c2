"""Frånvaro: who is away, who stands in, and noting it."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from casework.access import policy
from casework.access.actor import Actor
from casework.kit.organisation_tabs import tabs_for
from casework.kit.web import ActorRequest, attempt, page
from casework.organisation.models import Absence, Membership, User
from casework.organising import absences as services
from casework.registers.exporting import export_response
from casework.shared import clock
from casework.web.organisation.fields import with_a_role
from casework.web.organisation.forms import AbsenceForm

NOTED = "Frånvaron är antecknad. Ersättaren tar över de dagarna."
WAITS = (
    "Frånvaron är antecknad. Att ersätta den som har en roll för hela nämnden väntar på ja av "
    "någon annan. Svarar ingen börjar det gälla om ett dygn."
)
COLUMNS = ("Borta", "Ersättare", "Från", "Till")


def _concerning(actor: Actor) -> QuerySet[User]:
    """Return those whose absence the actor may note: oneself, those one leads, or everybody."""
    everybody = with_a_role(actor.board_id)
    if policy.may_configure(actor):
        return everybody
    led = Membership.objects.valid_on(clock.today()).filter(unit__in=actor.led_units)
    return everybody.filter(Q(pk=actor.user_id) | Q(pk__in=led.values("user_id")))


@require_http_methods(["GET", "HEAD", "POST"])
@page
def absences(request: ActorRequest) -> HttpResponse:
    """List absences of now and later that concern the actor, and note a new one.

    ``?format=csv|xlsx`` gives the list as a file.
    """
    actor = request.actor
    form = AbsenceForm(
        request.POST or None, board_id=actor.board_id, initial={"user": actor.user_id}
    )
    people = _concerning(actor)
    form.fields["user"].queryset = people  # type: ignore[attr-defined]
    if form.is_valid():
        given = dict(form.cleaned_data)
        user = given.pop("user")
        noted = attempt(form, lambda: services.record_absence(actor, user, **given))
        if noted is not None:
            messages.success(request, WAITS if noted.waits else NOTED)
            return redirect("absence-list")
    listed = (
        Absence.objects.filter(
            board_id=actor.board_id, valid_to__gte=clock.today(), refused_at=None
        )
        .filter(Q(user__in=people) | Q(substitute=actor.user_id))
        .select_related("user", "substitute")
        .order_by("valid_from", "pk")
    )
    file_format = request.GET.get("format")
    if file_format and request.method != "POST":
        return export_response(
            actor,
            "franvaro",
            COLUMNS,
            [
                (row.user.display_name, row.substitute.display_name, row.valid_from, row.valid_to)
                for row in listed
            ],
            file_format,
            kind="absence",
            ids=[row.pk for row in listed],
        )
    mine = set(people.values_list("pk", flat=True))
    rows = [(absence, absence.user_id in mine) for absence in listed]
    context = {"rows": rows, "form": form, "today": clock.today(), "tabs": tabs_for(request)}
    status = 422 if form.is_bound else 200
    return render(request, "casework/organisation/absences.html", context, status=status)


@require_POST
@page
def end(request: ActorRequest, pk: int) -> HttpResponse:
    """Avsluta en frånvaro: the person is back."""
    services.end_absence(request.actor, pk)
    messages.success(request, "Frånvaron är avslutad.")
    return redirect("absence-list")

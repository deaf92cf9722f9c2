"""The delegationsordning as the Systemförvaltare keeps it, and what was decided by it."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from casework.access import policy
from casework.audit.work import record_reading
from casework.kit.organisation_tabs import tabs_for
from casework.kit.web import ActorRequest, attempt, page
from casework.organisation.models import Role
from casework.registers.exporting import export_response
from casework.shared import clock
from casework.shared.errors import NotVisible
from casework.web.cases.fields import DayField
from lexsarah import queries, states
from lexsarah.models import DelegationRule
from lexsarah.rules import DECISIONS
from lexsarah.services import delegation

COLUMNS = ("Beslutsdag", "Rapport", "Diarienummer", "Beslut", "Beslutat av", "Roll", "Delegation")
RULE_COLUMNS = ("Punkt", "Bedömning", "Roll", "Får utredaren besluta", "Från", "Till")
_ROLES = [(role.value, role.label) for role in delegation.ROLES]


class RuleForm(forms.Form):
    """A row: who may decide which outcome, from when."""

    name = forms.CharField(
        label="Punkt i delegationsordningen",
        max_length=delegation.LONGEST_NAME,
        help_text="Så som den står i nämndens delegationsordning. Varje beslut hänvisar till den.",
        error_messages={"required": "Skriv vilken punkt det är."},
    )
    outcome = forms.ChoiceField(label="Bedömning", choices=list(states.OUTCOMES.items()))
    role = forms.ChoiceField(label="Vem får besluta?", choices=_ROLES)
    by_investigator = forms.BooleanField(
        label="Får besluta också i det som hen själv har utrett", required=False
    )
    valid_from = DayField(label="Gäller från", error_messages={"required": "Välj en dag."})

    @property
    def wish(self) -> delegation.Wish:
        """What the valid form asks for."""
        given: dict[str, Any] = self.cleaned_data
        return delegation.Wish(**given)


class EndForm(forms.Form):
    """Until when a row holds."""

    last_day = DayField(label="Gäller till och med", error_messages={"required": "Välj en dag."})


@page
def rules(request: ActorRequest) -> HttpResponse:
    """List the rows that hold or will hold; ``?format=csv|xlsx`` gives all there have been."""
    actor, today = request.actor, clock.today()
    policy.require_configurer(actor)
    order = list(states.OUTCOMES)
    rows = sorted(
        delegation.of_board(actor), key=lambda row: (order.index(row.outcome), row.valid_from)
    )
    if file_format := request.GET.get("format"):
        return export_response(
            actor,
            "delegationsordning-lex-sarah",
            RULE_COLUMNS,
            [
                (
                    row.name,
                    row.get_outcome_display(),
                    row.get_role_display(),
                    "Ja" if row.by_investigator else "Nej",
                    row.valid_from,
                    row.valid_to,
                )
                for row in rows
            ],
            file_format,
            kind="delegationrule",
            ids=[row.pk for row in rows],
        )
    live = [row for row in rows if row.valid_to is None or row.valid_to >= today]
    context = {
        "rows": live,
        "ended": [row for row in rows if row not in live],
        "lacking": [_in_words(gap, today) for gap in delegation.gaps(live, today)],
        "tabs": tabs_for(request),
        "today": today,
    }
    return render(request, "lexsarah/deciding/rules.html", context)


def _in_words(gap: delegation.Gap, today: date) -> str:
    """Return what nobody may decide, and when that is not from today on."""
    days = "" if gap.first == today else f" från {gap.first}"
    days += f" till och med {gap.last}" if gap.last else ""
    return states.OUTCOMES[gap.outcome] + days


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: ActorRequest) -> HttpResponseBase:
    """Add a row."""
    policy.require_configurer(request.actor)
    form = RuleForm(request.POST or None, initial={"valid_from": clock.today()})

    def add() -> bool:
        delegation.add(request.actor, form.wish)
        return True

    if form.is_valid() and attempt(form, add):
        messages.success(request, "Raden är tillagd.")
        return redirect("delegation-list")
    context = {"form": form, "title": "Ny rad"}
    return render(
        request, "lexsarah/deciding/rule.html", context, status=422 if form.errors else 200
    )


def _row(request: ActorRequest, pk: int) -> DelegationRule:
    policy.require_configurer(request.actor)
    row = delegation.of_board(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotVisible
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@page
def change(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Let another row take the place of one, from a day on."""
    row = _row(request, pk)
    if delegation.has_ended(row):
        messages.error(request, delegation.ENDED)
        return redirect("delegation-list")
    initial = {
        "name": row.name,
        "outcome": row.outcome,
        "role": row.role,
        "by_investigator": row.by_investigator,
        "valid_from": max(clock.today(), row.valid_from),
    }
    form = RuleForm(request.POST or None, initial=initial)

    def replace() -> bool:
        delegation.change(request.actor, pk, form.wish)
        return True

    if form.is_valid() and attempt(form, replace):
        messages.success(request, "Raden är ändrad. Det som redan är beslutat ändras inte.")
        return redirect("delegation-list")
    context = {"form": form, "title": "Ändra rad", "row": row}
    return render(
        request, "lexsarah/deciding/rule.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
def end(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Let a row hold no longer than through a day."""
    row = _row(request, pk)
    if delegation.has_ended(row):
        messages.error(request, delegation.ENDED)
        return redirect("delegation-list")
    form = EndForm(request.POST or None, initial={"last_day": clock.today()})

    def finish() -> bool:
        last_day = form.cleaned_data["last_day"]
        stays = delegation.end(request.actor, pk, last_day=last_day)
        gone = "Raden är borttagen. Den hade inte börjat gälla."
        messages.success(request, f"Raden gäller till och med {last_day}." if stays else gone)
        return True

    if form.is_valid() and attempt(form, finish):
        return redirect("delegation-list")
    context = {
        "form": form,
        "title": "Låt raden upphöra",
        "row": row,
        "ends": True,
        "to_come": row.valid_from > clock.today(),
    }
    return render(
        request, "lexsarah/deciding/rule.html", context, status=422 if form.errors else 200
    )


class PeriodForm(forms.Form):
    """Between which days, both included."""

    from_day = DayField(label="Från och med", required=False)
    to_day = DayField(label="Till och med", required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        given: dict[str, Any] = self.cleaned_data
        first, last = given.get("from_day"), given.get("to_day")
        if first and last and last < first:
            self.add_error("to_day", "Perioden slutar innan den börjar. Rätta dagarna.")
        return given


@page
def decisions(request: ActorRequest) -> HttpResponse:
    """List the delegation decisions of a period, for the board's meeting; also as a file.

    Which report, what and by which row: nothing of what happened, and not where.
    """
    actor = request.actor
    DECISIONS.require(actor)
    form = PeriodForm(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    to_day: date = given.get("to_day") or clock.today()
    from_day: date = given.get("from_day") or to_day - relativedelta(months=1)
    found = list(queries.decisions(actor, from_day, to_day))
    ids = [one.report_id for one in found]
    if file_format := request.GET.get("format"):
        return export_response(
            actor,
            f"delegationsbeslut-lex-sarah-{from_day}-{to_day}",
            COLUMNS,
            [
                (
                    one.decided_on,
                    one.report.number,
                    one.report.registry_number,
                    one.label,
                    one.decided_by.display_name if one.decided_by else "",
                    one.get_decider_role_display(),
                    one.delegation_name,
                )
                for one in found
            ],
            file_format,
            kind="report",
            ids=ids,
            action="lexsarah.delegation_exported",
        )
    record_reading(actor, "lexsarah.delegation_listed", kind="report", ids=ids)
    shown = PeriodForm(initial={"from_day": from_day, "to_day": to_day})
    context = {
        "decisions": found,
        "form": form if form.errors else shown,
        "from_day": from_day,
        "to_day": to_day,
        "opens": actor.has(Role.SAS),
    }
    return render(request, "lexsarah/deciding/decisions.html", context)

"""Egna tider: what a board has set, and setting it, with what a change means said before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from casework.access import policy
from casework.deadlines import local_setting
from casework.deadlines.board_models import LocalRule
from casework.deadlines.local_rules import editable_keys
from casework.deadlines.rules import Kind, RuleVersion, rule_on
from casework.deadlines.terms import Term
from casework.deadlines.terms import Unit as TermUnit
from casework.kit.organisation_tabs import tabs_for
from casework.kit.web import ActorRequest, attempt, page
from casework.registers.exporting import export_response
from casework.shared import clock
from casework.shared.errors import NotVisible
from casework.web.rules.forms import RuleForm

COLUMNS = ("Tid", "Verksamhetsområde", "Längd", "Från", "Till", "Läge", "Ändrad")


@dataclass(frozen=True)
class Shown:
    """A row as it stands today."""

    row: LocalRule
    term: Term
    status: str
    may_take_back: bool


def _shown(row: LocalRule, today: date) -> Shown:
    if row.withdrawn_at is not None:
        status = "Återtagen"
    elif row.valid_from > today:
        status = "Kommande"
    elif row.applies_on(today):
        status = "Gäller"
    else:
        status = "Har upphört"
    ends_later = row.valid_to is None or row.valid_to > today
    open_ = status == "Kommande" or (status == "Gäller" and ends_later)
    return Shown(row, Term(row.amount, TermUnit(row.unit)), status, open_)


@dataclass(frozen=True)
class Line:
    """A rule of the list: what ships, and what the board has set of it now and for later."""

    version: RuleVersion
    is_goal: bool
    set_: Sequence[Shown]


def _lines(rows: Iterable[LocalRule], today: date) -> list[Line]:
    shown = [_shown(row, today) for row in rows]
    live = [one for one in shown if one.status in ("Gäller", "Kommande")]
    found = []
    for key in editable_keys(today):
        version = rule_on(key, today)
        mine = [one for one in live if one.row.key == key]
        found.append(Line(version, version.kind is Kind.GOAL, mine))
    return found


@page
def rules(request: ActorRequest) -> HttpResponse:
    """List the rules that the board may set the length of, with what it has set.

    ``?format=csv|xlsx`` gives all that has ever been set as a file.
    """
    actor, today = request.actor, clock.today()
    policy.require_configurer(actor)
    rows = list(local_setting.of_board(actor))
    if file_format := request.GET.get("format"):
        return export_response(
            actor,
            "egna-tider",
            COLUMNS,
            [_file_row(_shown(row, today)) for row in rows],
            file_format,
            kind="localrule",
            ids=[row.pk for row in rows],
        )
    context = {"lines": _lines(rows, today), "has_rows": bool(rows), "tabs": tabs_for(request)}
    return render(request, "casework/rules/list.html", context)


def _file_row(one: Shown) -> tuple[object, ...]:
    row = one.row
    area = row.area.name if row.area else "Hela nämnden"
    label = rule_on(row.key, row.valid_from).label
    return (label, area, str(one.term), row.valid_from, row.valid_to, one.status, row.set_at)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def rule(request: ActorRequest, key: str) -> HttpResponse:
    """Show one rule with its history, and set a time for what begins from a day to come.

    A valid form is first answered with what the change means; ``verb=save`` then sets it.
    """
    actor, today = request.actor, clock.today()
    policy.require_configurer(actor)
    if key not in editable_keys(today):
        raise NotVisible
    version = rule_on(key, today)
    form = RuleForm(request.POST or None, board_id=actor.board_id, initial=_initial(version))
    if form.is_valid():
        wish = form.wish(key)
        if request.POST.get("verb") == "save":
            if attempt(form, lambda: local_setting.set_rule(actor, wish)):
                messages.success(request, f"{version.label}: tiden är ändrad.")
                return redirect("rule-list")
        elif request.POST.get("verb") != "edit" and (
            change := attempt(form, lambda: local_setting.preview(actor, wish))
        ):
            context = {"version": version, "form": form, "change": change}
            return render(request, "casework/rules/confirm.html", context)
    history = [_shown(row, today) for row in local_setting.of_board(actor).filter(key=key)]
    context = {"version": version, "form": form, "history": history}
    status = 422 if form.errors else 200
    return render(request, "casework/rules/rule.html", context, status=status)


def _initial(version: RuleVersion) -> dict[str, object]:
    if version.term is None:
        return {}
    return {"amount": version.term.amount, "unit": version.term.unit.value}


@require_POST
@page
def take_back(request: ActorRequest, pk: int) -> HttpResponse:
    """Ta bort: end a time in force from tomorrow, withdraw one that has not begun."""
    row = local_setting.take_back(request.actor, pk)
    messages.success(request, "Tiden är borttagen. Det som redan har börjat behåller sin tid.")
    return redirect("rule", row.key)

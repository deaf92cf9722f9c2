"""Kategorier och orsaker: the lists, and changing one value; one pair of views for both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from casework.access import policy
from casework.access.actor import Actor
from casework.kit.organisation_tabs import tabs_for
from casework.kit.web import ActorRequest, attempt, page
from casework.registers.exporting import export_response
from casework.shared import clock
from casework.shared.errors import NotVisible
from casework.shared.swedish import sort_key
from deviations.models import Category, Cause
from deviations.services import registers
from deviations.web.registers.forms import (
    CategoryForm,
    CauseForm,
    EndForm,
    KeywordsForm,
    RenameForm,
)


@dataclass(frozen=True)
class Register:
    """What differs between the two registers."""

    model: Any
    title: str
    lead: str
    one: str
    list_url: str
    value_url: str
    form: Callable[[Any, Actor], forms.Form]
    add: Callable[[Actor, dict[str, Any]], Any]
    columns: Sequence[str]
    file_row: Callable[[Any], Sequence[Any]]


CATEGORIES = Register(
    model=Category,
    title="Kategorier",
    lead="Vad som gick fel. Underkategorin väljs i ärendet; rapporten räknar båda.",
    one="kategori",
    list_url="category-list",
    value_url="category",
    form=lambda data, actor: CategoryForm(data, board_id=actor.board_id),
    add=lambda actor, given: registers.add_category(actor, **given),
    columns=("Huvudkategori", "Kategori", "Ord som tyder på den", "Från", "Till", "Att granska"),
    file_row=lambda value: (
        value.parent.name if value.parent else value.name,
        value.name if value.parent else "",
        value.keywords,
        value.valid_from,
        value.valid_to,
        value.needs_review,
    ),
)
CAUSES = Register(
    model=Cause,
    title="Orsaker",
    lead="Varför det gick fel. Ett ärende kan ha flera orsaker.",
    one="orsak",
    list_url="cause-list",
    value_url="cause",
    form=lambda data, actor: CauseForm(data),
    add=lambda actor, given: registers.add_cause(actor, **given),
    columns=("Orsak", "Från", "Till", "Att granska"),
    file_row=lambda value: (value.name, value.valid_from, value.valid_to, value.needs_review),
)


def _listed(request: ActorRequest, register: Register) -> HttpResponse:
    actor = request.actor
    keeps = policy.may_keep_registers(actor)
    form = register.form(request.POST or None, actor)
    if request.method == "POST":
        policy.require_register_keeper(actor)
        if form.is_valid():
            value = attempt(form, lambda: register.add(actor, form.cleaned_data))
            if value is not None:
                messages.success(request, f"{value.name} är tillagd.")
                return redirect(register.list_url)
    rows = register.model.objects.filter(board_id=actor.board_id)
    if register.model is Category:
        rows = rows.select_related("parent")
    today = clock.today()
    in_use = sorted((value for value in rows if value.is_valid_on(today)), key=_in_tree)
    past = [value for value in rows if value.valid_to is not None and value.valid_to < today]
    ended = sorted(past, key=lambda value: value.valid_to, reverse=True)
    file_format = request.GET.get("format")
    if file_format and request.method != "POST":
        return export_response(
            actor,
            register.title.lower(),
            register.columns,
            map(register.file_row, [*in_use, *ended]),
            file_format,
            kind=register.model._meta.model_name,
            ids=[value.pk for value in [*in_use, *ended]],
        )
    context = {
        "register": register,
        "values": in_use,
        "ended": ended,
        "to_review": sum(value.needs_review for value in in_use),
        "form": form if keeps else None,
        "keeps": keeps,
        "tabs": tabs_for(request),
    }
    status = 422 if form.is_bound else 200
    return render(request, "deviations/registers/list.html", context, status=status)


def _in_tree(value: Any) -> tuple[Any, ...]:
    """Order a subcategory after its main category."""
    parent = getattr(value, "parent", None)
    if parent is None:
        return (sort_key(value.name), 0, sort_key(""))
    return (sort_key(parent.name), 1, sort_key(value.name))


# Which button was pressed: its form, what it does, and what is said then.
_ACTS: dict[str, tuple[type[forms.Form], Callable[..., Any], str]] = {
    "rename": (RenameForm, registers.rename, "Namnet är bytt. Gamla ärenden behåller det gamla."),
    "end": (EndForm, registers.end, "Den kan inte längre väljas efter den dagen."),
    "review": (forms.Form, registers.mark_reviewed, "Granskad."),
    "keywords": (KeywordsForm, registers.set_keywords, "Orden är sparade."),
}


def _changed(request: ActorRequest, register: Register, pk: int) -> HttpResponse:
    actor = request.actor
    policy.require_register_keeper(actor)
    value = register.model.objects.filter(board_id=actor.board_id, pk=pk).first()
    if value is None:
        raise NotVisible
    pressed = request.POST.get("verb", "")
    bound: dict[str, forms.Form] = {
        "rename": RenameForm(initial={"name": value.name}),
        "end": EndForm(),
    }
    if register.model is Category:
        bound["keywords"] = KeywordsForm(initial={"keywords": value.keywords})
    if pressed in bound or pressed == "review":
        form_class, act, said = _ACTS[pressed]
        form = bound[pressed] = form_class(request.POST)
        if form.is_valid() and attempt(form, lambda: act(actor, value, **form.cleaned_data)):
            messages.success(request, said)
            return redirect(register.list_url)
    context = {
        "register": register,
        "value": value,
        "forms": bound,
        "in_use": value.is_valid_on(clock.today()),
        "replaced_by": value.replaced_by.order_by(F("valid_from")).last(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "deviations/registers/value.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def categories(request: ActorRequest) -> HttpResponse:
    """List the categories; whoever keeps the registers adds one."""
    return _listed(request, CATEGORIES)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def category(request: ActorRequest, pk: int) -> HttpResponse:
    """Change a category."""
    return _changed(request, CATEGORIES, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def causes(request: ActorRequest) -> HttpResponse:
    """List the causes; whoever keeps the registers adds one."""
    return _listed(request, CAUSES)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def cause(request: ActorRequest, pk: int) -> HttpResponse:
    """Change a cause."""
    return _changed(request, CAUSES, pk)

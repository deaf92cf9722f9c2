"""The start page of each role: first what there is to do, then how it stands."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from casework.access.actor import Actor
from casework.kit.start import DUTIES, START_CARDS, Duty
from casework.kit.web import ActorRequest, page
from casework.organisation.counting import counts
from casework.organisation.models import Role
from casework.shared import clock

# The most urgent first.
_KINDS = ("danger", "warn", "info", "neutral")


@dataclass(frozen=True)
class Shown:
    """A card with what it shows."""

    template: str
    content: Any


@page
def start(request: ActorRequest) -> HttpResponse:
    """Greet, and show what the actor's roles have to do and to know."""
    actor = request.actor
    todos = sorted(_duties(actor), key=lambda todo: _KINDS.index(todo.kind))
    context = {
        "todos": todos,
        "main": _cards(actor, main=True),
        "side": _cards(actor, main=False),
        "roles": [role.label for role in Role if role in actor.roles],
        "today": clock.today(),
    }
    return render(request, "casework/start/start.html", context)


def _duties(actor: Actor) -> list[Duty]:
    found = [todo for _, find in DUTIES.items() for todo in find(actor)]
    rows: dict[str, QuerySet[Any]] = {}
    for place, todo in enumerate(found):
        if isinstance(todo.count, QuerySet):
            rows[f"duty_{place}"] = todo.count
        if todo.late is not None:
            rows[f"late_{place}"] = todo.late
    known = counts(actor.board_id, **rows) if rows else {}
    counted = [
        replace(
            todo,
            count=known.get(f"duty_{place}", todo.count),
            **_lateness(known.get(f"late_{place}", 0)),
        )
        for place, todo in enumerate(found)
    ]
    return [todo for todo in counted if todo.count]


def _lateness(late: int) -> dict[str, Any]:
    return {"kind": "danger", "hint": f"{late} har passerat sin dag"} if late else {}


def _cards(actor: Actor, *, main: bool) -> list[Shown]:
    wanted = [card for _, card in START_CARDS.items() if card.main == main and card.shown_to(actor)]
    filled = [(card, card.content(actor)) for card in sorted(wanted, key=lambda card: card.order)]
    return [Shown(card.template, content) for card, content in filled if content is not None]

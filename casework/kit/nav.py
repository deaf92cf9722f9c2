"""The entries of the menu, registered by each app in its ``nav_items`` module."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from casework.access.actor import Actor
from casework.organisation.counting import counts
from casework.organisation.models import Role
from casework.shared.hooks import Registry


@dataclass(frozen=True)
class NavItem:
    """One entry: where it leads, for whom, in which order, and the rows that wait there.

    ``only_waiting``: the entry is there while something waits, and not otherwise. ``within`` names
    a page below which all belongs to the entry, where no other entry says more.
    """

    label: str
    url_name: str
    order: int
    shown_to: Callable[[Actor], bool]
    waiting: Callable[[Actor], QuerySet[Any]] | None = None
    icon: str = ""
    only_waiting: bool = False
    within: str = ""


NAV: Registry[NavItem] = Registry("Menu entry")


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: the menu (``nav``), roles and board of whoever is logged in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.board_id is None:
        return {}
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = {name: item for name, item in NAV.items() if item.shown_to(actor)}
    known = _counts(request, shown, actor)
    entries: list[dict[str, object]] = [
        {
            "label": item.label,
            "url": reverse(item.url_name),
            "icon": item.icon,
            "count": known.get(name),
            "current": False,
            "within": reverse(item.within) if item.within else "",
        }
        for name, item in sorted(shown.items(), key=lambda named: named[1].order)
        if known.get(name) or not item.only_waiting
    ]
    _mark_current(entries, request.path)
    return {
        "nav": entries,
        "actor": actor,
        "nav_role": _roles(actor),
        "nav_board": user.board.name,
    }


def set_count(request: HttpRequest, name: str, count: int) -> None:
    """Tell the menu a count that the page has worked out already."""
    request.__dict__.setdefault("_nav_counts", {})[name] = count


def _counts(request: HttpRequest, shown: Mapping[str, NavItem], actor: Actor) -> dict[str, int]:
    """Return what waits at each entry that counts it, in one query.

    A part that is rendered by itself asks for the menu again: counted once all the same.
    """
    known: dict[str, int] = request.__dict__.setdefault("_nav_counts", {})
    unknown = {
        name: item.waiting(actor)
        for name, item in shown.items()
        if item.waiting is not None and name not in known
    }
    if unknown:
        known |= counts(actor.board_id, **unknown)
    return known


def _mark_current(entries: list[dict[str, object]], path: str) -> None:
    """Mark the one entry whose address says most of where one is."""
    on_the_way = [
        (len(str(entry[address])), address == "url", place)
        for place, entry in enumerate(entries)
        for address in ("url", "within")
        if entry[address] == path
        or (entry[address] not in ("", "/") and path.startswith(str(entry[address])))
    ]
    if on_the_way:
        # The first of those that say as much, and an entry's own page before what is below it.
        _, _, place = max(on_the_way, key=lambda found: (found[0], found[1], -found[2]))
        entries[place]["current"] = True


def _roles(actor: Actor) -> str:
    """Return the actor's roles as one reads them, in the order of the roles' list."""
    return ", ".join(label for role, label in Role.choices if role in actor.roles)

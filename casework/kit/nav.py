"""The entries of the menu, registered by each app in its ``nav_items`` module."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from casework.access.actor import Actor
from casework.organisation.models import Role
from casework.shared.hooks import Registry


@dataclass(frozen=True)
class NavItem:
    """One entry: where it leads, for whom, in which order, and what waits there."""

    label: str
    url_name: str
    order: int
    shown_to: Callable[[Actor], bool]
    count: Callable[[Actor], int] | None = None
    icon: str = ""


NAV: Registry[NavItem] = Registry("Menu entry")


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: the menu (``nav``), roles and board of whoever is logged in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.board_id is None:
        return {}
    actor: Actor = request.actor  # type: ignore[attr-defined]
    entries: list[dict[str, object]] = []
    for name, item in sorted(NAV.items(), key=lambda named: named[1].order):
        if item.shown_to(actor):
            url = reverse(item.url_name)
            entries.append(
                {
                    "label": item.label,
                    "url": url,
                    "icon": item.icon,
                    "count": _count(request, name, item, actor),
                    "current": False,
                }
            )
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


def _count(request: HttpRequest, name: str, item: NavItem, actor: Actor) -> int | None:
    known: dict[str, int] = request.__dict__.get("_nav_counts", {})
    if name in known:
        return known[name]
    return item.count(actor) if item.count else None


def _mark_current(entries: list[dict[str, object]], path: str) -> None:
    """Mark the one entry whose address says most of where one is."""
    on_the_way = [
        entry
        for entry in entries
        if entry["url"] == path or (entry["url"] != "/" and path.startswith(str(entry["url"])))
    ]
    if on_the_way:
        max(on_the_way, key=lambda entry: len(str(entry["url"])))["current"] = True


def _roles(actor: Actor) -> str:
    """Return the actor's roles as one reads them, in the order of the roles' list."""
    return ", ".join(label for role, label in Role.choices if role in actor.roles)

"""The tabs of the organisation's pages, to which each app adds its registers in ``nav_items``."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from casework.access.actor import Actor
from casework.kit.nav import NavItem
from casework.shared.hooks import Registry

ORGANISATION_TABS: Registry[NavItem] = Registry("Organisation tab")


def tabs_for(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the tabs that the actor of the request may open, the page's own marked."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = [item for _, item in ORGANISATION_TABS.items() if item.shown_to(actor)]
    return [
        {
            "label": item.label,
            "url": (url := reverse(item.url_name)),
            "current": request.path == url,
            "count": None,
        }
        for item in sorted(shown, key=lambda item: item.order)
    ]

"""The tabs of Utredningar, each for those who may open it."""

from collections.abc import Callable

from django.urls import reverse

from casework.access import circles, policy
from casework.access.actor import Actor

_TABS: dict[str, tuple[str, Callable[[Actor], bool]]] = {
    "investigation-week": ("Veckolista", circles.WEEK.has),
    "forecast": ("Prognos", circles.FORECAST.has),
    "unit-standing": ("Enheter", circles.STANDING.has),
    "late-months": ("Sena per månad", policy.may_count),
}


def tabs(actor: Actor, current: str) -> list[dict[str, object]]:
    """Return the tabs, that of the route ``current`` marked."""
    return [
        {"label": label, "url": reverse(name), "current": name == current}
        for name, (label, shown_to) in _TABS.items()
        if shown_to(actor)
    ]

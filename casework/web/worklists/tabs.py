"""The tabs of Utredningar, each for those who may open it."""

from collections.abc import Callable

from django.urls import reverse

from casework.access import policy
from casework.access.actor import Actor
from casework.cases.worklists.forecast import may_see_standing
from casework.cases.worklists.week import LEADERS
from casework.organisation.models import Role


def may_see_week(actor: Actor) -> bool:
    """Say whether the actor has a weekly list: leaders their units', SAS the board's."""
    return actor.has(*LEADERS, Role.SAS)


def may_see_forecast(actor: Actor) -> bool:
    """Say whether the actor leads units, and so has something to plan."""
    return actor.has(*LEADERS)


_TABS: dict[str, tuple[str, Callable[[Actor], bool]]] = {
    "investigation-week": ("Veckolista", may_see_week),
    "forecast": ("Prognos", may_see_forecast),
    "unit-standing": ("Enheter", may_see_standing),
    "late-months": ("Sena per månad", policy.may_count),
}


def tabs(actor: Actor, current: str) -> list[dict[str, object]]:
    """Return the tabs, that of the route ``current`` marked."""
    return [
        {"label": label, "url": reverse(name), "current": name == current}
        for name, (label, shown_to) in _TABS.items()
        if shown_to(actor)
    ]

"""The tabs of Bevakning."""

from django.urls import reverse

_TABS = {
    # How many messages are unread stands beside Bevakning in the menu.
    "watch": "Tider",
    "watch-notices": "Meddelanden",
    "calendar": "Kalender",
}


def tabs(current: str) -> list[dict[str, object]]:
    """Return the tabs, that of the route ``current`` marked."""
    return [
        {"label": label, "url": reverse(name), "current": name == current}
        for name, label in _TABS.items()
    ]

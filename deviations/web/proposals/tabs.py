"""The two halves of the Inkorg: what somebody reported, and what the watch proposes."""

from django.urls import reverse

from casework.access.actor import Actor
from deviations.queries.proposals import waiting


def inbox_tabs(
    actor: Actor, *, proposals: bool, count: int | None = None
) -> list[dict[str, object]]:
    """Return the tabs; ``count`` is how many proposals wait, where the page knows already."""
    waits = waiting(actor).order_by().count() if count is None else count
    return [
        {"label": "Avvikelser", "url": reverse("inbox"), "current": not proposals},
        {
            "label": "Förslag från bevakning",
            "url": reverse("proposals"),
            "current": proposals,
            "count": waits or None,
        },
    ]

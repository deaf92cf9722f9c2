"""The buttons of a deviation: where each act is done, with its key."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from deviations.models import Deviation
from deviations.web.handling.acts import PAGES, SIMPLE


@dataclass(frozen=True)
class Button:
    """One act as a button; ``post``: it is done at once, without a page between."""

    act: str
    label: str
    url: str
    key: str = ""
    icon: str = ""
    post: bool = False


def button(act: str, deviation: Deviation) -> Button:
    """Return the button of ``act``."""
    if act == SIMPLE:
        url = reverse("simple-handling", args=[deviation.pk])
        return Button(act, "Enkel hantering", url, "e", "circle-check")
    if act == "merge":
        url = reverse("deviation-merge", args=[deviation.pk])
        return Button(act, "Sammanför", url, "n", "merge")
    page = PAGES[act]
    label = page.label
    if act == "protect" and deviation.protected:
        label = "Ta bort skyddet"
    url = reverse("deviation-act", args=[deviation.pk, page.slug])
    return Button(act, label, url, page.key, page.icon, post=act == "receive")


def buttons(acts: Iterable[str], deviation: Deviation) -> list[Button]:
    """Return the buttons of ``acts`` in their order."""
    return [button(act, deviation) for act in acts]


# Groups of acts on the page, in order; those of the next step stand by themselves.
GROUPS = (
    ("Utreda", ("receive", "assign", "classify", "investigate", "plan_action")),
    ("Avsluta", (SIMPLE, "close", "close_without_action", "assess_effect", "postpone_effect")),
    (
        "Annat",
        (
            "ask",
            "move",
            "decide_unit",
            "merge",
            "send_to_sas",
            "return_from_sas",
            "dismiss",
            "exchange",
            "protect",
            "reopen",
        ),
    ),
)


def grouped(
    allowed: frozenset[str], taken: Iterable[str], deviation: Deviation
) -> list[tuple[str, list[Button]]]:
    """Return the allowed acts in groups, without those that the next step shows already."""
    left = allowed - set(taken)
    found = [
        (title, buttons([act for act in acts if act in left], deviation)) for title, acts in GROUPS
    ]
    return [(title, shown) for title, shown in found if shown]

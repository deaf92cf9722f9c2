"""Which category a text is taken to be like, and why."""

import pytest

from deviations.models import Category
from deviations.suggesting import suggest


def register() -> list[Category]:
    """A small register, unsaved: headings and what stands under them."""
    rows: list[tuple[int, str, int | None, str]] = [
        (1, "Utreda/besluta i SoL-ärende", None, ""),
        (2, "Utredningstid överskridits", 1, "fyra månader förlängning"),
        (3, "Beslut saknas", 1, ""),
        (4, "Dokumentation", None, ""),
        (5, "Journalanteckning saknas", 4, "journal anteckning"),
        (6, "Bemötande", None, "otrevlig kränkt respektlös"),
        (7, "Sekretess/röjande av uppgift", None, "obehörig mejl utskrift"),
    ]
    made: dict[int, Category] = {}
    for key, name, parent, keywords in rows:
        made[key] = Category(pk=key, name=name, parent=made.get(parent or 0), keywords=keywords)
    return list(made.values())


@pytest.mark.parametrize(
    ("text", "first", "word"),
    [
        ("Utredningstiden överskreds", "Utredningstid överskridits", "utredningstiden"),
        # Part of a compound is enough, together with the administration's own words.
        (
            "Utredningen tog mer än fyra månader",
            "Utredningstid överskridits",
            "månader",
        ),
        (
            "Det fanns ingen journalanteckning från mötet",
            "Journalanteckning saknas",
            "journalanteckning",
        ),
        ("Mamman kände sig kränkt av handläggaren", "Bemötande", "kränkt"),
        ("Utskriften låg kvar i skrivaren", "Sekretess/röjande av uppgift", "utskriften"),
    ],
)
def test_the_likeliest_comes_first_and_says_why(text: str, first: str, word: str) -> None:
    suggestion = suggest(text, register())[0]
    assert suggestion.category.name == first
    assert word in suggestion.words


@pytest.mark.parametrize(
    "text", ["", "och det att", "Klockan var 13.15 den 4 mars", "Hunden skällde"]
)
def test_nothing_is_suggested_on_a_guess(text: str) -> None:
    assert suggest(text, register()) == []


def test_at_most_three_and_no_heading_that_has_subcategories() -> None:
    text = "Utredning av SoL-ärende: beslut saknas, journal saknas, dokumentation, kränkt, mejl"
    suggested = suggest(text, register())
    assert len(suggested) == 3
    assert not {"Utreda/besluta i SoL-ärende", "Dokumentation"} & {
        suggestion.category.name for suggestion in suggested
    }

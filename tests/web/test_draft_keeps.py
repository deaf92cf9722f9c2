"""A draft keeps all that was typed and ticked, and what is sent is what stood in the form."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from deviations.models import Category, Deviation, Draft
from deviations.services import drafts
from tests.conftest import Place
from tests.web.test_report_form import NEW, filled, opened, page

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
SAVE = "/avvikelser/ny/spara/"


def _everything(place: Place, category: Category, client: Client) -> dict[str, str]:
    return filled(
        client,
        description="Mötet ställdes in.",
        when="other",
        occurred_on="2026-01-02",
        noticed_on="2026-01-03",
        other_unit=str(place.sister_unit.pk),
        safe_now="no",
        possible_misconduct="on",
        about_manager="on",
        protected="on",
        concerns="person",
        case_number="Ä 12/26",
        done_at_once="Ringde hem.",
        on_behalf_of=str(place.user("nils").pk),
        category=str(category.pk),
    )


def shown(html: str) -> dict[str, str]:
    """Return what stands in the form as it would be sent: values, chosen ones, texts."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = (re.search(rf'{what}="([^"]*)"', tag) for what in ("name", "value"))
        if name is None:
            continue
        chosen = "checked" in tag or ('type="radio"' not in tag and 'type="checkbox"' not in tag)
        if chosen:
            found[name[1]] = value[1] if value else "on"
    for name, value in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\s*([^<]*)<', html):
        found[name] = value.strip()
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', html, re.S):
        chosen_one = re.search(r'<option value="([^"]*)"[^>]*selected', options)
        found[name] = chosen_one[1] if chosen_one else ""
    return found


@pytest.mark.parametrize("way", ["autosave", "button"])
def test_a_draft_forgets_nothing(
    place: Place, category: Category, as_user: Login, way: str
) -> None:
    client = as_user("amina")
    given = _everything(place, category, client)
    if way == "autosave":
        assert client.post(SAVE, given).status_code == 204
    else:
        client.post(NEW, given | {"verb": "save"})
    typed = {name: value for name, value in given.items() if name not in {"key", "author"}}
    # Colleagues and categories are those of today's choices: none is lost by being opened again.
    found = shown(page(client.get(f"{NEW}?utkast={given['key']}")))
    assert {name: found.get(name) for name in typed} == typed
    client.post(NEW, {**found, "verb": "send"})
    _is_as_given(place, category, Deviation.objects.get())


def test_what_is_sent_is_what_stood_in_the_form(
    place: Place, category: Category, as_user: Login
) -> None:
    client = as_user("amina")
    client.post(NEW, _everything(place, category, client))
    _is_as_given(place, category, Deviation.objects.get())


def _is_as_given(place: Place, category: Category, made: Deviation) -> None:
    expected: dict[str, Any] = {
        "description": "Mötet ställdes in.",
        "unit": place.sister_unit,
        "safe_now": "no",
        "possible_misconduct": True,
        "about_manager": True,
        "protected": True,
        "concerns": "person",
        "case_number": "Ä 12/26",
        "done_at_once": "Ringde hem.",
        "on_behalf_of": place.user("nils"),
        "category": category,
    }
    assert {name: getattr(made, name) for name in expected} == expected
    assert [str(made.occurred_on), str(made.noticed_on)] == ["2026-01-02", "2026-01-03"]


def test_nothing_that_the_form_asks_is_left_out_of_the_draft(
    place: Place, category: Category, as_user: Login
) -> None:
    """A field added to the form is added to the draft: what is missing here was forgotten."""
    client = as_user("amina")
    html = page(client.get(NEW))
    asked = set(re.findall(r'<(?:input|textarea|select)[^>]*\bname="([a-z_]+)"', html))
    not_kept = {"csrfmiddlewaretoken", "opened_by", "key", "author", "verb", "files", "q"}
    given = opened(client) | {"description": "Mötet", "safe_now": "yes"}
    client.post(SAVE, given)
    asked = {name for name in asked - not_kept if not name.startswith("remove")}
    every = dict.fromkeys(asked, "x")
    client.post(SAVE, given | every)
    kept = drafts.fields_of(Draft.objects.get())
    assert asked - kept.keys() == set()


@pytest.mark.parametrize("who", ["nils", "eva", "sara", "simon"])
def test_a_draft_is_its_authors_alone(place: Place, as_user: Login, who: str) -> None:
    client = as_user("amina")
    fields = filled(client)
    client.post(SAVE, fields)
    other = as_user(who)
    assert other.get(f"{NEW}?utkast={fields['key']}").status_code == 404
    own = fields | {"author": opened(other)["author"], "description": "Något annat"}
    assert other.post(SAVE, own).status_code == 404
    assert drafts.fields_of(Draft.objects.get(author=place.user("amina")))["description"] == (
        "Mötet ställdes in utan besked."
    )


def test_a_pause_saved_late_leaves_the_sent_report_alone(place: Place, as_user: Login) -> None:
    client = as_user("amina")
    fields = filled(client)
    client.post(SAVE, fields)
    client.post(NEW, fields)
    client.post(SAVE, fields | {"description": "Mötet ställdes in, igen"})
    assert Draft.objects.get().content == ""
    client.post(NEW, fields)
    assert Deviation.objects.count() == 1

"""A log-in anew makes the token of an open form old: the same person loses nothing by it."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from deviations.models import Deviation, Draft, Question
from tests.architecture.test_escaping import TEMPLATES
from tests.conftest import Place

pytestmark = pytest.mark.django_db

TEXT = "Mamman <ringde> och sade\natt brevet aldrig kom fram."
_INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_KEPT = re.compile(r'<textarea hidden name="([^"]+)">\n(.*?)</textarea>', re.S)


def browser(place: Place, name: str) -> Client:
    """A browser that checks tokens, with somebody logged in."""
    client = Client(enforce_csrf_checks=True)
    log_in(client, place, name)
    return client


def log_in(client: Client, place: Place, name: str) -> None:
    """Log in as the log-in page does: with a fresh token for what is opened from now on."""
    client.force_login(place.user(name))
    client.cookies.pop("csrftoken", None)


def opened(client: Client, address: str) -> dict[str, str]:
    """What the form at ``address`` carries without being seen."""
    page = client.get(address).content.decode()
    main = page[page.index("<main") :]
    return {name: unescape(value) for name, value in _INPUT.findall(main)}


def kept(page: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in (*_INPUT.findall(page), *_KEPT.findall(page)):
        fields.setdefault(name, []).append(unescape(value))
    return fields


@pytest.fixture
def question(place: Place, deviation: Deviation) -> str:
    """The address at which a question is put to the reporter."""
    return f"/avvikelser/{deviation.pk}/komplettering/"


def asked(client: Client, address: str, hidden: dict[str, str]) -> tuple[int, str]:
    response = client.post(address, {**hidden, "text": TEXT})
    return response.status_code, response.content.decode()


def test_the_same_person_gets_the_text_back_and_sends_it_once_more(
    place: Place, question: str
) -> None:
    client = browser(place, "eva")
    hidden = opened(client, question)
    assert hidden["opened_by"]
    log_in(client, place, "eva")
    client.get("/")
    status, page = asked(client, question, hidden)
    assert status == 403
    assert "Mamman &lt;ringde&gt; och sade\natt" in page
    assert not Question.objects.exists()
    again = client.post(question, kept(page))
    assert again.status_code == 302
    assert Question.objects.get().text.split() == TEXT.split()


def test_somebody_else_sees_nothing_of_it(place: Place, question: str) -> None:
    client = browser(place, "eva")
    hidden = opened(client, question)
    log_in(client, place, "vera")
    client.get("/")
    status, page = asked(client, question, hidden)
    assert status == 403
    assert "brevet" not in page
    assert "av någon annan" in page


def test_nobody_sees_nothing_of_it_and_is_told_the_way(place: Place, question: str) -> None:
    client = browser(place, "eva")
    hidden = opened(client, question)
    client.cookies.clear()
    client.get("/accounts/login/")
    status, page = asked(client, question, hidden)
    assert status == 403
    assert "brevet" not in page
    assert "ladda om sidan" in page


@pytest.mark.parametrize("note", ["", "1", "x:y:z"])
def test_a_form_without_a_note_that_holds_brings_nothing_back(
    place: Place, question: str, note: str
) -> None:
    """A page elsewhere cannot have a text shown with our button below it."""
    client = browser(place, "eva")
    client.get("/")
    status, page = asked(client, question, {"opened_by": note})
    assert status == 403
    assert "brevet" not in page


def test_a_good_token_does_not_make_another_persons_form_ones_own(
    place: Place, question: str
) -> None:
    """Saving while one writes sends the token of now: the note says whose the text is."""
    client = browser(place, "eva")
    note = opened(client, question)["opened_by"]
    log_in(client, place, "simon")
    hidden = opened(client, "/avvikelser/ny/") | {"opened_by": note}
    status, page = asked(client, question, hidden)
    assert (status, "av någon annan" in page) == (403, True)
    assert not Question.objects.exists()


def test_the_report_is_kept_for_its_author_with_the_token_of_another(place: Place) -> None:
    client = browser(place, "amina")
    hidden = opened(client, "/avvikelser/ny/")
    log_in(client, place, "eva")
    token = opened(client, "/avvikelser/ny/")["csrfmiddlewaretoken"]
    form = {**hidden, "csrfmiddlewaretoken": token, "description": TEXT}
    assert client.post("/avvikelser/ny/spara/", form).status_code == 204
    assert Draft.objects.get().author == place.user("amina")


def test_files_are_chosen_anew_and_passwords_typed_anew(place: Place) -> None:
    client = browser(place, "amina")
    hidden = opened(client, "/avvikelser/ny/")
    log_in(client, place, "amina")
    client.get("/")
    file = SimpleUploadedFile("bild.png", b"x")
    form = {**hidden, "description": TEXT, "files": file, "password1": "hemligt-hemligt"}
    page = client.post("/avvikelser/ny/", form).content.decode()
    assert "Välj dina filer igen" in page
    assert 'type="file" multiple name="files"' in page
    assert "hemligt-hemligt" not in page
    again = client.post("/accounts/password/change/", {**hidden, "oldpassword": "hemligt-hemligt"})
    assert (again.status_code, "hemligt" in again.content.decode()) == (403, False)


def test_every_form_that_posts_carries_token_and_note() -> None:
    posting = re.compile(r"<form[^>]*method=\"post\".*?</form>", re.S)
    found = {
        path.name
        for path in TEMPLATES
        for form in posting.findall(path.read_text(encoding="utf-8"))
        if "{% csrf_token %}" not in form
    }
    # It shows components and sends nothing.
    assert found == {"styleguide.html"}

"""A new board by commands and screens alone: the first Systemförvaltare gives the first SAS."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from casework.access.actor import Actor
from casework.models import Board, Role, User
from tests.accounts.letters import choose_password, code_of, log_in, set_up_codes

pytestmark = pytest.mark.django_db

ORGANISATION = """enhet;avdelning;förvaltning;verksamhetsområde
Utredning;Avdelning Barn;Socialförvaltningen Nya;Barn och unga
"""
HEADER = "användarnamn;förnamn;efternamn;e-post;titel;roll;enhet;avdelning\n"
FIRST = f"{HEADER}simon;Simon;Ny;simon@ny.example;;Systemförvaltare;;\n"
REST = f"""{HEADER}eva;Eva;Ny;eva@ny.example;;Enhetschef;Utredning;
sara;Sara;Ny;sara@ny.example;;Medarbetare;Utredning;
"""


def read_in(path: Path, kind: str, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    out = StringIO()
    call_command("import_register", kind, str(path), stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()[-1]


def test_from_an_empty_database_to_the_first_sas(db: None, tmp_path: Path, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    cache.clear()
    assert not User.objects.exists()

    # By command: the organisation, and the first Systemförvaltare, who has nobody to be asked.
    assert "1 nya" in read_in(tmp_path / "organisation.csv", "organisation", ORGANISATION)
    assert "1 nya" in read_in(tmp_path / "personal.csv", "personal", FIRST)
    simon = User.objects.get(username="simon")
    assert Actor.of(simon).roles == {Role.ADMINISTRATOR}

    # By the letter: a password, and the address is proven. Then the second step.
    choose_password("simon@ny.example")
    assert EmailAddress.objects.get(user=simon).verified
    browser, _ = log_in("simon")
    secret = set_up_codes(browser)
    assert browser.get("/").status_code == 200

    # Out and in again, with the code.
    browser.post("/accounts/logout/")
    cache.clear()
    browser, asked = log_in("simon")
    assert asked.request["PATH_INFO"] == "/accounts/2fa/authenticate/"
    browser.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert browser.get("/").status_code == 200

    # By screen: the people, from a file.
    upload = SimpleUploadedFile("personal.csv", REST.encode(), "text/csv")
    answer = browser.post("/register/personal/", {"file": upload}, follow=True)
    done = browser.post(answer.request["PATH_INFO"], follow=True)
    assert "Inläst: 2 nya" in done.content.decode(), done.request["PATH_INFO"]
    sara = User.objects.get(username="sara")
    assert sara.board == Board.objects.get()

    # By screen: the first SAS, at once, since there is nobody else to ask.
    given = browser.post(f"/organisation/personer/{sara.pk}/", {"role": Role.SAS}, follow=True)
    assert "Rollen är tillagd" in given.content.decode()
    assert Role.SAS in Actor.of(sara).roles

    # Who comes in as the simon did.
    choose_password("sara@ny.example")
    cache.clear()
    hers, _ = log_in("sara")
    set_up_codes(hers)
    assert hers.get("/lex-sarah/").status_code == 200

    # And the next such role is no longer the Systemförvaltare's alone to give.
    eva = User.objects.get(username="eva")
    browser.post(f"/organisation/personer/{eva.pk}/", {"role": Role.DECIDER})
    assert Role.DECIDER not in Actor.of(eva).roles
    assert "Beslutsfattare" in hers.get("/organisation/konton/").content.decode()

"""What a person does with a letter, an app for codes and a log-in page."""

import re
from typing import Any

from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.test import Client

PASSWORD = "fyra gröna hästar på rad"


def link_in(message: Any) -> str:
    """Return the path that the letter leads to."""
    found = re.search(r"https?://[^/\s]+(/\S+)", message.body)
    assert found, message.body
    return found[1]


def ask_for_link(email: str, browser: Client | None = None) -> Any:
    """Ask for a reset letter to ``email``; returns the answer."""
    return (browser or Client()).post("/accounts/password/reset/", {"email": email})


def set_password(path: str, password: str = PASSWORD) -> Any:
    """Follow the link of a letter and choose a password; returns the last answer."""
    browser = Client()
    form = browser.get(path)
    if form.status_code != 302:
        return form
    given = {"password1": password, "password2": password}
    return browser.post(form["Location"], given, follow=True)


def choose_password(email: str, password: str = PASSWORD) -> None:
    """Ask for the letter and choose the password by it."""
    mail.outbox.clear()
    ask_for_link(email)
    (letter,) = mail.outbox
    html = set_password(link_in(letter), password).content.decode()
    assert "Lösenordet är bytt" in html


def code_of(secret: str) -> str:
    """Return what an app for codes shows now."""
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def log_in(username: str, password: str = PASSWORD) -> tuple[Client, Any]:
    """Log in with a password; returns the browser and the page that it ends on."""
    browser = Client()
    given = {"login": username, "password": password}
    return browser, browser.post("/accounts/login/", given, follow=True)


def set_up_codes(browser: Client, password: str = PASSWORD) -> str:
    """Set up an app for codes, giving the password again where asked; returns its secret."""
    path = "/accounts/2fa/totp/activate/"
    form = browser.get(path, follow=True)
    if "reauthenticate" in form.request["PATH_INFO"]:
        where = form.request["PATH_INFO"] + "?" + form.request["QUERY_STRING"]
        form = browser.post(where, {"password": password}, follow=True)
    assert form.request["PATH_INFO"] == path, form.request["PATH_INFO"]
    secret = str(form.context["form"].secret)
    done = browser.post(path, {"code": code_of(secret)}, follow=True)
    assert done.request["PATH_INFO"] != path, done.content.decode()
    return secret

"""The screens of cases as a person uses them: open a page, take a step, be refused."""

from typing import Any

from django.test import Client

from casework.cases.models import Decision, Intake, Investigation

URL = "/arenden/"


def html(client: Client, url: str = URL) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def page_of(record: Any) -> str:
    return f"{URL}{record.case_id}/"


def address(record: Any, slug: str) -> str:
    kind = {Intake: "aktualisering", Investigation: "utredning", Decision: "beslut"}[type(record)]
    return f"{URL}{kind}/{record.pk}/{slug}/"


def take(client: Client, record: Any, slug: str, **given: Any) -> str:
    """Post a step, which is taken; return the page of the case that it leads to."""
    answer = client.post(address(record, slug), given, follow=True)
    assert answer.redirect_chain, answer.content.decode()
    assert answer.status_code == 200
    record.refresh_from_db()
    return answer.content.decode()


def refused(client: Client, record: Any, slug: str, status: int = 422, **given: Any) -> str:
    """Post a step, which is refused; return the page that says why."""
    answer = client.post(address(record, slug), given)
    assert answer.status_code == status
    return answer.content.decode()

"""Two people save the same part of a lex Sarah document at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from casework.models import AuditEvent, Membership, Role
from lexsarah.models import DocumentPart, Report
from lexsarah.services import investigating
from tests.conftest import Place, make_place
from tests.lexsarah.factory import handed_in
from tests.races.overlapping import at_once


@pytest.fixture
def place(transactional_db: None) -> Place:
    """The board, kept by real transactions, with a second SAS."""
    made = make_place("Norr")
    Membership.objects.create(user=made.user("vera"), board=made.board, role=Role.SAS)
    return made


def _investigated(place: Place) -> Report:
    return investigating.start_investigation(place.actor("sara"), handed_in(place).pk)


def _texts(names: tuple[str, ...], place: Place) -> dict[str, Client]:
    clients = {}
    for name in names:
        clients[name] = Client()
        clients[name].force_login(place.user(name))
    # The first request of a process sets up what counts requests: not two at once.
    next(iter(clients.values())).get("/")
    return clients


@pytest.mark.parametrize("by_itself", [True, False])
@pytest.mark.parametrize("version", [0, 1])
def test_one_wins_and_the_other_is_shown_both_texts(
    place: Place, by_itself: bool, version: int
) -> None:
    report = _investigated(place)
    address = f"/lex-sarah/{report.pk}/utredning/event/"
    clients = _texts(("sara", "vera"), place)
    if version:
        clients["sara"].post(address, {"version": 0, "text": "Som det stod."})
    saved = AuditEvent.objects.filter(action="lexsarah.document_saved").count()
    headers: Any = {"HTTP_X_REQUESTED_WITH": "autosave"} if by_itself else {}

    def save(name: str) -> Callable[[], Any]:
        given = {"version": version, "text": f"Det som {name} skrev."}
        return lambda: clients[name].post(address, given, **headers)

    answers = at_once(Report, save("sara"), save("vera"))
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (204 if by_itself else 302, 409)
    part = DocumentPart.objects.get()
    assert part.version == version + 1
    shown = lost.content.decode()
    for name in ("sara", "vera"):
        assert f"Det som {name} skrev." in shown
    assert "Det som står nu" in shown
    # Whoever had just written in it is told of already; another is a new event.
    is_told = bool(version) and "sara" in part.text
    now = AuditEvent.objects.filter(action="lexsarah.document_saved").count()
    assert now == saved + (not is_told)
    # Saved again, knowing it, it holds.
    loser = "vera" if "sara" in part.text else "sara"
    again = {"version": part.version, "text": "Det som båda skrev."}
    assert clients[loser].post(address, again).status_code == 302
    part.refresh_from_db()
    assert part.text == "Det som båda skrev."


def test_different_parts_do_not_hinder_each_other(place: Place) -> None:
    report = _investigated(place)
    clients = _texts(("sara", "vera"), place)

    def save(name: str, part: str) -> Callable[[], Any]:
        address = f"/lex-sarah/{report.pk}/utredning/{part}/"
        return lambda: clients[name].post(address, {"version": 0, "text": "Text."})

    answers = at_once(Report, save("sara", "event"), save("vera", "noticed"))
    assert [answer.status_code for answer in answers] == [302, 302]
    assert DocumentPart.objects.count() == 2

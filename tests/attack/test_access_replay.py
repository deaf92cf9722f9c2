"""Every address that names a record, asked by every role for records that are closed to it.

The oracle is ``visible_to``: whoever may not open a record gets the answer that an unknown one
gets, to the letter's number, and nothing is written on the way to it. Addresses and bodies are
those of the access walk; what its table says of who gets in is not looked at here.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client

from casework.access.actor import Actor
from casework.models import (
    Case,
    Deadline,
    Decision,
    Intake,
    Investigation,
    User,
    WatchedTime,
)
from deviations.models import Deviation, Proposal
from lexsarah.asked import asked_of, delivered_to
from lexsarah.models import Measure, ProviderInformation, Report
from tests.architecture.test_access import (  # noqa: F401 its fixture is used by name
    Door,
    Written,
    _doors,
    _light_on_foot,
)
from tests.architecture.world import build

# One for each role of a board, and who works in or leads another unit.
VISITORS = ("amina nils frida eva anna sara vera rut birgit gun simon sven erik farid arne").split()
STRANGERS = "amina nils frida eva anna sara vera rut birgit gun simon".split()
ELSEWHERE, UNKNOWN = "elsewhere", "unknown"
# No more is asked when so much time has gone; what was asked is told.
SECONDS = 20 * 60

Ids = dict[str, Any]
Opens = Callable[[Actor, Ids], bool]


def _record(key: str, records: Callable[[Actor], QuerySet[Any]]) -> Opens:
    return lambda actor, ids: records(actor).filter(pk=ids[key]).exists()


def _manager(model: Any) -> Callable[[Actor], QuerySet[Any]]:
    return lambda actor: model.objects.visible_to(actor)


_DEVIATION = _record("deviation_id", _manager(Deviation))
_REPORT = _record("report_id", _manager(Report))
_IN_REGISTER = _record("report_id", lambda actor: Report.objects.in_official_register(actor))


def _beside(key: str, theirs: Callable[[Actor], QuerySet[Any]]) -> Opens:
    """What belongs to a report is open with it, or by being addressed to somebody."""
    own = _record(key, theirs)
    return lambda actor, ids: _REPORT(actor, ids) or own(actor, ids)


# Which rule of access opens what an address names; what is not here is the whole board's.
OPENS: dict[str, Opens] = {
    **dict.fromkeys(
        ("deviation_id", "question_id", "exchange_id", "attachment_id", "action_id"), _DEVIATION
    ),
    "proposal_id": _record("proposal_id", _manager(Proposal)),
    "case_id": _record("case_id", _manager(Case)),
    "intake_id": _record("intake_id", _manager(Intake)),
    "investigation_id": _record("investigation_id", _manager(Investigation)),
    "case_decision_id": _record("case_decision_id", _manager(Decision)),
    "watched_time_id": _record("watched_time_id", _manager(WatchedTime)),
    "deadline_id": _record("deadline_id", _manager(Deadline)),
    **dict.fromkeys(
        ("report_id", "note_id", "report_cause_id", "document_id", "entry_id", "letter_id",
         "text_id"),
        _REPORT,
    ),
    "information_id": _record("information_id", _manager(ProviderInformation)),
    "request_id": _beside("request_id", asked_of),
    "delivery_id": _beside("delivery_id", delivered_to),
    "measure_id": _beside(
        "measure_id", lambda actor: Measure.objects.filter(owner=actor.user_id)
    ),
    "draft_key": lambda actor, ids: actor.user_id == ids["user_id"],
    "lex_draft_key": lambda actor, ids: actor.user_id == ids["user_id"],
}  # fmt: skip


class Replay:
    """Asks for everything as everybody, and leaves all as it was."""

    def __init__(self) -> None:
        place, self.ids = build()
        other = {
            user.username.partition("-")[0]: user
            for user in User.objects.exclude(board=place.board).filter(username__contains="-söder")
        }
        self.people = {name: place.user(name) for name in VISITORS}
        self.people |= {f"{name} (elsewhere)": other[name] for name in STRANGERS}
        self.clients = {}
        for name, user in self.people.items():
            self.clients[name] = Client(raise_request_exception=False)
            self.clients[name].force_login(user)
        self.actors = {name: Actor.of(user) for name, user in self.people.items()}
        self.ids[UNKNOWN] = {key: _unknown(key, value) for key, value in self.ids["own"].items()}
        self.written = Written()
        self.counts: Counter[str] = Counter()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL join_collapse_limit = 1")
        self.start = transaction.savepoint()

    def is_open(self, name: str, kind: str, door: Door, keys: set[str]) -> bool:
        """Say whether the rules of access open all that the door names to the person."""
        if name.endswith(")") != (kind == ELSEWHERE):
            return False
        ids, actor = self.ids[kind], self.actors[name]
        in_register = "diarium" in door.route.pattern or "register/" in door.route.pattern
        return all(
            OPENS[key](actor, ids)
            or (key == "report_id" and in_register and _IN_REGISTER(actor, ids))
            for key in keys
            if key in OPENS
        )

    def ask(self, name: str, door: Door, kind: str) -> tuple[int, str, int, bool]:
        """Return status, where it leads to, length of the answer, and whether it wrote."""
        row, values = door.row, self.ids[kind]
        ids = values | {key: values.get(other, other) for key, other in row.ids.items()}
        body = {key: values.get(other, other) for key, other in row.body.items()}
        address = door.route.address(ids)
        given: dict[str, Any] = {"data": body}
        if door.method != "get" and address.startswith("/api/"):
            given["content_type"] = "application/json"
        self.written.clear()
        with connection.execute_wrapper(self.written):
            answer: HttpResponse = getattr(self.clients[name], door.method)(address, **given)
        content = b"".join(answer) if answer.streaming else answer.content
        wrote = self.written.anything
        if wrote or answer.status_code >= 500:
            transaction.set_rollback(False)
            transaction.savepoint_rollback(self.start)
        self.counts["requests"] += 1
        named = [str(values[key]) for key in _keys(door, self.ids["own"])]
        text = re.sub(rf"\b({'|'.join(map(re.escape, named))})\b", "", content.decode("latin-1"))
        to = re.sub(r"\d+", "", answer.headers.get("Location", ""))
        return answer.status_code, to, len(text), wrote

    def faults(self, door: Door) -> Iterator[str]:
        """Yield each answer to somebody for whom the record is closed that an unknown one lacks."""
        keys = _keys(door, self.ids["own"])
        for name in self.people:
            unknown = self.ask(name, door, UNKNOWN)
            for kind in self.ids:
                if kind == UNKNOWN:
                    continue
                # Nobody of another board opens any of these: one kind stands for all.
                if name.endswith(")") and kind != "own":
                    continue
                is_open = self.is_open(name, kind, door, keys)
                asked = (
                    f"{door.method.upper()} /{door.route.pattern} {door.row.ids} as {name}, {kind}"
                )
                got = self.ask(name, door, kind)
                if got[0] >= 500:
                    yield f"{asked}: {got[0]}"
                if is_open:
                    self.counts["open"] += 1
                    continue
                self.counts["closed"] += 1
                if got[:3] != unknown[:3]:
                    yield f"{asked}: {got[:3]}, an unknown one {unknown[:3]}"
                if got[3]:
                    yield f"{asked}: wrote"


def _unknown(key: str, value: Any) -> Any:
    if isinstance(value, int):
        return 2_000_000_000 + value
    return f"{value[:-3]}xxx" if isinstance(value, str) else uuid4()


def _keys(door: Door, ids: Ids) -> set[str]:
    """Return which ids of the world the door's address and body take."""
    taken = {door.row.ids.get(name, name) for name in door.route.parameters}
    return (taken | set(door.row.body.values())) & ids.keys()


@pytest.mark.django_db
@pytest.mark.usefixtures("_light_on_foot")
@pytest.mark.parametrize("api", [False, True], ids=["pages", "api"])
def test_what_is_closed_answers_as_what_is_not_there(
    *, api: bool, record_property: Callable[[str, object], None]
) -> None:
    replay = Replay()
    doors = [
        door
        for door in _doors()
        if _keys(door, replay.ids["own"]) and door.route.pattern.startswith("api/") == api
    ]
    until = time.monotonic() + SECONDS
    faults: list[str] = []
    asked = 0
    for door in doors:
        if time.monotonic() > until:
            break
        faults += replay.faults(door)
        asked += 1
    record_property(
        "counts",
        f"{replay.counts['requests']} requests at {asked} of {len(doors)} doors, "
        f"{replay.counts['closed']} for what is closed, {len(faults)} open doors",
    )
    assert not faults, f"{len(faults)} of {replay.counts['closed']}:\n" + "\n".join(faults[:60])
    # Doors that open for nobody would tell nothing.
    assert replay.counts["open"] > len(doors)
    assert asked == len(doors)

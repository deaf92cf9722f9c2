"""People who work over HTTP while processes are killed under them, and remember what was answered.

An act without an answer is done again until there is one. Whoever changes a record says which
version was read, so that what had been done after all is refused (412, 409) and not done twice.
"""

from __future__ import annotations

import http.client
import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Condition
from typing import Any

from tests.attack.ground import PASSWORD
from tests.attack.serving import PATIENCE, Answer, Caller

REFUSED_AGAIN = {404, 409, 412}
Given = Mapping[str, Any]


@dataclass
class Ledger:
    """What has been answered: each act with who did it and to which record."""

    acts: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    sent: set[str] = field(default_factory=set)
    discarded: set[str] = field(default_factory=set)
    deviations: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    reports: dict[str, int] = field(default_factory=dict)
    imported: list[str] = field(default_factory=list)
    unanswered: int = 0
    answered: int = 0
    changed: Condition = field(default_factory=Condition)

    def note(self, event: str, who: str, pk: int) -> None:
        """An act was answered."""
        with self.changed:
            self.acts[event, who, pk] += 1
            self.answered += 1
            self.changed.notify_all()

    def wait_for(self, more: int) -> None:
        """Return when so many more acts have been answered."""
        with self.changed:
            wanted = self.answered + more
            came = self.changed.wait_for(lambda: self.answered >= wanted, PATIENCE)
        assert came, "the service did not come back"


@dataclass
class Person:
    """Somebody who works, with a token for the API and a session in a browser."""

    name: str
    login: str
    port: int
    ledger: Ledger
    token: str = ""

    def __post_init__(self) -> None:
        self.browser = Caller(self.port)
        assert self.browser.log_in(self.login, PASSWORD).status == 302
        given = {"username": self.login, "password": PASSWORD}
        self.token = json.loads(self.call("POST", "token/", given).text)["token"]

    def once(self, ask: Callable[[], Answer]) -> Answer | None:
        """Ask; None where no answer came, or that something went wrong inside."""
        try:
            answer = ask()
        except (OSError, http.client.HTTPException):
            answer = None
        if answer is None or answer.status >= 500:
            self.ledger.unanswered += 1
            time.sleep(0.2)
            return None
        return answer

    def until_answered(self, ask: Callable[[], Answer]) -> tuple[Answer, bool]:
        """Ask until there is an answer; say whether it was asked more than once."""
        end = time.monotonic() + PATIENCE
        for attempt in itertools.count():
            answer = self.once(ask)
            if answer is not None:
                return answer, attempt > 0
            assert time.monotonic() < end, "no answer came"
        raise AssertionError

    def call(self, method: str, path: str, body: Given | None, version: str = "") -> Answer:
        """Ask the API once."""
        headers = {"Authorization": f"Token {self.token}"} if self.token else {}
        headers |= {"If-Match": version} if version else {}
        return Caller(self.port).ask(method, f"/api/v1/{path}", headers, data=body)

    def read(self, path: str) -> Answer:
        """Read something."""
        answer, _ = self.until_answered(lambda: self.call("GET", path, None))
        assert answer.status == 200, answer.text
        return answer

    def act(self, event: str, path: str, pk: int, body: Given | None = None, of: str = "") -> None:
        """Do one thing with a record, from the version that is read now."""
        version = self.read(f"{of or path.split('/')[0]}/{pk}/").headers.get("ETag", "")
        answer, again = self.until_answered(lambda: self.call("POST", path, body or {}, version))
        done = answer.status in (200, 201, 204) or (again and answer.status in REFUSED_AGAIN)
        assert done, f"{path}: {answer.status} {answer.text}"
        self.ledger.note(event, self.name, pk)

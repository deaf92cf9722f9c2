"""The access walk: every address × every role × own, other unit, other board, protected."""

import copy
import logging
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from casework.access.actor import Actor
from casework.models import User
from config.backends import WithBoard
from deviations.models import Deviation
from deviations.web.handling.acts import BY_SLUG
from tests.architecture.access_rules import EVERYONE, SEES, Gate, Row, Rule
from tests.architecture.access_table import ADMIN, LOGIN, SLUGS, TABLE
from tests.architecture.routes import Route, all_routes
from tests.architecture.world import KINDS, build

ANONYMOUS = "nobody logged in"
DEVIATIONS = Deviation._meta.db_table
# What getting in may look like; an empty or stale form is answered by those who may post it.
IN = {
    "get": {200, 302, 400, 409, 503},
    "post": {200, 201, 204, 302, 400, 409, 412, 422, 428},
    "put": {200, 201, 400},
    "delete": {204},
}


def _ours() -> list[Route]:
    return [route for route in all_routes() if not route.pattern.startswith((LOGIN, ADMIN))]


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    routes = {route.pattern for route in _ours()}
    assert routes - TABLE.keys() == set(), "Add rows to tests/architecture/access_table.py"
    assert TABLE.keys() - routes == set(), "Rows whose route is gone"


def test_every_method_that_a_viewset_binds_has_a_rule() -> None:
    for route in _ours():
        for method in route.methods - {"head"}:
            for row in TABLE.get(route.pattern, []):
                assert getattr(row, method, None) is not None, (method, route.pattern)


def test_every_act_with_a_page_of_its_own_has_a_row() -> None:
    assert set(SLUGS) == set(BY_SLUG)


@dataclass(frozen=True)
class Door:
    """One method of one address, by one row of the table."""

    route: Route
    row: Row
    method: str
    rule: Rule | Gate

    @property
    def lock(self) -> tuple[object, ...]:
        """What doors that are opened by the same hand have in common."""
        return self.rule, self.method, self.route.pattern.startswith("api/")

    def visitors(self, kind: str, *, full: bool) -> list[str]:
        """Return who knocks: all, or one who gets in, one who does not, and nobody logged in.

        Who the two are differs from door to door. Of records in other places only who does not
        get in is sent, where there is anybody. Who is not logged in is stopped before any record
        is looked for, and gets in where all may.
        """
        public = isinstance(self.rule, Gate) and self.rule.public
        nobody = [ANONYMOUS] if kind == KINDS[0] else []
        if public or full:
            return nobody + ([] if public else sorted(EVERYONE))
        inside = sorted(name for name in EVERYONE if self.rule.gets_in(kind, name))
        outside = sorted(EVERYONE - set(inside))
        turn = zlib.crc32(f"{self.route.pattern} {self.row.ids} {self.method} {kind}".encode())
        groups = [inside, outside] if kind == KINDS[0] or not outside else [outside]
        return nobody + [names[turn % len(names)] for names in groups if names]


def _doors() -> list[Door]:
    return [
        Door(route, row, method, rule)
        for route in _ours()
        for row in TABLE.get(route.pattern, [])
        for method in ("get", "post", "put", "delete")
        if (rule := getattr(row, method)) is not None
    ]


class Written:
    """Notices whether anything, and whether any deviation, was written since ``clear``."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self.anything = self.deviations = False

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        """Look at a statement on its way to the database."""
        text = str(sql).lstrip("(")
        # What is selected from no table is what a function does, as when the audit is written.
        reads = text.startswith("SELECT") and "FROM" in text
        if not reads and not text.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            self.anything = True
            self.deviations |= DEVIATIONS in text
        return execute(sql, params, many, context)


class Walker:
    """Knocks on doors as named people, and leaves everything as it was."""

    def __init__(self) -> None:
        place, self.ids = build()
        self.written = Written()
        self.knocks = 0
        with connection.cursor() as cursor:
            # With hardly a row in any table, looking for the best order of tables to join takes
            # many times as long as the answer.
            cursor.execute("SET LOCAL join_collapse_limit = 1")
        self.clients = {ANONYMOUS: Client(raise_request_exception=False)}
        for name in sorted(EVERYONE):
            client = Client(raise_request_exception=False)
            client.force_login(place.user(name))
            self.clients[name] = client
        self.before = self._versions()
        self.start = transaction.savepoint()

    def knock(
        self, name: str, method: str, address: str, body: dict[str, Any]
    ) -> tuple[int | str, bool]:
        """Return how the door opened and whether any deviation changed; all is rolled back."""
        client = self.clients[name]
        given: dict[str, Any] = {"data": body}
        if method != "get" and address.startswith("/api/"):
            given["content_type"] = "application/json"
        self.written.clear()
        with connection.execute_wrapper(self.written):
            answer = getattr(client, method)(address, **given)
        changed = method != "get" and self.written.deviations and self._versions() != self.before
        if self.written.anything or answer.status_code >= 500:
            transaction.set_rollback(False)
            transaction.savepoint_rollback(self.start)
        return _outcome(answer), changed

    def faults(self, door: Door, kind: str, *, full: bool) -> Iterator[str]:
        """Yield what the door answered otherwise than its row says."""
        rule, row, method = door.rule, door.row, door.method
        # An address that names no record answers the same whatever the records.
        if isinstance(rule, Gate) and kind != KINDS[0]:
            return
        values = self.ids[kind]
        ids = values | {name: values.get(other, other) for name, other in row.ids.items()}
        body = {name: values.get(other, other) for name, other in row.body.items()}
        address = door.route.address(ids)
        for name in door.visitors(kind, full=full):
            got, changed = self.knock(name, method, address, body)
            self.knocks += 1
            wanted = _wanted(row, rule, kind, name, method, address)
            knocked = f"{method.upper()} {address} ({door.route.pattern}, {kind}) as {name}"
            if got not in wanted:
                yield f"{knocked}: {got}, not {wanted}"
            if changed and not (name in EVERYONE and SEES.gets_in(kind, name)):
                yield f"{knocked}: changed a deviation"

    @staticmethod
    def _versions() -> list[tuple[int, int]]:
        return list(Deviation.objects.order_by("pk").values_list("pk", "version"))


def _wanted(
    row: Row, rule: Rule | Gate, kind: str, name: str, method: str, address: str
) -> set[int | str]:
    if name == ANONYMOUS:
        if row.anonymous is not None:
            return {row.anonymous}
        if isinstance(rule, Gate) and rule.public:
            return set(IN[method])
        return {401} if address.startswith("/api/") else {"login"}
    return set(IN[method]) if rule.gets_in(kind, name) else {rule.refusal(kind, name)}


def _outcome(answer: HttpResponse) -> int | str:
    to = answer.headers.get("Location", "")
    return "login" if answer.status_code == 302 and "/login/" in to else (answer.status_code)


@pytest.fixture
def _light_on_foot(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Walk without what is the same at every door: the menu with its counts, the words of a
    refusal, the log, the session's row, and working out anew who one is. Thousands of answers
    are made, only their status is looked at, and nobody's roles change on the way."""
    settings.MEDIA_ROOT = tmp_path
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    known: dict[int, Actor] = {}
    work_out = Actor.of

    def remembered(user: User) -> Actor:
        if user.pk not in known:
            known[user.pk] = work_out(user)
        return known[user.pk]

    monkeypatch.setattr(Actor, "of", remembered)
    users: dict[int, User | None] = {}
    fetch = WithBoard.get_user

    def at_hand(backend: WithBoard, user_id: int) -> User | None:
        if user_id not in users:
            users[user_id] = fetch(backend, user_id)
        # A copy, since what one page sets on it is not for the next.
        return copy.copy(users[user_id])

    monkeypatch.setattr(WithBoard, "get_user", at_hand)
    for name in ("404.html", "error.html", "403.html"):
        (tmp_path / name).write_text("{{ message }}")
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].insert(0, tmp_path)
    templates[0]["OPTIONS"]["context_processors"].remove("casework.kit.nav.navigation")
    settings.TEMPLATES = templates
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


# One test for each kind of record, so that they can run beside one another.
@pytest.mark.django_db
@pytest.mark.usefixtures("_light_on_foot")
@pytest.mark.parametrize("kind", KINDS)
def test_the_first_door_of_each_lock_answers_all_and_its_like_two(kind: str) -> None:
    walker = Walker()
    locks: set[object] = set()
    faults: list[str] = []
    for door in _doors():
        faults += walker.faults(door, kind, full=door.lock not in locks)
        locks.add(door.lock)
    _assert_none(faults)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.usefixtures("_light_on_foot")
@pytest.mark.parametrize("kind", KINDS)
def test_every_route_answers_each_role_as_the_table_says(
    kind: str, record_property: Callable[[str, object], None]
) -> None:
    walker = Walker()
    faults = [fault for door in _doors() for fault in walker.faults(door, kind, full=True)]
    record_property("counts", f"{walker.knocks} requests, {len(faults)} open doors")
    _assert_none(faults)


def test_who_knocks_at_a_door_like_others_is_one_inside_and_one_outside() -> None:
    for door in _doors():
        for kind in KINDS:
            two = [name for name in door.visitors(kind, full=False) if name != ANONYMOUS]
            everyone = [name for name in door.visitors(kind, full=True) if name != ANONYMOUS]
            answers = {door.rule.gets_in(kind, name) for name in everyone}
            wanted = answers if kind == KINDS[0] or False not in answers else {False}
            assert sorted(door.rule.gets_in(kind, name) for name in two) == sorted(wanted)


def _assert_none(faults: list[str]) -> None:
    assert faults == [], f"{len(faults)} doors stand otherwise:\n" + "\n".join(faults)


@pytest.mark.django_db
@pytest.mark.usefixtures("_light_on_foot")
def test_the_administration_is_closed_to_all_but_the_systemforvaltare() -> None:
    walker = Walker()
    values = {"object_id": "1", "content_type_id": "1", "app_label": "casework", "url": "x"}
    for route in all_routes():
        # Django's own for logging in and out, and patterns that repeat others as expressions.
        if not route.pattern.startswith(ADMIN) or "(?P" in route.pattern:
            continue
        if route.pattern in ("admin/login/", "admin/logout/", "admin/jsi18n/"):
            continue
        for name in walker.clients.keys() - {"simon"}:
            outcome, _ = walker.knock(name, "get", route.address(values), {})
            assert outcome in ("login", 403), (route.pattern, name, outcome)

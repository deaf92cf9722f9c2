"""The access walk: every address × every role × own, other unit, other board, protected."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.architecture.access_table import ADMIN, EVERYONE, LOGIN, TABLE, Gate, Row, Rule
from tests.architecture.routes import Route, all_routes
from tests.architecture.world import KINDS, build

ANONYMOUS = "nobody logged in"
# What getting in may look like; an empty or stale form is answered by those who may post it.
IN = {
    "get": {200, 302, 409, 503},
    "post": {200, 201, 204, 302, 400, 409, 412, 422, 428},
    "delete": {204},
}
_CODE = {"hidden": 404, "forbidden": 403}


def _ours() -> list[Route]:
    return [route for route in all_routes() if not route.pattern.startswith((LOGIN, ADMIN))]


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    routes = {route.pattern for route in _ours()}
    assert routes - TABLE.keys() == set(), "Add rows to tests/architecture/access_table.py"
    assert TABLE.keys() - routes == set(), "Rows whose route is gone"


def test_every_method_that_a_viewset_binds_has_a_rule() -> None:
    for route in _ours():
        row = TABLE.get(route.pattern, Row())
        for method in route.methods - {"head"}:
            assert getattr(row, method, None) is not None, (method, route.pattern)


class Walker:
    """Knocks on doors as named people, and leaves everything as it was."""

    def __init__(self) -> None:
        place, self.ids = build()
        self.clients = {ANONYMOUS: Client(raise_request_exception=False)}
        for name in EVERYONE:
            client = Client(raise_request_exception=False)
            client.force_login(place.user(name))
            self.clients[name] = client

    def knock(self, name: str, method: str, address: str, body: dict[str, Any]) -> HttpResponse:
        """Return the answer; what it changed is rolled back."""
        client = self.clients[name]
        given: dict[str, Any] = {"data": body}
        if method != "get" and address.startswith("/api/"):
            given["content_type"] = "application/json"
        with transaction.atomic():
            answer = getattr(client, method)(address, **given)
            transaction.set_rollback(True)
        return answer

    def faults(self, route: Route, row: Row, kind: str) -> Iterator[str]:
        """Yield what the route answered otherwise than its row says."""
        values = self.ids[kind]
        for method in ("get", "post", "delete"):
            rule: Rule | Gate | None = getattr(row, method)
            # An address that names no record answers the same whatever the records.
            if rule is None or (isinstance(rule, Gate) and kind != KINDS[0]):
                continue
            ids = values | {name: values[other] for name, other in row.ids.items()}
            body = {name: values.get(str(value), value) for name, value in row.body.items()}
            address = route.address(ids)
            for name in self.clients:
                answer = self.knock(name, method, address, body if method == "post" else {})
                wanted = self._wanted(rule, kind, name, method, address)
                if _outcome(answer) not in wanted:
                    knocked = f"{method.upper()} {route.pattern} ({kind}) as {name}"
                    yield f"{knocked}: {_outcome(answer)}, not {wanted}"

    def _wanted(
        self, rule: Rule | Gate, kind: str, name: str, method: str, address: str
    ) -> set[int | str]:
        if name == ANONYMOUS:
            if isinstance(rule, Gate) and rule.public:
                return set(IN[method])
            return {401} if address.startswith("/api/") else {"login"}
        expected = rule.expected(kind, name)
        return set(IN[method]) if expected == "in" else {_CODE[expected]}


def _outcome(answer: HttpResponse) -> int | str:
    to = answer.headers.get("Location", "")
    return (
        "login"
        if answer.status_code == 302 and to.startswith("/accounts/login/")
        else (answer.status_code)
    )


# One test for each kind of record, so that they can run beside one another.
@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_every_route_answers_each_role_as_the_table_says(kind: str) -> None:
    walker = Walker()
    faults = [
        fault
        for route in _ours()
        if route.pattern in TABLE
        for fault in walker.faults(route, TABLE[route.pattern], kind)
    ]
    assert faults == [], f"{len(faults)} doors stand otherwise:\n" + "\n".join(faults)


@pytest.mark.django_db
def test_the_administration_is_closed_to_all_but_staff() -> None:
    walker = Walker()
    values = {"object_id": "1", "content_type_id": "1", "app_label": "casework", "url": "x"}
    for route in all_routes():
        # Django's own for logging in and out, and patterns that repeat others as expressions.
        if not route.pattern.startswith(ADMIN) or "(?P" in route.pattern:
            continue
        if route.pattern in ("admin/login/", "admin/logout/", "admin/jsi18n/"):
            continue
        for name in walker.clients:
            answer = walker.knock(name, "get", route.address(values), {})
            assert answer.status_code in (302, 403), (route.pattern, name, answer.status_code)
            if answer.status_code == 302:
                assert "login" in answer.headers["Location"], (route.pattern, name)

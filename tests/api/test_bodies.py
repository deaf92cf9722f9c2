"""Bodies, cursors and sizes that no client of good will sends: refused in words, never a 500."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser

from casework.kit.api import OwnBoardField, Pages, Several
from casework.kit.bodies import LONGEST_LIST, JsonBody
from casework.models import Board
from casework.shared import limits
from tests.conftest import Place

pytestmark = pytest.mark.django_db

BODIES: dict[str, bytes] = {
    "deep lists": b"[" * 5_000,
    "deep lists, closed": b"[" * 5_000 + b"]" * 5_000,
    "deep objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "deep in a field": b'{"username":' + b"[" * 900 + b"]" * 900 + b"}",
    "twenty-one levels": b"[" * 21 + b"]" * 21,
    "NaN": b'{"username": NaN}',
    "Infinity": b'{"username": -Infinity}',
    "1e400": b'{"username": 1e400}',
    "10,000 digits": b'{"username": ' + b"9" * 10_000 + b"}",
    "20 digits": b'{"username": ' + b"9" * 20 + b"}",
    "twice": b'{"username": "a", "username": "b"}',
    "invalid UTF-8": b'{"username": "\xff\xfe"}',
    "UTF-16": '{"username": "a"}'.encode("utf-16"),
    "NUL": b'{"username": "a\\u0000b"}',
    "NUL in a name": b'{"a\\u0000": "b"}',
    "NUL byte": b'{"username": "a\x00b"}',
    "lone surrogate": b'{"username": "\\ud800", "password": "x"}',
    "long list": b'{"username": [' + b"1," * LONGEST_LIST + b"1]}",
    "a list": b"[]",
    "a number": b"1",
    "a text": b'"x"',
    "nothing": b"null",
    "half": b'{"username": ',
    "empty": b" ",
}


@pytest.fixture
def anybody() -> Client:
    # Otherwise the limit on attempts answers first.
    cache.clear()
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("title", BODIES)
def test_an_odd_body_is_refused_in_words(anybody: Client, title: str) -> None:
    answer = anybody.post("/api/v1/token/", BODIES[title], content_type="application/json")
    assert answer.status_code == 400, title
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["message"]


@pytest.mark.parametrize("charset", ["utf-16", "bz2", "klingon", "latin-1"])
def test_the_encoding_that_a_body_names_changes_nothing(anybody: Client, charset: str) -> None:
    answer = anybody.generic(
        "POST", "/api/v1/token/", b"{}", content_type=f"application/json; charset={charset}"
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "wrong_credentials"


def cursor(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


CURSORS = [
    cursor("p=a%00b"),
    cursor("p=1000"),
    cursor("p=2022-13-45"),
    cursor("p="),
    cursor("p=" + "9" * 40),
    cursor("p=-1e9"),
    cursor("o=-1"),
    cursor("o=99999999999"),
    cursor("o=" + "9" * 5000),
    cursor("r=x"),
    cursor("r=2"),
    cursor("x=1"),
    cursor("o=0"),
    "!!!",
    "cD0x!",
    "å",
    "cD0",
    "\x00",
    "x",
]


def views(resolver: Any = None, prefix: str = "/") -> Iterator[tuple[str, Any, Any]]:
    """Yield (pattern, class, callback) of every view of the API."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from views(entry, pattern)
        elif hasattr(entry.callback, "cls"):
            yield pattern, entry.callback.cls, entry.callback


def list_addresses() -> list[str]:
    found = set()
    for pattern, view, callback in views():
        listed = (getattr(callback, "actions", None) or {}).get("get") == "list"
        if listed and getattr(view, "pagination_class", None) and "<" not in pattern:
            found.add(pattern)
    return sorted(found)


def test_a_made_up_cursor_is_refused_on_every_list(place: Place, as_user: Any) -> None:
    client = as_user("sara")
    client.raise_request_exception = False
    addresses = list_addresses()
    assert len(addresses) >= 10
    opened = 0
    for address in addresses:
        if client.get(address).status_code != 200:
            continue
        opened += 1
        for given in CURSORS:
            answer = client.get(address, {"cursor": given})
            by_id = given == cursor("p=1000") and answer.status_code == 200
            assert by_id or answer.status_code == 400, (address, given, answer.status_code)
    assert opened >= 10


def test_every_list_has_pages_of_the_one_kind() -> None:
    for pattern, view, _ in views():
        kind = getattr(view, "pagination_class", None)
        assert kind is None or issubclass(kind, Pages), pattern


def test_the_cursors_given_out_lead_through_the_whole_list(place: Place, as_user: Any) -> None:
    client = as_user("sara")
    found: list[int] = []
    address: str | None = "/api/v1/units/?page_size=1"
    while address:
        page = client.get(address).json()
        found += [unit["id"] for unit in page["results"]]
        before, address = page["previous"], page["next"]
    assert len(found) == len(set(found)) == 3
    assert client.get(before).status_code == 200


def test_every_body_is_read_within_the_bounds() -> None:
    for pattern, view, callback in views():
        given = getattr(callback, "initkwargs", {}).get("parser_classes", view.parser_classes)
        assert set(given) <= {JsonBody, MultiPartParser}, pattern
        assert JsonBody in given, pattern


def _fields(field: Any, name: str) -> Any:
    if getattr(field, "read_only", False):
        return
    yield name, field
    if isinstance(field, serializers.ListField | serializers.ListSerializer):
        yield from _fields(field.child, f"{name}[]")
    elif isinstance(field, serializers.Serializer):
        for key, inner in field.fields.items():
            yield from _fields(inner, f"{name}.{key}")


def _subclasses(kind: type) -> Any:
    for below in kind.__subclasses__():
        yield below
        yield from _subclasses(below)


def test_every_list_in_a_body_has_a_length() -> None:
    assert get_resolver().url_patterns
    seen = 0
    for kind in set(_subclasses(serializers.Serializer)):
        if not kind.__module__.startswith(("casework", "deviations", "lexsarah")):
            continue
        for name, field in _fields(kind(), kind.__name__):
            if isinstance(field, serializers.ManyRelatedField):
                seen += 1
                assert isinstance(field, Several), name
            elif isinstance(field, serializers.ListField):
                seen += 1
                assert field.max_length is None or field.max_length <= LONGEST_LIST, name
    assert seen > 10


def test_more_ids_than_anybody_chooses_are_refused_before_they_are_looked_up(
    place: Place, django_assert_num_queries: Any
) -> None:
    field = OwnBoardField(queryset=Board.objects.all(), many=True)
    with django_assert_num_queries(0), pytest.raises(serializers.ValidationError, match="högst"):
        field.run_validation(list(range(101)))


@pytest.mark.parametrize("path", ["/api/v1/token/", "/accounts/login/", "/finns-inte/"])
def test_what_says_that_it_is_too_large_is_not_read(anybody: Client, path: str) -> None:
    answer = anybody.generic("POST", path, b"", CONTENT_LENGTH=str(limits.REQUEST + 1))
    _is_too_large(answer, api=path.startswith("/api/"))


def test_a_body_of_json_that_is_too_large_is_413(anybody: Client) -> None:
    body = json.dumps({"username": "x" * limits.TEXT})
    answer = anybody.post("/api/v1/token/", body, content_type="application/json")
    _is_too_large(answer, api=True)


@pytest.mark.parametrize("what", ["text", "fields", "files"])
def test_a_form_that_is_too_large_is_413(anybody: Client, what: str) -> None:
    body: dict[str, Any] = {
        "text": {"login": "x" * limits.TEXT, "password": "x"},
        "fields": {f"f{number}": "" for number in range(1_001)},
        "files": {f"f{number}": SimpleUploadedFile("a.txt", b"a") for number in range(21)},
    }[what]
    _is_too_large(anybody.post("/accounts/login/", body), api=False)


def _is_too_large(answer: Any, *, api: bool) -> None:
    assert answer.status_code == 413
    if api:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "too_large"
        assert answer.json()["errors"][0]["message"].startswith("Det du skickade är för stort.")
    else:
        assert "Det du skickade är för stort." in answer.content.decode()
        assert 'lang="sv"' in answer.content.decode()

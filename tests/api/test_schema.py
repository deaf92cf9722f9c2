"""The description of the API, and what happens to whoever sends nonsense that fits it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.generation.meta import CoverageScenario
from schemathesis.python._constants.orchestrator import build_constants_pool

from casework.api.authentication import make_token
from config.wsgi import application
from deviations.models import Deviation
from tests.conftest import Place, make_report

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"


WORDS = ("description", "title", "example", "examples")


def _shape(part: Any, components: dict[str, Any]) -> Any:
    """Return what a part of the description takes, without names and words."""
    if isinstance(part, list):
        return [_shape(inner, components) for inner in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _shape(components[part["$ref"].rsplit("/", 1)[1]], components)
    return {key: _shape(inner, components) for key, inner in part.items() if key not in WORDS}


def _operations() -> list[Any]:
    """Return every operation's name, read without what it takes to try them.

    Of those that take exactly the same, all but the first are tried in the long run alone.
    """
    described = yaml.load(COMMITTED.read_text(), yaml.CSafeLoader)  # ours, and safe
    seen: set[str] = set()
    found = []
    for path, methods in described["paths"].items():
        for method in sorted({"get", "post", "put", "delete"} & methods.keys()):
            operation = methods[method]
            taken = [operation.get("parameters"), operation.get("requestBody")]
            shape = json.dumps([method, _shape(taken, described["components"]["schemas"])])
            marks = [pytest.mark.long] if shape in seen else []
            seen.add(shape)
            found.append(pytest.param(f"{method.upper()} {path}", marks=marks))
    return found


def test_the_committed_description_is_current(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(fresh), validate=True, fail_on_warn=True)
    assert fresh.read_text() == COMMITTED.read_text(), "Run: make openapi"


def test_every_operation_is_named_described_and_tells_of_its_faults() -> None:
    described = yaml.safe_load(COMMITTED.read_text())
    for path, methods in described["paths"].items():
        if not path.startswith("/api/v1/"):
            continue
        for method, operation in methods.items():
            assert operation.get("summary"), (method, path)
            assert operation["responses"].get("4XX"), (method, path)
            assert not operation["operationId"].startswith("api_v1"), (method, path)


def test_the_description_and_its_page_come_from_the_service_itself(
    as_user: Callable[..., Client],
) -> None:
    client = as_user("amina")
    assert client.get("/api/schema/").status_code == 200
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert "https://" not in page.content.decode()


@pytest.fixture(autouse=True)
def _keep_the_connection() -> Iterator[None]:
    """Stay in the test's transaction: a WSGI call would close the connection before and after."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(place: Place) -> dict[str, str]:
    """Eva's token, with a deviation to work on, as headers."""
    make_report(place)
    return {"Authorization": f"Token {make_token(place.user('eva'))[0]}"}


@pytest.fixture(scope="session")
def schema() -> Any:
    """What schemathesis makes of the description: takes seconds, so only where it is used."""
    loaded = schemathesis.openapi.from_path(str(COMMITTED))
    loaded.app = application
    build_constants_pool(loaded)  # which its copies share
    return loaded


class Turn:
    """The operation whose turn it is: schemathesis would try all of them in one test."""

    label = ""

    @classmethod
    def has(cls, context: Any) -> bool:
        """Say whether it is this operation's."""
        return bool(context.operation.label == cls.label)


@pytest.fixture(params=_operations())
def operation(request: pytest.FixtureRequest, schema: Any) -> Any:
    """The description, of which one operation is tried."""
    Turn.label = request.param
    return schema


fuzzed = schemathesis.pytest.from_fixture("operation").include(Turn.has)
examples = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def _try(case: Any, token: dict[str, str]) -> None:
    # Half of the calls are about a record that is there.
    key = case.path_parameters.get("id")
    if "/deviations/" in case.operation.path and isinstance(key, int) and key % 2:
        case.path_parameters["id"] = Deviation.objects.latest("pk").pk
    answer = case.call(headers=token)
    assert answer.status_code < 500, (case.as_curl_command(), answer.text[:300])


@pytest.fixture
def first_of_its_kind() -> Callable[[Any], bool]:
    """Say whether nothing was wrong (or right) in the same way at the same place before.

    Of each field schemathesis makes half a dozen values of a wrong type, and of each address
    calls by methods that it does not have: they are told apart in the long run.
    """
    seen: set[tuple[str, ...]] = set()

    def first(case: Any) -> bool:
        made = case.meta.phase.data
        if not hasattr(made, "scenario"):
            return True
        kind = tuple(map(str, (made.scenario, made.parameter, made.location, made.description)))
        new = kind not in seen and made.scenario != CoverageScenario.UNSPECIFIED_HTTP_METHOD
        seen.add(kind)
        return new

    return first


@pytest.mark.django_db
@fuzzed.parametrize()
@settings(examples, max_examples=2)
def test_nothing_that_fits_the_description_breaks_the_service(
    case: Any, token: dict[str, str], first_of_its_kind: Callable[[Any], bool]
) -> None:
    if first_of_its_kind(case):
        _try(case, token)


@pytest.mark.long
@pytest.mark.django_db
@fuzzed.parametrize()
@settings(examples, max_examples=20)
def test_nothing_at_all_breaks_the_service(case: Any, token: dict[str, str]) -> None:
    _try(case, token)

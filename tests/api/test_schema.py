"""The description of the API, and what happens to whoever sends nonsense that fits it."""

from collections.abc import Iterator
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

from casework.api.authentication import make_token
from config.wsgi import application
from deviations.models import Deviation
from tests.conftest import Place, make_report

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
schema = schemathesis.openapi.from_path(str(COMMITTED))
schema.app = application


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


def test_the_description_and_its_page_come_from_the_service_itself(client: Client) -> None:
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


@pytest.mark.django_db
@schema.parametrize()
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_nothing_that_fits_the_description_breaks_the_service(
    case: Any, token: dict[str, str]
) -> None:
    # Half of the calls are about a record that is there.
    key = case.path_parameters.get("id")
    if "/deviations/" in case.operation.path and isinstance(key, int) and key % 2:
        case.path_parameters["id"] = Deviation.objects.latest("pk").pk
    answer = case.call(headers=token)
    assert answer.status_code < 500, (case.as_curl_command(), answer.text[:300])

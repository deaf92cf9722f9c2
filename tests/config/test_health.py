"""What monitoring sees: the process, the service's readiness with reasons, figures."""

import time

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from config import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_if_just_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    cache.delete("health.heartbeat")


def _beat_has_been_heard(seconds_ago: float = 0) -> None:
    cache.set("health.heartbeat", time.time() - seconds_ago)


def test_healthz_answers_without_looking_further(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200


def test_ready_once_beat_and_worker_have_shown_that_they_work(client: Client) -> None:
    assert client.get("/readyz").status_code == 503
    health.beat()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "ok"


def test_silence_of_beat_is_named_with_its_length(client: Client) -> None:
    _beat_has_been_heard(seconds_ago=300)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["beat"] == "no heartbeat for 300 s"


def test_pending_migrations_are_named(client: Client) -> None:
    _beat_has_been_heard()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "pending migrations: 1"


def test_a_broker_that_is_away_is_named(client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    _beat_has_been_heard()
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["broker"].startswith("unreachable")


def test_metrics_are_in_prometheus_format(client: Client) -> None:
    client.get("/healthz")
    response = client.get("/metrics")
    assert b"django_http_requests_total" in response.content

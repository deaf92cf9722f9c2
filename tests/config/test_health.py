"""What monitoring sees: the process, the service's readiness with reasons, figures."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from casework.models import Pulse
from casework.operation import pulse
from casework.shared import clock
from config import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_if_just_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    Pulse.objects.all().delete()


def _beat_has_been_heard(seconds_ago: float = 0) -> None:
    pulse.note(pulse.BEAT)
    Pulse.objects.update(at=clock.now() - timedelta(seconds=seconds_ago))


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


def test_static_files_that_nobody_collected_are_named(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    _beat_has_been_heard()
    manifest = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": manifest}
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "collectstatic" in response.json()["checks"]["static"]
    (tmp_path / "staticfiles.json").write_text(
        '{"version": "1.1", "paths": {"css/base.css": "css/base.1.css"}, "hash": "1"}'
    )
    settings.STORAGES = {**settings.STORAGES}
    assert client.get("/readyz").status_code == 200


def test_pending_migrations_are_named(client: Client) -> None:
    _beat_has_been_heard()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "pending migrations: 1"


def test_a_broker_that_is_away_is_named(client: Client, settings: Any) -> None:
    _beat_has_been_heard()
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["broker"].startswith("unreachable")


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a broker that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def test_a_broker_that_is_silent_is_named_soon(client: Client, settings: Any, silent: str) -> None:
    _beat_has_been_heard()
    settings.CELERY_BROKER_URL = silent
    began = clock.now()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["broker"].startswith("unreachable")
    assert clock.now() - began < timedelta(seconds=30)  # a guard against hanging


def test_no_request_talks_to_the_broker() -> None:
    """What a page needs lies in the database; what is to be done later is found there by beat's."""
    assert "redis" not in django_settings.CACHES["default"]["BACKEND"].lower()
    assert "redis" not in django_settings.SESSION_ENGINE
    top = Path(__file__).parents[2]
    talking = {
        str(path.relative_to(top))
        for app in ("casework", "config", "deviations", "lexsarah")
        for path in (top / app).rglob("*.py")
        if any(
            word in path.read_text()
            for word in ("import redis", ".delay(", ".apply_async(", "send_task(")
        )
    }
    # Readiness asks it on purpose, with half a second of patience; beat's start is no request; a
    # file to be read is handed over at once, and said to wait where that cannot be done.
    assert talking == {
        "casework/web/registers/handing.py",
        "config/health.py",
        "config/servers/valkey.py",
    }


def test_metrics_are_in_prometheus_format(client: Client) -> None:
    client.get("/healthz")
    response = client.get("/metrics")
    assert b"django_http_requests_total" in response.content

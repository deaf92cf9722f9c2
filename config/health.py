"""Whether the process lives, whether the service can do its work, and figures for monitoring."""

import redis
from celery import shared_task
from celery.signals import beat_init
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from casework.operation import pulse
from casework.operation.models import Pulse

HEARTBEAT_SECONDS = 10
_STALE_AFTER = 4 * HEARTBEAT_SECONDS
_migrated = False


@shared_task(name="health.beat", expires=HEARTBEAT_SECONDS, soft_time_limit=10, time_limit=20)
def beat() -> None:
    """Note the time. Sent by beat and run by a worker: a fresh note shows that both work."""
    pulse.note(pulse.BEAT)


@beat_init.connect(dispatch_uid="health.first_beat")
def first_beat(**kwargs: object) -> None:
    """Send one at once: the note of an earlier run says nothing, and ten seconds are long."""
    Pulse.objects.filter(name=pulse.BEAT).delete()
    beat.delay()


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process does: for restarting, not for routing."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200, or 503 with what is wrong: ``{"status": …, "checks": {name: "ok" | reason}}``."""
    checks = {"database": _database(), "broker": _broker(), "beat": _beat(), "static": _static()}
    ready = all(value == "ok" for value in checks.values())
    body = {"status": "ok" if ready else "unavailable", "checks": checks}
    return JsonResponse(body, status=200 if ready else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with counts and durations in Prometheus' format."""
    response: HttpResponse = ExportToDjangoView(request)
    return response


def _database() -> str:
    global _migrated
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _migrated:
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
            # New migrations come with new code, thus a new process: a yes stays true.
            _migrated = not plan
            if plan:
                return f"pending migrations: {len(plan)}"
    except DatabaseError as error:
        return f"unreachable: {type(error).__name__}"
    return "ok"


def _broker() -> str:
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_connect_timeout=0.5, socket_timeout=0.5
    )
    try:
        client.ping()
    except redis.RedisError as error:
        return f"unreachable: {type(error).__name__}"
    finally:
        client.close()
    return "ok"


def _static() -> str:
    """Ask for one that every page has: without the manifest each page is an internal error."""
    try:
        static("css/base.css")
    except ValueError:
        return "not collected: run manage.py collectstatic"
    return "ok"


def _beat() -> str:
    try:
        age = pulse.age(pulse.BEAT)
    except DatabaseError as error:
        return f"unknown: {type(error).__name__}"
    if age is None:
        return "no heartbeat"
    return "ok" if age < _STALE_AFTER else f"no heartbeat for {age:.0f} s"

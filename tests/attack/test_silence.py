"""A mail server that says nothing, and a broker that hangs or is gone."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from casework.models import Lane, OutgoingMail, Pulse
from casework.operation import pulse
from casework.shared import clock
from config.celery import app
from config.servers import valkey
from deviations.models import Deviation
from tests.attack.serving import PATIENCE, Caller, web, worker
from tests.conftest import Place, make_place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.today]
PASSWORD = "ett långt lösenord"
Note = Callable[[str, object], None]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[valkey.Valkey]:
    server = valkey.start(tmp_path / "valkey", tmp_path / "valkey.log")
    yield server
    if server.child.process is not None:
        server.child.process.send_signal(signal.SIGCONT)
    server.child.stop()


@pytest.fixture
def place() -> Place:
    place = make_place("Norr")
    amina = place.user("amina")
    amina.set_password(PASSWORD)
    amina.save()
    return place


def until(true: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Wait for something, as a guard against hanging alone; how long it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it never came"
        time.sleep(0.2)
    return time.monotonic() - began


def swept(since: datetime) -> float:
    """Wait for a sweep that ended after ``since``."""
    return until(lambda: Pulse.objects.filter(name=pulse.SWEEP, at__gte=since).exists())


@pytest.fixture
def silent_server() -> Iterator[int]:
    """A server that takes every connection and keeps it without a word."""
    kept: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    kept.append(listener.accept()[0])

        Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    for line in kept:
        line.close()


def test_the_watch_goes_on_beside_a_silent_mail_server(
    place: Place, broker: valkey.Valkey, silent_server: int, tmp_path: Path, record_property: Note
) -> None:
    now = clock.now()
    for number in range(20):
        OutgoingMail.objects.create(
            board=place.board,
            content=f'{{"subject": "Hej", "body": "x", "to": ["p{number}@example.com"]}}',
            made_at=now,
            send_after=now,
        )
    given = {"REDIS_URL": broker.url, "EMAIL_URL": f"smtp://127.0.0.1:{silent_server}"}
    sweeps = 0
    with worker(tmp_path, **given), app.connection_for_write(broker.url) as link:
        for _ in range(6):
            # Beat's minute: letters several times, since they are asked for the oftenest.
            for task in ("send_mail", "send_mail", "send_notices", "enforce_deadlines"):
                app.send_task(f"casework.tasks.{task}", connection=link)
            before = clock.now()
            until(
                lambda since=before: Pulse.objects.filter(name=pulse.SWEEP, at__gte=since).exists()
            )  # type: ignore[misc]
            sweeps += 1
            Lane.objects.all().delete()  # the server is asked anew at once, not after a while
        noted = until(lambda: OutgoingMail.objects.exclude(error="").exists())
        assert Pulse.objects.filter(name=pulse.MAIL).exists() or noted < PATIENCE
    assert OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING).count() == 20
    record_property("counts", f"{sweeps} sweeps beside a silent server, 20 letters kept")


@pytest.mark.parametrize("how", ["hung", "gone"])
def test_people_work_on_without_the_broker(
    place: Place, broker: valkey.Valkey, tmp_path: Path, how: str, record_property: Note
) -> None:
    amina, process = place.user("amina").username, broker.child.process
    assert process is not None
    with web(tmp_path, REDIS_URL=broker.url) as port:
        Caller(port).log_in("ingen", "fel")  # both processes have begun to work
        if how == "hung":
            os.kill(process.pid, signal.SIGSTOP)
        else:
            process.kill()
            process.wait()
        person, took = Caller(port), []
        for _ in range(3):
            answer = Caller(port).log_in(amina, PASSWORD)
            assert answer.status == 302
            took.append(answer.seconds)
            given = {"username": amina, "password": PASSWORD}
            answer = person.ask("POST", "/api/v1/token/", data=given)
            assert answer.status == 201
            took.append(answer.seconds)
        wrong = [person.log_in(amina, "fel").status for _ in range(8)]
        assert wrong[:6] == [200] * 6
        assert wrong[-1] == 429
        person = Caller(port, "127.0.0.8")
        assert person.log_in(amina, PASSWORD).status == 302
        form = person.ask("GET", "/avvikelser/ny/")
        assert form.status == 200
        report = {
            "key": form.text.split('name="key" value="')[1].split('"')[0],
            "author": form.text.split('name="author" value="')[1].split('"')[0],
            "unit": str(place.unit.pk),
            "when": clock.today().isoformat(),
            "description": "Mötet ställdes in.",
            "safe_now": "yes",
            "csrfmiddlewaretoken": person.token,
        }
        answer = person.ask("POST", "/avvikelser/ny/", form=report)
        assert answer.status == 302, answer.text[:2000]
        took.append(answer.seconds)
        assert Deviation.objects.count() == 1
        ready = person.ask("GET", "/readyz")
        assert ready.status == 503
        assert "unreachable" in ready.text
        took.append(ready.seconds)
        # A guard against hanging; how long it took is told.
        assert max(took) < 20
        if how == "hung":
            os.kill(process.pid, signal.SIGCONT)
            until(lambda: '"broker": "ok"' in person.ask("GET", "/readyz").text)
    slowest = timedelta(seconds=max(took)) / timedelta(milliseconds=1)
    record_property("counts", f"{len(took)} acts without the broker, the slowest {slowest:.0f} ms")

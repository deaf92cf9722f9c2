"""The watch with its real processes, through everything at once: the same as one calm run.

Workers take the task from a Valkey of their own and are killed twenty times at work; Valkey is
killed too; two workers sweep beside each other; for three days, over the night when the clocks go
forward, nothing runs at all; an Ersättare is named in between; one row is faulty all the while.
"""

import os
import random
import signal
import time as clocks
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
from celery.signals import task_postrun, task_prerun
from django.db import connection
from django.test import Client

from casework.deadlines import sweep
from casework.deadlines.models import Deadline, FailedRow, Miss, RuleCopy
from casework.models import Absence
from casework.shared import clock
from config.celery import app
from config.servers import valkey
from tests.conftest import Place, make_place
from tests.factories.times import begin, instant
from tests.races.sweeping import at, completed, fill, left, process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

KILLS = 20
PATIENCE = 60.0
SPRING, AUTUMN = date(2026, 2, 20), date(2026, 9, 30)
BEFORE = ["03-12 07:30", "03-13 07:30", "03-18 07:30", "03-20 07:30", "03-25 07:30", "03-26 07:30"]
# The clocks go forward on Sunday 29 March.
AWAY = ["03-27 07:30", "03-28 00:00", "03-29 01:59", "03-29 03:00", "03-30 00:00"]
# They go back on Sunday 25 October.
AFTER = [
    "03-30 07:30", "04-06 07:30", "04-20 00:00", "10-12 07:30", "10-16 07:30", "10-23 07:30",
    "10-25 01:30", "10-25 03:30", "10-26 07:30", "10-28 07:30", "11-09 00:00", "11-30 07:30",
]  # fmt: skip


def moments(days: Sequence[str]) -> list[datetime]:
    return [instant(f"2026-{day}") for day in days]


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Import once what each worker would import again."""
    app.loader.import_default_modules()
    for name in ("celery.bin.celery", "celery.worker.strategy", "kombu.transport.redis"):
        import_module(name)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[valkey.Valkey]:
    """A Valkey that keeps its queue over a restart, as that of the service does."""
    server = valkey.start(tmp_path / "valkey", tmp_path / "valkey.log")
    yield server
    server.child.stop()


def restart(broker: valkey.Valkey) -> None:
    assert broker.child.process is not None
    broker.child.process.kill()
    broker.child.process.wait()
    broker.child.start()
    broker.child.wait_until(lambda: valkey.answers(broker.url))


def worker(broker: valkey.Valkey, moment: datetime, kill_at: int = 0) -> BaseProcess:
    """Start a Celery worker whose tasks run at ``moment``.

    It is killed on the spot when the sweep is about to send its statement number ``kill_at``:
    within a transaction, or right after one.
    """
    sent = 0

    def counted(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal sent
        sent += 1
        if sent == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, *rest)

    def run() -> None:
        standing = ExitStack()

        def begins(**_: Any) -> None:
            connection.execute_wrappers.append(counted)
            # Anew for each task: a worker may take more than one.
            standing.enter_context(clock.at(moment))

        def ends(**_: Any) -> None:
            standing.close()

        task_prerun.connect(begins, weak=False)
        task_postrun.connect(ends, weak=False)
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "ERROR"]
        app.worker_main(["-b", broker.url, "worker", "--pool=solo", *quiet])

    return process(run)


def beat(broker: valkey.Valkey) -> None:
    """Put the task in the queue, as beat does every minute."""
    with app.connection_for_write(broker.url) as link:
        app.send_task("casework.tasks.enforce_deadlines", connection=link)


def is_done(moment: datetime) -> bool:
    due = Deadline.objects.filter(next_action_at__lte=moment)
    return not due.exists() and not Miss.objects.filter(try_at__lte=moment).exists()


def wait(until: Callable[[], bool]) -> None:
    give_up = clocks.monotonic() + PATIENCE
    while not until():
        assert clocks.monotonic() < give_up, "the work is not getting done"
        clocks.sleep(0.02)


def kill_at_work(broker: valkey.Valkey, moment: datetime, statement: int) -> bool:
    """Let a worker begin and be killed; return whether there was work enough to be killed at."""
    child = worker(broker, moment, kill_at=statement)
    beat(broker)
    wait(lambda: not child.is_alive() or is_done(moment))
    by_itself = not child.is_alive()
    child.kill()
    child.join()
    return by_itself


def finish(broker: valkey.Valkey, moment: datetime) -> None:
    """Let two workers beside each other do what is left, with Valkey killed under their feet."""
    children = [worker(broker, moment), worker(broker, moment)]
    beat(broker)
    restart(broker)
    beat(broker)
    wait(lambda: is_done(moment))
    for child in children:
        child.kill()
        child.join()


def fault(place: Place) -> Deadline:
    """Let a time begin whose rule cannot be read."""
    time = begin(place, "deviation_handling", SPRING, subject=place.board.pk * 1000 + 999)
    broken = RuleCopy.objects.create(key="x", digest=str(time.pk), content={"steps": "none"})
    Deadline.objects.filter(pk=time.pk).update(copy=broken)
    return time


def recorded(place: Place) -> dict[str, set[Any]]:
    """Return the notices and proposals there are; whether each was told is left out."""
    found = left(place)
    return {"notices": {row[:-1] for row in found["notices"]}, "proposals": found["proposals"]}


def filled(name: str) -> Place:
    place = make_place(name)
    fill(place, 12, SPRING)
    fill(place, 12, AUTUMN)
    return place


def test_through_it_all_the_same_is_recorded(
    broker: valkey.Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "BATCH", 3)
    calm = filled("Lugn")
    for moment in moments([*BEFORE, *AWAY, *AFTER]):
        at(moment)()
    expected = recorded(calm)

    place, kills, rng = filled("Störd"), 0, random.Random(20260329)
    faulty = fault(place)
    for number, moment in enumerate(moments([*BEFORE, *AFTER])):
        for _ in range(3):
            if kills < KILLS and not is_done(moment):
                kills += kill_at_work(broker, moment, rng.randint(1, 12))
        if number == len(BEFORE):
            absent(place)
        if number % 6 == 2:
            finish(broker, moment)
        else:
            completed(at(moment), at(moment))
    assert kills == KILLS
    # The faulty one stopped nothing, and nothing of it is recorded.
    assert recorded(place) == expected
    assert len(expected["notices"]) > 200
    assert len(expected["proposals"]) > 20

    mended_by_hand(place, faulty, calm)


def absent(place: Place) -> None:
    Absence.objects.create(
        user=place.user("amina"),
        substitute=place.user("frida"),
        board=place.board,
        valid_from=date(2026, 3, 30),
        valid_to=date(2026, 12, 31),
    )


def mended_by_hand(place: Place, faulty: Deadline, calm: Place) -> None:
    """Once the fault is mended, the Systemförvaltare lets the row be tried again."""
    simon = Client()
    simon.force_login(place.user("simon"))
    failed = FailedRow.objects.get(row_id=faulty.pk)
    assert failed.error in simon.get("/bevakning/fel/").content.decode()
    good = Deadline.objects.filter(board=calm.board, rule="deviation_handling").first()
    assert good is not None
    Deadline.objects.filter(pk=faulty.pk).update(copy=good.copy)
    end = instant("2026-11-30 08:00")
    with clock.at(end):
        simon.post(f"/bevakning/fel/{failed.pk}/forsok/")
        sweep.sweep()
        assert "Inget har fastnat" in simon.get("/bevakning/fel/").content.decode()
    assert faulty.notices.count() == 5

"""Processes of the real service are killed while people work: what was answered is there, once."""

from __future__ import annotations

import json
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import psutil
import pytest

from config.servers.postgres import free_port
from tests.attack.courses import Work
from tests.attack.writers import Ledger, Person
from tests.factories.clones import ADD, Clone, cloned, finish, ready, until
from tests.factories.mail_servers import MailServer, listening

pytestmark = [pytest.mark.today, pytest.mark.xdist_group("embedded servers")]

Note = Callable[[str, object], None]
# Each so often: what serves people and what holds their data the oftenest.
KILLS = ["web"] * 7 + ["backend"] * 7 + ["pool"] * 3 + ["worker", "beat", "web server", "postgres"]


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    with cloned(tmp_path / "var") as clone:
        yield clone


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with listening() as server:
        yield server


def asked(clone: Clone, what: str) -> Any:
    """What a function of the ground tells, in a process with the rights of the service."""
    return json.loads(finish(clone.shell(f"from tests.attack import ground; ground.{what}()")))


def struck(service: psutil.Process, kind: str) -> bool:
    """Kill a process of the service; False where there is none of the kind just now."""
    found = [one for one in service.children(recursive=True) if _is(one, kind)]
    if not found:
        return False
    try:
        random.choice(found).kill()
    except psutil.NoSuchProcess:
        return False
    return True


def _is(process: psutil.Process, kind: str) -> bool:
    try:
        line, parent = " ".join(process.cmdline()), process.parent()
        above = " ".join(parent.cmdline()) if parent else ""
    except psutil.Error:
        return False
    return {
        "web": "gunicorn" in line and "gunicorn" in above,
        "web server": "gunicorn" in line and "gunicorn" not in above,
        "backend": line.startswith("postgres: kvalitet_app"),
        "postgres": "postgres -D" in line,
        "pool": " worker " in line and " worker " in above,
        "worker": " worker " in line and " worker " not in above,
        "beat": " beat " in line,
    }[kind]


def working(course: Callable[[], None], over: Event) -> int:
    """Begin a course again and again until it is over; how often."""
    times = 0
    while not over.is_set():
        course()
        times += 1
    return times


def killed(service: psutil.Process, ledger: Ledger, workers: list[Future[int]]) -> Counter[str]:
    """Kill, each time after some more acts have been answered; the service comes back itself."""
    rng, kills = random.Random(20261201), Counter[str]()
    for kind in rng.sample(KILLS, len(KILLS)):
        ledger.wait_for(rng.randint(5, 25))
        until(lambda kind=kind: struck(service, kind))
        kills[kind] += 1
        for one in workers:
            if one.done():
                one.result()
    return kills


def kept(ledger: Ledger, found: dict[str, Any]) -> int:
    """Compare what was answered with what is there; how many writes were answered."""
    assert found["half"] == []
    events = {(action, who, pk): times for action, who, pk, times in found["events"]}
    there = {act: events.get(act, 0) for act in ledger.acts}
    assert there == ledger.acts, "acts that are not in the audit trail as often as they were done"
    sent = {key: found["drafts"].get(key) for key in ledger.sent}
    assert None not in sent.values(), "reports sent and not there"
    assert [events["deviation.reported", "amina", pk] for pk in sent.values()] == [1] * len(sent)
    assert not ledger.discarded & found["drafts"].keys(), "drafts thrown away and still there"
    for name in ("deviations", "actions", "imported"):
        written = getattr(ledger, name)
        times = Counter({key: found[name].get(key, 0) for key in written})
        assert times == Counter(written), f"{name} lost or doubled"
    assert {key: found["reports"].get(key) for key in ledger.reports} == ledger.reports
    beside = (ledger.sent, ledger.discarded, ledger.actions, ledger.imported)
    return ledger.acts.total() + sum(map(len, beside))


def test_what_was_answered_is_there_once_whatever_is_killed(
    clone: Clone, mail: MailServer, tmp_path: Path, record_property: Note
) -> None:
    finish(clone.shell(ADD.format("demo")))
    ground, port = asked(clone, "lay_out"), free_port()
    with (tmp_path / "run.log").open("w") as log:
        service = clone.run(port, log, EMAIL_URL=f"smtp://127.0.0.1:{mail.port}")
        until(lambda: ready(port), every=1)
        ledger, over = Ledger(), Event()
        people = {
            name: Person(name, ground["logins"][name], port, ledger)
            for name in ("amina", "eva", "sara", "simon")
        }
        work = Work(ground, people)
        with ThreadPoolExecutor(len(work.courses())) as pool:
            workers = [pool.submit(working, course, over) for course in work.courses()]
            try:
                kills = killed(psutil.Process(service.pid), ledger, workers)
                ledger.wait_for(20)
            finally:
                over.set()
        courses = sum(one.result() for one in workers)
        until(lambda: ready(port), every=1)
        until(lambda: asked(clone, "at_rest") == {}, 300, every=5)
        found = asked(clone, "found")
        finish(clone.start("manage.py", "verify_audit"))
        service.send_signal(signal.SIGTERM)
        service.wait(60)
    answered = kept(ledger, found)
    # A letter may come twice where its sender was killed between; the same one, by its name.
    arrived = {str(letter["Message-ID"]) for letter in mail.letters}
    assert len(arrived) == found["letters"] > 0
    assert found["notices"] > 0
    record_property(
        "counts",
        f"{kills.total()} kills, {answered} of {answered} acknowledged writes there "
        f"({courses} courses, {ledger.unanswered} requests without an answer)",
    )

"""A clone without servers of its own: started, shared, killed, started again, taken away."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from config.servers import keys
from config.servers.postgres import free_port
from tests.factories.clones import ADD, IS_THERE, Clone, cloned, finish, ready, until

# One clone serves all of them; two of these tests at a time would only wait for each other.
pytestmark = [pytest.mark.xdist_group("embedded servers"), pytest.mark.slow]


def with_owners_address(clone: Clone) -> set[str]:
    """What was started with the owner's address in its environment, as /proc tells it."""
    found = set()
    for process in clone.processes():
        try:
            environ, command = process.environ(), process.cmdline()
        except (psutil.Error, OSError):
            continue
        if any("kvalitet_owner" in value for value in environ.values()):
            found.add(" ".join(command[1:3]))
    return found


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    with cloned(tmp_path_factory.mktemp("clone") / "var") as clone:
        # Loading the demo is slow and not what this is about.
        first = clone.shell(ADD.format("demo"))
        while first.poll() is None:
            clone.owners |= with_owners_address(clone)
            time.sleep(0.2)
        finish(first)
        yield clone


def test_a_command_starts_migrates_and_leaves_nothing_running(clone: Clone) -> None:
    assert finish(clone.shell(ADD.format("first") + "; print('done')")) == "done\n"
    assert clone.processes() == []
    assert (clone.var / "run").stat().st_mode & 0o077 == 0
    assert finish(clone.shell(IS_THERE.format("first"))) == "True\n"


def test_the_owners_address_went_to_the_migration_alone(clone: Clone) -> None:
    assert {Path(command.split()[0]).name for command in clone.owners} == {"manage.py"}
    assert {command.split()[1] for command in clone.owners} == {"migrate"}


def test_a_command_given_the_owners_address_forgets_it(clone: Clone) -> None:
    read = "print(b'owner' in open('/proc/self/environ', 'rb').read(), 'MIGRATION_DATABASE_URL' in"
    process = clone.start(
        *("manage.py", "shell", "-v0", "-c", f"import os; {read} os.environ)"),
        MIGRATION_DATABASE_URL="postgresql://owner:secret@localhost/kvalitet",
    )
    assert finish(process) == "False False\n"
    role = "from django.db import connection as c; print(c.cursor().execute('SELECT current_user')"
    assert finish(clone.shell(f"{role}.fetchone()[0])")) == "kvalitet_app\n"


def test_passwords_of_the_servers_are_their_starters_alone(clone: Clone) -> None:
    place = clone.var / "postgresql"
    if os.geteuid() == 0:
        place = (
            Path("/var/lib/kvalitet-embedded") / (clone.var / "postgresql.id").read_text().strip()
        )
    for file in (place / "passwords.json", clone.var / "secrets.json"):
        status = file.stat()
        assert (status.st_mode & 0o777, status.st_uid) == (0o600, os.geteuid()), file
    assert not list(place.glob("*.part"))


def test_commands_share_the_servers_and_the_owner_leaves_last(clone: Clone) -> None:
    owner = clone.shell("import time; time.sleep(1.5)")
    file = clone.var / "run" / "servers.json"
    until(file.exists)
    assert file.stat().st_mode & 0o777 == 0o600
    joiner = clone.shell("import time; time.sleep(3);" + IS_THERE.format("demo"))
    assert finish(joiner) == "True\n"
    finish(owner)
    assert clone.processes() == []


def test_nothing_is_lost_and_no_hand_is_needed_after_a_kill(clone: Clone) -> None:
    owner = clone.shell(
        ADD.format("kept") + "; import time; print('kept', flush=True); time.sleep(60)"
    )
    assert owner.stdout is not None
    assert owner.stdout.readline() == "kept\n"
    owner.kill()
    owner.wait()
    assert finish(clone.shell(IS_THERE.format("kept"))) == "True\n"


def test_a_command_that_needs_no_database_starts_none(clone: Clone) -> None:
    before = set(clone.var.iterdir())
    done = clone.start("manage.py", "makemigrations", "--check", "--dry-run")
    out, err = done.communicate(timeout=180)
    assert (done.returncode, err) == (0, ""), out
    assert set(clone.var.iterdir()) == before


def test_the_whole_service(clone: Clone) -> None:
    port = free_port()
    first = clone.run(port)
    until(lambda: ready(port), every=1)

    assert with_owners_address(clone) == set()
    signing = {" ".join(p.cmdline()) for p in clone.processes() if p.environ().get(keys.SIGNING)}
    assert signing
    assert all(" worker " in command for command in signing)
    second = clone.run(free_port())
    _, err = second.communicate(timeout=180)
    assert second.returncode == 1
    assert f"http://localhost:{port}/" in err

    assert finish(clone.shell(IS_THERE.format("demo"))) == "True\n"

    for name in ("postgres", "gunicorn", "celery"):
        victim = next(p for p in children(first) if name in " ".join(p.cmdline()))
        victim.kill()
        victim.wait(10)
    assert until(lambda: ready(port), every=1)
    until(lambda: len(children(first)) == 5)

    first.send_signal(signal.SIGTERM)
    out = finish(first, 30)
    assert f"http://localhost:{port}/" in out
    assert "enhetschef" in out
    assert clone.processes() == []


def children(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """What the process has started itself and still runs."""
    found = psutil.Process(process.pid).children()
    return [child for child in found if child.status() != psutil.STATUS_ZOMBIE]


def test_a_taken_port_is_said(clone: Clone) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process = clone.run(port)
        _, err = process.communicate(timeout=180)
    assert process.returncode == 1
    assert f"Port {port}" in err
    assert clone.processes() == []


@pytest.mark.long
def test_without_var_the_next_start_is_empty(clone: Clone) -> None:
    shutil.rmtree(clone.var)
    assert finish(clone.shell(IS_THERE.format("demo"))) == "False\n"
    assert json.loads((clone.var / "secrets.json").read_text()).keys() == set(keys.NAMES)
    finish(clone.shell(ADD.format("demo")))


def test_pending_migrations_in_a_real_database_are_named(clone: Clone) -> None:
    environ = {k: os.environ[k] for k in ("DATABASE_URL", "REDIS_URL")} | keys.fresh()
    process = clone.start("manage.py", "createsuperuser", "--no-input", **environ)
    _, err = process.communicate(timeout=180)
    assert process.returncode == 1
    assert "migrate" in err

"""A clone without servers of its own: started, shared, killed, started again, taken away."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from config.servers import keys
from config.servers.postgres import free_port

ROOT = Path(__file__).parents[2]
NAMES = (
    "DATABASE_URL MIGRATION_DATABASE_URL DATABASE_APP_ROLE REDIS_URL KVALITET_EMBEDDED PORT"
).split()
IS_THERE = "from config.models import Milestone as M; print(M.objects.filter(name='{}').exists())"
ADD = "from config.models import Milestone as M; M.objects.create(name='{}')"

# One clone serves all of them; two of these tests at a time would only wait for each other.
pytestmark = pytest.mark.xdist_group("embedded servers")


class Clone:
    """The project with a ``var`` of its own, used from the command line."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.started: list[subprocess.Popen[str]] = []
        self.owners: set[str] = set()
        hidden = (*NAMES, *keys.NAMES, keys.SIGNING, "PYTEST_XDIST_WORKER")
        self.environ = {k: v for k, v in os.environ.items() if k not in hidden}
        self.environ["VAR_DIR"] = str(var)

    def start(self, *command: str, **environ: str) -> subprocess.Popen[str]:
        """Start Python with these arguments."""
        process = subprocess.Popen(
            [sys.executable, *command],
            env=self.environ | environ,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def shell(self, code: str) -> subprocess.Popen[str]:
        """Start ``manage.py shell`` with a piece of code."""
        return self.start("manage.py", "shell", "-v0", "-c", code)

    def run(self, port: int) -> subprocess.Popen[str]:
        """Start what ``make run`` starts."""
        return self.start("-m", "config.servers.run", PORT=str(port))

    def processes(self) -> list[psutil.Process]:
        """Every process that has been started for this ``var``, by us or by those we started."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("VAR_DIR") == str(self.var):
                    found.append(process)
            except (psutil.Error, OSError):
                continue
        return [p for p in found if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


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
    clone = Clone(tmp_path_factory.mktemp("clone") / "var")
    # Loading the demo is slow and not what this is about.
    first = clone.shell(ADD.format("demo"))
    while first.poll() is None:
        clone.owners |= with_owners_address(clone)
        time.sleep(0.2)
    finish(first)
    yield clone
    for process in clone.started:
        if process.poll() is None:
            process.kill()
            process.wait()
    until(lambda: not clone.processes())
    if os.geteuid() == 0:  # the data lie outside var/
        name = (clone.var / "postgresql.id").read_text().strip()
        shutil.rmtree(Path("/var/lib/kvalitet-embedded") / name)


def until(true: Callable[[], Any], seconds: float = 180, every: float = 0.1) -> Any:
    """Return the first true answer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = true()
        if answer:
            return answer
        time.sleep(every)
    pytest.fail(f"did not happen within {seconds} s")


def finish(process: subprocess.Popen[str], seconds: float = 300) -> str:
    """Wait for success and return stdout."""
    out, err = process.communicate(timeout=seconds)
    assert process.returncode == 0, err
    return out


def ready(port: int) -> bool:
    """Whether the service says that it can do its work."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


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

"""A clone without servers of its own, used from the command line, as `make run` uses it."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psutil
import pytest

from config.servers import keys

ROOT = Path(__file__).parents[2]
NAMES = (
    "DATABASE_URL MIGRATION_DATABASE_URL DATABASE_APP_ROLE REDIS_URL KVALITET_EMBEDDED PORT"
).split()
IS_THERE = "from config.models import Milestone as M; print(M.objects.filter(name='{}').exists())"
ADD = "from config.models import Milestone as M; M.objects.create(name='{}')"


class Clone:
    """The project with a ``var`` of its own, used from the command line."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.started: list[subprocess.Popen[str]] = []
        self.owners: set[str] = set()
        hidden = (*NAMES, *keys.NAMES, keys.SIGNING, "PYTEST_XDIST_WORKER")
        self.environ = {k: v for k, v in os.environ.items() if k not in hidden}
        self.environ["VAR_DIR"] = str(var)

    def start(
        self, *command: str, log: IO[str] | None = None, **environ: str
    ) -> subprocess.Popen[str]:
        """Start Python with these arguments; what it says goes to ``log``, or is to be read."""
        process = subprocess.Popen(
            [sys.executable, *command],
            env=self.environ | environ,
            cwd=ROOT,
            stdout=log or subprocess.PIPE,
            stderr=log or subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def shell(self, code: str) -> subprocess.Popen[str]:
        """Start ``manage.py shell`` with a piece of code."""
        return self.start("manage.py", "shell", "-v0", "-c", code)

    def run(self, port: int, log: IO[str] | None = None, **environ: str) -> subprocess.Popen[str]:
        """Start what ``make run`` starts."""
        return self.start("-m", "config.servers.run", log=log, PORT=str(port), **environ)

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


@contextmanager
def cloned(var: Path) -> Iterator[Clone]:
    """Use a clone; in the end nothing of it runs or lies anywhere."""
    clone = Clone(var)
    try:
        yield clone
    finally:
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

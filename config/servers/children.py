"""Child processes that never outlive their parent and can be brought back when they die."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class StartError(Exception):
    """A server did not come up; the text says which one, and where its log is."""


@dataclass(frozen=True)
class User:
    """The unprivileged account that a server runs under when we are root."""

    name: str
    uid: int
    gid: int


def say(text: str) -> None:
    """Print a message about the servers. On stderr: stdout belongs to the command's result."""
    print(text, file=sys.stderr, flush=True)


def dying_with_parent(stop: signal.Signals) -> Callable[[], None]:
    """Return a ``preexec_fn`` after which the kernel sends ``stop`` should we be killed."""
    parent = os.getpid()

    def prepare() -> None:
        # Runs after a change of user, which would clear the setting again.
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(stop))
            if os.getppid() != parent:
                os._exit(1)

    return prepare


@dataclass
class Child:
    """One process in a session of its own, so that a Ctrl-C in the terminal reaches only us.

    ``stop_signal`` asks it to leave in an orderly way; the kernel sends the same one should
    we be killed. ``stdin`` is text handed over at start: unlike arguments and environment it
    is hidden from other users of the machine.
    """

    name: str
    command: Sequence[str | Path]
    log: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    env: Mapping[str, str] | None = None
    user: User | None = None
    cwd: Path | str | None = None
    stdin: str | None = None
    pass_fds: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _retry_at: float = field(default=0.0, init=False)
    _deaths: int = field(default=0, init=False)

    def start(self) -> None:
        """Start the process; it is running, not necessarily ready, on return."""
        output = self.log.open("ab") if self.log else None
        try:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL if self.stdin is None else subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=self.env,
                cwd=self.cwd,
                user=self.user.uid if self.user else None,
                group=self.user.gid if self.user else None,
                extra_groups=[] if self.user else None,
                start_new_session=True,
                pass_fds=self.pass_fds,
                preexec_fn=dying_with_parent(self.stop_signal),
            )
        finally:
            if output:
                output.close()
        if self.stdin is not None and self.process.stdin is not None:
            self.process.stdin.write(self.stdin.encode())
            self.process.stdin.close()

    def alive(self) -> bool:
        """Whether it was started and still runs."""
        return self.process is not None and self.process.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Return when ``ready`` is true; ``StartError`` if it ends before or takes longer."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.alive():
                raise StartError(f"{self.name} avslutades vid start, se {self.log}")
            if time.monotonic() > deadline:
                raise StartError(f"{self.name} svarar inte efter {seconds:.0f} s, se {self.log}")
            time.sleep(0.03)

    def revive(self) -> None:
        """Start it again if it has died, after a pause that doubles with each death in a row."""
        if self.alive():
            if self._deaths and time.monotonic() > self._retry_at + 30:
                self._deaths = 0
            return
        now = time.monotonic()
        if now < self._retry_at:
            return
        self._sweep()
        code = self.process.returncode if self.process else None
        say(f"{self.name} slutade (kod {code}) och startas igen.")
        self._deaths += 1
        self._retry_at = now + min(0.25 * 2**self._deaths, 15)
        self.start()

    def ask_to_leave(self) -> None:
        """Send the signal that makes it leave, and do not wait."""
        if self.process is not None and self.alive():
            self.process.send_signal(self.stop_signal)

    def stop(self, patience: float = 20, *, asked: bool = False) -> None:
        """Ask it to leave, and end its whole session if it does not within ``patience`` s.

        ``asked`` says that it has been asked already: some programs hurry when asked twice.
        """
        if self.process is None:
            return
        if self.alive():
            if not asked:
                self.ask_to_leave()
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._sweep()

    def _sweep(self) -> None:
        """End what a killed leader has left in its session (a Celery pool, a web worker)."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

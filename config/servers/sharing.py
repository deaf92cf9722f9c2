"""Who starts the embedded servers, who joins, and who may stop them.

Two lock files in ``var/run``. ``owner.lock`` is held by the process that started the servers,
for as long as it lives; ``users.lock`` is held shared by every process that uses them, and
alone by the owner while it starts or stops them. The kernel lets go of both when a process is
killed, so nothing is ever left to clean up by hand.
"""

import fcntl
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from config.servers.children import StartError, say
from config.servers.postgres import private_file

# Per variable that names a server (DATABASE_URL, REDIS_URL), the environment that leads to it.
Addresses = dict[str, dict[str, str]]


class Lock:
    """An advisory lock on a file, held until ``release`` or the end of the process."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, *, shared: bool = False, wait: bool = False) -> bool:
        """Take the lock, or change its kind; ``False`` if another holds it and not ``wait``."""
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._file, kind if wait else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Let go; harmless if not held."""
        fcntl.flock(self._file, fcntl.LOCK_UN)


class Share:
    """This process's part in the servers of one ``var``."""

    def __init__(self, var: Path) -> None:
        self._run = var / "run"
        self._owner = Lock(self._run / "owner.lock")
        self._users = Lock(self._run / "users.lock")
        self._addresses = self._run / "servers.json"

    def enter(self, answers: Callable[[Addresses], bool], seconds: float = 300) -> bool:
        """Return whether we are to start the servers (``True``) or have joined (``False``).

        ``answers`` is asked whether servers at given addresses are there: the addresses may be
        those of an owner that was killed. Raises ``StartError`` if that lasts too long.
        """
        end = time.monotonic() + seconds
        told = False
        while time.monotonic() < end:
            if self._users.take():
                if self._owner.take():
                    return True
                self._users.release()
            if self._users.take(shared=True):
                if not self._owner.take():
                    addresses = self.addresses()
                    if addresses and answers(addresses):
                        return False
                else:
                    self._owner.release()
                self._users.release()
            elif not told:
                told = True
                say("Servrarna startas eller stoppas av ett annat kommando; väntar.")
            time.sleep(0.1)
        raise StartError("De inbyggda servrarna svarar inte; se var/log.")

    def addresses(self) -> Addresses:
        """Return where the servers are, empty where there are none."""
        try:
            return dict(json.loads(self._addresses.read_text()))
        except (OSError, ValueError):
            return {}

    def open(self, addresses: Addresses) -> None:
        """Owner: the servers are up at these addresses; others may join from now on."""
        private_file(self._addresses, json.dumps(addresses) + "\n")
        self._users.release()

    def close(self, patient: Callable[[], bool]) -> None:
        """Owner: return once nobody else uses the servers, and keep newcomers out.

        ``patient`` is asked now and then, and ends the wait by returning ``False``.
        """
        told = False
        while not self._users.take() and patient():
            if not told:
                told = True
                say("Andra kommandon använder servrarna; de stoppas när de är klara.")
            time.sleep(0.2)
        self._addresses.unlink(missing_ok=True)

    def leave(self) -> None:
        """Let go of the servers: after stopping them if we own them."""
        self._owner.release()
        self._users.release()

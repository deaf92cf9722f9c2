"""`make run`: the whole service from one clone, supervised until Ctrl-C or SIGTERM."""

import json
import os
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

from config.env import BASE_DIR, VAR
from config.servers import keys, pair, static
from config.servers.children import Child, StartError, say
from config.servers.commands import MIGRATE_FIRST, answering, join
from config.servers.postgres import private_file
from config.servers.sharing import Lock, Share

LOGINS = (
    "socialsekreterare forste enhetschef avdelningschef sas beslutsfattare utvecklare "
    "registrator admin"
)


class Leave(BaseException):
    """Raised by the first signal that asks us to stop, wherever we are."""


class Service:
    """The processes of one `make run`, and what it takes to start and stop them."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.address = f"http://localhost:{port}/"
        self.servers = pair.Pair()
        self.share: Share | None = None
        self.owner = False
        # Handed to the child that migrates; no other is to find it in its environment.
        self.owner_url = os.environ.pop(pair.OWNER, "")
        self.work: list[Child] = []
        self.signals = 0
        self.leaving = False

    def run(self) -> int:
        """Start everything, look after it until told to stop, and stop it. Return the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            self._claim()
            self._start()
            self._announce()
            while True:
                self._look_after()
                time.sleep(0.3)
        except Leave:
            say("Stoppar …")
            return 0
        except StartError as error:
            say(str(error))
            return 1
        finally:
            self._stop()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1
        if not self.leaving:
            self.leaving = True
            raise Leave

    def _claim(self) -> None:
        """Make sure that this is the only `make run` of the clone and that the port is free."""
        self.lock = Lock(VAR / "run" / "web.lock")
        file = VAR / "run" / "web.json"
        if not self.lock.take():
            try:
                address = json.loads(file.read_text())["address"]
            except (OSError, ValueError):
                address = "(startar just nu)"
            raise StartError(f"Tjänsten körs redan: {address}")
        _listen(self.port).close()
        private_file(file, json.dumps({"address": self.address, "pid": os.getpid()}) + "\n")

    def _start(self) -> None:
        url = os.environ.get("DATABASE_URL")
        keys.provide(os.environ, keys.file_for(VAR, url), create=True)
        self.signing_key = keys.signing_key(os.environ, keys.file_for(VAR, url))
        collecting = self._begin_static()
        self._reach_servers()
        self._set_up()
        if self.owner and self.share:
            self.share.open(self.servers.addresses)
        if collecting:
            self._finish(collecting)
            static.note(VAR)
        self._start_work()

    def _begin_static(self) -> Child | None:
        if static.is_current(VAR):
            return None
        return self._manage("collectstatic", "--no-input", "-v0", *static.IGNORED)

    def _reach_servers(self) -> None:
        names = pair.missing(os.environ)
        if not names:
            return
        self.share = Share(VAR)
        self.owner = self.share.enter(answering)
        if self.owner:
            self.servers.start(names, VAR)
            environ = pair.environ_of(self.servers.addresses)
        else:
            environ = join(self.share, names)
        self.owner_url = environ.get(pair.OWNER, self.owner_url)
        os.environ.update(pair.of_service(environ))

    def _set_up(self) -> None:
        if self._finish(self._manage("set_up"), MIGRATE_FIRST) == 0:
            return
        lock = Lock(VAR / "run" / "migrate.lock")
        lock.take(wait=True)
        owner = {pair.OWNER: self.owner_url} if self.owner_url else {}
        self._finish(self._manage("migrate", "--no-input", "-v0", **owner))
        lock.release()
        self._finish(self._manage("set_up"))

    def _manage(self, *arguments: str, **environ: str) -> Child:
        child = Child(f"manage.py {arguments[0]}", [sys.executable, "manage.py", *arguments])
        child.cwd = BASE_DIR
        child.env = os.environ | environ
        self.work.append(child)
        child.start()
        return child

    def _finish(self, child: Child, *answers: int) -> int:
        """Wait for its end and return its exit code: 0 or one of ``answers``."""
        while child.alive():
            time.sleep(0.05)
        self.work.remove(child)
        code = child.process.returncode if child.process else 0
        if code and code not in answers:
            raise StartError(f"{child.name} misslyckades (kod {code}).")
        return code

    def _start_work(self) -> None:
        metrics = VAR / "run" / "metrics"
        shutil.rmtree(metrics, ignore_errors=True)
        metrics.mkdir()
        environ = dict(os.environ)
        self.socket = _listen(self.port)
        celery = [sys.executable, "-m", "celery", "-q", "-A", "config"]
        worker = [*celery, "worker", "-c", "2", "-l", "WARNING", "--without-gossip"]
        web = [sys.executable, "-m", "gunicorn", "config.wsgi", "-c", "deploy/gunicorn.conf.py"]
        web += ["--bind", f"fd://{self.socket.fileno()}", "--no-control-socket"]
        beat = [*celery, "beat", "-l", "WARNING", "-s", str(VAR / "run" / "beat-schedule")]
        beat += ["--pidfile="]
        self.work += [
            Child(
                "Webbservern",
                web,
                env=environ | {"PROMETHEUS_MULTIPROC_DIR": str(metrics)},
                cwd=BASE_DIR,
                pass_fds=[self.socket.fileno()],
            ),
            # It warns about root; the messages it is handed are all our own.
            Child(
                "Celery worker",
                [*worker, "--without-mingle"],
                env=environ
                | {
                    "PYTHONWARNINGS": "ignore:You're running the worker",
                    keys.SIGNING: self.signing_key,
                },
                cwd=BASE_DIR,
            ),
            Child("Celery beat", beat, env=environ, cwd=BASE_DIR),
        ]
        for child in self.work:
            child.start()

    def _announce(self) -> None:
        reason, end = "", time.monotonic() + 60
        while (reason := _not_ready(self.port)) and time.monotonic() < end:
            dead = [child.name for child in self.work if not child.alive()]
            if dead:
                raise StartError(f"{dead[0]} startade inte; se ovan.")
            time.sleep(0.2)
        if reason:
            say(f"Tjänsten är inte redo: {reason}")
        print(f"\nTjänsten finns på {self.address}")
        print(f"Demokonton (lösenord demo): {LOGINS}")
        print("Avsluta med Ctrl-C.", flush=True)

    def _look_after(self) -> None:
        self.servers.revive()
        for child in self.work:
            child.revive()

    def _stop(self) -> None:
        self.leaving = True
        for child in self.work:
            child.ask_to_leave()
        for child in self.work:
            child.stop(asked=True)
        if self.share is None:
            return
        if self.owner:
            self.share.close(self._patient)
            self.servers.stop()
        self.share.leave()

    def _patient(self) -> bool:
        self.servers.revive()
        return self.signals < 2


def _listen(port: int) -> socket.socket:
    """Return a socket that holds ``port``; ``StartError`` if it is taken."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((os.environ.get("BIND", "127.0.0.1"), port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise StartError(
            f"Port {port} kan inte användas ({error.strerror}). Välj en annan: PORT=8001 make run"
        ) from error
    return listener


def _not_ready(port: int) -> str:
    """Return what /readyz says is wrong, empty when all is well."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10).close()
    except urllib.error.HTTPError as error:
        return error.read().decode(errors="replace")[:300]
    except OSError as error:
        return str(error)
    return ""


def main() -> int:
    """Run the service on ``PORT`` (8000)."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        say(f"PORT ska vara ett tal mellan 1 och 65535, inte {text!r}.")
        return 1
    return Service(int(text)).run()


if __name__ == "__main__":
    sys.exit(main())

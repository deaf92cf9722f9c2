"""The embedded servers that the environment names no real ones for, as one thing to hold."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config.servers import places, postgres, valkey
from config.servers.children import Child, say
from config.servers.sharing import Addresses

NEEDED = frozenset({"DATABASE_URL", "REDIS_URL"})
# Tells a command that the database at its address is an embedded one.
EMBEDDED = "KVALITET_EMBEDDED"
# Names the database as the role that owns its tables: for whoever migrates, and nobody else.
OWNER = "MIGRATION_DATABASE_URL"


def missing(environ: Mapping[str, str]) -> set[str]:
    """Return those of ``NEEDED`` that name no server."""
    return {name for name in NEEDED if not environ.get(name)}


def environ_of(addresses: Addresses) -> dict[str, str]:
    """Return the environment that leads to all of these servers, the owner's address included."""
    return {name: value for environ in addresses.values() for name, value in environ.items()}


def of_service(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without the owner's address: what the service itself is given."""
    return {name: value for name, value in environ.items() if name != OWNER}


@dataclass
class Pair:
    """Servers that we have started, and the environment that leads to each."""

    children: list[Child] = field(default_factory=list)
    addresses: Addresses = field(default_factory=dict)
    _temporary: places.Place | None = field(default=None, init=False)

    def start(self, names: set[str], var: Path, *, durable: bool = True) -> None:
        """Start the servers for ``names`` with their data in ``var``.

        Raises ``StartError``; what had come up until then is still in ``children``, for
        ``stop``.
        """
        if "DATABASE_URL" in names:
            place = places.place_for(var, temporary=not durable)
            self._temporary = None if durable else place
            self._postgres(place, var, durable)
        if "REDIS_URL" in names:
            broker = valkey.start(var / "valkey", var / "log" / "valkey.log", durable=durable)
            self.children.append(broker.child)
            self.addresses["REDIS_URL"] = {"REDIS_URL": broker.url}

    def _postgres(self, place: places.Place, var: Path, durable: bool) -> None:
        if place.user and durable:
            say(f"PostgreSQL körs som {place.user.name}; data i {place.data}")
        server = postgres.start(place, var / "log" / "postgresql.log", durable=durable)
        self.children.append(server.child)
        self.addresses["DATABASE_URL"] = {
            EMBEDDED: "1",
            "DATABASE_URL": server.url(postgres.APP),
            OWNER: server.url(postgres.OWNER),
            "DATABASE_APP_ROLE": postgres.APP,
        }

    def revive(self) -> None:
        """Start again what has died, at the same address."""
        for child in self.children:
            child.revive()

    def stop(self) -> None:
        """Stop what was started, the last one first."""
        for child in reversed(self.children):
            child.stop()
        self.children.clear()

    def forget(self) -> None:
        """Remove the data of a pair that was not durable."""
        if self._temporary:
            places.remove(self._temporary)


@contextmanager
def throwaway(names: set[str] | None = None) -> Iterator[dict[str, str]]:
    """Yield the environment of servers that are gone, data and all, on leaving.

    ``names`` says which (both unless given). For tests: quick, and safe only as long as the
    machine stays up.
    """
    wanted = set(NEEDED) if names is None else names
    var = Path(tempfile.mkdtemp(prefix="kvalitet-"))
    pair = Pair()
    try:
        pair.start(wanted, var, durable=False)
        yield environ_of(pair.addresses)
    finally:
        pair.stop()
        pair.forget()
        shutil.rmtree(var, ignore_errors=True)

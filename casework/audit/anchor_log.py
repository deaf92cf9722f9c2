"""Reading the anchors out of log files: JSON lines among others, plain or gzip, in any order."""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.audit.anchors import EVENT, Anchor

_GZIP = b"\x1f\x8b"
_TEXTS = ("at", "hash", "previous", "key", "signature")


@dataclass(frozen=True)
class Line:
    """An anchor in a log and where it stands; an ``unsigned`` one is from before the signing."""

    where: str
    anchor: Anchor
    unsigned: bool = False


def read(files: Sequence[Path]) -> Iterator[Line]:
    """Yield every anchor in ``files``. Raises ``OSError`` where one cannot be read.

    Half a line, as a process leaves that is killed while it writes, counts as no line.
    """
    for file in files:
        with file.open("rb") as start:
            packed = start.read(2) == _GZIP
        with gzip.open(file) if packed else file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if EVENT.encode() in line:
                    found = _parsed(line, f"{file.name}:{number}")
                    if found:
                        yield found


def _parsed(line: bytes, where: str) -> Line | None:
    # A collector may put its own words before the object.
    start = line.find(b"{")
    try:
        told: Any = json.loads(line[start:]) if start >= 0 else None
    except ValueError:
        return None
    if not isinstance(told, dict) or told.get("event") != EVENT:
        return None
    number, lane, seq = (_whole(told.get(name)) for name in ("number", "lane", "seq"))
    at, digest, previous, key, signature = (str(told.get(name, "")) for name in _TEXTS)
    anchor = Anchor(number, at, lane, seq, digest, previous, key, signature)
    unsigned = not {"number", "previous", "key", "signature"} & told.keys()
    return Line(where, anchor, unsigned)


def _whole(value: object) -> int:
    return value if isinstance(value, int) and -1 <= value < 2**63 else -1

"""Files between upload and import: kept encrypted, for a while, for whoever uploaded them.

What is known of the file (``Pending``) is small and read by each page; its content, and the table
once that is read, lie beside it and are taken by the worker alone.
"""

import json
import secrets
import zlib
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.core.cache import cache

from casework.access.actor import Actor
from casework.registers.problems import Problem
from casework.registers.reading import Table, TableRow
from casework.shared.fields import cipher

# Long enough to mend a mapping and show a colleague, short enough to leave nothing lying.
_KEPT_FOR = 2 * 60 * 60
READING, MATCHING, REVIEWING, REVIEWED, IMPORTING, IMPORTED, FAILED = (
    "reading", "matching", "reviewing", "reviewed", "importing", "imported", "failed",
)  # fmt: skip
# The worker has it.
BUSY = frozenset({READING, REVIEWING, IMPORTING})


@dataclass(frozen=True)
class Pending:
    """An uploaded file on its way, and what is known of it so far.

    ``samples`` are what the columns hold, ``review`` what the import would do, ``rows`` how many
    there are, ``failure`` why it stopped, ``batch`` what it became.
    """

    token: str
    kind: str
    file_name: str
    stage: str = READING
    mapping: dict[str, str] = field(default_factory=dict)
    headers: list[str] = field(default_factory=list)
    samples: list[str] = field(default_factory=list)
    rows: int = 0
    review: dict[str, Any] = field(default_factory=dict)
    failure: str = ""
    batch: int | None = None


def keep(actor: Actor, kind: str, file_name: str, content: bytes) -> Pending:
    """Keep an uploaded file under a new token."""
    pending = Pending(secrets.token_urlsafe(16), kind, file_name)
    _put(actor, pending.token, "content", content)
    return change(actor, pending)


def change(actor: Actor, pending: Pending, **known: Any) -> Pending:
    """Keep what has become known of the file."""
    pending = replace(pending, **known)
    _put(actor, pending.token, "", json.dumps(asdict(pending)).encode())
    return pending


def fetch(actor: Actor, kind: str, token: str) -> Pending | None:
    """Return the actor's own file, None where it is gone or another's."""
    stored = _get(actor, token, "")
    found = Pending(**json.loads(stored)) if stored else None
    return found if found and found.kind == kind else None


def content_of(actor: Actor, pending: Pending) -> bytes | None:
    """Return the file as it was uploaded, until its table is kept."""
    return _get(actor, pending.token, "content")


def keep_table(actor: Actor, pending: Pending, table: Table) -> None:
    """Keep the table in the place of the file."""
    problems = [[one.line, one.column, one.message] for one in table.problems]
    rows = [[row.line, *row.cells] for row in table.rows]
    text = json.dumps([table.headers, rows, problems], ensure_ascii=False)
    _put(actor, pending.token, "table", zlib.compress(text.encode(), 1))
    cache.delete(_key(actor, pending.token, "content"))


def table_of(actor: Actor, pending: Pending) -> Table | None:
    """Return the table that was read."""
    stored = _get(actor, pending.token, "table")
    if stored is None:
        return None
    headers, rows, problems = json.loads(zlib.decompress(stored))
    return Table(
        pending.file_name,
        tuple(headers),
        tuple(TableRow(line, tuple(cells)) for line, *cells in rows),
        tuple(Problem(*problem) for problem in problems),
    )


def claim(actor: Actor, token: str, what: str) -> bool:
    """Return whether this is the first to ask for ``what`` to be done with the file."""
    return bool(cache.add(_key(actor, token, what), 1, _KEPT_FOR))


def release(actor: Actor, token: str, what: str) -> None:
    """Let it be asked for again."""
    cache.delete(_key(actor, token, what))


def note_progress(actor: Actor, token: str, rows: int) -> None:
    """Note how many rows the worker has dealt with."""
    cache.set(_key(actor, token, "progress"), rows, _KEPT_FOR)


def progress(actor: Actor, token: str) -> int:
    """Return how many rows the worker has dealt with."""
    return int(cache.get(_key(actor, token, "progress")) or 0)


def forget(actor: Actor, token: str) -> None:
    """Throw the file away."""
    parts = ("", "content", "table", "progress", IMPORTING)
    cache.delete_many([_key(actor, token, part) for part in parts])


def _key(actor: Actor, token: str, part: str) -> str:
    return f"register-file:{actor.board_id}:{actor.user_id}:{token}{part and ':' + part}"


def _put(actor: Actor, token: str, part: str, content: bytes) -> None:
    cache.set(_key(actor, token, part), cipher().encrypt(content), _KEPT_FOR)


def _get(actor: Actor, token: str, part: str) -> bytes | None:
    stored = cache.get(_key(actor, token, part))
    return None if stored is None else cipher().decrypt(stored)

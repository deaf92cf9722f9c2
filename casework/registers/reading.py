"""From a file to a table of texts: CSV in the shapes that are about, and XLSX.

Nothing is interpreted here beyond what the file format itself says: a date cell of a spreadsheet
becomes ``YYYY-MM-DD`` (with ``HH:MM`` where the cell shows a time), so that the same register
reads alike from either format. The reading is done by a process of its own with little time and
memory (``casework.registers.reader``); whatever a file does to it, the service goes on.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import casework
from casework.registers.problems import Problem, UnreadableFile
from casework.registers.reader import bounds
from casework.shared import limits

LARGEST_FILE = limits.REGISTER_FILE
# What the rows of a table may take: with the reading process's own, 200 MB.
_MOST_MEMORY = 70 * 1024 * 1024
# Long texts are seldom the same, and short ones often: names, days, statuses.
_SHARED_LENGTH = 100
_ROOT = Path(str(casework.__file__)).parent.parent
_OUT_OF_TIME = {-signal.SIGALRM, -signal.SIGXCPU}


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its line in the file and its cells in the order of the headers."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A file as read: headers in the file's order, rows that are not empty.

    ``problems`` are the rows that do not fit the header; they are not among ``rows``.
    """

    file_name: str
    headers: tuple[str, ...]
    rows: tuple[TableRow, ...]
    problems: tuple[Problem, ...] = ()


def read_table(
    file_name: str, content: bytes, *, advance: Callable[[int], object] = lambda rows: None
) -> Table:
    """Read a CSV or XLSX file.

    Cells are stripped of surrounding white space. ``advance`` is told of each number of rows
    read. Raises ``UnreadableFile`` for what is no table or too much of one: another format,
    unclosed quotation marks, more than ``bounds`` allow.
    """
    if len(content) > LARGEST_FILE:
        raise _unreadable(1, "Filen är större än 30 MB. Dela den i flera filer.")
    rows: list[TableRow] = []
    problems: list[Problem] = []
    headers: tuple[str, ...] = ()
    kept = _Kept()
    for part in _parts(content, PurePath(file_name).suffix.lower()):
        if not headers:
            headers = tuple(part)
            continue
        line, cells = part
        if isinstance(cells, str):
            problems.append(Problem(line, "raden", cells))
        else:
            rows.append(TableRow(line, kept.row(line, cells)))
        advance(1)
    return Table(file_name, headers, tuple(rows), tuple(problems))


class _Kept:
    """Cells as they are kept: equal short ones once, and all of them within what memory allows."""

    def __init__(self) -> None:
        self.shared: dict[str, str] = {}
        self.size = 0

    def row(self, line: int, cells: list[str]) -> tuple[str, ...]:
        """Return the cells to keep; ``UnreadableFile`` where the table has grown too large."""
        kept = tuple(map(self._cell, cells))
        self.size += sys.getsizeof(kept) + sys.getsizeof(line) + 64
        if self.size > _MOST_MEMORY:
            raise _unreadable(line, bounds.TOO_MUCH_MEMORY)
        return kept

    def _cell(self, cell: str) -> str:
        shared = self.shared.get(cell)
        if shared is not None:
            return shared
        self.size += sys.getsizeof(cell)
        if len(cell) <= _SHARED_LENGTH:
            self.size += 100
            self.shared[cell] = cell
        return cell


def _unreadable(line: int, message: str) -> UnreadableFile:
    return UnreadableFile(Problem(line, "filen", message))


def _parts(content: bytes, suffix: str) -> Iterator[Any]:
    """Yield what the reading process says, while it reads."""
    with _started(suffix) as process:
        try:
            _send(process, content)
            for text in process.stdout or ():
                part = json.loads(text)
                if isinstance(part, dict):
                    if part:
                        raise _unreadable(part["line"], part["message"])
                    return
                yield part
        finally:
            process.kill()
    # It ended without a last word.
    if process.returncode in _OUT_OF_TIME:
        raise _unreadable(1, bounds.TOO_SLOW)
    raise _unreadable(1, bounds.TOO_MUCH_MEMORY if process.returncode < 0 else bounds.NO_TABLE)


def _started(suffix: str) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            [sys.executable, "-S", "-m", "casework.registers.reader", suffix],
            cwd=_ROOT,
            # It is told no secrets, and needs nothing else.
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise _unreadable(1, "Just nu går det inte att läsa filer. Försök om en stund.") from error


def _send(process: "subprocess.Popen[bytes]", content: bytes) -> None:
    # It may have ended already; why shows in how.
    with suppress(BrokenPipeError):
        if process.stdin is not None:
            process.stdin.write(content)
            process.stdin.close()

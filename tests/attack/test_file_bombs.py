"""Files made to break the reader, each given to a web worker's own threads while it answers others.

What is measured is the tree of processes: the service and the reader that it starts for a file.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import Client

from casework.registers.problems import UnreadableFile
from casework.registers.reader import bounds
from casework.registers.reading import read_table
from tests.casework.bombs import READ, every

MB = 1024 * 1024
# Guards against hanging and swelling, with room for a busy machine; the reader's own are tighter.
MOST_MEMORY = 230 * MB
MOST_SECONDS = bounds.MOST_SECONDS + 15


def resident() -> int:
    """Memory of this process and its children, in bytes."""
    total = 0
    for process in [Path("/proc/self"), *_children()]:
        try:
            pages = int((process / "statm").read_text().split()[1])
        except (OSError, IndexError):
            continue
        total += pages * 4096
    return total


def _children() -> list[Path]:
    found = []
    for task in Path("/proc/self/task").iterdir():
        try:
            found += [Path("/proc") / key for key in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


@contextmanager
def watched() -> Iterator[list[int]]:
    """Yield [peak above the start], looked at all the while."""
    peak = [0]
    over = threading.Event()
    start = resident()

    def look() -> None:
        while not over.wait(0.02):
            peak[0] = max(peak[0], resident() - start)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield peak
    finally:
        over.set()
        looking.join()


def outcome(name: str, content: bytes) -> int | str:
    """How many rows there are, or why not."""
    try:
        return len(read_table(name, content).rows)
    except UnreadableFile as error:
        return error.problem.message


@pytest.mark.django_db
def test_no_file_holds_or_swells_the_service(record_property: object) -> None:
    client = Client()
    tried = refused = 0
    slowest = largest = 0.0
    for title, name, make in every():
        content = make()
        began = time.monotonic()
        with watched() as peak:
            said = outcome(name, content)
        if title in READ:
            assert said == READ[title][2], title
        else:
            assert str(said).endswith("."), title
            refused += 1
        took = time.monotonic() - began
        tried += 1
        slowest, largest = max(slowest, took), max(largest, peak[0] / MB)
        assert took < MOST_SECONDS, title
        assert peak[0] < MOST_MEMORY, (title, peak[0] // MB)
        assert client.get("/healthz").status_code == 200, title
    assert tried >= 40
    record_property(  # type: ignore[operator]
        "counts",
        f"{tried} files, {refused} refused in words, slowest {slowest:.1f} s, "
        f"largest {largest:.0f} MB above the start, 0 without an answer",
    )

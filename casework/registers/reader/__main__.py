"""Read the file on stdin, write its rows to stdout: one JSON value a line.

First the headers, then ``[line, cells]`` or, for a row that does not fit, ``[line, message]``;
last ``{}``, or what stopped the reading as ``{"line": …, "message": …}``.
"""

import json
import resource
import signal
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from casework.registers.reader import bounds
from casework.registers.reader.csv_rows import csv_rows
from casework.registers.reader.xlsx_rows import xlsx_rows


def confine() -> None:
    """End this process if it takes more time or memory than a file may, or writes to a disk."""
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for what, limit in (
        (resource.RLIMIT_AS, now + bounds.MOST_MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (limit, limit))
    # At the second limit the kernel kills without telling why: the first comes before it.
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.MOST_SECONDS, bounds.MOST_SECONDS + 2))
    # Its action is the kernel's: whatever the reading hangs in, the process ends.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(bounds.MOST_SECONDS)


def table(content: bytes, suffix: str) -> Iterator[object]:
    """Yield the headers, then each row that is not empty."""
    is_sheet = suffix == ".xlsx" or content.startswith(b"PK\x03\x04")
    if not is_sheet and suffix in {".xls", ".ods"}:
        raise bounds.Refused(1, "Filformatet läses inte. Spara filen som CSV eller som .xlsx.")
    width = count = 0
    for line, given in xlsx_rows(content) if is_sheet else csv_rows(content):
        # Some systems write å as an a with a ring: the same letter, another word to a computer.
        cells = [unicodedata.normalize("NFC", cell).strip() for cell in given]
        if not any(cells):
            continue
        bounds.check_row(line, cells)
        if not width:
            width = max(place for place, cell in enumerate(cells, start=1) if cell)
            yield cells[:width]
            continue
        count += 1
        if count > bounds.MOST_ROWS:
            raise bounds.Refused(line, bounds.TOO_MANY_ROWS)
        if is_sheet:
            cells += [""] * (width - len(cells))
        yield [line, _misfit(cells, width) or cells[:width]]
    if not width:
        raise bounds.Refused(1, "Filen är tom. Den ska börja med en rad rubriker.")


def _misfit(cells: list[str], width: int) -> str:
    if any(cells[width:]):
        return (
            f"Raden har fler celler än rubrikraden ({width}). Sätt citattecken om en text som "
            "innehåller skiljetecknet."
        )
    if len(cells) < width:
        return (
            f"Raden har {len(cells)} celler men rubrikraden har {width}. Lägg till de celler som "
            "saknas; de får vara tomma."
        )
    return ""


def write(part: object) -> None:
    """Give one value to the service."""
    sys.stdout.buffer.write(json.dumps(part, ensure_ascii=False).encode() + b"\n")


def main() -> None:
    """Read within the bounds."""
    confine()
    last: dict[str, object] = {}
    try:
        for part in table(sys.stdin.buffer.read(), sys.argv[1]):
            write(part)
    except bounds.Refused as refused:
        last = {"line": refused.line, "message": refused.message}
    except MemoryError:
        last = {"line": 1, "message": bounds.TOO_MUCH_MEMORY}
    write(last)


if __name__ == "__main__":
    main()

"""Rows of a text file: CSV in the shapes that are about."""

import codecs
import csv
import io
from collections.abc import Iterator

from casework.registers.reader.bounds import LONGEST_ROW, MOST_COLUMNS, MOST_LINES, Refused

_DELIMITERS = (";", ",", "\t")
_PIECE = 1024 * 1024


def csv_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield (line on which the row begins, cells); a quoted cell may go over several lines."""
    encoding = _encoding(content)
    reader = csv.reader(
        _lines(content, encoding), delimiter=_delimiter(content, encoding), strict=True
    )
    line = 1
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS and any(map(str.strip, cells[MOST_COLUMNS:])):
                raise Refused(
                    line,
                    f"Raden har {len(cells)} celler, men högst {MOST_COLUMNS} kolumner läses. "
                    "Ta bort de kolumner som inte hör till registret.",
                )
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise Refused(
            line,
            "Raden går inte att läsa. Se efter att citattecken står i par runt texten.",
        ) from error


def _encoding(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in content:
        raise Refused(1, "Filen är inte text. Spara den som CSV UTF-8 eller som .xlsx.")
    if _first_fault(content, "utf-8-sig") is None:
        return "utf-8-sig"
    fault = _first_fault(content, "cp1252")
    if fault is None:
        return "cp1252"
    line = content.count(b"\n", 0, fault) + 1
    raise Refused(line, "Teckenkodningen är okänd. Spara filen som CSV UTF-8.")


def _first_fault(content: bytes, encoding: str) -> int | None:
    """Return where ``content`` stops being of this encoding, reading it piece by piece."""
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(content), _PIECE):
        piece = content[start : start + _PIECE]
        try:
            decoder.decode(piece, final=start + _PIECE >= len(content))
        except UnicodeDecodeError as error:
            return start + error.start
    return None


def _text(content: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")


def _delimiter(content: bytes, encoding: str) -> str:
    header = next((line for line in _lines(content, encoding) if line.strip("\r\n")), "")
    return max(_DELIMITERS, key=header.count)


def _lines(content: bytes, encoding: str) -> Iterator[str]:
    stream = _text(content, encoding)
    for number in range(1, MOST_LINES + 2):
        text = stream.readline(LONGEST_ROW + 1)
        if not text:
            return
        if len(text) > LONGEST_ROW:
            raise Refused(
                number,
                "Raden är längre än en miljon tecken. Se efter att filen har radbrytningar.",
            )
        yield text
    raise Refused(MOST_LINES, "Filen har mer än en miljon rader. Ta bort de tomma, eller dela den.")

"""Rows of the first sheet of a workbook, given on as they are read; gaps cost nothing."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from casework.registers.reader.bounds import (
    LONGEST_CELL,
    MOST_COLUMNS,
    NO_SPREADSHEET,
    TOO_MUCH_MEMORY,
    Refused,
)
from casework.registers.reader.parts import Archive, Attributes, read_xml
from casework.registers.reader.values import Formats

_OLD_FORMAT = b"\xd0\xcf\x11\xe0"
_CELL = re.compile(r"([A-Za-z]{1,3})[0-9]{1,10}")
_MOST_STRINGS = 1_000_000
_LONGEST_NUMBER = 400


def xlsx_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield (row of the sheet, cells up to the last filled one) of rows with something in them."""
    if content.startswith(_OLD_FORMAT):
        raise Refused(
            1,
            "Filen är låst med lösenord eller sparad i Excels gamla format. Spara den utan "
            "lösenord som .xlsx.",
        )
    try:
        archive = Archive(content)
        if "mimetype" in archive.zip.NameToInfo:
            raise Refused(1, "Filen är ett kalkylblad i annat format. Spara den som .xlsx.")
        book, parts = _parts(archive)
        strings = _strings(archive, parts.get("sharedStrings"))
        formats = Formats.of(archive, parts.get("styles"), since_1904=book.since_1904)
        sheet = _Sheet(strings, formats)
        for _ in read_xml(archive.pieces(book.sheet), sheet.start, sheet.end, sheet.take):
            yield from sheet.rows
            sheet.rows.clear()
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        LookupError,
        ValueError,
        TypeError,
        RuntimeError,
        OverflowError,
        OSError,
        EOFError,
    ) as error:
        if getattr(error, "code", None) == 1:
            # The parser's own "out of memory".
            raise MemoryError from error
        raise Refused(1, NO_SPREADSHEET) from error


@dataclass
class _Book:
    sheet: str
    since_1904: bool


def _parts(archive: Archive) -> tuple[_Book, dict[str, str]]:
    """Return the first sheet and kind → name of what belongs to the workbook."""
    main = dict(archive.related("").values())["officeDocument"]
    related = archive.related(main)
    sheets: list[str] = []
    since_1904 = False

    def start(tag: str, given: Attributes) -> None:
        nonlocal since_1904
        if tag == "workbookPr":
            since_1904 = given.get("date1904", "0") in {"1", "true"}
        elif tag == "sheet":
            keys = [value for name, value in given.items() if name.endswith("relationships id")]
            sheets.extend(related[key][1] for key in keys if related[key][0] == "worksheet")

    for _ in read_xml(archive.pieces(main), start):
        pass
    return _Book(sheets[0], since_1904), dict(related.values())


class _Text:
    """Gathers the text of an element; readings of signs (rPh) are not part of it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.reading = False
        self.on = False

    def begin(self) -> None:
        self.pieces, self.length, self.reading, self.on = [], 0, False, False

    def start(self, tag: str) -> None:
        if tag == "rPh":
            self.reading = True
        elif tag in {"t", "v"}:
            self.on = not self.reading

    def end(self, tag: str) -> None:
        if tag == "rPh":
            self.reading = False
        elif tag in {"t", "v"}:
            self.on = False

    def take(self, piece: str) -> None:
        if self.on:
            self.length += len(piece)
            if self.length > LONGEST_CELL:
                raise Refused(1, "En cell i filen har mer än 131 072 tecken. Korta texten i den.")
            self.pieces.append(piece)

    def __str__(self) -> str:
        return "".join(self.pieces)


def _strings(archive: Archive, name: str | None) -> list[str]:
    """Return the texts that cells refer to by number."""
    strings: list[str] = []
    if name is None:
        return strings
    text = _Text()

    def start(tag: str, given: Attributes) -> None:
        if tag == "si":
            text.begin()
        text.start(tag)

    def end(tag: str) -> None:
        text.end(tag)
        if tag == "si":
            strings.append(str(text).replace("x005F_", ""))
            if len(strings) > _MOST_STRINGS:
                raise Refused(1, TOO_MUCH_MEMORY)

    for _ in read_xml(archive.pieces(name), start, end, text.take):
        pass
    return strings


@dataclass
class _Sheet:
    strings: list[str]
    formats: Formats
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    row: int = 0
    column: int = 0
    cells: dict[int, str] = field(default_factory=dict)
    kind: str = ""
    style: int = 0
    text: _Text = field(default_factory=_Text)

    def start(self, tag: str, given: Attributes) -> None:
        if tag == "c":
            self.column = _column(given["r"]) if "r" in given else self.column + 1
            self.kind, self.style = given.get("t", "n"), int(given.get("s") or 0)
            self.text.begin()
        elif tag == "row":
            self.row = int(given["r"]) if "r" in given else self.row + 1
            self.column, self.cells = 0, {}
        elif tag == "v" or self.kind == "inlineStr":
            self.text.start(tag)

    def take(self, piece: str) -> None:
        self.text.take(piece)

    def end(self, tag: str) -> None:
        if tag == "c":
            if self.text.pieces and (value := self._value(str(self.text)).strip()):
                self._keep(value)
            self.kind = ""
        elif tag == "row":
            if self.cells:
                width = max(self.cells)
                self.rows.append((self.row, [self.cells.get(n, "") for n in range(1, width + 1)]))
        else:
            self.text.end(tag)

    def _keep(self, value: str) -> None:
        if self.column > MOST_COLUMNS:
            raise Refused(
                self.row,
                f"En cell i kolumn {self.column} är ifylld, men högst {MOST_COLUMNS} kolumner "
                "läses. Ta bort de kolumner som inte hör till registret.",
            )
        self.cells[self.column] = value

    def _value(self, text: str) -> str:
        if self.kind == "s":
            return self.strings[int(text)]
        if self.kind == "b":
            return "Ja" if int(text) else "Nej"
        if self.kind == "d":
            return self.formats.written(text, self.style)
        if self.kind == "n":
            if len(text) > _LONGEST_NUMBER:
                raise Refused(self.row, NO_SPREADSHEET)
            return self.formats.number(text, self.style)
        return text


def _column(reference: str) -> int:
    found = _CELL.fullmatch(reference)
    if found is None:
        raise ValueError
    number = 0
    for letter in found[1].upper():
        number = number * 26 + ord(letter) - 64
    return number

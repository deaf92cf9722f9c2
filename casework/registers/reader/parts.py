"""The parts of an .xlsx file, an archive of XML: each unfolded and read piece by piece."""

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

from casework.registers.reader.bounds import MOST_UNFOLDED, NO_SPREADSHEET, Refused

_PIECE = 64 * 1024
_LONGEST_TAG = 1024 * 1024
_UNFOLDS_IN_PIECES = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]


class Archive:
    """The archive; counts what has been unfolded of it."""

    def __init__(self, content: bytes) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(content))
        self.unfolded = 0
        self._count(sum(part.file_size for part in self.zip.infolist()))
        self.unfolded = 0

    def _count(self, size: int) -> None:
        self.unfolded += size
        if self.unfolded > MOST_UNFOLDED:
            raise Refused(1, "Kalkylbladet är för stort. Dela det i flera filer.")

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a part as they unfold."""
        part = self.zip.getinfo(name)
        if part.compress_type not in _UNFOLDS_IN_PIECES:
            raise Refused(1, NO_SPREADSHEET)
        with self.zip.open(part) as stream:
            while piece := stream.read(_PIECE):
                self._count(len(piece))
                yield piece

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """Return id → (kind, name of the part) of what a part refers to."""
        folder, file = posixpath.split(name)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, given: Attributes) -> None:
            if tag == "Relationship" and given.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, given["Target"]))
                kind = given["Type"].rpartition("/")[2]
                found[given["Id"]] = (kind, target.lstrip("/"))

        for _ in read_xml(self.pieces(posixpath.join(folder, "_rels", f"{file}.rels")), start):
            pass
        return found


def read_xml(
    pieces: Iterator[bytes],
    start: Start,
    end: Callable[[str], None] = lambda tag: None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Read XML and tell of its tags by their names alone; stops between pieces.

    Prefixes are the writing program's choice. A document type is refused: no spreadsheet has
    one, and what it may define unfolds without end.
    """
    parser: Any = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, given: start(tag.rpartition(" ")[2], given)
    parser.EndElementHandler = lambda tag: end(tag.rpartition(" ")[2])
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    given = 0
    for piece in pieces:
        given += len(piece)
        parser.Parse(piece, False)
        # What is not yet whole is gone through again with each piece.
        if given - parser.CurrentByteIndex > _LONGEST_TAG:
            raise Refused(1, NO_SPREADSHEET)
        yield
    parser.Parse(b"", True)
    yield


def _refuse_doctype(*given: object) -> None:
    raise Refused(1, NO_SPREADSHEET)

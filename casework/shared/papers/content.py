"""What a paper says, apart from how it is written: pure, and the same for PDF and Word."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

# What neither XML nor a font can show, save tab and line feed.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Heading:
    """A heading: level 2 for a section, 3 within one (1 is the title)."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Text:
    """Running text; each line is a paragraph."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Short facts: label and value."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table with one row of headings; ``caption`` says what it shows.

    ``widths``: of the columns, each in relation to the others; none: all alike. ``figures``: the
    columns after the first are numbers, and the last row says how many there are in all.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    figures: bool = False

    @property
    def shares(self) -> tuple[float, ...]:
        """How much of the width each column has; together one."""
        widths = self.widths or (1,) * len(self.header)
        return tuple(width / sum(widths) for width in widths)


@dataclass(frozen=True)
class Picture:
    """A plot as SVG, and in words what it shows."""

    svg: str
    text: str


@dataclass(frozen=True)
class Break:
    """What follows begins on a page of its own; ``lying``: on its side, until the next break."""

    lying: bool = False


Block = Heading | Text | Facts | Table | Picture | Break


@dataclass(frozen=True)
class Paper:
    """A paper: its title, what stands at the foot of every page, and its blocks in order."""

    title: str
    foot: str
    author: str
    blocks: tuple[Block, ...]

    def changed(self, change: Callable[[str], str]) -> "Paper":
        """Return the paper with ``change`` made to every text in it."""

        def all_of(row: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(change(cell) for cell in row)

        def of(block: Block) -> Block:
            match block:
                case Heading() | Text():
                    return replace(block, text=change(block.text))
                case Facts():
                    return Facts(tuple((change(a), change(b)) for a, b in block.rows))
                case Table():
                    # In the order in which one reads it: places are counted so.
                    caption, header = change(block.caption), all_of(block.header)
                    rows = tuple(all_of(row) for row in block.rows)
                    return replace(block, caption=caption, header=header, rows=rows)
                case Picture():
                    # Its letters are shapes by now; what is read aloud is the text.
                    return replace(block, text=change(block.text))
            return block

        return Paper(
            change(self.title),
            change(self.foot),
            change(self.author),
            tuple(of(block) for block in self.blocks),
        )

    def texts(self) -> list[str]:
        """Return every text in the paper, in order, the title first."""
        found: list[str] = []

        def keep(text: str) -> str:
            found.append(text)
            return text

        self.changed(keep)
        return found


def clean(text: str) -> str:
    """Return ``text`` composed (NFC) and without what no paper can show."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", unicodedata.normalize("NFC", plain))


def paragraphs(text: str) -> list[str]:
    """Return the lines of ``text`` that say something."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def facts(*rows: tuple[str, Any]) -> Facts:
    """Return those facts that have a value."""
    return Facts(tuple((label, str(value)) for label, value in rows if value))


def section(heading: str, text: str, level: int = 2) -> Iterable[Block]:
    """Yield a heading and its text; nothing where there is no text."""
    if text.strip():
        yield Heading(heading, level)
        yield Text(text)


def table(
    caption: str, header: Sequence[str], rows: Iterable[Sequence[Any]], widest: int = 1
) -> Iterable[Block]:
    """Yield a table; nothing where it has no rows. ``widest``: the first column, of the others."""
    found = tuple(tuple(str(cell or "–") for cell in row) for row in rows)
    if found:
        widths = (widest, *[1] * (len(header) - 1))
        yield Table(caption, tuple(header), found, widths)

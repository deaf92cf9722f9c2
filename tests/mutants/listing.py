"""The list of mistakes, read from the files of this folder: one file for each area."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent

# What lets mistakes through: limits on their day, tables of data, gates of acts, trouble.
PATTERNS = ("day", "table", "gate", "trouble")


@dataclass(frozen=True)
class Mistake:
    """One mistake: ``old`` of ``file`` becomes ``new``, and one of ``tests`` has to fail.

    ``means`` is what a user would come to see. ``tests`` are files or node ids, quickest first.
    """

    area: str
    name: str
    pattern: str
    means: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    @property
    def key(self) -> str:
        """How it is called on the command line."""
        return f"{self.area}.{self.name}"

    def faults(self, top: Path = TOP) -> Iterator[str]:
        """Yield why it cannot be tried: the code or the tests that it names have gone."""
        path = top / self.file
        found = path.read_text().count(self.old) if path.is_file() else 0
        if found != 1:
            yield f"{self.key}: stands {found} times in {self.file}: {self.old!r}"
        elif why_not := _unreadable(path.read_text().replace(self.old, self.new)):
            # What cannot even be read is no mistake that somebody would make.
            yield f"{self.key}: {why_not}"
        if self.old == self.new:
            yield f"{self.key}: changes nothing"
        if self.pattern not in PATTERNS:
            yield f"{self.key}: no such pattern: {self.pattern}"
        if not self.tests:
            yield f"{self.key}: no tests"
        for test in self.tests:
            if not _exists(top, test):
                yield f"{self.key}: no such test: {test}"


def _unreadable(source: str) -> str:
    try:
        compile(source, "code", "exec")
    except SyntaxError as error:
        return str(error)
    return ""


def _exists(top: Path, test: str) -> bool:
    file, *names = test.split("::")
    path = top / file
    if not names:
        return path.exists()
    text = path.read_text() if path.is_file() else ""
    name = names[-1].partition("[")[0]
    return f"def {name}(" in text or f"class {name}" in text


def mistakes() -> list[Mistake]:
    """Return the whole list, area by area."""
    found = []
    for file in sorted(HERE.glob("*.toml")):
        for row in tomllib.loads(file.read_text())["mistake"]:
            found.append(Mistake(area=file.stem, **row | {"tests": tuple(row["tests"])}))
    return found


def doubled(listed: list[Mistake]) -> list[str]:
    """Return the names that stand more than once."""
    return [key for key, times in Counter(one.key for one in listed).items() if times > 1]

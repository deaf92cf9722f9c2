"""Names and numbers of people in the text of a paper: found, and taken out where none may stand.

SOSFS 2011:5 asks for what happened, not for who. The names of colleagues are looked for among all
who have a log-in with the board, alike, so that nothing tells who reported; the names of those
whom the events are about are stored nowhere, so only whoever writes can know them.
"""

import re
from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass

from casework.organisation.models import User
from casework.shared import personnummer
from casework.shared.papers.content import Paper
from lexsarah.models import Report, Reporter

NAME, NUMBER = "[namn]", "[personnummer]"
_WORD = re.compile(r"\w[\w'’-]*")
_LONGEST = 5


@dataclass(frozen=True)
class Place:
    """Something that stands at ``text[start:end]``; ``instead`` is what is put there."""

    start: int
    end: int
    instead: str


class Names:
    """The full names of those who have a log-in with a board, but for those who may be named.

    Either way round: "Anna Ek", "Ek, Anna". Also the names on the papers that ``reports`` came
    by: whoever hands in a paper need have none.
    """

    def __init__(
        self,
        board_id: int,
        *,
        reports: Collection[Report] = (),
        allowed: Collection[int | None] = (),
    ) -> None:
        people = User.objects.filter(board=board_id).exclude(pk__in=[pk for pk in allowed if pk])
        parts = [
            (_words(first), _words(last))
            for first, last in people.values_list("first_name", "last_name")
            if first and last
        ]
        on_paper = Reporter.objects.filter(report__in=reports).values_list("name", flat=True)
        spoken = [words for name in on_paper if len(words := _name_on_paper(name)) > 1]
        parts += [(words[:-1], words[-1:]) for words in spoken]
        # By the first of several names too: "Anna Ek" for Anna Maria Ek.
        short = [*parts, *((first[:1], last) for first, last in parts)]
        self._names = {(*first, *last) for first, last in short}
        self._turned = {(*last, *first) for first, last in short}

    def places(self, text: str) -> Iterator[Place]:
        """Yield where a name or a personnummer stands, in order."""
        found = [Place(one.start, one.end, NUMBER) for one in personnummer.find(text)]
        words = list(_WORD.finditer(text))
        at = 0
        while at < len(words):
            length = self._length_at(words, at)
            if length:
                found.append(Place(words[at].start(), words[at + length - 1].end(), NAME))
            at += length or 1
        yield from sorted(found, key=lambda place: place.start)

    def _length_at(self, words: list[re.Match[str]], at: int) -> int:
        """Return how many words from ``at`` are a name, turned round ("Ek, Anna") too; 0: none."""
        if length := _longest(words, at, self._names):
            return length
        length = _longest(words, at, self._turned)
        # "i Norr, Amina Norr": what is a name as it stands begins later.
        begins = (_longest(words, later, self._names) for later in range(at + 1, at + length))
        return 0 if any(begins) else length

    def without(self, text: str) -> str:
        """Return ``text`` with what was found replaced by a word that says what stood there."""
        parts, at = [], 0
        for place in self.places(text):
            parts += [text[at : place.start], place.instead]
            at = place.end
        return "".join([*parts, text[at:]])


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _WORD.findall(text))


def _longest(words: list[re.Match[str]], at: int, names: Container[tuple[str, ...]]) -> int:
    """Return how many words from ``at`` are one of ``names``; 0: none."""
    for length in range(min(_LONGEST, len(words) - at), 1, -1):
        read = [word.group().casefold() for word in words[at : at + length]]
        # In the genitive as well: "Amina Alis beslut".
        if any((*read[:-1], last) in names for last in (read[-1], read[-1].removesuffix("s"))):
            return length
    return 0


def _name_on_paper(name: str) -> tuple[str, ...]:
    """Return the words of a name as it is spoken: of "Maj Persson, vikarie" and "Persson, Maj"."""
    first, _, rest = name.partition(",")
    words = _WORD.findall(first)
    if len(words) == 1:
        words = _WORD.findall(rest)[:1] + words
    return tuple(word.casefold() for word in words[:_LONGEST])


def without_names(paper: Paper, names: Names) -> tuple[Paper, int]:
    """Return the paper without names and personnummer, and how many there were."""
    count = sum(len(list(names.places(text))) for text in paper.texts())
    return paper.changed(names.without), count

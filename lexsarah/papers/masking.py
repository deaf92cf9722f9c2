"""A copy to hand out: what is secret replaced before anything is written (OSL 26:1).

The mask stands in the place of the text, so nothing of it is in the file; it is always as long,
so that not even the length of what it hides is told.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from casework.organisation.models import User
from casework.shared import personnummer
from casework.shared.papers.content import Facts, Heading, Paper, Picture, Table, Text, clean
from lexsarah.examined_units import worked_there
from lexsarah.models import Report
from lexsarah.papers.names import NAME, NUMBER, Names

MASK = "■■■■■"
# A name so short stands in too many words to be looked for by itself.
_SHORTEST = 3


@dataclass(frozen=True)
class Masking:
    """What is to be masked: passages as they stand, whole texts by their place, names, numbers."""

    passages: tuple[str, ...] = ()
    places: frozenset[int] = frozenset()
    names: bool = True
    case_number: bool = True


@dataclass(frozen=True)
class Masked:
    """The masked paper, how many masks there are in it, and the passages that it did not hold."""

    paper: Paper
    count: int
    missing: tuple[str, ...]


def mask(paper: Paper, report: Report, chosen: Masking) -> Masked:
    """Return the paper masked as chosen; personnummer always are."""
    paper = paper.changed(clean)
    passages = [clean(passage) for passage in chosen.passages]
    missing = tuple(
        passage
        for passage in passages
        if not any(pattern_of([passage]).search(text) for text in paper.texts())
    )
    numbers = [report.case_number] if chosen.case_number else []
    words = pattern_of([*passages, *numbers])
    people = pattern_of(people_of(report) if chosen.names else [], exact=True)
    names = Names(report.board_id, reports=[report])
    place = -1

    def masked(text: str) -> str:
        nonlocal place
        place += 1
        if place in chosen.places and text.strip():
            return MASK
        shown = words.sub(MASK, text)
        if chosen.names:
            shown = people.sub(MASK, names.without(shown)).replace(NAME, MASK)
        for number in reversed(personnummer.find(shown)):
            shown = f"{shown[: number.start]}{MASK}{shown[number.end :]}"
        return shown.replace(NUMBER, MASK)

    shown = paper.changed(masked)
    return Masked(shown, sum(text.count(MASK) for text in shown.texts()), missing)


def with_grounds(paper: Paper, grounds: str) -> Paper:
    """Return the paper with what the mask means, and by which law it is there, at its end."""
    text = f"{MASK} står för uppgifter som inte lämnas ut."
    if grounds:
        text = f"{text}\n{grounds}"
    blocks = (*paper.blocks, Heading("Om maskningen"), Text(text))
    return Paper(paper.title, paper.foot, paper.author, blocks)


@dataclass(frozen=True)
class Choice:
    """A text of a paper that can be masked whole: its place, what it stands under, itself."""

    place: int
    under: str
    text: str

    @property
    def token(self) -> str:
        """What a tick names, so that it never comes to mean another text of the same place."""
        return hashlib.sha256(f"{self.under}\0{self.text}".encode()).hexdigest()[:16]


def choices(paper: Paper) -> list[Choice]:
    """Return what can be masked whole: running text, and the values of facts and tables."""
    found: list[Choice] = []
    # As ``Paper.changed`` goes through it: title, foot and author come first.
    place, under = 3, paper.title
    for block in paper.blocks:
        match block:
            case Heading():
                under = block.text
                place += 1
            case Text():
                found.append(Choice(place, under, block.text))
                place += 1
            case Facts():
                for label, value in block.rows:
                    found.append(Choice(place + 1, label, value))
                    place += 2
            case Table():
                place += 1 + len(block.header)
                for row in block.rows:
                    for label, cell in zip(block.header, row, strict=True):
                        found.append(Choice(place, label, cell))
                        place += 1
            case Picture():
                place += 1
    return found


def fingerprint(paper: Paper) -> str:
    """Return what tells whether a paper is still the one that the choice was made on."""
    return hashlib.sha256("\0".join(paper.texts()).encode()).hexdigest()


def fingerprint_of_choice(paper: Paper, chosen: Masking, grounds: str) -> str:
    """Return what tells whether a copy is the one that was looked at: of this paper, so masked."""
    choice = [fingerprint(paper), *chosen.passages, f"{sorted(chosen.places)}"]
    choice += [f"{chosen.names} {chosen.case_number}", grounds]
    return hashlib.sha256("\0".join(choice).encode()).hexdigest()


def pattern_of(words: Iterable[str], *, exact: bool = False) -> re.Pattern[str]:
    """Return what finds any of ``words`` as words, the longest first, over whatever white space.

    ``exact``: in capitals and small letters as given, so that "Per" is not found in "per dag".
    """
    found = sorted({word.strip() for word in words if word.strip()}, key=len, reverse=True)
    parts = [r"\s+".join(re.escape(piece) for piece in word.split()) for word in found]
    flags = re.NOFLAG if exact else re.IGNORECASE
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts) or '(?!)'})s?(?!\w)", flags)


def people_of(report: Report) -> list[str]:
    """Return the names of those who work or have worked in its units, or with the report."""
    worked = worked_there(report).values("user")
    decided = report.decisions.values("decided_by")
    people = User.objects.filter(
        Q(pk__in=worked)
        | Q(pk__in=decided)
        | Q(pk__in=[report.investigator_id, report.decider_id]),
        board=report.board_id,
    )
    # "Norr" of Nämnden Norr tells of nobody; Amina Norr is found all the same.
    ours = {*report.board.name.split(), *report.unit.name.split()}
    return [
        name
        for person in people.only("first_name", "last_name", "username")
        for name in (person.display_name, person.first_name, person.last_name)
        if len(name) >= _SHORTEST and name not in ours
    ]

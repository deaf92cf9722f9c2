"""What in a text could tell who it is about: looked for before it leaves the investigation.

It warns and decides nothing, but for what can never be meant to stand there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from casework.organisation.models import Membership, User
from casework.shared import personnummer
from lexsarah.models import Report


@dataclass(frozen=True)
class Telltale:
    """Something in the text, as it is said to who wrote it; ``never``: it cannot stand there."""

    what: str
    never: bool = False


def telltales(report: Report, text: str) -> list[Telltale]:
    """Return what in ``text`` could tell whom the report is about, each once.

    Personnummer and the case number can never stand; the name of the unit, or of somebody who has
    worked there or works with the report, may be meant. It says nothing of who reported: everybody
    who has worked in the unit is looked for alike.
    """
    return list(dict.fromkeys(_found(report, text)))


def _found(report: Report, text: str) -> Iterator[Telltale]:
    for number in personnummer.find(text):
        yield Telltale(f"ett personnummer ({number.masked})", never=True)
    if report.case_number and report.case_number.casefold() in text.casefold():
        yield Telltale("ärendets nummer", never=True)
    if _stands(report.unit.name, text):
        yield Telltale(f"enhetens namn ({report.unit.name})")
    worked = Membership.objects.filter(unit=report.unit_id).values("user")
    people = User.objects.filter(
        Q(pk__in=worked) | Q(pk__in=[report.investigator_id, report.decider_id]),
        board=report.board_id,
    )
    for person in people.only("first_name", "last_name", "username"):
        for name in (person.display_name, person.last_name, person.first_name):
            if len(name) > 2 and _stands(name, text):
                yield Telltale(f"ett namn ({name})")
                break


def _stands(word: str, text: str) -> bool:
    """Say whether ``word`` stands in ``text`` as a word, or in the genitive."""
    return re.search(rf"(?<!\w){re.escape(word)}s?(?!\w)", text, re.IGNORECASE) is not None

"""What in a text could tell who it is about: looked for before it leaves the investigation.

It warns and decides nothing, but for what can never be meant to stand there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from casework.organisation.models import User
from casework.shared import personnummer
from lexsarah.examined_units import unit_names, worked_there
from lexsarah.models import Report


@dataclass(frozen=True)
class Telltale:
    """Something in the text, as it is said to who wrote it; ``never``: it cannot stand there.

    ``of_unit``: it tells of the unit, and of no person.
    """

    what: str
    never: bool = False
    of_unit: bool = False


class Telltales:
    """What could tell whom a report is about; the names are asked for once for all its texts."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def within(self, text: str) -> list[Telltale]:
        """Return what in ``text`` could tell whom the report is about, each once.

        Personnummer and the case number can never stand; the name of the unit, or of somebody who
        has worked there or works with the report, may be meant. It says nothing of who reported:
        everybody who has worked in the unit is looked for alike.
        """
        return list(dict.fromkeys(self._found(text)))

    def _found(self, text: str) -> Iterator[Telltale]:
        report = self._report
        for number in personnummer.find(text):
            yield Telltale(f"ett personnummer ({number.masked})", never=True)
        if report.case_number and report.case_number.casefold() in text.casefold():
            yield Telltale("ärendets nummer", never=True)
        for name in self._units:
            if _stands(name, text):
                yield Telltale(f"enhetens namn ({name})", of_unit=True)
        # The fullest first, and in one order every time: the same text is answered the same.
        for name in sorted(set(self._names_in(text)), key=lambda name: (-len(name), name)):
            yield Telltale(f"ett namn ({name})")

    def _names_in(self, text: str) -> Iterator[str]:
        for person in self._people:
            for name in (person.display_name, person.last_name, person.first_name):
                if len(name) > 2 and _stands(name, text):
                    yield name
                    break

    @cached_property
    def _units(self) -> list[str]:
        return unit_names(self._report)

    @cached_property
    def _people(self) -> list[User]:
        report = self._report
        worked = worked_there(report).values("user")
        people = User.objects.filter(
            Q(pk__in=worked) | Q(pk__in=[report.investigator_id, report.decider_id]),
            board=report.board_id,
        )
        return list(people.only("first_name", "last_name", "username").order_by("pk"))


def _stands(word: str, text: str) -> bool:
    """Say whether ``word`` stands in ``text`` as a word, or in the genitive."""
    return re.search(rf"(?<!\w){re.escape(word)}s?(?!\w)", text, re.IGNORECASE) is not None

"""What a time can belong to; the rooms above register their kinds in ``subjects`` modules."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from casework.access.actor import Actor
from casework.organisation.models import Unit
from casework.shared.hooks import Registry

if TYPE_CHECKING:
    from casework.deadlines.models import Deadline


@dataclass(frozen=True)
class Shown:
    """How a subject is named on screen and in letters: its number, and where it is found."""

    number: str
    url: str


# Names records of several kinds, given as ids by kind, by kind and id.
Naming = Callable[
    [Actor, Mapping[str, Collection[int]]],
    Mapping[tuple[str, int], Shown],
]


@dataclass(frozen=True)
class Subject:
    """A kind of record with times.

    ``visible`` returns the records that an actor may open: its times are seen by the same
    people. ``shown`` names records by id, with where the actor finds them; ids that are not there
    are left out; kinds with the same ``shown_together`` are named by it, all in one query.
    ``told_last`` are roles of the whole board, told where nobody on the ladder is.
    ``confidential``: the unit that it is about does not know of it. It is counted for no unit, and
    what a missed time of it proposes is before SAS alone.
    ``awaited_by`` returns who waits for what is asked (ids of users): told with the unit's manager.
    """

    label: str
    visible: Callable[[Actor], QuerySet[Any]]
    shown: Callable[[Actor, Collection[int]], Mapping[int, Shown]]
    told_last: tuple[str, ...] = ()
    awaited_by: Callable[[int], Collection[int]] | None = None
    shown_together: Naming | None = None
    confidential: bool = False


SUBJECTS: Registry[Subject] = Registry("Subject of times")


def confidential_kinds() -> list[str]:
    """Return the kinds whose units do not know of them (``Subject.confidential``)."""
    return [kind for kind, subject in SUBJECTS.items() if subject.confidential]


@dataclass(frozen=True)
class Missed:
    """A time that the law sets and that was not kept: where, since when, and how urgent it is."""

    deadline: "Deadline"
    unit: Unit
    lapsed_on: date
    asks_lex_sarah: bool


# Begin, as history, the times that open records lack: given the instant, each says how many it
# began. Registered in ``subjects`` modules.
MISSING: Registry[Callable[[datetime], int]] = Registry("What begins missing times")


# Called once for ever for each missed time, in a transaction of its own; says whether anything
# was proposed. Registered in ``on_missed`` modules.
ON_MISSED: Registry[Callable[[Missed], bool]] = Registry("What a missed time proposes")

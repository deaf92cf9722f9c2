"""What the rooms above do when the organisation changes; they register in ``open_work``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from casework.organisation.models import Unit, User
from casework.shared.hooks import Registry


@dataclass(frozen=True)
class OpenWork:
    """One kind of work that a person can have open.

    ``rows`` are those that ``user`` has: all kinds are counted in one query. ``transfer`` gives
    all of it to ``to`` within the unit of work of the caller and returns how much that was; it
    audits what it moves. The first argument is who acts (``casework.access.actor.Actor``, which
    lies above this room). ``confidential``: those who lead the person do not know of it, and are
    told no number of it; it moves all the same.
    """

    label: str
    rows: Callable[[User], Sequence[QuerySet[Any]]]
    transfer: Callable[[Any, User, User], int]
    confidential: bool = False


OPEN_WORK: Registry[OpenWork] = Registry("Open work")


@dataclass(frozen=True)
class UnitRecords:
    """Records that units are responsible for.

    ``count_open`` says how many open ones a unit has. ``follow(actor, replaced, successor, on)``
    gives those of the replaced units to their successor from a day on, within the unit of work
    of the caller, and returns how many moved; it audits them. ``regroup(actor, unit, batch)``
    lets all records of a unit know that its area was corrected, by an import (``batch``).
    """

    label: str
    count_open: Callable[[Unit], int]
    follow: Callable[[Any, Sequence[Unit], Unit, date], int]
    regroup: Callable[[Any, Unit, Any], int]


UNIT_RECORDS: Registry[UnitRecords] = Registry("Records of units")

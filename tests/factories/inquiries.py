"""Investigations of children as a register tells of them, with their times running."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from casework.cases import watching
from casework.cases.histories import CLOSING, EXTENSION, HANDLER, INVESTIGATIONS
from casework.cases.models import Investigation
from casework.cases.services.gathering import gather
from casework.cases.services.importing import Given, add
from casework.organisation.models import Unit
from casework.shared import clock
from casework.shared.chronicle import Stamp, Told
from tests.conftest import Place


@dataclass(frozen=True)
class Inquiry:
    """An investigation to make; ``unit`` is Enheten where nothing is said."""

    number: str
    opened_on: date
    closed_on: date | None = None
    unit: Unit | None = None
    handler: str = ""
    kind: str = "Barnutredning"
    protected: bool = False
    extended: tuple[date, date] | None = None


def investigated(place: Place, *wanted: Inquiry) -> list[Investigation]:
    """Make investigations, each in a case of its own number, in one go."""
    stamp = Stamp(clock.now(), None)
    with transaction.atomic():
        ids, cases = add(INVESTIGATIONS, place.board, [_given(place, one) for one in wanted], stamp)
        gather(cases, stamp)
        watching.watch_cases(cases, stamp.recorded_at, history=True)
    found = Investigation.objects.in_bulk(ids)
    return [found[key] for key in ids]


def _given(place: Place, one: Inquiry) -> Given:
    since = []
    if one.handler:
        since.append(Told(HANDLER, one.opened_on, {"handler_id": place.user(one.handler).pk}))
    if one.extended is not None:
        through, decided_on = one.extended
        since.append(Told(EXTENSION, decided_on, {"through": through, "decided_on": decided_on}))
    if one.closed_on is not None:
        closed = {"closed_on": one.closed_on, "outcome": "no_measure"}
        since.append(Told(CLOSING, one.closed_on, closed))
    registration = {
        "opened_on": one.opened_on,
        "intake_on": None,
        "kind": one.kind,
        "intake_kind": "",
        "sex": "",
        "birth_year": None,
    }
    return Given(
        f"U-{one.number}",
        one.number,
        one.unit or place.unit,
        one.opened_on,
        one.protected,
        registration,
        tuple(since),
    )

"""The list behind a figure of lex Sarah, and the words for the outside, under both clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from casework.reports.selection import select
from casework.shared import clock
from lexsarah import states
from lexsarah.figure_cases import find
from lexsarah.models import Report
from lexsarah.services import investigating, outside
from tests.conftest import Place
from tests.factories.times import instant
from tests.lexsarah.deciding import decided
from tests.lexsarah.factory import handed_in

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture(autouse=True)
def _monday(at: Travel) -> None:
    at(MONDAY)


def _listed(place: Place, **clocks: Any) -> set[int]:
    actor = place.actor("sara")
    selection = select(actor, place.board, period_from=MONDAY, period_to=MONDAY, **clocks)
    return {version.record_id for version in find(selection, {"outcome": ""})}


@pytest.mark.parametrize("protected_first", [True, False])
def test_what_was_or_is_protected_is_not_listed(
    place: Place, at: Travel, protected_first: bool
) -> None:
    changed = handed_in(place, protected=protected_first)
    ordinary = handed_in(place)
    at(TUESDAY)
    investigating.set_protection(place.actor("sara"), changed.pk, protected=not protected_first)
    assert Report.objects.visible_to(place.actor("sara")).count() == 2
    assert _listed(place, as_of=MONDAY) == {ordinary.pk}
    now = {changed.pk, ordinary.pk} if protected_first else {ordinary.pk}
    assert _listed(place, as_of=TUESDAY) == now


def test_words_approved_later_are_in_no_earlier_report(place: Place, at: Travel) -> None:
    report = decided(place, states.MISCONDUCT)
    first = outside.write(place.actor("sara"), report.pk, event="Tillsyn uteblev.")
    at(instant("2026-03-03 10:00"))
    outside.approve(place.actor("birgit"), report.pk, text_id=first.pk)
    approved_at = clock.now()
    at(instant("2026-03-05 10:00"))
    second = outside.write(place.actor("sara"), report.pk, event="Tillsynen uteblev en natt.")
    known = {
        "2026-03-02 12:00": None,
        "2026-03-03 09:59": None,
        "2026-03-03 10:00": first.pk,
        # Not before the new wording is approved in its turn.
        "2026-03-05 10:00": first.pk,
    }
    for text, wording in known.items():
        found = outside.approved_wordings([report.pk], instant(text))
        assert (found[report.pk].pk if found else None) == wording, text
    at(instant("2026-03-06 10:00"))
    outside.approve(place.actor("birgit"), report.pk, text_id=second.pk)
    assert outside.approved_wordings([report.pk], clock.now())[report.pk] == second
    assert outside.approved_wordings([report.pk], approved_at)[report.pk] == first

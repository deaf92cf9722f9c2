"""The list behind a figure: of whom it shows nothing, then or now, and whose it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from casework.access.actor import Actor
from casework.registers.reading import Table, TableRow
from casework.registers.running import import_table
from casework.reports.selection import select
from deviations.figure_cases import find
from deviations.models import Deviation
from deviations.services import closing, inbox
from deviations.services.cooperation import set_protection
from tests.conftest import Place, make_report
from tests.factories.handling import equipped, make_registers

pytestmark = pytest.mark.django_db

Travel = Callable[[date], object]
MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)


@pytest.fixture(autouse=True)
def _monday(at: Travel) -> None:
    at(MONDAY)


def _listed(place: Place, who: str, row: dict[str, Any], **clocks: Any) -> set[int]:
    selection = select(
        place.actor(who), place.board, period_from=MONDAY, period_to=MONDAY, **clocks
    )
    return {version.deviation_id for version in find(selection, row)}


@pytest.mark.parametrize("who", ["sara", "vera", "eva", "anna"])
def test_what_was_protected_then_is_not_listed_now(place: Place, at: Travel, who: str) -> None:
    then = make_report(place, by="eva", protected=True)
    ordinary = make_report(place, by="eva")
    at(TUESDAY)
    set_protection(place.actor("eva"), then.pk, protected=False)
    assert then in Deviation.objects.visible_to(place.actor(who))
    # The table of Monday holds one protected; its list must not tell which it was.
    assert _listed(place, who, {"closed": False}, as_of=MONDAY) == {ordinary.pk}
    assert _listed(place, who, {"closed": False}, as_of=TUESDAY) == {then.pk, ordinary.pk}


@pytest.mark.parametrize("who", ["sara", "eva"])
def test_what_is_protected_since_is_not_listed_as_it_was(
    place: Place, at: Travel, who: str
) -> None:
    since, ordinary = make_report(place, by="eva"), make_report(place, by="eva")
    at(TUESDAY)
    set_protection(place.actor("eva"), since.pk, protected=True)
    assert _listed(place, who, {"closed": False}, as_of=MONDAY) == {ordinary.pk}


def test_it_lists_what_the_reader_may_open(place: Place) -> None:
    mine = make_report(place)
    make_report(place, about_manager=True)
    theirs = make_report(place, by="sven", unit=place.sister_unit)
    assert _listed(place, "eva", {"closed": False}) == {mine.pk}
    assert _listed(place, "erik", {"closed": False}) == {theirs.pk}
    assert len(_listed(place, "anna", {"closed": False})) == 3


def test_what_has_left_the_readers_unit_since_is_not_listed_as_it_was(
    place: Place, at: Travel
) -> None:
    passed_on = make_report(place, by="sven", unit=place.sister_unit)
    inbox.move(place.actor("erik"), passed_on.pk, to=place.unit, reason="Deras ärende")
    at(TUESDAY)
    inbox.move(place.actor("eva"), passed_on.pk, to=place.far_unit, reason="Gäller vuxna")
    # Eva had it on Monday and counts it as of then; she may open it no more.
    assert _listed(place, "eva", {"closed": False}, as_of=MONDAY) == set()
    assert _listed(place, "sara", {"closed": False}, as_of=MONDAY) == {passed_on.pk}


def test_ongoing_and_closed_are_listed_apart(place: Place, at: Travel) -> None:
    closed = equipped(place, make_registers(place))
    ongoing = make_report(place)
    at(TUESDAY)
    closing.close_without_action(place.actor("eva"), closed.pk, reason="Enstaka.")
    both = {closed.pk, ongoing.pk}
    assert _listed(place, "sara", {"closed": False}, as_of=MONDAY) == both
    assert _listed(place, "sara", {"closed": False}, as_of=TUESDAY) == {ongoing.pk}
    assert _listed(place, "sara", {"closed": True}, as_of=TUESDAY) == {closed.pk}
    assert _listed(place, "sara", {"closed": True}, as_of=WEDNESDAY) == {closed.pk}


def test_a_register_with_several_causes_says_of_none_that_it_is_the_main_one(
    place: Place,
) -> None:
    """What a file lists in a row is in no order."""
    headers = tuple(
        "id enhet rapporterad inträffad upptäckt kategori underkategori beskrivning ärende status "
        "avslutad orsaker åtgärd effekt".split()
    )
    lines = [
        "1;Enheten;2026-03-02;;;;;Text;;Pågående;;Brist|Rutin;;".split(";"),
        "2;Enheten;2026-03-02;;;;;Text;;Pågående;;Brist;;".split(";"),
    ]
    rows = tuple(TableRow(line, tuple(cells)) for line, cells in enumerate(lines, start=2))
    table = Table("a.csv", headers, rows)
    outcome = import_table(Actor.system(place.board), "avvikelser", table, place.board)
    assert outcome.problems == []
    both, one = Deviation.objects.order_by("external_id")
    assert (len(both.cause_ids), both.main_cause_id) == (2, None)
    assert one.main_cause_id == one.cause_ids[0]

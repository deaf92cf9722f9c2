"""What the tables of deviations count, for whom, and what they say beside the numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.reports.selection import Selection, select
from casework.reports.tables import QUALITY_TABLES, Content
from casework.shared import clock
from deviations import states
from deviations.models import Category, Cause, Deviation
from deviations.services.closing import close_without_action, reopen
from deviations.services.inbox import dismiss, merge, send_to_sas
from deviations.services.investigating import classify, investigate
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db

START = date(2026, 1, 5)


@pytest.fixture(autouse=True)
def _in_january(at: Callable[[date], object]) -> None:
    at(START)


def _selection(place: Place, by: str = "sara", **given: Any) -> Selection:
    asked: dict[str, Any] = {"period_from": START, "period_to": START + timedelta(days=365)}
    return select(place.actor(by), place.board, **asked | {"area": "Barn och unga"} | given)


def _table(key: str, selection: Selection) -> Content:
    return QUALITY_TABLES[f"deviations.{key}"].build(selection, selection.areas[0])


def _cells(content: Content) -> list[list[Any]]:
    return [list(row.cells) for row in content.rows]


def _categories(place: Place, *names: str) -> list[Category]:
    return [Category.objects.create(board=place.board, name=name) for name in names]


def _close(place: Place, deviation: Deviation, category: Category, cause: Cause) -> None:
    eva = place.actor("eva")
    classify(eva, deviation.pk, category=category, severity=1, probability=1)
    investigate(eva, deviation.pk, causes=[cause], main_cause=None, analysis="")
    close_without_action(eva, deviation.pk, reason="Enstaka.")


def test_small_categories_are_left_out_and_said_so(place: Place) -> None:
    large, small = _categories(place, "Stor", "Liten")
    for _ in range(3):
        make_report(place, category=large)
    for _ in range(2):
        make_report(place, category=small)
    content = _table("by_category", _selection(place, min_count=3))
    assert _cells(content) == [["Stor", 3]]
    assert (content.total, content.facts) == (5, {"left_out": 2})
    assert content.notes == [
        "Kategorier med färre än 3 avvikelser visas inte; de är tillsammans 2 avvikelser."
    ]


def test_rows_of_the_same_size_stand_in_swedish_order(place: Place) -> None:
    for category in _categories(place, "Ö", "zebra", "Ä", "Å", "Aga"):
        make_report(place, category=category)
    labels = [row[0] for row in _cells(_table("by_main_category", _selection(place)))]
    assert labels == ["Aga", "zebra", "Å", "Ä", "Ö"]


def test_a_name_that_the_register_has_had_twice_is_one_row(place: Place) -> None:
    (first,) = _categories(place, "Post")
    for _ in range(2):
        make_report(place, category=first)
    Category.objects.filter(pk=first.pk).update(valid_to=START)
    (again,) = _categories(place, "Post")
    make_report(place, category=again)
    assert _cells(_table("by_category", _selection(place, min_count=1))) == [["Post", 3]]


def test_a_renamed_category_keeps_its_old_name_for_old_reports(place: Place) -> None:
    (old,) = _categories(place, "Gammalt namn")
    make_report(place, category=old)
    Category.objects.filter(pk=old.pk).update(valid_to=START)
    new = Category.objects.create(board=place.board, name="Nytt namn", replaces=old)
    make_report(place, category=new)
    rows = _cells(_table("by_category", _selection(place, min_count=1)))
    assert rows == [["Gammalt namn", 1], ["Nytt namn", 1]]


def test_without_category_is_a_row_of_its_own(place: Place) -> None:
    make_report(place)
    assert _cells(_table("by_main_category", _selection(place))) == [["Ej kategoriserad", 1]]


def test_a_deviation_is_in_a_row_for_each_of_its_causes(place: Place, cause: Cause) -> None:
    second = Cause.objects.create(board=place.board, name="Kompetensbrist")
    namesake = Cause.objects.create(board=place.board, name=second.name, valid_to=clock.today())
    eva = place.actor("eva")
    for causes in ([cause, second, namesake], [cause], []):
        deviation = make_report(place)
        if causes:
            investigate(eva, deviation.pk, causes=causes, main_cause=None, analysis="")
    content = _table("causes", _selection(place))
    assert _cells(content) == [["Problem med bemanning", 2], ["Kompetensbrist", 1]]
    assert content.total == 3


def test_effects_show_every_row_and_what_is_closed_but_not_assessed(
    place: Place, category: Category, cause: Cause
) -> None:
    _close(place, make_report(place), category, cause)
    dismiss(place.actor("eva"), make_report(place).pk, reason="Nej.")
    make_report(place)
    content = _table("effects", _selection(place))
    assert _cells(content) == [
        ["Förbättring", 0],
        ["Går inte att avgöra", 0],
        ["Ingen effekt", 0],
        ["Utan åtgärd", 1],
        ["Ej bedömd", 2],
    ]
    assert content.facts == {"closed_not_assessed": 1}


@pytest.mark.parametrize(("days", "group"), [(0, 0), (30, 0), (31, 1), (90, 1), (91, 2), (400, 2)])
def test_the_groups_of_handling_time(place: Place, days: int, group: int) -> None:
    make_report(place)
    as_of = START + timedelta(days=days)
    content = _table("handling_time", _selection(place, as_of=as_of))
    assert [row[1] for row in _cells(content)].index(1) == group
    assert [row[2] for row in _cells(content)][group] == 100
    assert content.facts == {
        "gt30_percent": 0 if group == 0 else 100,
        "gt90_percent": 100 if group == 2 else 0,
    }


def test_shares_are_whole_percent_half_up(place: Place, at: Callable[[date], object]) -> None:
    for _ in range(5):
        make_report(place)
    at(START + timedelta(days=60))
    for _ in range(3):
        make_report(place)
    rows = _cells(_table("handling_time", _selection(place)))
    # 3 of 8 is 37.5 percent, 5 of 8 is 62.5.
    assert [row[2] for row in rows] == [38, 63, 0]


def test_handling_time_stops_at_closing_and_runs_again_from_reopening(
    place: Place, category: Category, cause: Cause, at: Callable[[date], object]
) -> None:
    deviation = make_report(place)
    at(START + timedelta(days=20))
    _close(place, deviation, category, cause)
    at(START + timedelta(days=50))
    assert _cells(_table("handling_time", _selection(place)))[0][1] == 1
    reopen(place.actor("eva"), deviation.pk, reason="Igen.")
    assert _cells(_table("handling_time", _selection(place)))[1][1] == 1


def test_what_counts_as_closed(place: Place, category: Category, cause: Cause) -> None:
    eva = place.actor("eva")
    _close(place, make_report(place), category, cause)
    dismiss(eva, make_report(place).pk, reason="Nej.")
    send_to_sas(eva, make_report(place).pk, reason="Kan vara ett missförhållande.")
    again = make_report(place)
    _close(place, again, category, cause)
    reopen(eva, again.pk, reason="Igen.")
    kept, gone = make_report(place), make_report(place)
    merge(eva, gone.pk, into=kept.pk)
    content = _table("status", _selection(place))
    assert _cells(content) == [["Avslutad", 2], ["Pågående", 3]]
    assert content.total == 5


def test_those_born_of_a_missed_day_are_counted(place: Place) -> None:
    deviation = make_report(place)
    Deviation.objects.filter(pk=deviation.pk).update(from_watch=True)
    deviation.versions.update(from_watch=True)
    content = _table("status", _selection(place))
    assert content.facts == {"from_watch": 1}
    note = "Rapporterade ur bevakningen, efter en missad dag: 1."
    assert note in content.notes
    for other in ("by_category", "by_main_category", "handling_time"):
        assert note in _table(other, _selection(place)).notes
    assert note not in _table("status", _selection(place, area="Vuxna")).notes


def test_an_area_with_nothing_has_its_tables_all_the_same(place: Place) -> None:
    make_report(place)
    selection = _selection(place, area="Vuxna")
    assert _cells(_table("by_category", selection)) == []
    assert _cells(_table("status", selection)) == [["Avslutad", 0], ["Pågående", 0]]
    assert _table("handling_time", selection).facts == {"gt30_percent": 0, "gt90_percent": 0}


def test_who_is_protected_is_in_the_total_alone(place: Place) -> None:
    common, rare = _categories(place, "Vanlig", "Ovanlig")
    for _ in range(6):
        make_report(place, category=common)
    make_report(place, category=rare, protected=True)
    make_report(place, category=common, protected=True)
    selection = _selection(place, min_count=1)
    content = _table("by_category", selection)
    assert (_cells(content), content.total, content.apart) == ([["Vanlig", 6]], 8, 2)
    assert content.facts == {"left_out": 0}
    assert _cells(_table("status", selection)) == [["Avslutad", 0], ["Pågående", 6]]
    few = _table("by_category", _selection(place, min_count=7))
    assert (_cells(few), few.facts, few.total) == ([], {"left_out": 6}, 8)


def test_shares_are_of_those_that_are_split(place: Place, at: Callable[[date], object]) -> None:
    make_report(place, protected=True)
    at(START + timedelta(days=60))
    for _ in range(6):
        make_report(place)
    content = _table("handling_time", _selection(place))
    assert _cells(content) == [["≤ 30 dagar", 6, 100], ["31–90 dagar", 0, 0], ["> 90 dagar", 0, 0]]
    assert content.facts == {"gt30_percent": 0, "gt90_percent": 0}
    assert (content.total, content.apart) == (7, 1)


@pytest.mark.parametrize(
    ("name", "total"),
    [("sara", 5), ("vera", 5), ("anna", 4), ("eva", 2), ("erik", 1), ("farid", 0)],
)
def test_each_counts_what_is_theirs_to_count(place: Place, name: str, total: int) -> None:
    make_report(place)
    make_report(place)
    make_report(place, by="sven", unit=place.sister_unit)
    make_report(place, about_manager=True)
    make_report(place, protected=True)
    selection = _selection(place, by=name, area="")
    assert sum(_total(selection, number) for number in range(len(selection.areas))) == total


def _total(selection: Selection, number: int) -> int:
    return QUALITY_TABLES["deviations.status"].build(selection, selection.areas[number]).total


@pytest.mark.parametrize("key", [key for key in QUALITY_TABLES if key.startswith("deviations.")])
def test_a_table_is_one_scan_however_many_areas(place: Place, key: str) -> None:
    make_report(place)
    make_report(place, unit=place.far_unit)
    selection = _selection(place, area="")
    with CaptureQueriesContext(connection) as queries:
        for area in selection.areas:
            QUALITY_TABLES[key].build(selection, area)
    scans = [query for query in queries if '"deviations_deviationversion"' in query["sql"]]
    assert len(scans) == 1
    assert len(queries) <= 2


def test_the_fixed_lists_are_those_of_the_contract() -> None:
    assert list(states.EFFECTS.values()) == [
        "Förbättring",
        "Går inte att avgöra",
        "Ingen effekt",
        "Utan åtgärd",
    ]

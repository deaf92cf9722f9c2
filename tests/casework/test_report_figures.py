"""From a figure to its cases: the address grants nothing, the reader's own access decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from casework.access.actor import Actor
from casework.reports import report as reports
from casework.reports.figures import read_figure
from casework.reports.report import Report
from casework.reports.selection import select
from casework.shared.errors import NotAllowed, NotVisible
from deviations.models import Category, Cause
from deviations.services.closing import close_without_action
from deviations.services.cooperation import set_protection
from deviations.services.investigating import classify, investigate
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march(at: Callable[[date], object]) -> None:
    at(date(2026, 3, 2))


def _made(actor: Actor, place: Place) -> Report:
    selection = select(
        actor,
        place.board,
        period_from=date(2026, 1, 1),
        period_to=date(2026, 12, 31),
        area="Barn och unga",
        min_count=1,
    )
    return reports.make_report(selection, "deviations")


def _queries(report: Report, key: str) -> dict[str, str]:
    """Row label → query, for the rows of a table that have one."""
    for table in report.tables:
        if table.definition.key == key:
            pairs = zip(table.rows, table.queries, strict=True)
            return {str(row.cells[0]): query for row, query in pairs if query}
    raise AssertionError(f"No table {key}")


def _numbers(actor: Actor, query: str) -> list[str]:
    return [line.number for line in read_figure(actor, query).lines]


def test_every_figure_lists_as_many_cases_as_it_says(
    place: Place, category: Category, cause: Cause
) -> None:
    system = Actor.system(place.board)
    for number in range(6):
        deviation = make_report(place, category=category if number % 2 else None)
        if number < 3:
            classify(system, deviation.pk, category=category, severity=1, probability=1)
            investigate(system, deviation.pk, causes=[cause], main_cause=None, analysis="")
        if number < 2:
            close_without_action(system, deviation.pk, reason="Enstaka händelse.")
    report = _made(place.actor("sara"), place)
    figures = 0
    for table in report.tables:
        for row, query in zip(table.rows, table.queries, strict=True):
            assert query is not None
            found = read_figure(place.actor("sara"), query)
            assert len(found.lines) == row.cells[1]
            assert found.label == row.cells[0]
            figures += 1
    assert figures == 15


def test_the_list_keeps_the_clocks_of_the_figure(
    place: Place, category: Category, at: Callable[[date], object]
) -> None:
    deviation = make_report(place)
    query = _queries(_made(place.actor("sara"), place), "deviations.by_category")[
        "Ej kategoriserad"
    ]
    at(date(2026, 3, 20))
    classify(place.actor("eva"), deviation.pk, category=category, severity=1, probability=1)
    (line,) = read_figure(place.actor("sara"), query).lines
    assert (line.category, line.days, line.status) == ("Ej kategoriserad", 0, "Rapporterad")


def test_the_same_figure_has_the_same_address(place: Place) -> None:
    make_report(place)
    first, second = (_queries(_made(place.actor("sara"), place), "deviations.status") for _ in "ab")
    assert first == second


@pytest.mark.parametrize("spoil", [lambda q: q + "x", lambda q: "x" + q, lambda q: "", str.upper])
def test_a_query_that_we_did_not_make_is_not_there(
    place: Place, spoil: Callable[[str], str]
) -> None:
    make_report(place)
    query = _queries(_made(place.actor("sara"), place), "deviations.status")["Pågående"]
    with pytest.raises(NotVisible):
        read_figure(place.actor("sara"), spoil(query))


def test_another_boards_figure_is_not_there(place: Place, other_place: Place) -> None:
    make_report(place)
    query = _queries(_made(place.actor("sara"), place), "deviations.status")["Pågående"]
    with pytest.raises(NotVisible):
        read_figure(other_place.actor("sara"), query)


def test_those_without_figures_open_none(place: Place) -> None:
    make_report(place)
    query = _queries(_made(place.actor("sara"), place), "deviations.status")["Pågående"]
    with pytest.raises(NotAllowed):
        read_figure(place.actor("amina"), query)


def test_the_manager_who_gets_the_address_sees_the_own_units_cases(place: Place) -> None:
    mine = make_report(place)
    make_report(place, by="sven", unit=place.sister_unit)
    # Amina reported it, so Eva may read it; but it is counted in the sister unit.
    make_report(place, by="amina", unit=place.sister_unit)
    make_report(place, about_manager=True)
    query = _queries(_made(place.actor("sara"), place), "deviations.status")["Pågående"]
    assert _numbers(place.actor("eva"), query) == [mine.number]
    assert len(_numbers(place.actor("anna"), query)) == 4
    assert _numbers(place.actor("farid"), query) == []


def test_protected_cases_are_never_listed_not_even_to_sas(place: Place) -> None:
    shown = [make_report(place) for _ in range(5)]
    make_report(place, protected=True)
    later = shown.pop()
    query = _queries(_made(place.actor("sara"), place), "deviations.status")["Pågående"]
    set_protection(place.actor("eva"), later.pk, protected=True)
    for name in ("sara", "vera", "eva"):
        assert set(_numbers(place.actor(name), query)) == {case.number for case in shown}


def test_the_api_gives_the_report_and_its_cases(
    place: Place, as_user: Callable[..., Client], category: Category
) -> None:
    mine = make_report(place, category=category, case_number="Ä1")
    vera = as_user("vera")
    url = "/api/v1/reports/?from=2026-01-01&to=2026-12-31&min_count=1&area=Barn och unga"
    report = vera.get(url).json()
    table = report["tables"][0]
    assert (table["key"], table["total"]) == ("deviations.by_category", 1)
    assert table["rows"][0]["cells"] == [category.label, 1]
    cases = vera.get(f"/api/v1/figures/{table['rows'][0]['query']}/").json()
    assert cases["count"] == 1
    assert cases["results"][0]["number"] == mine.number
    assert cases["results"][0]["case_number"] == "•••"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("to=2026-12-31", "from"),
        ("from=2026-12-31&to=2026-01-01", "from"),
        ("from=2026-01-01&to=2026-12-31&area=Nowhere", "area"),
        ("from=2026-01-01&to=2026-12-31&known_at=soon", "known_at"),
    ],
)
def test_the_api_names_what_cannot_be_asked(
    place: Place, as_user: Callable[..., Client], asked: str, field: str
) -> None:
    answer = as_user("vera").get(f"/api/v1/reports/?{asked}")
    assert answer.status_code == 400
    assert answer.json()["field"] == field


def test_the_api_refuses_those_without_figures(
    place: Place, as_user: Callable[..., Client]
) -> None:
    browser = as_user("amina")
    assert browser.get("/api/v1/reports/?from=2026-01-01&to=2026-12-31").status_code == 403
    assert browser.get("/api/v1/figures/nonsense/").status_code == 404

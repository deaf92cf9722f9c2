"""The quality report on screen, and from a figure to its cases."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from casework.models import AuditEvent
from deviations.models import Category
from deviations.services.investigating import classify
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db

PERIOD = "?from=2026-01-01&to=2026-12-31"


@pytest.fixture(autouse=True)
def _in_march(at: Callable[[date], object]) -> None:
    at(date(2026, 3, 2))


def _links(page: str) -> list[str]:
    return re.findall(r'href="(/rapport/siffra/[^"]+)"', page)


def test_the_developer_goes_from_the_menu_to_a_table_a_figure_and_its_cases(
    place: Place, as_user: Callable[..., Client], category: Category
) -> None:
    mine = make_report(place, category=category, case_number="Ä2026-17")
    vera = as_user("vera")
    report = vera.get(f"/rapport/{PERIOD}&min_count=1").content.decode()
    assert "Kvalitetsrapport" in report
    assert category.label in report
    cases = vera.get(_links(report)[0]).content.decode()
    assert mine.number in cases
    assert "Ä2026-17" not in cases
    read = AuditEvent.objects.get(action="report.figure_read")
    assert (read.subject_kind, read.subject_ids) == ("deviation", [mine.pk])


def test_sas_reads_the_case_number_in_full(place: Place, as_user: Callable[..., Client]) -> None:
    make_report(place, case_number="Ä2026-17")
    sara = as_user("sara")
    report = sara.get(f"/rapport/{PERIOD}&min_count=1").content.decode()
    assert "Ä2026-17" in sara.get(_links(report)[0]).content.decode()


def test_the_page_opens_on_the_present_quality_year(
    place: Place, as_user: Callable[..., Client]
) -> None:
    make_report(place)
    page = as_user("sara").get("/rapport/").content.decode()
    assert 'value="2025-09-01"' in page
    assert 'value="2026-08-31"' in page
    assert "Kvalitetsår 2024/25" in page


def test_a_period_that_ends_before_it_begins_is_named_on_its_field(
    place: Place, as_user: Callable[..., Client]
) -> None:
    answer = as_user("sara").get("/rapport/?from=2026-02-01&to=2026-01-01")
    assert answer.status_code == 400
    assert "efter att den slutar" in answer.content.decode()


@pytest.mark.parametrize("name", ["amina", "frida", "rut", "birgit", "gun", "simon"])
def test_those_without_figures_are_refused(
    place: Place, as_user: Callable[..., Client], name: str
) -> None:
    browser = as_user(name)
    assert browser.get("/rapport/").status_code == 403
    assert browser.get("/rapport/fil/csv/").status_code == 403


def test_the_manager_sees_the_numbers_of_the_unit_and_is_told_so(
    place: Place, as_user: Callable[..., Client]
) -> None:
    make_report(place)
    make_report(place, by="sven", unit=place.sister_unit)
    page = as_user("eva").get(f"/rapport/{PERIOD}").content.decode()
    assert "Räknat för Enheten." in page
    assert re.search(r"Ärenden totalt</th><td class=\"number\">1<", page)


def test_looking_back_shows_what_was_known_then(
    place: Place,
    as_user: Callable[..., Client],
    category: Category,
    at: Callable[[date], object],
) -> None:
    deviation = make_report(place)
    at(date(2026, 3, 9))
    classify(place.actor("eva"), deviation.pk, category=category, severity=1, probability=1)
    sara = as_user("sara")
    now = sara.get(f"/rapport/{PERIOD}&min_count=1").content.decode()
    then = sara.get(f"/rapport/{PERIOD}&min_count=1&known_at=2026-03-05T12:00").content.decode()
    assert category.label in now
    assert category.label not in then
    assert "Ej kategoriserad" in then


def test_the_moment_of_a_link_stands_in_the_form_as_its_field_takes_it(
    place: Place, as_user: Callable[..., Client], at: Callable[[date], object]
) -> None:
    at(date(2026, 3, 9))
    moment = "2026-03-05T11:00:07.790328%2B00:00"
    html = as_user("sara").get(f"/rapport/{PERIOD}&known_at={moment}").content.decode()
    assert 'value="2026-03-05T12:00:07"' in html


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_the_report_is_given_as_a_file(
    place: Place, as_user: Callable[..., Client], kind: str
) -> None:
    make_report(place)
    answer = as_user("vera").get(f"/rapport/fil/{kind}/{PERIOD}")
    assert answer.status_code == 200
    name = f"kvalitetsrapport-2026-01-01-2026-12-31.{kind}"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_file_that_we_do_not_make_is_not_there(
    place: Place, as_user: Callable[..., Client]
) -> None:
    assert as_user("vera").get(f"/rapport/fil/exe/{PERIOD}").status_code == 404


def test_the_pages_ask_few_questions_of_the_database(
    place: Place,
    as_user: Callable[..., Client],
    category: Category,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    for _ in range(3):
        make_report(place, category=category)
        make_report(place, unit=place.far_unit)
    for name in ("vera", "anna", "eva"):
        browser = as_user(name)
        browser.get("/rapport/")
        with django_assert_max_num_queries(15):  # type: ignore[attr-defined]
            page = browser.get(f"/rapport/{PERIOD}&min_count=1").content.decode()
        with django_assert_max_num_queries(15):  # type: ignore[attr-defined]
            browser.get(_links(page)[0])

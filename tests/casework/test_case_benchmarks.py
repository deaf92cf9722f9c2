"""What the tables of cases are measured against counts the same, of the same cases."""

from collections import Counter
from functools import partial

import pytest

from casework.benchmarks import case_pages, case_tables
from casework.demo import scale as scaling
from casework.demo.organisation import fill_to_scale
from casework.kit.bench import compare
from casework.models import Board, ServiceArea

pytestmark = pytest.mark.django_db


@pytest.fixture
def area(monkeypatch: pytest.MonkeyPatch) -> ServiceArea:
    monkeypatch.setattr(scaling, "PATTERN", 400)
    board = Board.objects.create(name="Skalnämnden", is_demo=True)
    fill_to_scale(board)
    scaling.scale(board, 1200)
    return ServiceArea.objects.get(board=board, for_children=True)


def test_plain_queries_count_what_the_tables_count(area: ServiceArea) -> None:
    given = case_tables.period(area.board, area)
    for name in case_tables.PLAIN:
        contents = case_tables.ours(area.board, area, name)
        rows = case_tables.plain(name, given)
        assert sum(row[-1] for row in rows) == sum(content.total for content in contents) > 0


def test_the_lists_of_decisions_have_the_same_reasons(area: ServiceArea) -> None:
    name = "unexecuted_decisions"
    contents = case_tables.ours(area.board, area, name)
    listed = Counter(row.cells[9] for content in contents for row in content.rows)
    plain = case_tables.plain(name, case_tables.period(area.board, area))
    # Those under skyddade personuppgifter are counted and not listed.
    assert not listed - Counter(row[0] for row in plain)
    assert any(listed)


def test_pages_are_opened_by_people_of_both_boards(area: ServiceArea) -> None:
    assert case_pages.pages() == []
    people = case_pages.people_of(area.board_id)
    for page in case_pages.PAGES:
        opening = partial(case_pages.opening, people[page.role], page)
        line = compare(page.what, opening(), opening(), goal=case_pages.GOAL, rows=1, rounds=1)
        assert 0 < line.queries <= 15

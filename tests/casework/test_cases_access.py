"""Who sees and counts cases, and the way from a figure to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.cases.histories import ALL
from casework.cases.models import Case, Investigation
from casework.models import AuditEvent
from casework.reports.report import make_report
from casework.reports.selection import INTERNAL, PUBLIC, select
from tests.casework.case_files import Ran, written
from tests.conftest import Place

pytestmark = pytest.mark.django_db


def read(folder: Path, place: Place, kind: str, rows: Iterable[dict[str, str]]) -> None:
    """Take in rows for the units of the place."""
    ran = Ran(kind, written(folder, kind, list(rows)), f"--board={place.board.name}")
    assert ran.code == 0, ran.err


@pytest.fixture
def cases(place: Place, other_place: Place, tmp_path: Path) -> Place:
    """Open cases in three units and another board, one protected in Enheten."""
    for where in (place, other_place):
        units = [
            (where.unit, "1", ""),
            (where.unit, "2", "Ja"),
            (where.sister_unit, "3", ""),
            (where.far_unit, "4", ""),
        ]
        read(
            tmp_path,
            where,
            "utredningar",
            [
                {
                    "id": f"U{key}",
                    "enhet": unit.name,
                    "ärende": f"Ä{key}",
                    "inledd": "2022-01-10",
                    "utredningstyp": "Barnutredning",
                    "skyddad": mark,
                }
                for unit, key, mark in units
            ],
        )
        read(
            tmp_path,
            where,
            "aktualiseringar",
            [
                {
                    "id": f"A{key}",
                    "enhet": unit.name,
                    "inkommen": "2022-03-01 10:00",
                    "typ": "Anmälan",
                    "kön": "Pojke",
                    "födelseår": "2012",
                    "uppgiftslämnare": "Skola",
                    "skyddad": mark,
                }
                for unit, key, mark in units
            ],
        )
        read(
            tmp_path,
            where,
            "beslut",
            [
                {
                    "id": f"B{key}",
                    "enhet": unit.name,
                    "ärende": f"Ä{key}",
                    "lagrum": "SoL",
                    "kön": "Pojke",
                    "insats": "Kontaktfamilj",
                    "beslutsdatum": "2022-01-10",
                    "skäl": "Ingen familj än",
                    "skyddad": mark,
                }
                for unit, key, mark in units
            ],
        )
    return place


SEES = {
    "amina": "1",
    "nils": "12",
    "frida": "1",
    "eva": "12",
    "sven": "3",
    "erik": "3",
    "farid": "4",
    "anna": "13",
    "arne": "4",
    "sara": "1234",
    "vera": "134",
    "rut": "",
    "birgit": "",
    "gun": "",
    "simon": "",
}


@pytest.mark.parametrize(("who", "expected"), SEES.items())
def test_the_units_people_see_the_units_cases(cases: Place, who: str, expected: str) -> None:
    actor = cases.actor(who)
    for chronicle in ALL:
        seen = chronicle.record.objects.visible_to(actor)
        assert {record.external_id[1] for record in seen} == set(expected)
        assert {record.board_id for record in seen} <= {cases.board.pk}
    assert {case.number[1] for case in Case.objects.visible_to(actor)} == set(expected)


def tables(
    place: Place, who: str, edition: str = INTERNAL, area: str = "Barn och unga"
) -> dict[str, Any]:
    """The tables of an area for 2022 by name."""
    selection = select(
        place.actor(who),
        place.board,
        period_from=_day("2022-01-01"),
        period_to=_day("2022-12-31"),
        area=area,
        edition=edition,
    )
    return {table.definition.name: table for table in make_report(selection).tables}


def _day(text: str) -> date:
    return date.fromisoformat(text)


LIST = "casework.unexecuted_decisions:SoL"


def test_protected_records_are_in_sums_and_in_no_split_or_list(cases: Place) -> None:
    found = tables(cases, "sara")
    apart = ["Visas inte uppdelat", 1]
    by_sex = found["casework.intakes_by_sex"]
    assert by_sex.content.total == 3
    assert [list(row.cells) for row in by_sex.rows] == [["Pojke", 2], apart]
    assert "ingår i summan" in by_sex.notes[-1]
    by_age = found["casework.intakes_by_age"]
    assert [list(row.cells) for row in by_age.rows] == [["7–12 år", 2], apart]
    assert [list(row.cells) for row in found["casework.intakes"].rows] == [["Anmälan", 2], apart]
    late = found["casework.late_investigations"]
    assert [row.cells[1:] for row in late.rows[:2]] == [[2, 100], [2, 100]]
    assert (late.content.total, list(late.rows[-1].cells)) == (3, [*apart, ""])
    listed = found[LIST]
    assert [row.cells[:2] for row in listed.rows] == [["B1", 1], ["B3", 2], apart]
    assert (listed.content.total, dict(listed.content.facts)) == (3, {"open_at_end": 2})


def test_managers_count_their_own_and_developers_read_no_reasons(cases: Place) -> None:
    assert tables(cases, "erik")["casework.intakes"].content.total == 1
    assert tables(cases, "anna")["casework.intakes"].content.total == 2
    rows = tables(cases, "erik")[LIST].content.rows
    assert [row.cells[9] for row in rows] == ["Ingen familj än"]
    rows = tables(cases, "vera")[LIST].content.rows
    assert [row.cells[9] for row in rows] == ["•••", "•••"]


def test_what_leaves_the_house_lists_nobody(cases: Place) -> None:
    listed = tables(cases, "sara", PUBLIC)[LIST].content
    assert (list(listed.rows), listed.total) == ([], 3)


@pytest.mark.parametrize(
    ("key", "row", "shown"),
    [
        ("casework.intakes_by_sex", 0, ["A1", "A3"]),
        ("casework.intakes_by_age", 0, ["A1", "A3"]),
        (LIST, 0, ["B1"]),
        (LIST, 1, ["B3"]),
    ],
)
def test_a_figure_leads_to_its_cases(
    cases: Place, as_user: Callable[..., Client], key: str, row: int, shown: list[str]
) -> None:
    query = tables(cases, "sara")[key].queries[row]
    answer = as_user("sara").get(reverse("quality-report-figure", args=[query]))
    text = answer.content.decode()
    assert answer.status_code == 200
    numbers = {f"{key[0]}{n}" for key in ("A", "B") for n in range(1, 5)}
    assert [number for number in sorted(numbers) if f">{number}<" in text] == shown
    event = AuditEvent.objects.filter(action="report.figure_read").latest("pk")
    assert event.subject_kind in {"intake", "decision"}
    assert len(event.subject_ids) == len(shown)
    # Erik sees his own unit's alone, whoever's figure it is.
    answer = as_user("erik").get(reverse("quality-report-figure", args=[query]))
    seen = [number for number in shown if f">{number}<" in answer.content.decode()]
    assert seen == [number for number in shown if number.endswith("3")]


def test_no_assessment_of_an_adult_is_counted_or_listed(
    cases: Place, as_user: Callable[..., Client]
) -> None:
    table = tables(cases, "sara", area="Vuxna")["casework.preliminary_assessments"]
    assert {row.cells[1] for row in table.content.rows} == {0}
    for query in table.queries:
        page = as_user("sara").get(reverse("quality-report-figure", args=[query]))
        assert ">A4<" not in page.content.decode()


def test_late_investigations_lead_to_those_that_were_late(
    cases: Place, as_user: Callable[..., Client]
) -> None:
    Investigation.objects.filter(external_id="U2").update(protected=True)
    found = tables(cases, "anna")["casework.late_investigations"]
    assert [row.cells[1] for row in found.rows] == [2, 2, 0, 2]
    answer = as_user("anna").get(reverse("quality-report-figure", args=[found.queries[1]]))
    text = answer.content.decode()
    assert ">U1<" in text
    assert ">U3<" in text
    assert ">U2<" not in text
    assert "Inledd" in text
    assert "Ä1" in text
    query = found.queries[1]
    developer = as_user("vera").get(reverse("quality-report-figure", args=[query]))
    assert "Ä1" not in developer.content.decode()

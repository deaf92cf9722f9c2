"""The tables of cases made again as they were on a past day, whatever was read in since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F

from casework.models import ServiceArea
from tests.casework.case_files import numbers, only, organise, read, report
from tests.casework.test_cases_import import agree_with_the_history

pytestmark = pytest.mark.django_db
YEAR = ("2022-01-01", "2022-12-31", "--area=Barn och unga", "--as-of=2023-01-31")


def tables(*more: str) -> list[dict[str, Any]]:
    """The tables of the year, without the addresses of their figures."""
    found = report(*YEAR, *more)
    for table in found:
        for row in table["rows"]:
            row.pop("query", None)
    return found


def test_what_was_corrected_later_is_counted_as_it_was_known(
    tmp_path: Path, at: Callable[[Any], Any]
) -> None:
    at(datetime(2026, 1, 10, 8, tzinfo=UTC))
    organise(tmp_path)
    read(
        tmp_path,
        "utredningar",
        {"id": "U1", "inledd": "2022-01-10", "avslutad": "2022-06-10"},
        {"id": "U2", "inledd": "2022-01-10", "avslutad": "2022-04-10"},
    )
    read(tmp_path, "aktualiseringar", {"beslut": "Inled", "beslutsdatum": "2022-03-20"})
    read(tmp_path, "beslut", {"verkställd": "2022-07-10", "skäl": "Kö"})
    at(datetime(2026, 1, 11, 8, tzinfo=UTC))
    known = "2026-01-10T12:00"
    before = tables(f"--known-at={known}")
    assert numbers(only(before, "casework.late_investigations"))["Överstigit 4 månader"] == 1

    ran = read(
        tmp_path,
        "utredningar",
        {"id": "U1", "inledd": "2022-02-20", "avslutad": "2022-06-10"},
        {"id": "U2", "inledd": "2022-01-10", "avslutad": ""},
        {"id": "U3", "inledd": "2022-05-01"},
    )
    assert ran.last.endswith("1 nya, 0 oförändrade, 2 uppdaterade, 0 fel")
    read(
        tmp_path,
        "aktualiseringar",
        {"beslut": "Inled inte", "beslutsdatum": "2022-03-10", "typ": "Anmälan"},
        {"id": "A2", "typ": "Ansökan"},
    )
    read(tmp_path, "beslut", {"verkställd": "2022-04-01", "skäl": "Fel i registret"})
    agree_with_the_history()

    at(datetime(2026, 2, 1, 8, tzinfo=UTC))
    assert tables(f"--known-at={known}") == before
    now = tables()
    assert numbers(only(now, "casework.late_investigations")) == {
        "Totalt antal utredningar": 3,
        "Överstigit 4 månader": 2,
        "varav med beslut om förlängning": 0,
        "Utan giltig förlängning": 2,
    }
    assert numbers(only(now, "casework.intakes")) == {"Anmälan": 1, "Ansökan": 1}
    assessments = numbers(only(now, "casework.preliminary_assessments"))
    assert (assessments["Ej inledda"], assessments["Över 14 dagar"]) == (1, 0)
    assert only(now, "casework.unexecuted_decisions", lagrum="SoL")["rows"] == []
    (row,) = only(before, "casework.unexecuted_decisions", lagrum="SoL")["rows"]
    assert row["cells"][9] == "Kö"


def test_what_had_not_happened_yet_is_not_counted(tmp_path: Path) -> None:
    organise(tmp_path)
    read(
        tmp_path,
        "utredningar",
        {
            "inledd": "2022-01-31",
            "avslutad": "2022-08-01",
            "förlängd_till": "2022-09-01",
            "förlängning_beslutad": "2022-06-10",
        },
    )

    def late(as_of: date) -> list[int]:
        found = report("2022-01-01", "2022-12-31", f"--as-of={as_of}", "--area=Barn och unga")
        return list(numbers(only(found, "casework.late_investigations")).values())

    assert late(date(2022, 1, 30)) == [0, 0, 0, 0]
    # Four months from the 31st of January are out on the 31st of May.
    assert late(date(2022, 5, 31)) == [1, 0, 0, 0]
    assert late(date(2022, 6, 1)) == [1, 1, 0, 1]
    # Decided too late, so it is an extension that is not valid.
    assert late(date(2022, 6, 10)) == [1, 1, 1, 1]


@pytest.mark.today  # the history of configuration takes the time of the database
def test_an_area_flagged_for_children_later_changes_no_earlier_report(tmp_path: Path) -> None:
    organise(tmp_path)
    read(tmp_path, "utredningar", {"enhet": "Vuxna 1"}, {"id": "U2", "enhet": "Vuxna 1"})
    area = ServiceArea.objects.get(name="Vuxna")
    a_year = timedelta(days=365)
    area.events.update(pgh_created_at=F("pgh_created_at") - a_year)  # type: ignore[attr-defined]
    area.for_children = True
    area.save()

    def total(*more: str) -> int:
        found = report("2022-01-01", "2022-12-31", "--area=Vuxna", *more)
        count: int = only(found, "casework.late_investigations")["total"]
        return count

    assert total() == 2

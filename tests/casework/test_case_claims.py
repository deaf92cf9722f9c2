"""Registering in a case that there is already: whose it is, and who may handle what is hidden."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from casework.cases.models import Case, Intake, Investigation
from casework.cases.services import care, investigations
from casework.models import Deadline, Membership, Role
from casework.shared.errors import ConflictError, InvalidInput
from tests.casework.case_files import Ran, written
from tests.casework.test_cases_import import agree_with_the_history
from tests.conftest import Place
from tests.factories.case_steps import come_in, granted, opened
from tests.factories.times import instant

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(date(2026, 3, 30))


def _ways(place: Place, **given: Any) -> list[Callable[[], object]]:
    there = {"by": "sven", "unit": place.sister_unit} | given
    return [
        lambda: come_in(place, **there),
        lambda: opened(place, **there),
        lambda: granted(place, **there),
    ]


def test_a_case_of_another_unit_follows_when_that_is_meant(place: Place) -> None:
    investigation = opened(place)
    investigations.close_investigation(
        place.actor("amina"), investigation.pk, on=date(2026, 3, 20), outcome="no_measure"
    )
    for way in _ways(place):
        with pytest.raises(ConflictError, match="hör till en annan enhet") as asked:
            way()
        assert (asked.value.field, asked.value.code) == ("other_unit", "other_unit")
    assert Intake.objects.count() == 0
    # Whoever sees the case is told whose it is.
    Membership.objects.create(
        user=place.user("sven"), board=place.board, role=Role.SENIOR, unit=place.unit
    )
    with pytest.raises(ConflictError, match="hör till Enheten"):
        come_in(place, by="sven", unit=place.sister_unit)
    received_at = instant("2026-03-25 10:00")
    there: dict[str, Any] = {"by": "sven", "unit": place.sister_unit}
    come_in(place, **there, received_at=received_at, other_unit=True)
    investigation.refresh_from_db()
    assert Case.objects.get().unit == place.sister_unit
    assert investigation.unit == place.unit, "what was before stays where it was"
    agree_with_the_history()


def test_a_hidden_case_cannot_be_taken_and_is_not_told_of(place: Place) -> None:
    investigation = opened(place)
    care.set_protection(place.actor("eva"), investigation.case_id or 0, protected=True)
    for way in (*_ways(place), *_ways(place, other_unit=True)):
        with pytest.raises(InvalidInput, match="kan inte användas här") as refused:
            way()
        assert refused.value.field == "case_number"
        for word in ("skydd", "finns", "enhet", "Enheten", "öppen"):
            assert word not in refused.value.message
    assert Case.objects.get().unit == place.unit
    # What comes in to the unit itself is registered, whoever takes it in.
    (intake,) = come_in(place, by="amina")
    assert intake.protected


def test_what_is_hidden_is_handled_by_somebody_who_is_named(place: Place) -> None:
    investigation = opened(place)
    care.set_protection(place.actor("eva"), investigation.case_id or 0, protected=True)
    with pytest.raises(InvalidInput, match="Registrera utan handläggare") as refused:
        come_in(place, by="amina", handler=place.user("amina"))
    assert refused.value.field == "handler"
    assert "skydd" not in refused.value.message
    with pytest.raises(InvalidInput, match="välj någon av dem som är namngivna"):
        come_in(place, by="eva", handler=place.user("amina"))
    (intake,) = come_in(place, by="eva", handler=place.user("nils"))
    assert intake.handler == place.user("nils")


def test_marking_takes_off_a_handler_who_is_not_named(place: Place) -> None:
    investigation = opened(place, handler=place.user("amina"))
    (intake,) = come_in(place, handler=place.user("nils"), by="nils")
    case = Case.objects.get()
    care.set_protection(place.actor("eva"), case.pk, protected=True)
    for record, handler in ((investigation, None), (intake, place.user("nils"))):
        record.refresh_from_db()
        assert record.handler == handler
    case.refresh_from_db()
    assert case.handler == place.user("nils")
    running = Deadline.objects.open().filter(kind="investigation")
    assert [time.handler for time in running] == [None]
    agree_with_the_history()


def test_a_mark_by_file_takes_off_a_handler_too(place: Place, tmp_path: Path) -> None:
    row = {
        "enhet": place.unit.name,
        "id": "U1",
        "ärende": "Ä1",
        "inledd": "2026-03-02",
        "utredningstyp": "Barnutredning",
    }
    investigation = opened(place, handler=place.user("amina"))
    for given in (row, row | {"skyddad": "Ja"}):
        path = written(tmp_path, "utredningar", [given])
        assert Ran("utredningar", path, f"--board={place.board.name}").code == 0
    found = Investigation.objects.get()
    assert (found.pk, found.protected, found.handler) == (investigation.pk, True, None)
    assert Case.objects.get().handler is None
    agree_with_the_history()


def test_a_replaced_units_case_is_its_successors(place: Place) -> None:
    investigation = opened(place)
    investigations.close_investigation(
        place.actor("amina"), investigation.pk, on=date(2026, 3, 20), outcome="no_measure"
    )
    place.unit.valid_to = date(2026, 3, 25)
    place.unit.save()
    place.sister_unit.replaces.add(place.unit)
    (intake,) = come_in(place, by="sven", unit=place.sister_unit)
    assert intake.case_id == investigation.case_id

"""The organisation and the registers, to read, of one's own board alone."""

from datetime import date
from typing import Any

import pytest

from deviations.models import Category, Cause
from tests.conftest import Place

pytestmark = pytest.mark.django_db


def test_everyone_reads_the_units_of_the_own_board(
    place: Place, other_place: Place, api: Any
) -> None:
    rows = api("amina").get("/api/v1/units/").json()["results"]
    assert [row["name"] for row in rows] == ["Enheten", "Systerenheten", "Fjärrenheten"]
    assert rows[0]["area"] == {"id": place.area.pk, "name": "Barn och unga"}
    assert api("amina").get(f"/api/v1/units/{other_place.unit.pk}/").status_code == 404


def test_units_of_a_day(place: Place, api: Any) -> None:
    place.sister_unit.valid_to = date(2025, 12, 31)
    place.sister_unit.save()
    rows = api("eva").get("/api/v1/units/?valid_on=2026-01-01").json()["results"]
    assert "Systerenheten" not in [row["name"] for row in rows]


def test_registers_and_their_parents(
    place: Place, other_place: Place, category: Category, cause: Cause, api: Any
) -> None:
    Cause.objects.create(board=other_place.board, name="Annans orsak")
    eva = api("eva")
    categories = eva.get("/api/v1/categories/").json()["results"]
    assert categories[1]["label"] == category.label
    assert categories[1]["parent"] == categories[0]["id"]
    assert [row["name"] for row in eva.get("/api/v1/causes/").json()["results"]] == [cause.name]
    assert len(eva.get("/api/v1/areas/").json()["results"]) == 2
    assert len(eva.get("/api/v1/departments/").json()["results"]) == 2

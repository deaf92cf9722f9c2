"""Categories and causes: edited by addition, so that nothing reported is relabelled."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from deviations.models import Category, Cause, Deviation
from deviations.services import registers
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db

AsUser = Callable[..., Client]
At = Callable[..., object]


def test_renaming_replaces_and_old_records_keep_the_old_name(
    place: Place, category: Category, at: At
) -> None:
    at(date(2026, 3, 2))
    deviation = make_report(place, category=category)
    new = registers.rename(place.actor("vera"), category, name="Utredningen blev sen")
    category.refresh_from_db()
    assert (category.name, category.valid_to) == ("Utredningstid överskridits", date(2026, 3, 1))
    assert (new.replaces, new.valid_from, new.parent) == (
        category,
        date(2026, 3, 2),
        category.parent,
    )
    again = Deviation.objects.get(pk=deviation.pk)
    assert again.category == category
    assert again.categoryrow_rows.get().label.endswith("Utredningstid överskridits")


def test_the_subcategories_follow_a_renamed_main_category(
    place: Place, category: Category, at: At
) -> None:
    at(date(2026, 3, 2))
    assert category.parent is not None
    new = registers.rename(place.actor("simon"), category.parent, name="Utredning enligt SoL")
    child = Category.objects.get(parent=new)
    assert (child.name, child.replaces) == (category.name, category)
    used = Category.objects.valid_on(clock.today()).filter(board=place.board)
    assert set(used) == {new, child}


def test_what_began_today_is_simply_corrected(place: Place) -> None:
    cause = registers.add_cause(place.actor("vera"), name="Bemaning")
    same = registers.rename(place.actor("vera"), cause, name="Bemanning")
    assert same.pk == cause.pk
    assert Cause.objects.get().name == "Bemanning"


def test_an_ended_value_is_chosen_no_longer_and_takes_its_subcategories_along(
    place: Place, category: Category, at: At
) -> None:
    at(date(2026, 3, 2))
    assert category.parent is not None
    registers.end(place.actor("vera"), category.parent, last_day=date(2026, 3, 1))
    assert not Category.objects.valid_on(clock.today()).filter(board=place.board).exists()
    with pytest.raises(ConflictError):
        registers.end(place.actor("vera"), category.parent, last_day=clock.today())


def test_a_value_from_a_file_is_reviewed_once(place: Place) -> None:
    cause = Cause.objects.create(board=place.board, name="Ny", needs_review=True)
    registers.mark_reviewed(place.actor("vera"), cause)
    cause.refresh_from_db()
    assert not cause.needs_review


def test_names_are_not_used_twice_and_levels_are_two(
    place: Place, category: Category, cause: Cause
) -> None:
    vera = place.actor("vera")
    for act in (
        lambda: registers.add_cause(vera, name="  problem med BEMANNING "),
        lambda: registers.add_category(vera, name=category.name, parent=category.parent),
        lambda: registers.add_category(vera, name="", parent=None),
        lambda: registers.rename(vera, cause, name=cause.name),
    ):
        with pytest.raises(InvalidInput) as refused:
            act()
        assert refused.value.field == "name"
    with pytest.raises(InvalidInput) as refused:
        registers.add_category(vera, name="För djupt", parent=category)
    assert refused.value.field == "parent"


@pytest.mark.parametrize("name", ["amina", "frida", "eva", "anna", "sara"])
def test_others_do_not_keep_the_registers(place: Place, cause: Cause, name: str) -> None:
    with pytest.raises(NotAllowed):
        registers.rename(place.actor(name), cause, name="Något annat")


def test_another_boards_values_do_not_exist(place: Place, other_place: Place, cause: Cause) -> None:
    with pytest.raises(NotVisible):
        registers.rename(other_place.actor("vera"), cause, name="Vår")


def test_on_screen_a_value_is_added_renamed_and_reviewed(
    place: Place, category: Category, as_user: AsUser
) -> None:
    vera = as_user("vera")
    given = {"name": "Beslut saknas", "parent": category.parent_id, "keywords": "Beslut, saknas"}
    assert vera.post("/organisation/kategorier/", given).status_code == 302
    added = Category.objects.get(name="Beslut saknas")
    assert added.keywords == "beslut saknas"
    address = f"/organisation/kategorier/{added.pk}/"
    answer = vera.post(address, {"verb": "rename", "name": category.name})
    assert answer.status_code == 422
    assert "Det finns redan en som heter så." in answer.content.decode()
    Category.objects.filter(pk=added.pk).update(needs_review=True)
    assert "Granska" in vera.get("/organisation/kategorier/").content.decode()
    assert vera.post(address, {"verb": "review"}).status_code == 302
    added.refresh_from_db()
    assert not added.needs_review
    assert as_user("amina").get("/organisation/kategorier/").status_code == 200
    assert as_user("amina").post("/organisation/kategorier/", given).status_code == 403

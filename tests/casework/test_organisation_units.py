"""Units founded, renamed, merged and closed: what was true stays true, the open work follows."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from casework.access.actor import Actor
from casework.models import AuditEvent, Membership, Role, Unit
from casework.organising import units
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from deviations import states
from deviations.models import Category, Cause, Deviation, DeviationVersion
from deviations.services import closing
from deviations.services.closing import Handling
from deviations.services.rebuilding import rebuilt_versions
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db

At = Callable[..., object]


def merge(place: Place, on: date) -> Unit:
    return units.merge_units(
        place.actor("simon"),
        [place.unit.pk, place.sister_unit.pk],
        name="Nya enheten",
        department=place.department,
        area=place.area,
        on=on,
    )


def closed(place: Place, category: Category, cause: Cause) -> Deviation:
    handling = Handling(
        category=category, severity=1, probability=1, causes=[cause], done="Rutinen är genomgången."
    )
    return closing.close_simply(place.actor("eva"), make_report(place).pk, handling)


def test_a_renamed_unit_is_a_new_row_from_that_day(place: Place, at: At) -> None:
    at(date(2026, 3, 2))
    new = units.rename_unit(place.actor("simon"), place.unit.pk, name="Enhet 2", on=clock.today())
    place.unit.refresh_from_db()
    assert (place.unit.name, place.unit.valid_to) == ("Enheten", date(2026, 3, 1))
    assert (new.name, new.valid_from) == ("Enhet 2", date(2026, 3, 2))
    assert list(new.replaces.all()) == [place.unit]
    names = set(Unit.objects.valid_on(date(2026, 3, 1)).values_list("name", flat=True))
    assert "Enheten" in names
    assert "Enhet 2" not in names
    assert AuditEvent.objects.filter(action="organisation.changed").exists()


def test_people_go_along_with_their_roles_and_naming(place: Place, at: At) -> None:
    at(date(2026, 3, 2))
    new = merge(place, clock.today())
    eva, amina = place.actor("eva"), place.actor("amina")
    assert new.pk in eva.units(Role.MANAGER)
    assert place.unit.pk in eva.units(Role.MANAGER), "nobody loses sight of the old unit's cases"
    assert new.pk in eva.protected_units
    assert new.pk in amina.units(Role.WORKER)
    assert not Membership.objects.valid_on(date(2026, 3, 2)).filter(unit=place.unit).exists()
    assert Membership.objects.valid_on(date(2026, 3, 1)).filter(unit=place.unit).exists()


def test_open_deviations_follow_from_the_day_and_closed_ones_stay(
    place: Place, at: At, category: Category, cause: Cause
) -> None:
    at(date(2026, 2, 2))
    done, still_open = closed(place, category, cause), make_report(place)
    at(date(2026, 3, 2))
    new = merge(place, clock.today())
    done.refresh_from_db()
    still_open.refresh_from_db()
    assert (done.unit, still_open.unit) == (place.unit, new)
    seen = Deviation.objects.visible_to(place.actor("eva"))
    assert set(seen) == {done, still_open}
    row = still_open.unitrow_rows.last()
    assert (row.effective_on, row.label) == (date(2026, 3, 2), "Nya enheten")


def test_a_report_for_the_time_before_still_counts_the_old_unit(place: Place, at: At) -> None:
    at(date(2026, 2, 2))
    deviation = make_report(place)
    at(date(2026, 3, 2))
    merge(place, clock.today())
    then = DeviationVersion.objects.filter(
        effective_from__lte=date(2026, 2, 15),
        effective_to__gt=date(2026, 2, 15),
        recorded_to__year=9999,
    )
    assert [version.unit for version in then] == [place.unit]
    stored = DeviationVersion.objects.filter(deviation=deviation)
    assert {(v.unit_id, v.effective_from, v.recorded_from) for v in stored} == {
        (v.unit_id, v.effective_from, v.recorded_from) for v in rebuilt_versions(deviation)
    }


def test_what_came_to_the_old_unit_after_the_day_follows_from_its_own(place: Place, at: At) -> None:
    at(date(2026, 3, 10))
    deviation = make_report(place)
    at(date(2026, 3, 12))
    merge(place, date(2026, 3, 2))
    assert deviation.unitrow_rows.last().effective_on == date(2026, 3, 10)


def test_a_closed_unit_leaves_its_open_work_to_another(place: Place, at: At) -> None:
    at(date(2026, 3, 2))
    deviation = make_report(place)
    simon = place.actor("simon")
    with pytest.raises(ConflictError):
        units.close_unit(simon, place.unit.pk, last_day=clock.today(), successor=None)
    units.close_unit(simon, place.unit.pk, last_day=date(2026, 3, 1), successor=place.sister_unit)
    deviation.refresh_from_db()
    assert deviation.unit == place.sister_unit
    assert Deviation.objects.visible_to(place.actor("erik")).filter(pk=deviation.pk).exists()
    assert deviation.status == states.REPORTED


@pytest.mark.parametrize(
    ("name", "days", "field"),
    [("", 0, "name"), ("Systerenheten", 0, "name"), ("Ny", 1, "on")],
)
def test_what_cannot_be_is_refused_on_its_field(
    place: Place, name: str, days: int, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        units.rename_unit(
            place.actor("simon"),
            place.unit.pk,
            name=name,
            on=clock.today() + timedelta(days=days),
        )
    assert refused.value.field == field
    assert Unit.objects.filter(name="Enheten", valid_to=None).count() == 1


def test_a_unit_that_is_gone_is_not_changed_again(place: Place) -> None:
    units.rename_unit(place.actor("simon"), place.unit.pk, name="Enhet 2", on=clock.today())
    with pytest.raises(ConflictError):
        units.rename_unit(place.actor("simon"), place.unit.pk, name="Enhet 3", on=clock.today())


@pytest.mark.parametrize("name", ["amina", "eva", "anna", "sara", "vera"])
def test_only_the_systemforvaltare_changes_units(place: Place, name: str) -> None:
    with pytest.raises(NotAllowed):
        merge_as(place.actor(name), place)


def merge_as(actor: Actor, place: Place) -> None:
    units.found_unit(actor, name="Ny", department=place.department, area=place.area)


def test_another_boards_unit_does_not_exist(place: Place, other_place: Place) -> None:
    with pytest.raises(NotVisible):
        units.rename_unit(place.actor("simon"), other_place.unit.pk, name="Vår", on=clock.today())

"""Founding, renaming, moving, merging and closing units.

A unit row keeps its name for ever. What is changed from a day on is a new row that replaces the
old, so a report for 2022 shows the units of 2022.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import F, Q

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import Work, unit_of_work
from casework.organisation.hooks import UNIT_RECORDS
from casework.organisation.models import Department, Membership, ServiceArea, Unit
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotVisible


def found_unit(
    actor: Actor,
    *,
    name: str,
    department: Department,
    area: ServiceArea,
    on: date | None = None,
) -> Unit:
    """Found a unit that is there from ``on`` (None: from the beginning)."""
    with unit_of_work(actor) as work:
        policy.require_configurer(actor)
        unit = _new_unit(actor, name, department, area, on)
        work.audit("organisation.changed", unit, data={"act": "founded"})
    return unit


def rename_unit(actor: Actor, unit_id: int, *, name: str, on: date) -> Unit:
    """Give a unit another name from ``on``; people and open records follow."""
    with unit_of_work(actor) as work:
        policy.require_configurer(actor)
        (old,) = _locked(actor, [unit_id])
        new = _replace(actor, work, [old], name, old.department, old.area, on)
        work.audit("organisation.changed", new, data={"act": "renamed", "replaces": [old.pk]})
    return new


def merge_units(
    actor: Actor,
    unit_ids: Sequence[int],
    *,
    name: str,
    department: Department,
    area: ServiceArea,
    on: date,
) -> Unit:
    """Merge two or more units into a new one from ``on``; people and open records follow."""
    with unit_of_work(actor) as work:
        policy.require_configurer(actor)
        old = _locked(actor, unit_ids)
        if len(old) < 2:
            raise InvalidInput("Välj minst två enheter att slå samman.", field="units")
        new = _replace(actor, work, old, name, department, area, on)
        data = {"act": "merged", "replaces": [unit.pk for unit in old]}
        work.audit("organisation.changed", new, data=data)
    return new


def close_unit(actor: Actor, unit_id: int, *, last_day: date, successor: Unit | None) -> Unit:
    """Close a unit after ``last_day``. Open records go to ``successor``, which must be there.

    Without a successor the unit may hold nothing open (``ConflictError``).
    """
    with unit_of_work(actor) as work:
        policy.require_configurer(actor)
        (unit,) = _locked(actor, [unit_id])
        _check_day(last_day, [unit], "last_day")
        unit.valid_to = last_day
        unit.save(update_fields=["valid_to"])
        _end_memberships([unit], last_day)
        if successor is not None:
            if successor.pk == unit.pk or successor.board_id != actor.board_id:
                raise InvalidInput("Välj en annan enhet som tar över.", field="successor")
            if not successor.is_valid_on(clock.today()):
                raise InvalidInput("Välj en enhet som finns i dag.", field="successor")
            successor.replaces.add(unit)
            _follow(actor, [unit], successor, last_day + timedelta(days=1))
        elif open_records(unit):
            raise ConflictError(
                "Enheten har öppna ärenden. Välj vilken enhet som tar över dem.",
                field="successor",
            )
        work.audit(
            "organisation.changed",
            unit,
            data={"act": "closed", "successor": successor.pk if successor else None},
        )
    return unit


def follow_successor(actor: Actor, replaced: Unit, successor: Unit) -> None:
    """Give people and open records of a unit to the one that replaced it, from its first day.

    For units that a register has replaced; what has followed already is left as it is.
    """
    with unit_of_work(actor):
        policy.require_configurer(actor)
        on = successor.valid_from or clock.today()
        _move_memberships([replaced], successor, on)
        _follow(actor, [replaced], successor, on)


def open_records(unit: Unit) -> int:
    """Return how many open records would have to follow if the unit were replaced."""
    return sum(records.count_open(unit) for _, records in UNIT_RECORDS.items())


def _locked(actor: Actor, unit_ids: Sequence[int]) -> list[Unit]:
    wanted = sorted(set(unit_ids))
    units = list(
        Unit.objects.select_for_update(of=("self",))
        .select_related("department", "area")
        .filter(board_id=actor.board_id, pk__in=wanted)
        .order_by("pk")
    )
    if len(units) != len(wanted):
        raise NotVisible
    return units


def _check_day(day: date, units: Sequence[Unit], field: str) -> None:
    if day > clock.today():
        raise InvalidInput(
            "Välj i dag eller en dag som varit. En kommande ändring läggs in den dag den gäller.",
            field=field,
        )
    for unit in units:
        if unit.valid_to is not None:
            raise ConflictError(f"{unit.name} finns inte längre: den upphörde {unit.valid_to}.")
        if unit.valid_from is not None and day < unit.valid_from:
            raise InvalidInput(f"{unit.name} finns först från {unit.valid_from}.", field=field)


def _new_unit(
    actor: Actor, name: str, department: Department, area: ServiceArea, on: date | None
) -> Unit:
    name = " ".join(name.split())
    if not name:
        raise InvalidInput("Skriv enhetens namn.", field="name")
    if department.administration.board_id != actor.board_id:
        raise InvalidInput("Välj en avdelning i den egna nämnden.", field="department")
    if area.board_id != actor.board_id:
        raise InvalidInput("Välj ett verksamhetsområde i den egna nämnden.", field="area")
    same_name = Unit.objects.filter(board_id=actor.board_id, name=name)
    if same_name.filter(Q(valid_to__isnull=True) | Q(valid_from=on)).exists():
        raise InvalidInput("Det finns redan en enhet som heter så.", field="name")
    return Unit.objects.create(
        board_id=actor.board_id, department=department, area=area, name=name, valid_from=on
    )


def _replace(
    actor: Actor,
    work: Work,
    old: Sequence[Unit],
    name: str,
    department: Department,
    area: ServiceArea,
    on: date,
) -> Unit:
    _check_day(on, old, "on")
    eve = on - timedelta(days=1)
    for unit in old:
        if unit.valid_from == on:
            raise InvalidInput(f"{unit.name} började gälla samma dag. Välj en senare.", field="on")
        unit.valid_to = eve
        unit.save(update_fields=["valid_to"])
    new = _new_unit(actor, name, department, area, on)
    new.forste_helps_with_inbox = all(unit.forste_helps_with_inbox for unit in old)
    new.save(update_fields=["forste_helps_with_inbox"])
    new.replaces.set(old)
    _move_memberships(old, new, on)
    _follow(actor, old, new, on)
    return new


def _follow(actor: Actor, old: Sequence[Unit], new: Unit, on: date) -> None:
    for _, records in UNIT_RECORDS.items():
        records.follow(actor, old, new, on)


def _still_running(units: Sequence[Unit], day: date) -> Q:
    return Q(unit__in=units) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def _end_memberships(units: Sequence[Unit], last_day: date) -> None:
    running = Membership.objects.filter(_still_running(units, last_day + timedelta(days=1)))
    # What would only have begun afterwards never came to be.
    running.filter(valid_from__gt=last_day).delete()
    for membership in running:
        membership.valid_to = last_day
        membership.save(update_fields=["valid_to"])


def _move_memberships(old: Sequence[Unit], new: Unit, on: date) -> None:
    """End the roles in the old units and begin the same in the new, once per person and role."""
    eve = on - timedelta(days=1)
    running = Membership.objects.filter(_still_running(old, on)).order_by(
        F("valid_to").desc(nulls_first=True), "-sees_protected", "pk"
    )
    begun: set[tuple[int, str]] = set()
    for membership in running:
        starts_later = membership.valid_from is not None and membership.valid_from >= on
        key = (membership.user_id, membership.role)
        again = Membership(
            user_id=membership.user_id,
            board_id=membership.board_id,
            role=membership.role,
            unit=new,
            sees_protected=membership.sees_protected,
            valid_from=membership.valid_from if starts_later else on,
            valid_to=membership.valid_to,
        )
        if starts_later:
            membership.delete()
        else:
            membership.valid_to = eve
            membership.save(update_fields=["valid_to"])
        if key not in begun:
            again.save()
            begun.add(key)

"""Whose the watched times of a case are: its handler's, and its unit's or the successor's."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from casework.cases.models import Case, WatchedTime
from casework.deadlines import services
from casework.deadlines.services import Owner
from casework.organisation.models import Unit
from casework.shared import clock

KIND = "watchedtime"
LABEL = "Bevakad tid"


def owner_of(time: WatchedTime) -> Owner:
    """Return whose the time is."""
    return Owner(time.board_id, time.unit_id, time.handler_id, time.protected)


def unit_of(case: Case) -> int:
    """Return the unit that a watched time of ``case`` is the business of today."""
    return _units_of_today({case.unit_id})[case.unit_id]


def follow(case_ids: Collection[int], now: datetime) -> list[WatchedTime]:
    """Let the watched times of locked cases follow where the cases have changed; return those.

    A case in which nothing else goes on stays counted for the unit it was in; what is still watched
    in it is its successor's to do.
    """
    # Ended ones too: a mark of protection hides what has been.
    times = list(
        WatchedTime.objects.filter(case__in=case_ids)
        .select_related("case")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    if not times:
        return []
    today = _units_of_today({time.case.unit_id for time in times})
    changed = []
    for time in times:
        case = time.case
        owner = (today[case.unit_id], case.handler_id, case.protected)
        if (time.unit_id, time.handler_id, time.protected) != owner:
            time.unit_id, time.handler_id, time.protected = owner
            changed.append(time)
    WatchedTime.objects.bulk_update(changed, ["unit", "handler", "protected"])
    owners = {time.pk: owner_of(time) for time in changed}
    moved = defaultdict(list)
    for running in services.open_for(Q(kind=KIND, subject_id__in=owners)):
        moved[owners[running.subject_id]].append(running)
    for owner_now, running_ones in moved.items():
        services.follow(running_ones, owner_now, now)
    return changed


def _units_of_today(units: Collection[int]) -> dict[int, int]:
    """Return each unit's successor, where it has one alone whose day has come; else itself."""
    found = {unit: unit for unit in units}
    asked, seen = set(units), set(units)
    has_come = Q(valid_from__isnull=True) | Q(valid_from__lte=clock.today())
    while asked:
        later: dict[int, list[int]] = defaultdict(list)
        rows = Unit.objects.filter(has_come, replaces__in=asked)
        for old, new in rows.values_list("replaces", "pk"):
            later[old].append(new)
        alone = {old: new for old, (new, *others) in later.items() if not others}
        found = {unit: alone.get(now, now) for unit, now in found.items()}
        asked = set(alone.values()) - seen
        seen |= asked
    return found

"""Whose the watched times of a case are: always the case's own unit, handler and protection."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Q

from casework.cases.models import WatchedTime
from casework.deadlines import services
from casework.deadlines.services import Owner

KIND = "watchedtime"
LABEL = "Bevakad tid"


def owner_of(time: WatchedTime) -> Owner:
    """Return whose the time is."""
    return Owner(time.board_id, time.unit_id, time.handler_id, time.protected)


def follow(case_ids: Collection[int], now: datetime) -> None:
    """Let the watched times of locked cases follow where the cases have changed."""
    same_handler = Q(handler=F("case__handler")) | Q(
        handler__isnull=True, case__handler__isnull=True
    )
    same = Q(unit=F("case__unit"), protected=F("case__protected")) & same_handler
    # Ended ones too: a mark of protection hides what has been.
    changed = list(
        WatchedTime.objects.filter(case__in=case_ids)
        .exclude(same)
        .select_related("case")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    if not changed:
        return
    for time in changed:
        time.unit_id, time.handler_id = time.case.unit_id, time.case.handler_id
        time.protected = time.case.protected
    WatchedTime.objects.bulk_update(changed, ["unit", "handler", "protected"])
    owners = {time.pk: owner_of(time) for time in changed}
    moved = defaultdict(list)
    for running in services.open_for(Q(kind=KIND, subject_id__in=owners)):
        moved[owners[running.subject_id]].append(running)
    for owner, times in moved.items():
        services.follow(times, owner, now)

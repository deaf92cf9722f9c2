"""Beginning the times of open cases from before the watch."""

from datetime import datetime

from django.db import transaction

from casework.cases import watching
from casework.cases.services.following import OPEN
from casework.cases.services.gathering import lock_cases
from casework.deadlines.models import Deadline

_CHUNK = 1000


def watch_open(now: datetime) -> int:
    """Begin, as history, what times the open records lack; return how many that were.

    Safe to run again at any time: a time that runs or has run is left as it is.
    """
    before = Deadline.objects.count()
    for chronicle, is_open in OPEN:
        kind = str(chronicle.record._meta.model_name)
        last = 0
        while True:
            with transaction.atomic():
                found = chronicle.record._default_manager.filter(is_open, pk__gt=last)
                rows = list(found.order_by("pk").values_list("pk", "case")[:_CHUNK])
                # No step is taken in a case while it is locked.
                lock_cases(case for _, case in rows if case)
                records = [pk for pk, _ in rows]
                still_open = chronicle.record._default_manager.filter(is_open, pk__in=records)
                locked = still_open.select_for_update(of=("self",)).order_by("pk")
                keys = list(locked.values_list("pk", flat=True))
                watching.watch_records(kind, keys, now, history=True)
            if not records:
                break
            last = records[-1]
    return Deadline.objects.count() - before

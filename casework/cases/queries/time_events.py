"""What has been done with watched times, as events."""

from collections import defaultdict
from collections.abc import Sequence

from casework.cases.models import DropReason, TimeStep, WatchedTime, WatchedTimeRow
from casework.cases.queries.events import Event
from casework.cases.watched import KIND
from casework.shared import clock

_KINDS = {TimeStep.REVIEWED: "ok", TimeStep.DONE: "ok", TimeStep.EXTENDED: "warn"}


def events_of_times(times: Sequence[WatchedTime]) -> dict[tuple[str, int], list[Event]]:
    """Return what happened to the times, by kind and id, the latest first, in one query."""
    found: dict[tuple[str, int], list[Event]] = defaultdict(list)
    if not times:
        return found
    rows = WatchedTimeRow.objects.filter(record__in=[time.pk for time in times])
    for row in rows.select_related("actor").order_by("-on", "-pk"):
        found[KIND, row.record_id].append(_event(row))
    return found


def _event(row: WatchedTimeRow) -> Event:
    step = TimeStep(row.step)
    what = f"Förlängd till {row.until}" if step == TimeStep.EXTENDED else str(step.label)
    texts = [f"{DropReason(row.reason).label}."] if row.reason else []
    noted = clock.local_day(row.recorded_at)
    if noted > row.on:
        texts.append(f"Antecknat {noted}.")
    who = row.actor.display_name if row.actor else ""
    return Event(row.on, who, what, "\n".join(texts), _KINDS.get(step, ""))

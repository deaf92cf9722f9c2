"""Time in the demo: stories told side by side, each act on its own day, in order of time."""

import heapq
import itertools
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from casework.shared import clock
from casework.shared.clock import STOCKHOLM

# A story does one act each time it is resumed, and yields the instant of its next.
Story = Iterator[datetime]


class Agenda:
    """Stories under way, of which the earliest act is always done next."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._order = itertools.count()

    def start(self, at: datetime, story: Story) -> None:
        """Begin ``story`` at an instant."""
        heapq.heappush(self._waiting, (at, next(self._order), story))

    def run(self, until: datetime) -> None:
        """Let time pass up to ``until``; what lies after it has not happened yet."""
        while self._waiting and self._waiting[0][0] < until:
            instant, _, story = heapq.heappop(self._waiting)
            with clock.at(instant):
                following = next(story, None)
            if following is not None:
                # An act takes its time: no two acts of a story at one instant.
                self.start(max(following, instant + timedelta(minutes=1)), story)


def office_hours(instant: datetime) -> datetime:
    """Return the instant itself or, at night and on weekends, the next working morning."""
    local = instant.astimezone(STOCKHOLM)
    if local.hour >= 17:
        local = datetime.combine(local.date() + timedelta(days=1), time(8, local.minute), STOCKHOLM)
    elif local.hour < 8:
        local = local.replace(hour=8)
    while local.weekday() >= 5:
        local += timedelta(days=1)
    return local

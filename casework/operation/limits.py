"""How often something may be tried: what is tried too often is slowed down, never shut out.

Counted in the database, so that no limit is gone while the broker is. Nobody waits in a process:
who is too early is told when to come back. Whoever guesses is counted by account *and* client, so
that nobody can stop somebody else; a client from which the account has been logged in to before
(``device``) has a count of its own even behind a shared address.
"""

import hmac
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from casework.operation.models import Lane
from casework.shared import clock
from casework.shared.errors import TooManyAttempts


@dataclass(frozen=True)
class Pace:
    """How many attempts go at once, and how long one waits after each one more, in seconds.

    The wait doubles from ``first`` to ``longest``; one attempt is forgotten every ``forgets``.
    """

    free: int
    first: float
    longest: float
    forgets: float

    def wait_after(self, level: float) -> float:
        """Return the seconds to wait once ``level`` attempts are remembered."""
        over = math.ceil(level - self.free)
        return min(self.first * 2 ** min(over - 1, 20), self.longest) if over > 0 else 0

    def remembered(self, lane: Lane, now: datetime) -> float:
        """Return how many attempts of ``lane`` are not forgotten yet."""
        return max(lane.level - (now - lane.last_at).total_seconds() / self.forgets, 0)


@dataclass(frozen=True)
class Guessing:
    """Guarding a secret: the pace of each client, and what all strangers together bring about.

    Where many have failed on an account, or from an address, a stranger's first attempt is put off
    by a while as well: one wait, whatever others do in the meantime.
    """

    name: str
    own: Pace
    on_account: Pace
    from_client: Pace


_OWN = Pace(free=5, first=5, longest=900, forgets=900)
_FROM_CLIENT = Pace(free=100, first=5, longest=60, forgets=6)
PASSWORD = Guessing("password", _OWN, Pace(20, 15, 60, 180), _FROM_CLIENT)
# Six digits are soon tried out: strangers wait longer.
CODE = Guessing("code", _OWN, Pace(10, 60, 900, 600), _FROM_CLIENT)


def key(*parts: str) -> str:
    """Return the name of a lane: a keyed hash, out of which nothing can be read."""
    text = "\0".join(parts)
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), "sha256").hexdigest()


def take(lane_key: str, pace: Pace) -> None:
    """Count one attempt; ``TooManyAttempts`` where it comes too early (it is then not counted)."""
    with transaction.atomic():
        lane, now = _locked(lane_key)
        if now < lane.free_at:
            raise TooManyAttempts((lane.free_at - now).total_seconds())
        _count(lane, pace, now)


@contextmanager
def guess(guessing: Guessing, account: str, client: str, device: str = "") -> Iterator["Guess"]:
    """Count one attempt at a secret of ``account``; ``TooManyAttempts`` where it comes too early.

    ``device`` names a browser that the account is known in, empty for a stranger. Counted before
    the secret is looked at, so that many at once are no way round; a right one costs nothing.
    """
    lane_key = key(guessing.name, account, device or client)
    guards = {} if device else _guards(guessing, account, client)
    _put_off_stranger(lane_key, guards, guessing.own)
    take(lane_key, guessing.own)
    made = Guess()
    try:
        yield made
    finally:
        _settle(made, lane_key, guards)


@dataclass
class Guess:
    """What came of it: wrong until ``right`` is set."""

    right: bool = False


def forget_old() -> int:
    """Remove lanes that hold nobody up any more; return how many."""
    return Lane.objects.filter(last_at__lt=clock.now() - timedelta(days=1)).delete()[0]


def _settle(made: Guess, lane_key: str, guards: dict[str, Pace]) -> None:
    if made.right:
        Lane.objects.filter(key=lane_key).delete()
        return
    for guard_key, pace in sorted(guards.items()):
        with transaction.atomic():
            lane, now = _locked(guard_key)
            _count(lane, pace, now)


def _guards(guessing: Guessing, account: str, client: str) -> dict[str, Pace]:
    return {
        key(guessing.name, "on", account): guessing.on_account,
        key(guessing.name, "from", client): guessing.from_client,
    }


def _put_off_stranger(lane_key: str, guards: dict[str, Pace], own: Pace) -> None:
    """Let a stranger's first attempt wait where many have failed before."""
    lanes, now = Lane.objects.in_bulk([lane_key, *guards]), clock.now()
    lane = lanes.pop(lane_key, None)
    wait = max(
        (guards[name].wait_after(guards[name].remembered(one, now)) for name, one in lanes.items()),
        default=0,
    )
    # A lane is one that has waited already, unless that was long ago.
    if wait and (lane is None or now - lane.free_at > timedelta(seconds=own.longest)):
        with transaction.atomic():
            lane, now = _locked(lane_key)
            lane.last_at, lane.free_at = now, now + timedelta(seconds=wait)
            lane.save(update_fields=["last_at", "free_at"])
        raise TooManyAttempts(wait)


def _locked(lane_key: str) -> tuple[Lane, datetime]:
    now = clock.now()
    lane, _ = Lane.objects.select_for_update().get_or_create(
        key=lane_key, defaults={"last_at": now, "free_at": now}
    )
    return lane, now


def _count(lane: Lane, pace: Pace, now: datetime) -> None:
    lane.level = pace.remembered(lane, now) + 1
    lane.last_at, lane.free_at = now, now + timedelta(seconds=pace.wait_after(lane.level))
    lane.save(update_fields=["level", "last_at", "free_at"])

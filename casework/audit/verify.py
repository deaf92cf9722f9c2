"""Checking the audit chain and anchoring its heads."""

from dataclasses import dataclass

import structlog
from django.db import connection

from casework.audit import sql
from casework.shared import clock

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Verdict:
    """The number of events, and what is wrong first (None: nothing)."""

    events: int
    broken: str | None


def verify() -> Verdict:
    """Check every event against its predecessor and every anchor against the events."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM casework_auditevent")
        (events,) = cursor.fetchone() or (0,)
        cursor.execute(sql.FIRST_BROKEN)
        row = cursor.fetchone()
        if row:
            return Verdict(events, f"händelse {row[0]}")
        cursor.execute(sql.CUT_ANCHOR)
        row = cursor.fetchone()
        if row:
            return Verdict(events, f"ankare {row[0]}: kedja {row[1]} saknar händelse nr {row[2]}")
    return Verdict(events, None)


def anchor() -> int:
    """Write down the head of every lane that has moved; return how many.

    The heads also go to the log, which leaves the database's reach.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.ANCHOR, [clock.now()])
        heads = cursor.fetchall()
    for lane, seq, digest in heads:
        log.info("audit.anchor", lane=lane, seq=seq, hash=digest)
    return len(heads)

"""Rows that could not be handled: noted, put off, tried again. They stop nothing else."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.deadlines.models import Deadline, FailedRow, Miss, Outbox
from casework.shared.errors import NotVisible

log = structlog.get_logger(__name__)

# Faults of the whole, not of a row: whoever runs the sweep is to learn of them.
NOT_THE_ROW = (InterfaceError, OperationalError)
LONGEST_WAIT = timedelta(days=1)


def note(act: str, row_id: int, board_id: int, error: Exception, now: datetime) -> datetime:
    """Note a failed attempt; return when to try again: in a minute, then twice as long, to a day.

    Only the kind of fault is kept, since a message may hold anything.
    """
    kind = type(error).__name__
    failed, is_new = FailedRow.objects.get_or_create(
        act=act,
        row_id=row_id,
        defaults={
            "board_id": board_id,
            "error": kind,
            "first_failed_at": now,
            "failed_at": now,
            "retry_at": now + timedelta(minutes=1),
        },
    )
    if not is_new:
        # What once went through begins again with a short wait.
        failed.attempts = failed.attempts + 1 if failed.mended_at is None else 1
        wait = min(timedelta(minutes=2 ** min(failed.attempts - 1, 12)), LONGEST_WAIT)
        failed.error, failed.failed_at, failed.retry_at = kind, now, now + wait
        failed.mended_at = None
        failed.save()
    log.warning("watch.row_failed", act=act, row_id=row_id, error=kind, attempts=failed.attempts)
    return failed.retry_at


def mended(act: str, row_ids: Iterable[int], now: datetime) -> None:
    """Note that rows went through, where they had failed before."""
    FailedRow.objects.filter(act=act, row_id__in=row_ids, mended_at__isnull=True).update(
        mended_at=now
    )


def known(act: str) -> frozenset[int]:
    """Return the ids of the rows that have failed and not gone through since."""
    rows = FailedRow.objects.filter(act=act, mended_at__isnull=True)
    return frozenset(rows.values_list("row_id", flat=True))


def waiting(actor: Actor) -> QuerySet[FailedRow]:
    """Return the board's rows that have not gone through yet."""
    return FailedRow.objects.filter(board_id=actor.board_id, mended_at__isnull=True)


def retry(actor: Actor, failed_id: int) -> FailedRow:
    """Försök igen: let the next run take a failed row at once. For the Systemförvaltare."""
    with unit_of_work(actor) as work:
        failed = (
            FailedRow.objects.select_for_update()
            .filter(pk=failed_id, board_id=actor.board_id, mended_at__isnull=True)
            .first()
        )
        if failed is None:
            raise NotVisible
        policy.require_configurer(actor)
        failed.retry_at = work.at
        failed.save(update_fields=["retry_at"])
        match failed.act:
            case FailedRow.Act.SWEEP:
                Deadline.objects.filter(pk=failed.row_id, ended_at__isnull=True).update(
                    next_action_at=work.at
                )
            case FailedRow.Act.PROPOSE:
                Miss.objects.filter(pk=failed.row_id, try_at__isnull=False).update(try_at=work.at)
            case FailedRow.Act.RESOLVE:
                Outbox.objects.filter(pk=failed.row_id, state=Outbox.State.WAITING).update(
                    send_after=work.at
                )
        work.audit("deadline.retried", failed, data={"act": failed.act, "row": failed.row_id})
    return failed

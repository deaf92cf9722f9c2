"""What Celery runs for the ground floor.

Each task has a time to end in (``soft_time_limit``, an exception) and one at which it is killed;
what it had not committed is done by the next run.
"""

from typing import Any

from celery import current_app, shared_task

from casework.accounts import changes, voiding
from casework.audit import anchors
from casework.deadlines import outbox
from casework.deadlines.sweep import sweep
from casework.operation import limits, pulse, sending, tidying
from casework.organising import grants
from casework.registers import working


@shared_task(soft_time_limit=60, time_limit=90)
def anchor_audit() -> int:
    """Write down the heads of the audit chain, so that a tail cut off later shows."""
    heads = anchors.anchor()
    pulse.note(pulse.ANCHOR)
    return heads


@shared_task(soft_time_limit=600, time_limit=660)
def enforce_deadlines() -> str:
    """Record what has fallen due of all bevakade tider, and propose what was missed."""
    tally = str(sweep())
    pulse.note(pulse.SWEEP, tally)
    return tally


@shared_task(soft_time_limit=300, time_limit=360)
def send_notices() -> int:
    """Write what the sweep has put in the outbox."""
    return outbox.deliver().letters


@shared_task(soft_time_limit=90, time_limit=120)
def send_mail() -> int:
    """Send the letters that are waiting. It alone talks to the mail server."""
    sent = sending.send_waiting().sent
    pulse.note(pulse.MAIL)
    return sent


@shared_task(soft_time_limit=60, time_limit=90)
def tidy_operation() -> int:
    """Remove what the service kept about its own work and needs no longer."""
    done = limits.forget_old() + sending.forget_old() + tidying.forget_lapsed()
    return done + tidying.forget_parts()


@shared_task(bind=True, soft_time_limit=1800, time_limit=1860, max_retries=None)
def work_on_register_file(self: Any, user_id: int, kind: str, token: str) -> None:
    """Read, compare or take in a file that somebody has uploaded."""
    try:
        working.work_on(user_id, kind, token)
    except working.Occupied as error:
        raise self.retry(countdown=2) from error


@shared_task(soft_time_limit=60, time_limit=90)
def settle_accounts() -> int:
    """Let what waited for an owner or a yes take effect, and void what those have who have left."""
    return changes.settle_due() + grants.announce_due() + voiding.void_left()


def _every(seconds: int, task: str) -> None:
    # A run that nobody took before the next one is due is not run twice.
    current_app.conf.beat_schedule[task.replace("_", "-")] = {
        "task": f"casework.tasks.{task}",
        "schedule": float(seconds),
        "options": {"expires": seconds},
    }


_every(300, "anchor_audit")
_every(60, "enforce_deadlines")
_every(60, "send_notices")
_every(10, "send_mail")
_every(60, "settle_accounts")
_every(3600, "tidy_operation")

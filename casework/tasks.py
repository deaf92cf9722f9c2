"""What Celery runs for the ground floor."""

from celery import current_app, shared_task

from casework.audit import verify
from casework.deadlines import outbox
from casework.deadlines.sweep import sweep


@shared_task
def anchor_audit() -> int:
    """Write down the heads of the audit chain, so that a tail cut off later shows."""
    return verify.anchor()


@shared_task
def enforce_deadlines() -> str:
    """Record what has fallen due of all bevakade tider, and propose what was missed."""
    return str(sweep())


@shared_task
def send_notices() -> int:
    """Send what the sweep has put in the outbox."""
    return outbox.deliver().letters


current_app.conf.beat_schedule["anchor-audit"] = {
    "task": "casework.tasks.anchor_audit",
    "schedule": 300.0,
    "options": {"expires": 300},
}
current_app.conf.beat_schedule["enforce-deadlines"] = {
    "task": "casework.tasks.enforce_deadlines",
    "schedule": 60.0,
    "options": {"expires": 60},
}
current_app.conf.beat_schedule["send-notices"] = {
    "task": "casework.tasks.send_notices",
    "schedule": 60.0,
    "options": {"expires": 60},
}

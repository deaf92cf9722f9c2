"""Handing a file over to the worker, and waiting a moment for what takes no longer than that."""

import time

from celery import current_app
from kombu.exceptions import OperationalError

from casework.access.actor import Actor
from casework.registers import pending
from casework.registers.pending import Pending

_TASK = "casework.tasks.work_on_register_file"
# Most files are small: the next page is then the review at once, and not one that says "wait".
_MOMENT, _LOOKS_EVERY = 2.0, 0.1
_NO_WORKER = "Just nu går det inte att läsa in filer. Inget har sparats. Försök igen om en stund."


def hand_over(actor: Actor, waiting: Pending) -> Pending:
    """Let the worker have the file; return how far it has come after a moment."""
    try:
        current_app.signature(_TASK, args=(actor.user_id, waiting.kind, waiting.token)).delay()
    except OperationalError:
        return pending.change(actor, waiting, stage=pending.FAILED, failure=_NO_WORKER)
    until = time.monotonic() + _MOMENT
    while True:
        found = pending.fetch(actor, waiting.kind, waiting.token)
        if found is None or found.stage not in pending.BUSY or time.monotonic() > until:
            return found or waiting
        time.sleep(_LOOKS_EVERY)


def take_in(actor: Actor, waiting: Pending) -> None:
    """Let the worker take the reviewed file in, once however often it is asked."""
    if pending.claim(actor, waiting.token, pending.IMPORTING):
        hand_over(actor, pending.change(actor, waiting, stage=pending.IMPORTING))

"""How fast audited changes go through: several processes writing at once, with and without."""

import multiprocessing
import os
import time
from multiprocessing.connection import Connection

from django.db import connections, transaction

from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.organisation.models import Board
from casework.shared import clock

_KIND = "throughput"


def changes_made(*, processes: int, seconds: float, audited: bool, board: Board) -> int:
    """Let ``processes`` write small changes for ``seconds``; return how many were committed.

    Each change is one inserted row in a transaction of its own, with one audit event if
    ``audited``. Needs a database in which other connections see the board.
    """
    # A forked child must not share its parent's connection.
    connections.close_all()
    context = multiprocessing.get_context("fork")
    children = []
    for _ in range(processes):
        mine, theirs = context.Pipe(duplex=False)
        child = context.Process(target=_write, args=(theirs, board.pk, seconds, audited))
        child.start()
        children.append((child, mine))
    made: int = sum(mine.recv() for _, mine in children)
    for child, _ in children:
        child.join()
    return made


def _write(result: Connection, board_id: int, seconds: float, audited: bool) -> None:
    from casework.registers.models import ImportBatch

    actor = Actor(user_id=None, board_id=board_id, is_system=True)
    made, end = 0, time.monotonic() + seconds

    def change() -> ImportBatch:
        return ImportBatch.objects.create(
            board_id=board_id,
            kind=_KIND,
            file_name=str(os.getpid()),
            imported_at=clock.now(),
            rows=made,
            added=0,
            unchanged=0,
            updated=0,
        )

    while time.monotonic() < end:
        if audited:
            with unit_of_work(actor) as work:
                work.audit("register.imported", change())
        else:
            with transaction.atomic():
                change()
        made += 1
    connections.close_all()
    result.send(made)
    result.close()

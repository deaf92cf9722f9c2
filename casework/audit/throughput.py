"""How fast audited changes go through: several processes writing at once, with and without."""

import multiprocessing
import time
from multiprocessing.connection import Connection

from django.db import connections, transaction

from casework.audit.work import unit_of_work
from casework.organisation.models import Administration, Board, Department


class _Operator:
    """The system itself, on behalf of a board."""

    user_id = None

    def __init__(self, board_id: int) -> None:
        self.board_id = board_id


def changes_made(*, processes: int, seconds: float, audited: bool, board: Board) -> int:
    """Let ``processes`` write small changes for ``seconds``; return how many were committed.

    Each change renames a department of the process's own in a transaction of its own, with one
    audit event if ``audited``. Needs a database in which other connections see the board.
    """
    administration, _ = Administration.objects.get_or_create(board=board, name=board.name)
    departments = [
        Department.objects.get_or_create(administration=administration, name=f"Mätning {number}")[0]
        for number in range(processes)
    ]
    # A forked child must not share its parent's connection.
    connections.close_all()
    context = multiprocessing.get_context("fork")
    children = []
    for department in departments:
        mine, theirs = context.Pipe(duplex=False)
        child = context.Process(target=_write, args=(theirs, department, board, seconds, audited))
        child.start()
        children.append((child, mine))
    made: int = sum(mine.recv() for _, mine in children)
    for child, _ in children:
        child.join()
    return made


def _write(
    result: Connection, department: Department, board: Board, seconds: float, audited: bool
) -> None:
    operator = _Operator(board.pk)
    name = department.name
    made, end = 0, time.monotonic() + seconds

    def change() -> Department:
        department.name = f"{name} ({made})"
        department.save(update_fields=["name"])
        return department

    while time.monotonic() < end:
        if audited:
            with unit_of_work(operator) as work:
                work.audit("organisation.changed", change())
        else:
            with transaction.atomic():
                change()
        made += 1
    with transaction.atomic():
        department.name = name
        department.save(update_fields=["name"])
    connections.close_all()
    result.send(made)
    result.close()

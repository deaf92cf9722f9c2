"""Sweeps in processes of their own, and all that they leave in the database."""

import itertools
import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import date, datetime, timedelta
from multiprocessing.process import BaseProcess
from typing import Any

import time_machine
from django.db import connection, connections

from casework.deadlines import services, sweep
from casework.deadlines.models import Deadline, Miss, Notice, Outbox
from deviations.models import Proposal
from tests.conftest import Place
from tests.factories.times import instant, owner

RULES = ("deviation_handling", "preliminary_assessment", "lvu_referral", "child_investigation")
# Mornings on which something falls due, summer time beginning on 29 March among them.
INSTANTS = [instant(f"2026-03-{day:02} 07:30") for day in (12, 18, 20, 27, 30, 31)] + [
    instant("2026-04-06 07:30"),
    instant("2026-04-20 00:00"),
]
FORK = multiprocessing.get_context("fork")


def fill(place: Place, days: int = 20, since: date = date(2026, 2, 20)) -> None:
    """Let times of each rule begin on each of so many days after ``since``, for one record each."""
    # Two springs or autumns of one place do not meet, nor do two places.
    first = place.board.pk * 1000 + since.month * 50
    starts = [
        services.Start("deviation", first + number, rule, since + timedelta(number), owner(place))
        for number in range(1, days + 1)
        for rule in RULES
    ]
    services.start_many(starts, instant("2026-03-12 06:00"))


def left(place: Place) -> dict[str, set[Any]]:
    """Return all that is in the database about the place's times, without keys."""
    of = {"deadline__board": place.board}
    about = ("deadline__subject_id", "deadline__rule")
    queued = ("notice__deadline__subject_id", "notice__deadline__rule")
    rows: dict[str, Any] = {
        "notices": Notice.objects.filter(**of).values_list(
            *about, "step", "rung", "due_at", "told"
        ),
        "proposals": Proposal.objects.filter(**of).values_list(*about, "unit__name"),
        "misses": Miss.objects.filter(**of).values_list(*about, "unit__name", "try_at"),
        "outbox": Outbox.objects.filter(notice__deadline__board=place.board).values_list(
            *queued, "notice__step", "notice__rung", "send_after"
        ),
        "times": Deadline.objects.filter(board=place.board).values_list(
            "subject_id", "rule", "state", "next_action_at", "settled_until"
        ),
    }
    # Each place numbers its own from a thousand of its own.
    lists = {name: [(row[0] % 1000, *row[1:]) for row in found] for name, found in rows.items()}
    assert all(len(found) == len(set(found)) for found in lists.values())
    return {name: set(found) for name, found in lists.items()}


def process(run: Callable[[], object]) -> BaseProcess:
    """Start ``run`` in a process of its own, with connections of its own."""
    connections.close_all()
    child = FORK.Process(target=_in_child, args=(run,))
    child.start()
    return child


def _in_child(run: Callable[[], object]) -> None:
    connections.close_all()
    run()
    connections.close_all()
    os._exit(0)


def at(moment: datetime) -> Callable[[], object]:
    """Return a sweep that takes place at a moment."""

    def run() -> object:
        with time_machine.travel(moment, tick=False):
            return sweep.sweep()

    return run


def completed(*runs: Callable[[], object]) -> None:
    """Run in processes beside each other until all have ended well."""
    children = [process(run) for run in runs]
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * len(children)


def killed(run: Callable[[], object], before: int) -> bool:
    """Run in a process that is killed before its statement of that number; say if it came there."""

    def until_then() -> None:
        statements = itertools.count(1)

        def execute(run_it: Callable[..., object], *statement: object) -> object:
            if next(statements) == before:
                os.kill(os.getpid(), signal.SIGKILL)
            return run_it(*statement)

        with connection.execute_wrapper(execute):
            run()

    child = process(until_then)
    child.join()
    return bool(child.exitcode == -signal.SIGKILL)

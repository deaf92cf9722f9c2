"""What a worker does with an uploaded file: read it, compare it, take it in; one file at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from django.db import connection

from casework.access.actor import Actor
from casework.organisation.models import Board, User
from casework.registers import pending
from casework.registers.headers import guess_mapping
from casework.registers.kinds import CHANGED, NEW, REGISTER_KINDS
from casework.registers.pending import Pending
from casework.registers.problems import UnreadableFile
from casework.registers.reading import Table, read_table
from casework.registers.running import Outcome, import_table

FIRST_ROWS = 5
MOST_SHOWN = 200
_SAMPLES, _SAMPLE = 3, 40
_TELLS_EVERY = 500
# Any number that nothing else locks: what a file takes must leave room for the watch.
_LOCK = 106_000_001
BROKEN = "Något gick fel hos oss, och inget har sparats. Felet är noterat. Försök igen om en stund."


class Occupied(Exception):
    """Another file is being worked on."""


def work_on(user_id: int, kind: str, token: str) -> None:
    """Do what is next with the file; nothing where it is gone. Raises ``Occupied``."""
    actor = Actor.of(User.objects.get(pk=user_id))
    with _alone():
        waiting = pending.fetch(actor, kind, token)
        if waiting is None or waiting.stage not in pending.BUSY:
            return
        try:
            if waiting.stage == pending.READING:
                waiting = _read(actor, waiting)
            if waiting.stage in {pending.REVIEWING, pending.IMPORTING}:
                _compare(actor, waiting)
        except Exception:
            pending.change(actor, waiting, stage=pending.FAILED, failure=BROKEN)
            raise


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Occupied
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _counter(actor: Actor, waiting: Pending) -> Callable[[int], None]:
    done = 0

    def advance(rows: int) -> None:
        nonlocal done
        if done // _TELLS_EVERY != (done + rows) // _TELLS_EVERY:
            pending.note_progress(actor, waiting.token, done + rows)
        done += rows

    pending.note_progress(actor, waiting.token, 0)
    return advance


def _read(actor: Actor, waiting: Pending) -> Pending:
    content = pending.content_of(actor, waiting)
    if content is None:
        return pending.change(actor, waiting, stage=pending.FAILED, failure="Välj filen igen.")
    try:
        table = read_table(waiting.file_name, content, advance=_counter(actor, waiting))
    except UnreadableFile as error:
        failure = f"Rad {error.problem.line}: {error.problem.message}"
        return pending.change(actor, waiting, stage=pending.FAILED, failure=failure)
    kind = REGISTER_KINDS[waiting.kind]
    mapping = guess_mapping(kind, table.headers)
    required = {column.name for column in kind.columns if column.required}
    is_clear = all(mapping.values()) and required <= set(mapping.values())
    pending.keep_table(actor, waiting, table)
    return pending.change(
        actor,
        waiting,
        stage=pending.REVIEWING if is_clear else pending.MATCHING,
        mapping=mapping,
        headers=list(table.headers),
        samples=[_samples(table, place) for place in range(len(table.headers))],
        rows=len(table.rows),
    )


def _samples(table: Table, place: int) -> str:
    found: dict[str, None] = {}
    for row in table.rows:
        if row.cells[place] and len(found) < _SAMPLES:
            found[row.cells[place]] = None
    return ", ".join(sample[:_SAMPLE] for sample in found)


def _compare(actor: Actor, waiting: Pending) -> None:
    table = pending.table_of(actor, waiting)
    if table is None:
        pending.change(actor, waiting, stage=pending.FAILED, failure="Välj filen igen.")
        return
    outcome = import_table(
        actor,
        waiting.kind,
        table,
        Board.objects.get(pk=actor.board_id),
        mapping=waiting.mapping,
        preview=waiting.stage == pending.REVIEWING,
        advance=_counter(actor, waiting),
    )
    stage = pending.IMPORTED if outcome.batch else pending.REVIEWED
    pending.change(
        actor,
        waiting,
        stage=stage,
        review=_review(outcome, table, waiting.mapping),
        batch=outcome.batch.pk if outcome.batch else None,
    )
    # With faults nothing was taken in, and after another look it may be asked for again.
    pending.release(actor, waiting.token, pending.IMPORTING)


def _review(outcome: Outcome, table: Table, mapping: dict[str, str]) -> dict[str, Any]:
    """Return what the page of the review shows."""
    new = [asdict(one) for one in outcome.differences if one.state == NEW]
    changed = [asdict(one) for one in outcome.differences if one.state == CHANGED]
    places = [
        (place, mapping[header])
        for place, header in enumerate(table.headers)
        if mapping.get(header)
    ]
    return {
        "outcome": {
            "rows": outcome.rows,
            "added": outcome.added,
            "updated": outcome.updated,
            "unchanged": outcome.unchanged,
            "refused": outcome.refused,
            "problems": len(outcome.problems),
            "differences": len(outcome.differences),
        },
        "ids": [one["object_id"] for one in changed if one["object_id"]],
        "changed": changed[:MOST_SHOWN],
        "new": new[:MOST_SHOWN],
        "problems": [asdict(problem) for problem in outcome.problems[:MOST_SHOWN]],
        "more_problems": max(len(outcome.problems) - MOST_SHOWN, 0),
        "more_changed": max(len(changed) - MOST_SHOWN, 0),
        "more_new": max(len(new) - MOST_SHOWN, 0),
        "columns": [column for _, column in places],
        "first_rows": [
            [row.line, [row.cells[place] for place, _ in places]] for row in table.rows[:FIRST_ROWS]
        ],
    }

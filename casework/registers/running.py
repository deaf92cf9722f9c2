"""Taking in a register file: all of it or nothing."""

import json
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import Work, unit_of_work
from casework.organisation.models import Board
from casework.organisation.unit_names import UnitNames
from casework.registers.cells import Cells
from casework.registers.headers import match_headers
from casework.registers.kinds import (
    CHANGED,
    NEW,
    REGISTER_KINDS,
    Difference,
    Known,
    Parsed,
    RegisterKind,
    Run,
)
from casework.registers.models import ImportBatch, ImportedRow
from casework.registers.problems import Problem
from casework.registers.reading import Table
from casework.shared import clock

# Rows saved together: large enough that a statement carries many, small enough to see progress.
_CHUNK = 500


@dataclass
class Outcome:
    """What an import did, or, with problems or as a trial, would have done.

    ``summary`` says in sentences what changed, where the register has something to say of it.
    """

    kind: str
    rows: int = 0
    unchanged: int = 0
    differences: list[Difference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    summary: list[str] = field(default_factory=list)
    batch: ImportBatch | None = None

    @property
    def added(self) -> int:
        """Number of new rows."""
        return sum(difference.state == NEW for difference in self.differences)

    @property
    def updated(self) -> int:
        """Number of changed rows."""
        return sum(difference.state == CHANGED for difference in self.differences)

    @property
    def refused(self) -> int:
        """Number of lines with something wrong."""
        return len({problem.line for problem in self.problems})


class _NothingSaved(Exception):
    """Leaves the transaction without a trace."""


def import_table(
    actor: Actor,
    kind_key: str,
    table: Table,
    board: Board,
    *,
    dry_run: bool = False,
    preview: bool = False,
    ignore_extra: bool = False,
    mapping: Mapping[str, str] | None = None,
    daily: bool = False,
    advance: Callable[[int], object] = lambda rows: None,
) -> Outcome:
    """Import ``table`` into ``board`` in one transaction.

    ``mapping`` gives, for headers that are not ours, the column meant (an empty one: leave out).
    With problems nothing is saved. A ``dry_run`` does everything and takes it back; a ``preview``
    reads and compares alone where that is enough to tell every fault. ``daily``: what the actor
    takes in by and by under the table's name is one batch a day. ``advance`` is told of each number
    of rows dealt with. Raises ``NotAllowed``.
    """
    kind_class = REGISTER_KINDS[kind_key]
    policy.require_import(actor, administrator_only=kind_class.administrator_only)
    outcome = Outcome(kind_key, rows=len(table.rows) + len(table.problems))
    try:
        with unit_of_work(actor) as work:
            # One import into a board at a time: two of the same file would add everything twice.
            Board.objects.select_for_update(no_key=True).get(pk=board.pk)
            kind = kind_class(Run(board, actor, work.at, UnitNames(board)))
            this = _Import(kind, table, outcome, work, advance, daily=daily)
            this.run(mapping or {}, ignore_extra=ignore_extra, preview=preview)
            if outcome.problems or dry_run or preview:
                raise _NothingSaved
    except _NothingSaved:
        outcome.batch = None
    outcome.problems.sort()
    return outcome


@dataclass
class _Import:
    kind: RegisterKind[Any]
    table: Table
    outcome: Outcome
    work: Work
    advance: Callable[[int], object]
    daily: bool = False

    def run(self, mapping: Mapping[str, str], *, ignore_extra: bool, preview: bool) -> None:
        columns, problems = match_headers(
            self.kind, self.table.headers, mapping, ignore_extra=ignore_extra
        )
        self.outcome.problems += [*problems, *self.table.problems]
        if problems:
            return
        named = self._name_rows(columns)
        known = self._known([external_id for _, external_id, _ in named])
        hidden = self.kind.hidden(known)
        new, changed = self._sort_out(named, known, hidden)
        self.outcome.problems += self.kind.cross_check([*new, *changed])
        self._refuse_handled(changed, known, hidden)
        # Trying is what tells the faults of some kinds, also beside faults found already.
        if self.kind.finds_faults_at_end or not (preview or self.outcome.problems):
            self._apply(new, changed, known)

    def _name_rows(self, columns: Mapping[int, str]) -> list[tuple[int, str, dict[str, str]]]:
        """Return (line, external id, cells); rows without a name or with another's are refused."""
        key_column = self.kind.key_columns[0]
        meant = {column.name: column.cell for column in self.kind.columns}
        first_lines: dict[str, int] = {}
        named = []
        for row in self.table.rows:
            cells = {name: meant[name](row.cells[place]) for place, name in columns.items()}
            external_id = self.kind.external_id(cells)
            if not external_id:
                message = "Cellen är tom. Fyll i den: den skiljer raden från andra rader."
            elif len(external_id) > 200:
                message = "Texten är längre än 200 tecken. Korta den."
            elif external_id in first_lines:
                message = (
                    f"”{external_id}” står också på rad {first_lines[external_id]}. "
                    "Ta bort den ena raden, eller ge den ett eget id."
                )
            else:
                first_lines[external_id] = row.line
                named.append((row.line, external_id, cells))
                continue
            self.outcome.problems.append(Problem(row.line, key_column, message))
        return named

    def _known(self, external_ids: list[str]) -> dict[str, Known]:
        imported = ImportedRow.objects.filter(
            board=self.kind.run.board, kind=self.kind.key, external_id__in=external_ids
        )
        known = {
            row.external_id: Known(row.object_id, json.loads(row.cells), row.read_at)
            for row in imported
        }
        others = [external_id for external_id in external_ids if external_id not in known]
        return known | dict(self.kind.known(others))

    def _sort_out(
        self,
        named: Sequence[tuple[int, str, dict[str, str]]],
        known: Mapping[str, Known],
        hidden: Set[str],
    ) -> tuple[list[Parsed[Any]], list[Parsed[Any]]]:
        """Return (new, changed) rows, parsed; those that do not differ are not looked at again."""
        new: list[Parsed[Any]] = []
        changed: list[Parsed[Any]] = []
        for line, external_id, given in named:
            before = known.get(external_id)
            # A column that the file lacks says nothing; it does not empty what was there.
            values = {**before.cells, **given} if before else given
            changes = _changes(self.kind, before, values)
            if before and not changes:
                self.outcome.unchanged += 1
                self.advance(1)
                continue
            is_hidden = external_id in hidden
            row, problems = self._parse(line, given, values, is_hidden=is_hidden)
            if row is None or problems:
                self.outcome.problems += problems
                continue
            parsed = Parsed(line, external_id, values, row)
            (changed if before else new).append(parsed)
            self.outcome.differences.append(
                Difference(
                    line,
                    external_id,
                    CHANGED,
                    before.object_id,
                    () if is_hidden else changes,
                    hidden=is_hidden,
                )
                if before
                else Difference(line, external_id, NEW)
            )
        return new, changed

    def _parse(
        self, line: int, given: dict[str, str], values: dict[str, str], *, is_hidden: bool
    ) -> tuple[Any, Sequence[Problem]]:
        """Return the row and what is wrong with it.

        Where its record is hidden, faults are told of the cells that the file has itself: with
        what came in earlier they would tell what that was.
        """
        if is_hidden:
            own = Cells(line, given)
            self.kind.parse(own)
            if own.problems:
                return None, own.problems
        cells = Cells(line, values)
        row = self.kind.parse(cells)
        if is_hidden and cells.problems:
            lacking = next(name for name in values if name not in given)
            message = (
                "Raden går inte ihop med det som lästes in tidigare (visas inte här). Ta med "
                "kolumnen i filen."
            )
            return None, [Problem(line, lacking, message)]
        return row, cells.problems

    def _refuse_handled(
        self, changed: Sequence[Parsed[Any]], known: Mapping[str, Known], hidden: Set[str]
    ) -> None:
        handled = self.kind.handled_here(
            {row.external_id: known[row.external_id] for row in changed}
        )
        for row in changed:
            number = handled.get(row.external_id)
            if number is None:
                continue
            what, where = number, f"ändra {number} här"
            if row.external_id in hidden:
                what, where = "det raden gäller", "be den som handlägger att ändra här"
            message = (
                f"Raden ”{row.external_id}” har ändrats i filen, men {what} har handlagts "
                f"här sedan den lästes in. Ta bort raden ur filen, och {where}."
            )
            self.outcome.problems.append(Problem(row.line, self.kind.key_columns[0], message))

    def _apply(
        self,
        new: Sequence[Parsed[Any]],
        changed: Sequence[Parsed[Any]],
        known: Mapping[str, Known],
    ) -> None:
        batch = self._batch()
        object_ids: list[int] = []
        for start in range(0, len(new), _CHUNK):
            chunk = new[start : start + _CHUNK]
            added = self.kind.add(chunk, batch)
            object_ids += added
            self._remember(chunk, added, batch)
            self.advance(len(chunk))
        for row in changed:
            self.kind.change(row, known[row.external_id], batch)
            object_ids.append(known[row.external_id].object_id)
            self.advance(1)
        self._remember(changed, [known[row.external_id].object_id for row in changed], batch)
        self.outcome.problems += self.kind.finish(batch)
        if not self.daily:
            # What a file changed is said of the whole of it; a batch that goes on has its numbers.
            self.outcome.summary = batch.summary = self.kind.summarise(self.outcome.differences)
            batch.save(update_fields=["summary"])
        self.outcome.batch = batch
        self.work.audit(
            "register.imported",
            kind=self.kind.record_kind,
            ids=object_ids,
            data={
                "register": self.kind.key,
                "batch": batch.pk,
                "rows": self.outcome.rows,
                "added": self.outcome.added,
                "unchanged": self.outcome.unchanged,
                "updated": self.outcome.updated,
            },
        )

    def _batch(self) -> ImportBatch:
        outcome, run = self.outcome, self.kind.run
        batch = self._begun_today() or ImportBatch(
            board=run.board,
            kind=self.kind.key,
            file_name=self.table.file_name[-255:],
            actor_id=run.actor.user_id,
            rows=0,
            added=0,
            unchanged=0,
            updated=0,
        )
        batch.imported_at = run.recorded_at
        batch.rows += outcome.rows
        batch.added += outcome.added
        batch.unchanged += outcome.unchanged
        batch.updated += outcome.updated
        batch.save()
        return batch

    def _begun_today(self) -> ImportBatch | None:
        """Return the day's batch of the actor, where such a one goes on (the board is locked)."""
        run = self.kind.run
        if not self.daily:
            return None
        latest = ImportBatch.objects.filter(
            board=run.board,
            kind=self.kind.key,
            file_name=self.table.file_name[-255:],
            actor=run.actor.user_id,
        ).order_by("-imported_at", "-pk")
        batch = latest.first()
        went_on = batch is not None and clock.local_day(batch.imported_at) == run.today
        return batch if went_on else None

    def _remember(
        self, rows: Sequence[Parsed[Any]], object_ids: Sequence[int], batch: ImportBatch
    ) -> None:
        """Keep each row as it came in, for the next time the file comes."""
        ImportedRow.objects.bulk_create(
            [
                ImportedRow(
                    board=batch.board,
                    kind=batch.kind,
                    external_id=row.external_id,
                    batch=batch,
                    object_id=object_id,
                    read_at=self.kind.run.recorded_at,
                    cells=json.dumps(dict(row.cells), ensure_ascii=False),
                )
                for row, object_id in zip(rows, object_ids, strict=True)
            ],
            update_conflicts=True,
            unique_fields=["board", "kind", "external_id"],
            update_fields=["batch", "object_id", "read_at", "cells"],
        )


def _changes(
    kind: RegisterKind[Any], before: Known | None, after: Mapping[str, str]
) -> tuple[tuple[str, str, str], ...]:
    """Return (column, before, after) for each cell that differs; personal cells without text."""
    if before is None:
        return ()
    found = []
    for column in kind.columns:
        old, new = before.cells.get(column.name, ""), after.get(column.name, "")
        if old != new:
            shown = ("", "") if column.personal else (old, new)
            found.append((column.name, *shown))
    return tuple(found)

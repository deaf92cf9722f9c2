"""History rows of several tables as lines that can be told: what a Händelselogg is made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    Value,
)
from django.db.models.functions import Cast

from casework.shared import clock
from casework.shared.fields import EncryptedTextField


@dataclass(frozen=True)
class Table:
    """A table of history rows (``history.HistoryRow``), and which of its columns tell something.

    ``tells`` gives a column, or an expression, for some of ``word``, ``instant``, ``day``,
    ``other_day`` and ``reason``; ``ids`` are the records, of the kind ``kind``.
    """

    kind: str
    part: str
    model: type[Any]
    ids: Sequence[int]
    tells: Mapping[str, Any]


@dataclass(frozen=True)
class ToldRow:
    """A history row in the columns that all tables share."""

    kind: str
    record: int
    part: str
    pk: int
    corrects: int | None
    effective_on: date
    recorded_at: datetime
    first_name: str | None
    last_name: str | None
    username: str | None
    imported: bool
    word: str | None
    instant: datetime | None
    day: date | None
    other_day: date | None
    reason: str | None

    @property
    def who(self) -> str:
        """Who told it: a person, or a register."""
        if self.imported:
            return "Inläst från fil"
        return f"{self.first_name or ''} {self.last_name or ''}".strip() or self.username or ""

    @property
    def told_later(self) -> date | None:
        """The day on which a person told it, where that is after the day of which it tells."""
        day = clock.local_day(self.recorded_at)
        return day if not self.imported and day > self.effective_on else None

    @property
    def text(self) -> str:
        """The reason, and that it was told later, a line each."""
        later = f"Antecknat {self.told_later}." if self.told_later else ""
        return "\n".join(text for text in (self.reason or "", later) if text)


_TYPES: dict[str, type[Any]] = {
    "word": CharField,
    "instant": DateTimeField,
    "day": DateField,
    "other_day": DateField,
    "reason": EncryptedTextField,
}


def standing_rows(tables: Iterable[Table]) -> list[ToldRow]:
    """Return the rows that no other has taken the place of, in one query and no order."""
    parts = [_rows_of(table) for table in tables]
    if not parts:
        return []
    rows = [ToldRow(*row) for row in parts[0].union(*parts[1:], all=True)]
    corrected = {(row.kind, row.part, row.corrects) for row in rows}
    return [row for row in rows if (row.kind, row.part, row.pk) not in corrected]


def _rows_of(table: Table) -> Any:
    return (
        table.model.objects.filter(record__in=table.ids)
        .order_by()
        .annotate(
            e_kind=Value(table.kind, output_field=CharField()),
            e_record=Cast("record_id", IntegerField()),
            e_part=Value(table.part, output_field=CharField()),
            e_imported=ExpressionWrapper(Q(batch__isnull=False), output_field=BooleanField()),
            **{f"e_{name}": _column(name, table.tells.get(name)) for name in _TYPES},
        )
        .values_list(
            "e_kind",
            "e_record",
            "e_part",
            "pk",
            "corrects_id",
            "effective_on",
            "recorded_at",
            "actor__first_name",
            "actor__last_name",
            "actor__username",
            "e_imported",
            *(f"e_{name}" for name in _TYPES),
        )
    )


def _column(name: str, given: Any) -> Any:
    made = _TYPES[name]()
    if given is None:
        return Cast(Value("" if name == "reason" else None), made)
    found = F(given) if isinstance(given, str) else given
    # What an encrypted or dated column holds is of the right type already.
    return Cast(found, made) if name == "word" else found

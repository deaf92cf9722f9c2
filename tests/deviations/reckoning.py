"""Counting a report's tables the slow way: from the history rows, deviation by deviation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.reports.report import make_report
from casework.reports.selection import Selection, select
from deviations import states
from deviations.models import (
    CategoryRow,
    Cause,
    CausesRow,
    Deviation,
    EffectRow,
    ProtectionRow,
    RegistrationRow,
    StatusRow,
    UnitRow,
)

Tables = dict[tuple[str, str], dict[str, Any]]


def made(selection: Selection) -> Tables:
    """The tables of the report by (key, area), without the addresses of their figures."""
    tables: Tables = {}
    for table in make_report(selection, "deviations").tables:
        tables[table.definition.key, table.area.name] = {
            "rows": [list(row.cells) for row in table.rows],
            "total": table.content.total,
            "facts": dict(table.content.facts),
            "notes": list(table.notes),
        }
    return tables


def seen_from(selection: Selection, **clocks: Any) -> Selection:
    """The same selection, seen from another day."""
    return select(
        selection.actor,
        selection.board,
        period_from=selection.period_from,
        period_to=selection.period_to,
        min_count=selection.min_count,
        **clocks,
    )


@dataclass
class Standing:
    """How a deviation stood."""

    area: str
    registered_on: date
    closed_on: date | None
    category: str
    main_category: str
    causes: list[str]
    effect: str
    from_watch: bool
    protected: bool


def reckoned(selection: Selection) -> Tables:
    """The same tables, counted one deviation at a time."""
    standing = [
        found
        for deviation in Deviation.objects.filter(board=selection.board)
        if (found := _standing(deviation, selection)) is not None
    ]
    tables: Tables = {}
    for area in selection.areas:
        here = [one for one in standing if one.area == area.name]
        split = [one for one in here if not one.protected]
        apart = len(here) - len(split)
        for key, (rows, facts) in _tables(split, selection).items():
            last = ["Visas inte uppdelat", apart] + [""] * (key == "handling_time")
            tables[f"deviations.{key}", area.name] = {
                "rows": [*rows, *([last] if apart else [])],
                "total": len(here),
                "facts": facts,
            }
    return tables


def _known(model: Any, deviation: Deviation, selection: Selection) -> list[Any]:
    rows = [
        row
        for row in model.objects.filter(deviation=deviation)
        if row.recorded_at <= selection.known_at
    ]
    taken_back = {row.corrects_id for row in rows}
    return sorted(
        (row for row in rows if row.pk not in taken_back and row.effective_on <= selection.as_of),
        key=lambda row: (row.effective_on, row.recorded_at, row.pk),
    )


def _standing(deviation: Deviation, selection: Selection) -> Standing | None:
    def last(model: Any) -> Any:
        rows = _known(model, deviation, selection)
        return rows[-1] if rows else None

    registration, unit = last(RegistrationRow), last(UnitRow)
    statuses = _known(StatusRow, deviation, selection)
    if registration is None or unit is None or not statuses:
        return None
    if not selection.period_from <= registration.value <= selection.period_to:
        return None
    if statuses[-1].value == states.MERGED:
        return None
    closed_on = None
    for row in reversed(statuses):
        if row.value not in states.CLOSED_STATES:
            break
        closed_on = row.effective_on
    marks = _known(ProtectionRow, deviation, selection)
    category, causes, effect = last(CategoryRow), last(CausesRow), last(EffectRow)
    chosen = category.value if category else None
    return Standing(
        area=unit.area.name,
        registered_on=registration.value,
        closed_on=closed_on,
        category=chosen.label if chosen else "Ej kategoriserad",
        main_category=chosen.main.name if chosen else "Ej kategoriserad",
        causes=[Cause.objects.get(pk=key).name for key in causes.value] if causes else [],
        effect=effect.value if effect else "",
        from_watch=deviation.from_watch,
        # Then or now: a mark set today holds for what was known before.
        protected=deviation.protected or any(row.value for row in marks[-1:]),
    )


def _largest_first(labels: Iterable[str]) -> list[list[Any]]:
    alphabet = "abcdefghijklmnopqrstuvwxyzåäö"

    def place(label: str) -> list[int]:
        return [
            1000 + alphabet.index(sign) if sign in alphabet else ord(sign) for sign in label.lower()
        ]

    counts = Counter(labels)
    return [
        [label, counts[label]] for label in sorted(counts, key=lambda x: (-counts[x], place(x)))
    ]


def _percent(part: int, whole: int) -> int:
    return int(100 * part / whole + 0.5) if whole else 0


def _tables(here: list[Standing], selection: Selection) -> dict[str, tuple[list[Any], Any]]:
    by_category = _largest_first(one.category for one in here)
    shown = [row for row in by_category if row[1] >= selection.min_count]
    days = [((one.closed_on or selection.as_of) - one.registered_on).days for one in here]
    ages = [
        sum(day <= 30 for day in days),
        sum(30 < day <= 90 for day in days),
        sum(day > 90 for day in days),
    ]
    closed = sum(one.closed_on is not None for one in here)
    effects = [*states.EFFECTS.items(), ("", "Ej bedömd")]
    return {
        "by_category": (shown, {"left_out": len(here) - sum(row[1] for row in shown)}),
        "by_main_category": (_largest_first(one.main_category for one in here), {}),
        "causes": (_largest_first(cause for one in here for cause in one.causes), {}),
        "effects": (
            [[label, sum(one.effect == code for one in here)] for code, label in effects],
            {"closed_not_assessed": sum(bool(o.closed_on) and not o.effect for o in here)},
        ),
        "handling_time": (
            [
                [label, count, _percent(count, len(here))]
                for label, count in zip(
                    ["≤ 30 dagar", "31–90 dagar", "> 90 dagar"], ages, strict=True
                )
            ],
            {
                "gt30_percent": _percent(ages[1] + ages[2], len(here)),
                "gt90_percent": _percent(ages[2], len(here)),
            },
        ),
        "status": (
            [["Avslutad", closed], ["Pågående", len(here) - closed]],
            {"from_watch": sum(one.from_watch for one in here)},
        ),
    }

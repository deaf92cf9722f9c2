"""A rule version as plain data and back: what is kept beside the times it was applied to."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from casework.deadlines.rules import Anchor, Basis, Kind, Repeat, RuleVersion, Rung, Step
from casework.deadlines.terms import Term, Unit


def as_data(version: RuleVersion) -> dict[str, Any]:
    """Return a version as JSON can hold it."""
    data: dict[str, Any] = json.loads(json.dumps(asdict(version), default=date.isoformat))
    return data


def digest(data: dict[str, Any]) -> str:
    """Return what tells two versions apart: the SHA-256 of their content."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def from_data(data: dict[str, Any]) -> RuleVersion:
    """Return the version that ``as_data`` was given.

    What later versions of the service have added to a rule has its default; raises ``TypeError``,
    ``ValueError`` or ``KeyError`` for what is no rule.
    """
    known = {field.name for field in fields(RuleVersion)}
    if unknown := data.keys() - known:
        raise ValueError(f"Unknown in a rule: {', '.join(sorted(unknown))}")
    read: dict[str, Callable[[Any], Any]] = {
        "kind": Kind,
        "term": _term,
        "basis": _basis,
        "also": lambda also: tuple(Basis(**basis) for basis in also),
        "valid_from": _day,
        "valid_to": _day,
        "repeat": lambda repeat: repeat and Repeat(_required(repeat["term"]), repeat["since"]),
        "notes": tuple,
        "steps": lambda steps: tuple(_step(**step) for step in steps),
    }
    return RuleVersion(**{name: read.get(name, _same)(value) for name, value in data.items()})


def _same(value: Any) -> Any:
    return value


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _term(data: dict[str, Any] | None) -> Term | None:
    return _required(data) if data else None


def _required(data: dict[str, Any]) -> Term:
    return Term(data["amount"], Unit(data["unit"]))


def _basis(data: dict[str, Any] | None) -> Basis | None:
    return Basis(**data) if data else None


def _step(
    key: str, anchor: str, days: int, to: list[str], *, at_once: bool, months: int = 0
) -> Step:
    return Step(key, Anchor(anchor), days, tuple(Rung(rung) for rung in to), at_once, months)

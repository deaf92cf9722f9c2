"""The ``query`` of a row: all that is needed to find its cases, signed, stored nowhere.

It grants nothing: whoever opens it gets what their own access gives.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core import signing

from casework.shared.errors import NotVisible

# Without a time in the signature: the same figure has the same address every time.
_SIGNER = "casework.reports.figure"


@dataclass(frozen=True)
class Figure:
    """A number in a table: where it stood and which row it was (``label`` is for people)."""

    board_id: int
    table: str
    area_id: int
    label: str
    period_from: date
    period_to: date
    as_of: date
    known_at: datetime
    find: Mapping[str, Any]


def seal(figure: Figure) -> str:
    """Return the figure as text for a URL."""
    content = [
        figure.board_id,
        figure.table,
        figure.area_id,
        figure.label,
        figure.period_from.isoformat(),
        figure.period_to.isoformat(),
        figure.as_of.isoformat(),
        figure.known_at.isoformat(),
        dict(figure.find),
    ]
    return signing.Signer(salt=_SIGNER).sign_object(content, compress=True)


def unseal(query: str) -> Figure:
    """Return the figure; raises ``NotVisible`` for anything that ``seal`` did not make."""
    try:
        content = signing.Signer(salt=_SIGNER).unsign_object(query)
    except (signing.BadSignature, ValueError) as error:
        raise NotVisible("Det finns ingen sådan siffra.") from error
    board, table, area, label, start, end, as_of, known_at, find = content
    return Figure(
        board_id=board,
        table=table,
        area_id=area,
        label=label,
        period_from=date.fromisoformat(start),
        period_to=date.fromisoformat(end),
        as_of=date.fromisoformat(as_of),
        known_at=datetime.fromisoformat(known_at),
        find=find,
    )

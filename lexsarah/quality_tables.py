"""The tables of lex Sarah in the quality report (N.1.2.3) and in the board report beside it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from casework.organisation.models import Role, ServiceArea
from casework.reports import splits
from casework.reports.selection import PUBLIC, Selection
from casework.reports.splits import Count
from casework.reports.tables import (
    BOARD_REPORT,
    Cases,
    Content,
    QualityTable,
    Row,
    register,
)
from lexsarah import counting, states
from lexsarah.figure_cases import UNDECIDED, find, line
from lexsarah.models import OutsideText
from lexsarah.services.outside import approved_wordings

CASES = Cases("report", find, line, what="Bedömning")
# Stands for text that the reader of the report may not read.
_NOT_SHOWN = "•••"
_WHEN_TOLD = "En rapport räknas här när beslutet är delgivet eller rapporten är avslutad."


def outcomes(selection: Selection, area: ServiceArea) -> Content:
    """Count those reported in the period by outcome; those not decided are a row of their own."""
    scanned = selection.once("lexsarah.by_outcome", counting.by_outcome).get(area.pk, [])
    found = {count.outcome: count for count in scanned}
    none = counting.ByOutcome("", 0, 0)
    counts = [
        Count(label, one.value, {"outcome": code})
        for code, label in [*states.OUTCOMES.items(), ("", UNDECIDED)]
        for one in [found.get(code, none)]
    ]
    apart = splits.apart(scanned)
    total = splits.number(scanned) + apart
    return Content(splits.rows(counts), total, apart, {}, _when(selection))


def cases(selection: Selection, area: ServiceArea) -> Content:
    """List those reported in the period; whose text may be read by the reader alone."""
    listed = selection.once("lexsarah.listed", counting.listed).get(area.pk, [])
    open_to = [version for version in listed if not _is_protected(version)]
    notes = _when(selection)
    rows: list[Row] = []
    if selection.edition == PUBLIC:
        # What leaves the house carries no text that nobody has approved for it.
        wordings = selection.once("lexsarah.wordings", _wordings)
        rows = [
            _public_row(version, wordings[version.record_id])
            for version in open_to
            if version.record_id in wordings
        ]
        if len(rows) < len(open_to):
            notes.append(
                "Händelser och åtgärder står i den offentliga utgåvan när en text för den har "
                "granskats och godkänts."
            )
    else:
        may_read = selection.actor.is_system or selection.actor.has(Role.SAS)
        if open_to and not may_read:
            notes.append("Händelser och åtgärder visas för SAS.")
        rows = [_row(version, may_read=may_read) for version in open_to]
    return Content(rows, len(listed), len(listed) - len(open_to), {}, notes)


def _when(selection: Selection) -> list[str]:
    """Return what is said of when a report is counted, to those who lead what it examines."""
    return [_WHEN_TOLD] if counting.leads_what_is_counted(selection.actor) else []


def _wordings(selection: Selection) -> dict[int, OutsideText]:
    """Return the approved wordings of the reports of the period, by report."""
    reports = counting.reported(selection).order_by().values("record_id")
    return approved_wordings(reports, selection.known_at)


def _public_row(version: Any, wording: OutsideText) -> Row:
    outcome = states.OUTCOMES.get(version.outcome, UNDECIDED)
    measures = "; ".join(wording.measures.splitlines())
    return Row([wording.event, outcome, measures], {"record": version.record_id})


def _is_protected(version: Any) -> bool:
    """Whether it is under skyddade personuppgifter, then or now."""
    return bool(version.protected or version.record.protected)


def _row(version: Any, *, may_read: bool) -> Row:
    texts = [version.event, "; ".join(version.actions.splitlines())]
    event, actions = (text if may_read or not text else _NOT_SHOWN for text in texts)
    outcome = states.OUTCOMES.get(version.outcome, UNDECIDED)
    # The way to it may be read by one who may not read the event.
    return Row(
        [event, outcome, actions], {"record": version.record_id}, label=version.record.number
    )


def quarterly(selection: Selection, area: ServiceArea) -> Content:
    """Count the notifications to IVO that were made in the period, by quarter."""
    scanned = selection.once("lexsarah.by_quarter", counting.by_quarter).get(area.pk, [])
    counts = [
        Count(_quarter(one.begins), one.value, {"quarter": one.begins.isoformat()})
        for one in scanned
        if one.value
    ]
    apart = splits.apart(scanned)
    notes = ["Räknat efter dagen då anmälan gjordes till IVO, när rapporten än lämnades."]
    notes += _when(selection)
    total = splits.number(scanned) + apart
    return Content(splits.rows(counts), total, apart, {}, notes)


def _quarter(begins: date) -> str:
    return f"{begins.year} kvartal {(begins.month + 2) // 3}"


def _table(
    name: str,
    title: str,
    columns: Sequence[str],
    build: Callable[[Selection, ServiceArea], Content],
    plot: str = "",
    place: int = 0,
) -> QualityTable:
    return QualityTable(f"lexsarah.{name}", title, columns, build, CASES, plot, place=place)


register(
    _table("outcomes", "Lex Sarah efter bedömning", ["Bedömning", "Antal"], outcomes, "bars"),
    _table("cases", "Lex Sarah", ["Händelse", "Bedömning", "Åtgärder"], cases),
    _table(
        "quarterly",
        "Lex Sarah-anmälningar till IVO per kvartal",
        ["Kvartal", "Antal"],
        quarterly,
        place=BOARD_REPORT,
    ),
)

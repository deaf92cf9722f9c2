"""Reports with all that a paper can tell, and how papers are read."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from pypdf import PdfReader

from casework.models import Role
from casework.shared import clock
from lexsarah import parts, states
from lexsarah.models import (
    Decision,
    DelegationRule,
    DocumentPart,
    EarlierEvent,
    Measure,
    Report,
    ReportCause,
)
from lexsarah.services import investigating
from lexsarah.services.door import Act, act
from tests.conftest import Place
from tests.lexsarah.factory import handed_in

CASE_NUMBER = "B-2026-0417"
REASONS = "Tillsynen uteblev och pojken kunde ha kommit till skada."


def investigated(place: Place, cause: Any, by: str = "sara", **given: Any) -> Report:
    """A report with every part of its document written, a cause, an earlier event, a measure."""
    earlier = handed_in(place)
    report = handed_in(place, **({"case_number": CASE_NUMBER, "statute": "SoL"} | given))
    sas = place.actor(by)
    investigating.start_investigation(sas, report.pk, statute="SoL")
    investigating.set_registry_number(sas, report.pk, number="SN 2026/417")
    now = clock.now()
    for part in parts.PARTS:
        DocumentPart.objects.create(
            report=report,
            key=part.key,
            text=f"Om {part.label.lower().rstrip('?')}: så här var det.",
            choice=next(iter(part.choices)) if part.choices else "",
            saved_at=now,
        )
    found = ReportCause.objects.create(
        report=report, cause=cause, text="Schemat sade inget om natten.", added_at=now
    )
    EarlierEvent.objects.create(
        report=report, earlier_report=earlier, accepted=True, reason="Samma schema.", judged_at=now
    )
    Measure.objects.create(
        report=report,
        cause=found,
        text="Ny rutin för tillsyn på natten.",
        owner=place.user("eva"),
        due_on=clock.today() + timedelta(days=30),
        proposed_at=now,
    )
    report.refresh_from_db()
    return report


def write_decision(this: Act, place: Place, by: str = "birgit", **given: Any) -> Decision:
    """The decision of a report as a row, within an act."""
    rule, _ = DelegationRule.objects.get_or_create(
        board=place.board,
        name="Punkt 4.2",
        outcome=states.SERIOUS,
        role=Role.DECIDER,
        valid_from=date(2020, 1, 1),
    )
    fields: dict[str, Any] = {
        "report": this.report,
        "outcome": states.SERIOUS,
        "label": states.OUTCOMES[states.SERIOUS],
        "reasons": REASONS,
        "decided_on": this.today,
        "decided_by": place.user(by),
        "decider_role": Role.DECIDER,
        "delegation": rule,
        "delegation_name": rule.name,
        "decided_at": this.work.at,
    }
    return Decision.objects.create(**(fields | given))


def storing(place: Place, report: Report, by: str = "sara") -> Any:
    """The door of storing a paper."""
    return act(place.actor(by), "store_document", report.pk)


def pdf_text(content: bytes) -> str:
    """All text of a PDF, white space made even."""
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    return re.sub(r"\s+", " ", " ".join(pages))


def word_text(content: bytes) -> str:
    """All text in every part of a Word file, properties and notes as well."""
    with ZipFile(BytesIO(content)) as file:
        parts = [file.read(name).decode() for name in file.namelist() if name.endswith(".xml")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", " ".join(parts)))

"""Reports on their way to a decision, and what they need on the way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from casework.models import Role
from casework.shared import clock
from deviations.models import Cause
from lexsarah import parts, states
from lexsarah.models import DelegationRule, DocumentPart, Measure, Report, ReportCause
from lexsarah.services import deciding, delivering, investigating, measures
from tests.conftest import Place
from tests.lexsarah.factory import handed_in

REASONS = "Tillsynen uteblev och ingen märkte det i tid."


def delegate(place: Place, **given: Any) -> list[DelegationRule]:
    """Beslutsfattare decides all five, by a row each; ``given`` is what differs."""
    fields: dict[str, Any] = {"role": Role.DECIDER, "valid_from": date(2020, 1, 1)} | given
    return [
        DelegationRule.objects.create(
            board=place.board, name=f"Punkt 4.{number}", outcome=outcome, **fields
        )
        for number, outcome in enumerate(states.OUTCOMES, 1)
    ]


def document(report: Report, *, without: str = "") -> ReportCause:
    """Write all that completion demands, but for the part ``without``; return the cause."""
    now = clock.now()
    DocumentPart.objects.bulk_create(
        DocumentPart(
            report=report,
            key=part.key,
            choice="no" if part.choices else "",
            text=f"Om: {part.label}",
            saved_at=now,
        )
        for part in parts.PARTS
        if part.key != without
    )
    cause, _ = Cause.objects.get_or_create(board_id=report.board_id, name="Brist i rutin")
    return ReportCause.objects.create(report=report, cause=cause, added_at=now)


def investigated(place: Place, **given: Any) -> Report:
    """A report that Sara investigates, with its document written."""
    report = investigating.start_investigation(place.actor("sara"), handed_in(place, **given).pk)
    document(report)
    return report


def proposed(place: Place, outcome: str = states.MISCONDUCT, **given: Any) -> Report:
    """One that is put before Birgit, who may decide."""
    if not DelegationRule.objects.filter(board=place.board).exists():
        delegate(place)
    report = investigated(place, **given)
    birgit = place.user("birgit")
    return deciding.propose(
        place.actor("sara"), report.pk, outcome=outcome, reasons=REASONS, decider=birgit
    )


def decided(place: Place, outcome: str = states.MISCONDUCT, **given: Any) -> Report:
    """One that Birgit has decided as it was proposed."""
    report = proposed(place, outcome, **given)
    return deciding.decide(place.actor("birgit"), report.pk, outcome=outcome, reasons=REASONS)


def delivered(place: Place, report: Report, *names: str) -> None:
    """Let the named people have the decision, as Sara delger it."""
    to = [place.user(name) for name in names]
    delivering.deliver(place.actor("sara"), report.pk, to=to, on=clock.today())


def measure(place: Place, report: Report, **given: Any) -> Measure:
    """A measure that Sara proposes and Eva is to do within thirty days."""
    fields = {
        "cause": report.causes.get(),
        "text": "Ny rutin för tillsyn på natten.",
        "owner": place.user("eva"),
        "due_on": clock.today() + timedelta(days=30),
    }
    return measures.propose_measure(place.actor("sara"), report.pk, **(fields | given))

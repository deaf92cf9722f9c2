"""Reports to play with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from casework.models import Deadline
from casework.shared import clock
from lexsarah.models import Report
from lexsarah.services.reporting import NewReport, submit
from tests.conftest import Place

EVENT = "Pojken fick vänta i elva timmar utan tillsyn."


def handed_in(place: Place, by: str = "amina", **given: Any) -> Report:
    """A report about Enheten, as Amina hands it in."""
    fields: dict[str, Any] = {
        "event": EVENT,
        "occurred_on": clock.today() - timedelta(days=1),
        "unit": place.unit,
        "safe_now": "yes",
    }
    return submit(place.actor(by), NewReport(**(fields | given)))


def running(report: Report) -> dict[str, Deadline]:
    """The times of the report that run, by rule."""
    found = Deadline.objects.open().filter(kind="lex_sarah", subject_id=report.pk)
    return {time.rule: time for time in found}

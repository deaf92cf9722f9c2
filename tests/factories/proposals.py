"""Proposals as the watch makes them: a time of the law runs out, and a sweep finds it."""

from datetime import timedelta
from typing import Any

from casework.deadlines import services
from casework.deadlines.models import Deadline
from casework.deadlines.services import Owner, Start
from casework.deadlines.sweep import sweep
from casework.organisation.models import Unit
from casework.shared import clock
from deviations.models import Deviation, Proposal
from tests.conftest import Place, make_report
from tests.factories.times import begin

# Long enough ago for every rule that tests miss.
DAYS_AGO = 140


def missed(
    place: Place,
    rule: str = "preliminary_assessment",
    *,
    unit: Unit | None = None,
    days_ago: int = DAYS_AGO,
    **report: Any,
) -> Proposal:
    """Return the proposal for a time that began ``days_ago`` and was not kept.

    What it belongs to is a deviation: any record with a number will do.
    """
    subject = make_report(place, unit=unit or place.unit, **report)
    time = begin_in(place, subject, rule, days_ago)
    sweep()
    return Proposal.objects.get(deadline=time)


def begin_in(place: Place, subject: Deviation, rule: str, days_ago: int) -> Deadline:
    """Begin a time of the subject's unit so many days ago."""
    trigger = clock.today() - timedelta(days=days_ago)
    if subject.unit == place.unit:
        return begin(place, rule, trigger, subject=subject)
    owner = Owner(place.board.pk, subject.unit_id, None, subject.protected)
    began = clock.now() - timedelta(days=days_ago)
    time = services.start(Start("deviation", subject.pk, rule, trigger, owner), began)
    assert time is not None
    return time

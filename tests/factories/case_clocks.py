"""Cases and the times that run for them, for tests of the clocks."""

from __future__ import annotations

from datetime import date
from typing import Any

from casework.cases.models import Intake, Investigation
from casework.cases.services import intakes
from casework.models import Deadline
from tests.conftest import Place
from tests.factories.case_steps import DAY, come_in
from tests.factories.times import instant

__all__ = ["DAY", "arrive", "assess", "decide", "times"]

Times = list[tuple[str, str, date]]


def times(record: Any) -> Times:
    """The times of a record as (rule, state, last day), the first to begin first."""
    found = Deadline.objects.filter(kind=record._meta.model_name, subject_id=record.pk)
    return list(found.order_by("pk").values_list("rule", "state", "last_day"))


def arrive(place: Place, **given: Any) -> Intake:
    """One anmälan about a child, received this morning."""
    return come_in(place, **given)[0]


def assess(place: Place, intake: Intake, text: str) -> None:
    intakes.assess_protection(place.actor("amina"), intake.pk, at=instant(text))


def decide(place: Place, intake: Intake, outcome: str, on: date) -> Investigation | None:
    return intakes.decide_intake(
        place.actor("amina"), intake.pk, outcome=outcome, on=on, reason="Skäl"
    )[1]

"""The demo's decisions: week by week every report comes further, and old ones are decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from casework.access.actor import Actor
from deviations.models import Cause
from lexsarah import demo_decided, states
from lexsarah.demo_turns import turn_of
from lexsarah.models import Decision, DelegationRule, Measure, Report
from lexsarah.services import causes, investigating
from lexsarah.services.numbering import next_numbers
from tests.conftest import Place
from tests.lexsarah.factory import handed_in
from tests.lexsarah.test_import import agree_with_the_history

pytestmark = pytest.mark.django_db


def test_old_reports_are_decided_and_followed_up(
    place: Place, cause: Cause, at: Callable[[Any], Any]
) -> None:
    first = date(2026, 1, 5)
    at(first)
    people = {"sas": place.user("sara"), "admin": place.user("simon")}
    world: Any = SimpleNamespace(board=place.board, people=people, actor=Actor.of)
    list(demo_decided._delegate(world))
    assert DelegationRule.objects.count() == 6
    story = demo_decided._go_on(world)
    for week in range(30):
        at(first + timedelta(weeks=week))
        if week % 2 == 0:
            report = handed_in(place, safe_now="no" if week == 0 else "yes")
            sara = place.actor("sara")
            investigating.start_investigation(sara, report.pk)
            causes.add_cause(sara, report.pk, cause=cause)
            if week == 6:
                today = first + timedelta(weeks=week)
                investigating.assess_serious(sara, report.pk, on=today, reason="Fara.")
        next(story)
    days = {
        report.pk: (first + timedelta(weeks=29) - report.registered_on).days
        for report in Report.objects.all()
    }
    old = Report.objects.filter(pk__in=[key for key, age in days.items() if age > 60])
    undecided = old.filter(status__in=states.UNDECIDED).count()
    assert undecided <= old.count() / 3
    found = set(Report.objects.values_list("status", flat=True))
    assert {"investigating", "actions", "closed"} <= found
    assert Decision.objects.exists()
    assert {one.stage for one in Measure.objects.all()} >= {"approved", "done", "assessed"}
    agree_with_the_history()


def test_numbers_taken_before_do_not_change_the_story(place: Place) -> None:
    turns = []
    for taken in (0, 3, 1):
        next_numbers([2026] * taken)
        turns.append(turn_of(handed_in(place)))
    assert turns == [1, 2, 3]

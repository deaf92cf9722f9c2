"""Each act in a case and its event are there, or neither: from an anmälan to the end of it.

Whoever adds an event of cases to ``casework.audit_actions`` adds the act that says it here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from casework.cases.models import Investigation
from casework.cases.services import (
    care,
    decisions,
    following,
    intakes,
    investigations,
    several,
    watched,
    weekly,
)
from casework.cases.services.decisions import NewDecision
from casework.cases.services.door import Person
from casework.cases.services.intakes import NewIntake
from casework.cases.services.investigations import NewInvestigation
from tests.conftest import Place
from tests.factories.events import Walk
from tests.factories.times import instant

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 30)
EARLIER = DAY - timedelta(days=20)


class Course:
    """Cases of one place, and the acts in them in an order that their steps allow."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.walk = Walk(place)

    def do(self, says: str, who: str, act: Callable[..., Any], *keys: Any, **given: Any) -> Any:
        """Do one act of the walk."""
        return self.walk.do(f"case.{says}", who, lambda actor: act(actor, *keys, **given))

    def comes_in(self) -> Investigation:
        """One anmälan that leads to an investigation, and one that does not."""
        do, child = self.do, Person("Ä1", "female", 2015)
        new = NewIntake(self.place.unit, instant("2026-03-09 10:00"), "report", [child], "Skola")
        for outcome in ("not_opened", "opened"):
            (intake,) = do("intake_registered", "amina", intakes.register_intake, new)
            at = {"at": instant("2026-03-09 15:00")}
            do("protection_assessed", "amina", intakes.assess_protection, intake.pk, **at)
            do("feedback_asked", "amina", intakes.ask_feedback, intake.pk, on=DAY)
            if outcome == "not_opened":
                why = {"reason": "Hot mot anmälaren"}
                do("feedback_waived", "amina", intakes.waive_feedback, intake.pk, **why)
            given = {"outcome": outcome, "on": EARLIER, "reason": "Oro"}
            do("intake_decided", "amina", intakes.decide_intake, intake.pk, **given)
        do("feedback_given", "amina", intakes.give_feedback, intake.pk, on=DAY)
        return Investigation.objects.get()

    def is_investigated(self, one: Investigation) -> None:
        """Longer than four months, closed, and followed up without a measure."""
        do, pk = self.do, one.pk
        longer = {"until": date(2026, 9, 30), "decided_on": DAY, "reason": "Väntar på läkare"}
        do("investigation_extended", "eva", investigations.extend_investigation, pk, **longer)
        closed = {"on": DAY, "outcome": "no_measure"}
        do("investigation_closed", "amina", investigations.close_investigation, pk, **closed)
        do("follow_up_begun", "amina", investigations.begin_follow_up, pk, on=DAY)
        do("follow_up_ended", "amina", investigations.end_follow_up, pk, on=DAY)

    def is_decided(self) -> None:
        """A measure that comes, stops and comes again; and one that never does."""
        do, unit = self.do, self.place.unit
        new = NewDecision(unit, Person("Ä1"), "SoL", "Kontaktfamilj", EARLIER)
        first, second = (
            do("decision_registered", "amina", decisions.register_decision, new).pk
            for _ in range(2)
        )
        do("decision_explained", "amina", decisions.give_reason, first, reason="Ingen ledig")
        do("decision_executed", "amina", decisions.execute, first, on=EARLIER)
        do("decision_interrupted", "amina", decisions.interrupt, first, on=DAY)
        do("decision_resumed", "amina", decisions.resume, first, on=DAY)
        ended = {"on": DAY, "reason": "Tackade nej"}
        do("decision_ended", "amina", decisions.end_without_execution, second, **ended)

    def is_watched(self, case: int) -> None:
        """Times of the law that are begun by hand."""
        do, begin = self.do, watched.begin_time
        review = do("time_begun", "amina", begin, case, "lvu_consideration", EARLIER)
        do("time_reviewed", "amina", watched.reviewed, review.pk, on=DAY)
        application = do("time_begun", "amina", begin, case, "lvu_application", EARLIER)
        longer = {"until": DAY + timedelta(days=20), "decided_on": DAY}
        do("time_extended", "amina", watched.extend, application.pk, **longer)
        do("time_done", "amina", watched.done, application.pk, on=DAY)
        ceased = {"on": DAY, "reason": "ceased"}
        do("time_dropped", "amina", watched.drop, review.pk, **ceased)

    def changes_hands(self) -> None:
        """Handlers, units, protection, and whoever leaves."""
        do, place = self.do, self.place
        new = NewInvestigation(place.unit, Person("Ä2"), EARLIER)
        one = do("investigation_opened", "amina", investigations.open_investigation, new)
        take = care.assign
        do("assigned", "amina", take, "investigation", one.pk, to=place.user("amina"))
        nils = place.user("nils")
        do("assigned", "eva", several.assign_investigations, [one.pk], to=nils)
        do("weekly_reviewed", "eva", weekly.note_weekly_review, place.unit.pk)
        for protected in (True, False):
            do("protection_changed", "eva", care.set_protection, one.case_id, protected=protected)
        do("handed_over", "simon", following.hand_over, nils, place.user("frida"))
        follow, on = following.follow_unit, DAY
        do("units_merged", "simon", follow, [place.unit], place.sister_unit, on)
        do("moved", "erik", care.move_unit, "investigation", one.pk, to=place.unit)


def test_each_act_in_a_case(place: Place, at: Callable[[date], object]) -> None:
    at(DAY)
    course = Course(place)
    investigation = course.comes_in()
    course.is_investigated(investigation)
    course.is_decided()
    course.is_watched(investigation.case_id)
    course.changes_hands()
    assert not course.walk.unsaid("case.")

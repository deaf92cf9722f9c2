"""Whatever steps are taken in whatever order, history, columns and times agree."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from casework.cases import watching
from casework.cases.models import Case, Decision, Intake, Investigation
from casework.cases.services import care, decisions, intakes, investigations
from casework.models import Deadline
from casework.shared import clock
from casework.shared.errors import DomainError
from tests.casework.test_cases_import import agree_with_the_history
from tests.conftest import Place
from tests.factories.case_steps import come_in, granted, opened

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], Any]
COLUMNS = ("kind", "subject_id", "rule", "state", "last_day", "met_on", "unit", "handler")


def steps(place: Place, rng: random.Random) -> list[Callable[[], object]]:
    """All steps, each upon a record at random and a day at random, sensible or not."""
    eva, frida = place.actor("eva"), place.actor("frida")

    def day() -> date:
        return clock.today() - timedelta(days=rng.randint(-1, 40))

    def one(model: Any) -> int:
        return rng.choice(list(model.objects.values_list("pk", flat=True)) or [0])

    def at() -> datetime:
        return clock.now() - timedelta(hours=rng.randint(0, 400))

    return [
        lambda: come_in(place, by="eva", received_at=at(), feedback_asked=rng.random() < 0.5),
        lambda: opened(place, by="eva", opened_on=day()),
        lambda: granted(place, by="eva", decided_on=day()),
        lambda: intakes.assess_protection(eva, one(Intake), at=at()),
        lambda: intakes.decide_intake(
            eva, one(Intake), outcome=rng.choice(["opened", "not_opened"]), on=day(), reason="X"
        ),
        lambda: intakes.ask_feedback(eva, one(Intake), on=day()),
        lambda: intakes.give_feedback(eva, one(Intake), on=day()),
        lambda: intakes.waive_feedback(eva, one(Intake), reason="X"),
        lambda: investigations.extend_investigation(
            eva,
            one(Investigation),
            until=day() + timedelta(days=200),
            decided_on=day(),
            reason="X",
        ),
        lambda: investigations.close_investigation(
            eva, one(Investigation), on=day(), outcome="no_measure", follow_up=rng.random() < 0.5
        ),
        lambda: investigations.begin_follow_up(eva, one(Investigation), on=day()),
        lambda: investigations.end_follow_up(eva, one(Investigation), on=day()),
        lambda: decisions.execute(eva, one(Decision), on=day()),
        lambda: decisions.interrupt(eva, one(Decision), on=day()),
        lambda: decisions.resume(eva, one(Decision), on=day()),
        lambda: decisions.end_without_execution(eva, one(Decision), on=day(), reason="X"),
        lambda: care.assign(frida, "intake", one(Intake), to=place.user("nils")),
        lambda: care.assign(eva, "investigation", one(Investigation), to=place.user("nils")),
        lambda: care.move_unit(eva, "decision", one(Decision), to=place.sister_unit),
        lambda: care.set_protection(eva, one(Case), protected=rng.random() < 0.5),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_any_course_of_steps_leaves_all_in_agreement(place: Place, at: Travel, seed: int) -> None:
    rng = random.Random(seed)
    day, taken = date(2026, 1, 5), 0
    for _ in range(45):
        day += timedelta(days=rng.randint(0, 9))
        traveller = at(day)
        assert traveller is not None
        try:
            rng.choice(steps(place, rng))()
        except DomainError:
            continue
        taken += 1
    assert taken > 8
    agree_with_the_history()
    before = list(Deadline.objects.order_by("pk").values_list(*COLUMNS))
    assert before
    watching.watch_cases(Case.objects.values_list("pk", flat=True), clock.now(), history=True)
    assert list(Deadline.objects.order_by("pk").values_list(*COLUMNS)) == before
    for kind, model in watching.KINDS.items():
        owners = dict(model.objects.values_list("pk", "unit"))
        for time in Deadline.objects.open().filter(kind=kind):
            assert time.unit_id == owners[time.subject_id]

"""What waits for whom, and Nästa steg in words."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from casework.shared import clock
from deviations import states
from deviations.models import Action, Deviation
from deviations.queries import inbox as queries
from deviations.queries.inbox import Section
from deviations.queries.limits import Limits
from deviations.services import inbox
from deviations.web.handling.next_step import next_step, premature
from tests.conftest import Place, make_report
from tests.factories.handling import Registers, equipped, in_state, make_registers

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)


@pytest.fixture
def registers(place: Place) -> Registers:
    return make_registers(place)


@pytest.mark.parametrize("state", sorted(states.LABELS))
def test_only_what_needs_a_first_decision_waits(
    place: Place, registers: Registers, state: str
) -> None:
    deviation = in_state(place, registers, state)
    waits = deviation in queries.waiting(place.actor("eva"))
    ready = state == states.ACTIONS
    assert waits == (state in states.INBOX_STATES or ready)


def test_the_count_in_the_menu_is_what_the_page_shows(place: Place) -> None:
    make_report(place)
    make_report(place, possible_misconduct=True)
    make_report(place, about_manager=True)
    for name in ("eva", "anna", "sara", "erik"):
        actor = place.actor(name)
        shown = queries.waiting(actor)
        assert queries.count(actor) == len(shown) == queries.summary(actor).total
    assert queries.count(place.actor("eva")) == 2
    assert queries.count(place.actor("anna")) == 1
    assert queries.count(place.actor("sara")) == 1


def one_of_each(place: Place, registers: Registers) -> None:
    """Deviations in every state and of every kind that a section asks about."""
    for state in states.LABELS:
        for given in ({}, {"possible_misconduct": True}, {"about_manager": True}):
            made = in_state(place, registers, state, **given)
            Deviation.objects.filter(pk=made.pk).update(moves=made.pk % 3)
        due = in_state(place, registers, state, protected=True, by="eva")
        Deviation.objects.filter(pk=due.pk).update(effect_due_on=clock.today())
        answered = in_state(place, registers, state)
        answered.questions.update(answered_at=clock.now())
        for handler in ("nils", "erik"):
            elsewhere = in_state(place, registers, state)
            elsewhere.questions.update(answered_at=clock.now())
            Deviation.objects.filter(pk=elsewhere.pk).update(handler=place.user(handler))


def test_all_that_a_section_asks_for_is_found_and_counted(
    place: Place, registers: Registers
) -> None:
    one_of_each(place, registers)
    sections: set[Section] = set()
    for name in place.people:
        actor = place.actor(name)
        asked = queries.conditions(actor, clock.today())
        wanted = {
            key
            for condition in asked.values()
            for key in Deviation.objects.visible_to(actor)
            .filter(condition)
            .values_list("pk", flat=True)
        }
        shown = list(queries.waiting(actor).values_list("pk", "section"))
        assert sorted(key for key, _ in shown) == sorted(wanted), name
        counted = Counter(Section(section) for _, section in shown)
        assert queries.summary(actor).by_section == counted, name
        assert queries.count(actor) == queries.summary(actor).total == len(shown), name
        sections |= counted.keys()
    assert sections == set(Section)


def test_page_and_counts_are_one_query_each_however_much_waits(
    place: Place, registers: Registers, django_assert_num_queries: Any
) -> None:
    one_of_each(place, registers)
    for name in ("eva", "anna", "sara"):
        actor = place.actor(name)
        with django_assert_num_queries(1):
            queries.summary(actor)
        with django_assert_num_queries(1):
            list(queries.waiting(actor).values_list("pk", "section")[:50])
    eva, limits = place.actor("eva"), Limits(place.board.pk)
    with django_assert_num_queries(1):
        queries.ages(eva, limits)


def test_each_waits_in_one_section_alone(place: Place) -> None:
    moved = make_report(place, about_manager=True, possible_misconduct=True)
    Deviation.objects.filter(pk=moved.pk).update(moves=2)
    (found,) = queries.waiting(place.actor("anna"))
    assert found.section == Section.UNDECIDED


def test_what_the_head_has_decided_waits_for_the_unit_alone(place: Place) -> None:
    deviation = make_report(place)
    Deviation.objects.filter(pk=deviation.pk).update(moves=2)
    assert queries.count(place.actor("anna")) == 1
    inbox.decide_unit(place.actor("anna"), deviation.pk, to=place.unit, reason="Rätt")
    assert queries.count(place.actor("anna")) == 0
    assert queries.count(place.actor("eva")) == 1


def test_a_substitute_has_the_inbox_of_the_absent(place: Place) -> None:
    from casework.models import Absence

    make_report(place)
    today = clock.today()
    Absence.objects.create(
        user=place.user("eva"), substitute=place.user("erik"), board=place.board,
        valid_from=today, valid_to=today + timedelta(days=7),
    )  # fmt: skip
    assert queries.count(place.actor("erik")) == 1


def test_the_inbox_of_a_unit_that_replaced_another_has_what_waited_there(place: Place) -> None:
    deviation = make_report(place)
    place.sister_unit.replaces.add(place.unit)
    assert deviation in queries.waiting(place.actor("erik"))


def test_protected_ones_wait_for_the_named_alone(place: Place) -> None:
    from casework.models import Membership

    make_report(place, by="eva", protected=True)
    assert queries.count(place.actor("eva")) == 1
    Membership.objects.filter(user=place.user("eva")).update(sees_protected=False)
    assert queries.count(place.actor("eva")) == 0


def test_ages_count_those_open_too_long(place: Place, at: Callable[..., Any]) -> None:
    for days in (0, 30, 31, 90, 91):
        at(TODAY - timedelta(days=days))
        make_report(place)
    at(TODAY)
    found = queries.ages(place.actor("eva"), Limits(place.board.pk))
    assert (found.open, found.slow, found.late, found.oldest) == (5, 3, 1, 91)


def deviation(**given: Any) -> Deviation:
    fields: dict[str, Any] = {"status": states.REPORTED, "safe_now": "yes", "registered_on": TODAY}
    return Deviation(**(fields | given))


WORKED = {"category_id": 1, "severity": 2, "probability": 2, "cause_ids": [1]}
DONE = Action(done_on=TODAY, due_on=TODAY)
TO_DO = Action(due_on=TODAY + timedelta(days=3))
LATE = Action(due_on=TODAY - timedelta(days=1))

STEPS: list[tuple[dict[str, Any], list[Action], str, str]] = [
    ({}, [], "receive", "Läs rapporten"),
    ({"safe_now": "no"}, [], "receive", "inte trygg"),
    ({"possible_misconduct": True}, [], "receive", "missförhållande"),
    ({"moves": 2}, [], "decide_unit", "två gånger"),
    ({"moves": 2, "unit_decided": True}, [], "receive", "Läs rapporten"),
    ({"status": states.RECEIVED}, [], "assign", "Fördela"),
    ({"status": states.INVESTIGATING}, [], "classify", "kategori och risk"),
    ({"status": states.INVESTIGATING, "category_id": 1}, [], "classify", "Bedöm risk"),
    (
        {"status": states.INVESTIGATING} | WORKED | {"cause_ids": []},
        [],
        "investigate",
        "vad det berodde på",
    ),
    ({"status": states.INVESTIGATING} | WORKED, [], "plan_action", "Planera en åtgärd"),
    ({"status": states.ACTIONS} | WORKED, [TO_DO], "", "närmast till 5 mars"),
    ({"status": states.ACTIONS} | WORKED, [DONE, LATE], "plan_action", "1 mars har passerat"),
    ({"status": states.ACTIONS} | WORKED, [DONE], "close", "Alla åtgärder är utförda"),
    ({"status": states.WITH_SAS}, [], "return_from_sas", "SAS"),
    (
        {"status": states.CLOSED_FOLLOW_UP, "effect_due_on": TODAY},
        [],
        "assess_effect",
        "Bedöm effekten",
    ),
    (
        {"status": states.CLOSED_FOLLOW_UP, "effect_due_on": date(2026, 6, 1)},
        [],
        "assess_effect",
        "1 juni 2026",
    ),
    ({"status": states.CLOSED}, [], "", "Klart"),
    ({"status": states.NOT_DEVIATION}, [], "", "Klart"),
]


@pytest.mark.parametrize(("given", "actions", "act", "words"), STEPS)
def test_next_step(given: dict[str, Any], actions: list[Action], act: str, words: str) -> None:
    step = next_step(deviation(**given), actions, TODAY)
    assert words in step.text
    assert (step.acts[0] if step.acts else "") == act


@pytest.mark.parametrize(
    ("given", "actions", "early"),
    [
        ({}, [], {"close", "close_without_action", "plan_action"}),
        (WORKED, [], {"close"}),
        (WORKED, [DONE], {"close_without_action"}),
        (WORKED, [DONE, TO_DO], {"close", "close_without_action", "simple"}),
    ],
)
def test_what_can_only_be_refused_is_not_offered(
    given: dict[str, Any], actions: list[Action], early: set[str]
) -> None:
    assert premature(deviation(status=states.INVESTIGATING, **given), actions) == early


def test_what_is_offered_is_what_the_service_accepts(place: Place, registers: Registers) -> None:
    from deviations.services import closing

    ready = equipped(place, registers)
    assert "close" not in premature(ready, list(ready.actions.all()))
    closing.close(place.actor("eva"), ready.pk, outcome="Klart")

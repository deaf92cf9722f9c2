"""``demo --scale``: the cases made in bulk keep the rules of those written step by step."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db.models import F, Q
from pytest_django.plugin import DjangoDbBlocker

from casework.cases.histories import ALL
from casework.cases.models import Decision, Intake, Investigation
from casework.cases.services.gathering import gather
from casework.cases.watching import KINDS, watch_cases
from casework.deadlines.models import Deadline, Notice, State
from casework.deadlines.sweep import Sweep
from casework.demo import scale as scaling
from casework.demo.organisation import fill_to_scale
from casework.models import Board, Case
from casework.shared import clock
from casework.shared.chronicle import Stamp
from casework.shared.versions import timeline
from tests.casework.test_demo import facts
from tests.factories.once import loaded_once, settled

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("scale of cases")]

# Two whole copies of the pattern in statements of their own, and some cases beside them.
PATTERN, COUNT = 400, 830
_PLAIN = ("raw_date", "last_day", "state", "met_on", "next_action_at", "unit_id", "handler_id")


@pytest.fixture(scope="module")
def board(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Board]:
    """A board filled in bulk, once."""
    with loaded_once(django_db_blocker), pytest.MonkeyPatch.context() as patch:
        patch.setattr(scaling, "PATTERN", PATTERN)
        patch.setattr(scaling, "AT_ONCE", PATTERN)
        made = Board.objects.create(name="Skalnämnden", is_demo=True)
        fill_to_scale(made)
        scaling.scale(made, COUNT)
        settled()
        yield made


def test_there_are_so_many_cases_and_all_kinds_of_records(board: Board) -> None:
    cases = Case.objects.filter(board=board)
    assert cases.count() == COUNT == cases.values("number").distinct().count()
    assert not cases.filter(intakes=None).exists()
    for model in (Intake, Investigation, Decision):
        mine = model.objects.filter(board=board)
        assert mine.count() == mine.values("external_id").distinct().count() > COUNT / 10
        assert not mine.exclude(case__board=board).exists()
    assert {chronicle.record for chronicle in ALL} == {Intake, Investigation, Decision}


def test_columns_and_versions_are_those_that_follow_from_the_history(board: Board) -> None:
    for chronicle in ALL:
        records: Any = chronicle.record._default_manager.filter(board=board)
        known = chronicle.facts(record.pk for record in records)
        for record in records:
            stored = chronicle.versions._default_manager.filter(record=record)
            rebuilt = chronicle.rebuilt(record, known[record.pk])
            assert sorted(map(facts, stored)) == sorted(map(facts, rebuilt))
            state = timeline(known[record.pk], chronicle.fold)[-1].state
            stands = {name: getattr(record, name) for name in state if hasattr(record, name)}
            assert stands == {name: state[name] for name in stands}


def test_what_is_told_lies_in_the_past_and_is_recorded_in_order(board: Board) -> None:
    for chronicle in ALL:
        records: Any = chronicle.record._default_manager.filter(board=board)
        for told in chronicle.facts(record.pk for record in records).values():
            in_order = sorted(told, key=lambda fact: fact.recorded_at)
            days = [fact.effective_on for fact in in_order]
            assert days == sorted(days)
            assert days[-1] < clock.today()
            assert in_order[-1].recorded_at < clock.now()


def _standing(times: Iterable[Deadline]) -> dict[tuple[str, int], list[tuple[Any, ...]]]:
    found: dict[tuple[str, int], list[tuple[Any, ...]]] = {}
    for time in times:
        row = (time.rule, *(getattr(time, name) for name in _PLAIN), time.extends_id is None)
        found.setdefault((time.kind, time.subject_id), []).append(row)
    return {key: sorted(rows, key=str) for key, rows in found.items()}


def test_times_are_those_that_watching_would_begin(board: Board) -> None:
    mine = Deadline.objects.filter(board=board)
    stored = _standing(mine)
    (started_at,) = set(mine.values_list("started_at", flat=True))
    mine.exclude(extends=None).delete()
    mine.delete()
    keys = list(Case.objects.filter(board=board).values_list("pk", flat=True))
    watch_cases(keys, started_at, history=True)
    assert stored == _standing(Deadline.objects.filter(board=board))


def test_a_case_stands_as_its_records_make_it_and_its_mark_is_on_all(board: Board) -> None:
    cases = Case.objects.filter(board=board).order_by("pk")
    before = list(cases.values_list())
    gather([case.pk for case in cases], Stamp(clock.now(), None))
    assert list(cases.values_list()) == before
    assert cases.filter(protected=True).exists()
    for model in KINDS.values():
        records = model.objects.filter(board=board)
        assert not records.exclude(protected=F("case__protected")).exists()


def test_an_extension_follows_the_time_of_the_same_record(board: Board) -> None:
    longer = Deadline.objects.filter(board=board).exclude(extends=None).select_related("extends")
    assert len(longer) >= 3
    for time in longer:
        assert time.extends is not None
        assert time.subject_id == time.extends.subject_id
        assert time.extends.state == State.EXTENDED


def test_there_are_times_in_every_state_and_nothing_for_the_first_sweep(board: Board) -> None:
    mine = Deadline.objects.filter(board=board)
    states = Counter(mine.values_list("state", flat=True))
    assert {State.RUNNING, State.MET, State.EXTENDED, State.MISSED} <= states.keys()
    assert mine.filter(state=State.MISSED, ended_at=None).exists()
    now = clock.now()
    assert not mine.filter(Q(next_action_at__lte=now) | Q(settled_until__gt=now)).exists()
    Sweep(now, now).run()
    assert not Notice.objects.exists()

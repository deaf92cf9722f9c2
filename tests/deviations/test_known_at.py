"""A table made again later, as known on a past day, is the table that was made on that day.

Random histories are lived day by day through the services. Each day's report is kept, and at the
end made again with the clocks turned back. The counts are also reckoned one deviation at a time
from the history, and the stored version rows compared with those that the history gives.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.access.actor import Actor
from casework.models import ImportBatch, Unit
from casework.reports.selection import Selection, select
from casework.shared import clock
from casework.shared.errors import DomainError
from casework.shared.history import NO_END, NO_END_DAY
from deviations import states
from deviations.models import Category, CategoryRow, Cause, Deviation
from deviations.services.closing import assess_effect, close_without_action, reopen
from deviations.services.cooperation import set_protection
from deviations.services.following import follow_unit
from deviations.services.inbox import dismiss, merge, move, receive
from deviations.services.investigating import classify, investigate
from deviations.services.rebuilding import differing
from deviations.services.writing import Changes, Moment, write
from tests.conftest import Place, make_report
from tests.deviations.reckoning import Tables, made, reckoned, seen_from

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
EFFECTS = [states.IMPROVED, states.UNDECIDABLE, states.NO_EFFECT]


class Life:
    """A board whose deviations are reported, handled and put right, by act and choice."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.system = Actor.system(place.board)
        main = Category.objects.create(board=place.board, name="Ärendet")
        self.categories = [
            main,
            *[
                Category.objects.create(board=place.board, name=name, parent=main)
                for name in ("Övrigt", "Äldre", "Åtgärd")
            ],
        ]
        self.causes = [
            Cause.objects.create(board=place.board, name=name) for name in ("Ö", "Å", "Ä")
        ]
        self.units = [place.unit, place.sister_unit, place.far_unit]

    def one(self, choice: int) -> Deviation:
        """One of the deviations, if there is any; else a new one."""
        found = list(Deviation.objects.order_by("pk"))
        return found[choice % len(found)] if found else self.report(choice)

    def report(self, choice: int) -> Deviation:
        """Somebody reports."""
        return make_report(
            self.place,
            unit=self.units[choice % 3],
            category=self.categories[choice % 4] if choice % 5 else None,
            protected=choice % 7 == 0,
        )

    def classify(self, choice: int) -> None:
        """The category is set or changed."""
        category = self.categories[choice // 3 % 4]
        classify(self.system, self.one(choice).pk, category=category, severity=2, probability=2)

    def investigate(self, choice: int) -> None:
        """Causes are found."""
        causes = self.causes[: 1 + choice // 3 % 3]
        investigate(self.system, self.one(choice).pk, causes=causes, main_cause=None, analysis="")

    def receive(self, choice: int) -> None:
        """The unit takes it."""
        receive(self.system, self.one(choice).pk)

    def move(self, choice: int) -> None:
        """It goes to another unit."""
        move(self.system, self.one(choice).pk, to=self.units[choice // 5 % 3], reason="Deras.")

    def close(self, choice: int) -> None:
        """It is classified, investigated and closed without an action, all at the same instant."""
        deviation = self.one(choice)
        self.classify(choice)
        self.investigate(choice)
        close_without_action(self.system, deviation.pk, reason="Enstaka.")

    def dismiss(self, choice: int) -> None:
        """It was not a deviation."""
        dismiss(self.system, self.one(choice).pk, reason="Nej.")

    def assess(self, choice: int) -> None:
        """The effect of a closed one is judged."""
        assess_effect(self.system, self.one(choice).pk, effect=EFFECTS[choice // 3 % 3])

    def reopen(self, choice: int) -> None:
        """It is opened again."""
        reopen(self.system, self.one(choice).pk, reason="Igen.")

    def protect(self, choice: int) -> None:
        """Skyddade personuppgifter come or go."""
        deviation = self.one(choice)
        set_protection(self.system, deviation.pk, protected=not deviation.protected)

    def merge(self, choice: int) -> None:
        """Two become one."""
        merge(self.system, self.one(choice).pk, into=self.one(choice // 3).pk)

    def merge_units(self, choice: int) -> None:
        """A unit is replaced by a new one, from today or from some days ago."""
        number = choice % 3
        new = Unit.objects.create(
            board=self.place.board,
            department=self.units[number].department,
            area=self.place.area if choice % 2 else self.place.other_area,
            name=f"Ny enhet {Unit.objects.count()}",
        )
        on = clock.today() - timedelta(days=choice % 9)
        follow_unit(self.system, [self.units[number]], new, on)
        self.units[number] = new

    def correct(self, choice: int) -> None:
        """A file read in again gives another category from the day of the report."""
        deviation = self.one(choice)
        row = CategoryRow.objects.filter(deviation=deviation).order_by("pk").first()
        batch = ImportBatch.objects.create(
            board=self.place.board,
            kind="avvikelser",
            file_name="avvikelser.csv",
            imported_at=clock.now(),
            rows=1,
            added=0,
            unchanged=0,
            updated=1,
        )
        moment = Moment(
            None,
            clock.now(),
            row.effective_on if row else deviation.registered_on,
            batch,
            {"category": row.pk} if row else {},
        )
        write(deviation, [(moment, Changes(category=self.categories[choice // 7 % 4]))])

    def correct_dates(self, choice: int) -> None:
        """A file read in again says that it was reported some days earlier."""
        deviation = self.one(choice)
        earlier = deviation.registered_on - timedelta(days=1 + choice % 40)
        corrects = {
            "registration": deviation.registrationrow_rows.order_by("pk").last().pk,
        }
        moment = Moment(None, clock.now(), earlier, None, corrects)
        changes = Changes(
            registered_on=earlier, status=states.REPORTED, unit=self.units[choice % 3]
        )
        write(deviation, [(moment, changes)])


ACTS: list[Callable[[Life, int], Any]] = [
    Life.report,
    Life.report,
    Life.classify,
    Life.investigate,
    Life.receive,
    Life.move,
    Life.close,
    Life.close,
    Life.dismiss,
    Life.assess,
    Life.reopen,
    Life.protect,
    Life.merge,
    Life.merge_units,
    Life.correct,
    Life.correct_dates,
]

# Each step: which act, on what, and how many hours pass before it (nights and midnights too).
STEPS = st.lists(
    st.tuples(
        st.integers(0, len(ACTS) - 1),
        st.integers(0, 500),
        st.sampled_from([0, 0, 1, 7, 15, 26, 24 * 12]),
    ),
    min_size=6,
    max_size=28,
)


def _whole_board(place: Place) -> Selection:
    return select(
        Actor.system(place.board),
        place.board,
        period_from=date(2025, 11, 1),
        period_to=date(2026, 12, 31),
        min_count=2,
    )


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_every_past_days_tables_can_be_made_again(
    place: Place, steps: list[tuple[int, int, int]]
) -> None:
    with transaction.atomic(), time_machine.travel(START, tick=False) as time:
        life = Life(place)
        kept = []
        for act, choice, hours in steps:
            time.shift(timedelta(hours=hours))
            # What the state does not admit has not happened.
            with suppress(DomainError), transaction.atomic():
                ACTS[act](life, choice)
            if hours:
                selection = _whole_board(place)
                protected = Deviation.objects.filter(protected=True)
                marks = set(protected.values_list("pk", flat=True))
                kept.append((selection, marks, made(selection)))
                # Nothing is recorded in the very microsecond of a report.
                time.shift(timedelta(microseconds=1))
        time.shift(timedelta(days=40))
        # Whoever is protected today is in no split of any day: what was shown then is made again
        # as it would have been with the mark.
        marked = set(Deviation.objects.filter(protected=True).values_list("pk", flat=True))
        for selection, marked_then, then in kept:
            again = seen_from(selection, as_of=selection.as_of, known_at=selection.known_at)
            if marked <= marked_then:
                assert made(again) == then
            else:
                _agrees(made(again), reckoned(again))
                assert _totals(made(again)) == _totals(then)
        _agrees_with_the_history(_whole_board(place))
        transaction.set_rollback(True)


def _agrees_with_the_history(selection: Selection) -> None:
    assert not [wrong for _, found in differing(repair=False) for wrong in found]
    _agrees(made(selection), reckoned(selection))
    for deviation in Deviation.objects.all():
        now = deviation.versions.get(recorded_to=NO_END, effective_to=NO_END_DAY)
        for name in ("registered_on", "status", "closed_on", "unit_id", "category_id", "effect"):
            assert getattr(deviation, name) == getattr(now, name), name


def _agrees(counted: Tables, expected: Tables) -> None:
    for key, table in expected.items():
        assert {name: counted[key][name] for name in table} == table, key


def _totals(tables: Tables) -> list[int]:
    return [table["total"] for table in tables.values()]

"""One deviation of the demo while its story is told: who does what, in which words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from casework.access.actor import Actor
from casework.demo.agenda import office_hours
from casework.demo.world import Place, World
from casework.organisation.models import User
from casework.shared import clock
from deviations import risk
from deviations.demo import phrases
from deviations.demo.events import Kind
from deviations.demo.registers import Registers
from deviations.models import Category, Cause, Concerns, Deviation, SafeNow
from deviations.services import closing, cooperation, inbox, investigating, reporting
from deviations.services.closing import Handling
from deviations.services.investigating import PlannedAction
from deviations.services.reporting import Report


@dataclass
class Case:
    """A deviation to come, and the hands through which it goes.

    ``stop_after`` names the act after which nothing more happens: such a case lies and waits.
    """

    world: World
    registers: Registers
    place: Place
    kind: Kind
    reporter: User
    rng: Random
    stop_after: str = ""
    deviation: Deviation = field(init=False)

    @property
    def place_now(self) -> Place:
        """The place that is responsible today."""
        return self.world.place_of(self.deviation.unit_id)

    @property
    def leader(self) -> Actor:
        """Who decides: the manager, or the head where it is about the manager."""
        place = self.place_now
        return self.world.actor(place.head if self.deviation.about_manager else place.manager)

    @property
    def category(self) -> Category:
        """The category of what happened."""
        return self.registers.categories[self.kind]

    def after(self, low: float, high: float) -> datetime:
        """Return the instant of the next act, so many days from now in office hours."""
        minutes = self.rng.randint(0, 480)
        wait = timedelta(days=self.rng.uniform(low, high), minutes=minutes)
        return office_hours(clock.now() + wait)

    def words(self, texts: Sequence[str]) -> str:
        """Return one of ``texts`` with its blanks filled in."""
        week = (clock.today() - timedelta(days=14)).isocalendar().week
        return self.rng.choice(texts).format(
            antal=self.rng.randint(2, 6), dagar=self.rng.randint(8, 45), vecka=week
        )

    def report(self, texts: Sequence[str] = (), *, grave: bool = False, **more: Any) -> None:
        """Report it, with a category now and then; only where ``grave`` may somebody be unsafe."""
        rng, today = self.rng, clock.today()
        occurred = today - timedelta(days=rng.choice([0, 0, 1, 1, 2, 3, 5, 12]))
        safe = rng.choices(SafeNow.values, weights=[62, 12 if grave else 0, 13, 20])[0]
        given = Report(
            description=self.words(texts or self.kind.texts),
            occurred_on=occurred,
            noticed_on=today if rng.random() < 0.5 else None,
            unit=self.place.unit,
            safe_now=safe,
            done_at_once=rng.choice(phrases.AT_ONCE),
            concerns=rng.choices(Concerns.values, weights=[2, 6, 1, 1])[0],
            case_number=f"Ä{today.year}-{rng.randint(1000, 9999)}" if rng.random() < 0.6 else "",
            category=self.category if rng.random() < 0.3 else None,
            **more,
        )
        self.deviation = reporting.report(self.world.actor(self.reporter), given)

    def receive(self) -> None:
        """Take it in: the manager, or now and then the senior who helps."""
        place, actor = self.place_now, self.leader
        if place.unit.forste_helps_with_inbox and self.rng.random() < 0.4:
            senior = self.world.actor(place.senior)
            if self.deviation.unit_id in senior.helped_units and not self.deviation.about_manager:
                actor = senior
        self.deviation = inbox.receive(actor, self.deviation.pk)

    def assign(self, to: User | None = None) -> None:
        """Give it to somebody in the unit; a protected one to the named."""
        place = self.place_now
        choices = [place.senior] if self.deviation.protected else [place.senior, *place.workers]
        handler = to or self.rng.choice(choices)
        self.deviation = inbox.assign(self.leader, self.deviation.pk, to=handler)

    def classify(self, *, low: bool = False) -> None:
        """Set the category and judge the risk."""
        severity, probability = self.risk(low=low)
        self.deviation = investigating.classify(
            self.leader,
            self.deviation.pk,
            category=self.category,
            severity=severity,
            probability=probability,
        )

    def risk(self, *, low: bool) -> tuple[int, int]:
        """Return a severity and a probability, those of a low risk where ``low``."""
        if low:
            return self.rng.choice([(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (1, 4)])
        severity = self.rng.choices(list(risk.SEVERITIES), weights=[2, 5, 4, 1])[0]
        return severity, self.rng.choices(list(risk.PROBABILITIES), weights=[2, 4, 3, 1])[0]

    def causes(self) -> list[Cause]:
        """Return one to three causes, some more usual than others."""
        pool = list(self.registers.causes)
        weights = [30, 28, 20, 18, 15, 8, 6, 5, 4]
        found: list[Cause] = []
        for _ in range(self.rng.choices([1, 2, 3], weights=[6, 3, 1])[0]):
            cause = self.rng.choices(pool, weights=weights[: len(pool)])[0]
            if cause not in found:
                found.append(cause)
        return found

    def investigate(self) -> None:
        """Record causes and analysis."""
        causes = self.causes()
        self.deviation = investigating.investigate(
            self.leader,
            self.deviation.pk,
            causes=causes,
            main_cause=causes[0],
            analysis=self.rng.choice(phrases.CAUSES[causes[0].name]),
        )

    def plan_action(self, owner: User | None = None) -> int:
        """Plan an åtgärd against the main cause and return its id."""
        text, _ = self.rng.choice(phrases.ACTIONS)
        place = self.place_now
        choices = (place.manager, place.senior, place.workers[0])
        planned = PlannedAction(
            text=text,
            cause=self.deviation.main_cause,
            owner=owner or self.rng.choice(choices),
            due_on=clock.today() + timedelta(days=self.rng.choice([14, 21, 30, 45, 60])),
        )
        action = investigating.plan_action(self.leader, self.deviation.pk, planned)
        return action.pk

    def finish_action(self, action_id: int) -> None:
        """Mark an åtgärd as done."""
        investigating.finish_action(self.leader, action_id)

    def close(self) -> None:
        """Close it with what it led to."""
        outcome = self.rng.choice(phrases.ACTIONS)[1]
        self.deviation = closing.close(self.leader, self.deviation.pk, outcome=outcome)

    def close_simply(self, *, act: bool = True) -> None:
        """Close a low risk on one screen, with something done or with the reason why not."""
        severity, probability = self.risk(low=True)
        causes = self.causes()
        done, outcome = self.rng.choice(phrases.ACTIONS)
        handling = Handling(
            category=self.category,
            severity=severity,
            probability=probability,
            causes=causes,
            analysis=self.rng.choice(phrases.CAUSES[causes[0].name]),
            done=done if act else "",
            outcome=outcome if act else "",
            no_action_reason="" if act else self.rng.choice(phrases.NO_ACTION_REASONS),
        )
        self.deviation = closing.close_simply(self.leader, self.deviation.pk, handling)

    def assess_effect(self) -> None:
        """Assess the effect; most åtgärder help."""
        effect = self.rng.choices(["improved", "undecidable", "no_effect"], weights=[7, 2, 1])[0]
        self.deviation = closing.assess_effect(self.leader, self.deviation.pk, effect=effect)

    def exchange(self, *, answered: bool) -> None:
        """Note that another authority has it too."""
        today = clock.today()
        cooperation.record_exchange(
            self.leader,
            self.deviation.pk,
            authority=self.rng.choice(phrases.AUTHORITIES),
            their_number=f"MC-{self.rng.randint(10000, 99999)}",
            sent_on=today - timedelta(days=9 if answered else 0),
            answered_on=today if answered else None,
        )

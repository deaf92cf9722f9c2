"""Which legal times a record has, by what is told of it and of its case: pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from casework.cases.models import (
    CHILD_INVESTIGATION,
    Decision,
    Intake,
    IntakeKind,
    IntakeOutcome,
    Investigation,
)
from casework.shared import clock

PROTECTION, PRELIMINARY = "protection_assessment", "preliminary_assessment"
FEEDBACK = "reporter_feedback"
INVESTIGATION, FOLLOW_UP = "child_investigation", "follow_up_after_investigation"
# The board's own, where it has set any: no law gives a number of days (FL 9 §).
ADULT, ECONOMIC = "adult_investigation", "economic_assistance"
UNEXECUTED, INTERRUPTED = "unexecuted_decision", "interrupted_decision"

# The times of each kind of record.
RULES = {
    "intake": (PROTECTION, PRELIMINARY, FEEDBACK),
    "investigation": (INVESTIGATION, FOLLOW_UP, ADULT, ECONOMIC),
    "decision": (UNEXECUTED, INTERRUPTED),
}


@dataclass(frozen=True)
class Clock:
    """A time that a record has: by which rule, from when.

    ``met_on`` is when it was done. ``fell_on`` is when it was no longer asked for: it then falls
    away, unless it had run out by that day. ``extensions`` are (through, decided on), in order.
    """

    rule: str
    trigger_date: date
    met_on: date | None = None
    fell_on: date | None = None
    extensions: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True)
class Inquiry:
    """An investigation, as the other records of its case depend on it."""

    pk: int
    opened_on: date
    intake_on: date | None
    closed_on: date | None
    is_childs: bool

    def was_open_before(self, received_on: date) -> bool:
        """Say whether it was open when an intake came in that did not lead to it."""
        is_earlier = self.opened_on < received_on or (
            self.opened_on == received_on
            and self.intake_on is not None
            and self.intake_on < received_on
        )
        return is_earlier and (self.closed_on is None or self.closed_on >= received_on)


def is_childs(kind: str, *, in_childrens_area: bool) -> bool:
    """Say whether an investigation is a child's: said to be, or nothing said among children's."""
    return kind == CHILD_INVESTIGATION or (not kind and in_childrens_area)


def is_economic(kind: str, *, area: str) -> bool:
    """Say whether an investigation is of ekonomiskt bistånd: by its kind, else by its area."""
    return "ekonomiskt bistånd" in (kind or area).lower()


def of_intake(
    intake: Intake,
    inquiries: Iterable[Inquiry],
    *,
    is_childs: bool,
    asked_on: date | None = None,
) -> Iterator[Clock]:
    """Yield the times of an intake; ``inquiries`` are the investigations of its case.

    ``asked_on`` is when the reporter asked for feedback, where that is known.
    """
    if is_childs and intake.kind == IntakeKind.REPORT:
        assessed_on = clock.local_day(intake.assessed_at) if intake.assessed_at else None
        # Once it is decided whether to open, nobody asks for the assessment any more.
        fell_on = None if assessed_on else intake.decided_on
        yield Clock(PROTECTION, intake.received_on, assessed_on, fell_on)
        yield from _preliminary(intake, [one for one in inquiries if one.is_childs])
    decided_on = intake.decided_on
    # Whoever asks after the decision is answered at once: the law gives no week (SoL 19:6).
    if intake.feedback_asked and decided_on and (asked_on or decided_on) <= decided_on:
        yield Clock(FEEDBACK, decided_on, intake.feedback_given_on)


def _preliminary(intake: Intake, inquiries: Sequence[Inquiry]) -> Iterator[Clock]:
    received_on = intake.received_on
    if any(one.was_open_before(received_on) for one in inquiries):
        return
    decided_on = intake.decided_on
    opened = min((o.opened_on for o in inquiries if o.opened_on >= received_on), default=None)
    by_itself = intake.outcome == IntakeOutcome.OPENED or opened is None
    if by_itself or (decided_on is not None and decided_on <= (opened or decided_on)):
        yield Clock(PRELIMINARY, received_on, decided_on)
    else:
        yield Clock(PRELIMINARY, received_on, fell_on=opened)


def of_investigation(
    investigation: Investigation,
    inquiries: Iterable[Inquiry],
    extensions: Iterable[tuple[date, date | None]],
    *,
    is_childs: bool,
    area: str = "",
) -> Iterator[Clock]:
    """Yield the times of an investigation; ``extensions`` are (through, decided on or not said).

    ``area`` is the name of the verksamhetsområde. Ekonomiskt bistånd counts from the application.
    """
    opened_on = investigation.opened_on
    if is_childs:
        # Not said when: taken for decided in time, as the tables do.
        dated = sorted((decided or opened_on, through) for through, decided in extensions)
        in_order = tuple((through, decided) for decided, through in dated)
        yield Clock(INVESTIGATION, opened_on, investigation.closed_on, extensions=in_order)
    elif is_economic(investigation.kind, area=area):
        came_on = investigation.intake_on or opened_on
        yield Clock(ECONOMIC, came_on, investigation.closed_on)
    else:
        yield Clock(ADULT, opened_on, investigation.closed_on)
    began = investigation.follow_up_on
    if began is not None:
        later = [one.opened_on for one in inquiries if one.opened_on >= began]
        others = [day for day in later if day > opened_on]
        ended_on = investigation.follow_up_ended_on
        yield Clock(FOLLOW_UP, began, ended_on, None if ended_on else min(others, default=None))


def of_decision(decision: Decision) -> Iterator[Clock]:
    """Yield the times of a decision: from it, and from an interruption."""
    yield Clock(
        UNEXECUTED,
        decision.decided_on,
        decision.executed_on,
        None if decision.executed_on else decision.ended_on,
    )
    if decision.interrupted_on:
        resumed_on = decision.resumed_on
        ended_on = None if resumed_on else decision.ended_on
        yield Clock(INTERRUPTED, decision.interrupted_on, resumed_on, ended_on)

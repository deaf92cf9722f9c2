"""Förslag från bevakning: what waits to be confirmed or declined, and what is shown of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Q, QuerySet, Value, When

from casework.access import policy
from casework.access.actor import Actor
from casework.deadlines import lists
from casework.deadlines.models import Deadline
from casework.deadlines.subjects import SUBJECTS
from casework.shared import clock
from deviations.models import Proposal
from deviations.models.proposal import of_confidential
from deviations.rules import proposal_rules
from deviations.services.proposals import days_late, settled


@dataclass(frozen=True)
class Row:
    """A proposal as it is shown.

    ``url`` leads to what it concerns, where the actor may open that. ``settled`` says in words
    why there is nothing to confirm, or is empty. ``may`` names the acts that are the actor's.
    """

    proposal: Proposal
    number: str
    url: str
    rule: str
    why: tuple[str, ...]
    days_late: int
    settled: str
    may: frozenset[str]


def waiting(actor: Actor) -> QuerySet[Proposal]:
    """Return what nobody has decided on and ``actor`` may open, what is latest first.

    What is before SAS alone stands above what SAS may only follow.
    """
    found = Proposal.objects.visible_to(actor).undecided().with_parts()
    followed = Case(When(of_confidential(), then=0), default=1)
    return found.order_by(followed, "deadline__last_day", "pk")


def own(actor: Actor) -> QuerySet[Proposal]:
    """Return what waits for ``actor``: of the own units or department; to SAS, of lex Sarah."""
    theirs = Q(unit__in=actor.answered_units) | of_confidential()
    return Proposal.objects.visible_to(actor).undecided().filter(theirs)


def rows(actor: Actor, proposals: Sequence[Proposal], *, linked: bool = True) -> list[Row]:
    """Return ``proposals`` as rows; one query for each kind of record, and one for the links."""
    today = clock.today()
    times = [proposal.deadline for proposal in proposals]
    opened = _opened(actor, times) if linked else set()
    return [
        Row(
            proposal=proposal,
            number=policy.shown_case_number(actor, row.shown.number) if row.shown else "",
            url=row.shown.url if row.shown and _key(row.time) in opened else "",
            rule=row.label,
            why=row.why,
            days_late=days_late(row.time, today),
            settled=settled(row.time),
            may=policy.allowed(actor, proposal, proposal_rules(proposal)),
        )
        for proposal, row in zip(proposals, lists.rows(actor, times), strict=True)
    ]


def _key(time: Deadline) -> tuple[str, int]:
    return time.kind, time.subject_id


def _opened(actor: Actor, times: Sequence[Deadline]) -> set[tuple[str, int]]:
    """Return which subjects the actor may open: the unit of that day may have them no longer."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for time in times:
        by_kind[time.kind].add(time.subject_id)
    found = [
        SUBJECTS[kind].visible(actor).filter(pk__in=ids).order_by().values_list(Value(kind), "pk")
        for kind, ids in by_kind.items()
    ]
    return set(found[0].union(*found[1:])) if found else set()

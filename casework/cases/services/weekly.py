"""Noting that the weekly list of investigations was gone through."""

from datetime import date, timedelta

from casework.access import leading
from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.cases.models import WeeklyReview
from casework.organisation.models import Unit
from casework.shared import clock
from casework.shared.errors import InvalidInput, NotVisible


def monday_of(day: date) -> date:
    """Return the Monday of the week of ``day``."""
    return day - timedelta(days=day.weekday())


def note_weekly_review(actor: Actor, unit_id: int) -> WeeklyReview:
    """Note that the unit's list was gone through this week; the first to say so has said it.

    Raises ``NotVisible`` for what is no unit of the board, ``NotAllowed`` for whoever does not
    lead the unit, and ``InvalidInput`` for one that no longer is.
    """
    with unit_of_work(actor) as work:
        unit = Unit.objects.filter(board_id=actor.board_id, pk=unit_id).first()
        if unit is None:
            raise NotVisible
        leading.require_supervisor(actor, unit.pk)
        today = clock.today()
        if not unit.is_valid_on(today):
            raise InvalidInput("Enheten har upphört.", field="unit")
        review, is_new = WeeklyReview.objects.get_or_create(
            unit=unit,
            week=monday_of(today),
            defaults={
                "board_id": actor.board_id,
                "noted_by_id": actor.user_id,
                "noted_at": work.at,
            },
        )
        if is_new:
            work.audit("case.weekly_reviewed", review, data={"unit": unit.pk, "week": review.week})
    return review

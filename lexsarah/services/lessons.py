"""Lärdomar: what others may learn of an event, sent to every unit, gone through by each.

What happened once and could happen elsewhere is told without anything that points somebody out
(SOSFS 2011:9 5 kap. 7 §); each unit's manager says when it was gone through.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from casework.access import leading
from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.organisation.models import Unit
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotVisible
from lexsarah.models import Lesson, LessonReview
from lexsarah.services.door import act, required
from lexsarah.services.telltales import Telltales

MAX_TITLE = 200


def publish(
    actor: Actor,
    report_id: int,
    *,
    title: str,
    text: str,
    anyway: bool = False,
    expected_version: int | None = None,
) -> Lesson:
    """Send a lesson to all units; it cannot be taken back. Fields ``title``, ``text``.

    Raises ``InvalidInput`` where the text could tell whom it is about, unless ``anyway``; with
    a personnummer or the case's number in it, always.
    """
    with act(actor, "publish_lesson", report_id, expected_version=expected_version) as this:
        title = required(title, "title", "Skriv en rubrik.", longest=MAX_TITLE)
        text = required(text, "text", "Skriv vad andra kan lära av det.")
        telltales = Telltales(this.report)
        for field, given in (("title", title), ("text", text)):
            found = telltales.within(given)
            stops = [one.what for one in found if one.never or not anyway]
            if stops:
                raise InvalidInput(
                    f"I texten står {', '.join(stops)}. Skriv om så att ingen kan kännas igen.",
                    field=field,
                    code="never" if any(one.never for one in found) else "telltale",
                )
        lesson = Lesson.objects.create(
            board_id=this.report.board_id,
            report=this.report,
            title=title,
            text=text,
            published_by_id=actor.user_id,
            published_at=this.work.at,
        )
        this.work.audit("lexsarah.lesson_published", this.report, data={"lesson": lesson.pk})
    return lesson


def readable(actor: Actor) -> QuerySet[Lesson]:
    """Return the board's lessons: they are for everybody who works there."""
    return Lesson.objects.filter(board=actor.board_id)


def unreviewed(actor: Actor, on: date) -> QuerySet[Lesson]:
    """Return the lessons that a unit whose Enhetschef the actor is has not gone through."""
    gone_through = LessonReview.objects.filter(lesson=OuterRef(OuterRef("pk")), unit=OuterRef("pk"))
    own = Unit.objects.valid_on(on).filter(pk__in=actor.managed_units)
    return readable(actor).filter(Exists(own.filter(~Exists(gone_through))))


def review(actor: Actor, lesson_id: int, *, unit: Unit, held_on: date) -> LessonReview:
    """Say that the unit has gone through the lesson, as its Enhetschef does. Field ``held_on``."""
    with unit_of_work(actor) as work:
        lesson = readable(actor).filter(pk=lesson_id).first()
        if lesson is None or unit.board_id != actor.board_id:
            raise NotVisible
        leading.require_manager(actor, unit.pk)
        today, sent_on = clock.local_day(work.at), clock.local_day(lesson.published_at)
        if not sent_on <= held_on <= today:
            raise InvalidInput(
                f"Lärdomen kom {sent_on}. Välj den dagen eller en senare, och senast i dag.",
                field="held_on",
            )
        made, is_new = LessonReview.objects.get_or_create(
            lesson=lesson,
            unit=unit,
            defaults={
                "held_on": held_on,
                "confirmed_by_id": actor.user_id,
                "confirmed_at": work.at,
            },
        )
        if not is_new:
            raise ConflictError(f"{unit.name} gick igenom lärdomen {made.held_on}.")
        work.audit("lexsarah.lesson_reviewed", made, data={"unit": unit.pk})
    return made


@dataclass(frozen=True)
class OfUnit:
    """A unit and when it went through a lesson; None: it has not."""

    unit: Unit
    held_on: date | None


def by_unit(actor: Actor, lesson: Lesson, on: date) -> Sequence[OfUnit]:
    """Return the units of that day that the actor follows and when each went through the lesson.

    An Enhetschef the own, SAS the board's; two queries.
    """
    held = dict(LessonReview.objects.filter(lesson=lesson).values_list("unit", "held_on"))
    units = Unit.objects.valid_on(on).filter(leading.lesson_units_q(actor)).order_by("name")
    return [OfUnit(unit, held.get(unit.pk)) for unit in units]

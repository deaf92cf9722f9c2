"""Reporting a deviation: from what was typed to the manager's Inkorg."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import connection

from casework.access.actor import Actor
from casework.audit.work import Work, unit_of_work
from casework.organisation.models import Unit, User
from casework.shared import blind_index, clock
from casework.shared.errors import InvalidInput
from casework.shared.uploads import Upload
from deviations import risk, states
from deviations.models import Category, Concerns, Deviation, SafeNow
from deviations.services import attaching, misconduct
from deviations.services.attaching import removed_on_failure
from deviations.services.door import required
from deviations.services.drafts import claim
from deviations.services.writing import Changes, Moment, write_new


@dataclass
class Report:
    """What a person reports. Only the first four are required.

    ``from_watch`` is for what the watch has found and somebody confirmed: nobody reported it, and
    whether anybody is safe it cannot say. ``arose_in`` is the unit that it arose in, where another
    has replaced that since.
    """

    description: str
    occurred_on: date | None
    unit: Unit
    safe_now: str
    noticed_on: date | None = None
    done_at_once: str = ""
    concerns: str = Concerns.UNSAID
    case_number: str = ""
    protected: bool = False
    possible_misconduct: bool = False
    about_manager: bool = False
    on_behalf_of: User | None = None
    category: Category | None = None
    files: Sequence[Upload] = field(default_factory=list)
    from_watch: bool = False
    arose_in: Unit | None = None


def report(actor: Actor, given: Report, *, draft_key: UUID | None = None) -> Deviation:
    """Submit a report; it cannot be edited afterwards.

    What is marked as a possible missförhållande is a lex Sarah report from this moment
    (SoL 27:2) and reaches SAS at once, beside the manager.
    With ``draft_key`` the draft's files come along, the draft is emptied, and submitting once more
    returns the report that it already became. Raises ``InvalidInput`` naming the field.
    """
    with removed_on_failure() as stored, unit_of_work(actor) as work:
        draft = claim(actor, draft_key, work.at) if draft_key else None
        if draft and draft.submitted_as:
            return draft.submitted_as
        _check(actor, given, clock.local_day(work.at))
        deviation = _new(actor, given, work)
        moment = Moment(actor.user_id, work.at, clock.local_day(work.at))
        changes = Changes(
            registered_on=moment.effective_on,
            status=states.REPORTED,
            unit=given.unit,
            category=given.category,
            protected=given.protected,
        )
        write_new([(deviation, [(moment, changes)])])
        if given.files:
            attaching.check_count(len(given.files) + (draft.files.count() if draft else 0))
        for upload in given.files:
            attaching.attach(work, actor, deviation, upload, stored)
        if draft:
            attaching.hand_over(work, actor, draft, deviation)
            draft.content, draft.submitted_as = "", deviation
            draft.save(update_fields=["content", "submitted_as"])
        misconduct.follow(deviation, work, work.at)
        work.audit(
            "deviation.reported",
            deviation,
            data={"unit": given.unit.pk, "possible_misconduct": given.possible_misconduct},
        )
    return deviation


def next_number(year: int) -> tuple[int, str]:
    """Return a fresh primary key and the number on screen that follows from it."""
    return next_numbers([year])[0]


def next_numbers(years: Sequence[int]) -> list[tuple[int, str]]:
    """Return a key and a number for each of ``years``, in their order.

    The sequence is the table's own, so that reporting at the same time never waits.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('deviations_deviation', 'id'))"
            " FROM generate_series(1, %s)",
            [len(years)],
        )
        keys = [key for (key,) in cursor.fetchall()]
    return [(key, f"AVV-{year}-{key:05d}") for key, year in zip(keys, years, strict=True)]


def _check(actor: Actor, given: Report, today: date) -> None:
    given.description = required(
        given.description, "description", "Skriv vad som hände, med dina egna ord."
    )
    if given.safe_now not in SafeNow.values and not given.from_watch:
        raise InvalidInput("Ange om den enskilde är trygg nu.", field="safe_now")
    if given.occurred_on is None:
        raise InvalidInput("Ange när det hände. Ett ungefärligt datum räcker.", field="occurred_on")
    if given.occurred_on > today:
        raise InvalidInput(
            "Datumet ligger framåt i tiden. Ange när det hände.", field="occurred_on"
        )
    if given.noticed_on and not given.occurred_on <= given.noticed_on <= today:
        raise InvalidInput(
            "Det kan ha upptäckts tidigast samma dag som det hände och senast i dag.",
            field="noticed_on",
        )
    # A unit that has gone and left no successor answers for what the watch found there.
    is_there = given.from_watch or given.unit.is_valid_on(today)
    if given.unit.board_id != actor.board_id or not is_there:
        raise InvalidInput("Välj en enhet som finns i dag.", field="unit")
    if given.concerns not in Concerns.values:
        raise InvalidInput("Välj vem som berörs.", field="concerns")
    colleague = given.on_behalf_of
    if colleague and (
        colleague.board_id != actor.board_id
        or not colleague.is_active
        or colleague.pk == actor.user_id
    ):
        raise InvalidInput("Välj en kollega i den egna nämnden.", field="on_behalf_of")
    category = given.category
    # What the watch proposed while it was used may stay.
    in_use = given.from_watch or category is None or category.is_valid_on(today)
    if category and (category.board_id != actor.board_id or not in_use):
        raise InvalidInput("Välj en kategori i listan.", field="category")


def _new(actor: Actor, given: Report, work: Work) -> Deviation:
    today = clock.local_day(work.at)
    key, number = next_number(today.year)
    return Deviation(
        pk=key,
        number=number,
        board_id=actor.board_id,
        reporter_id=None if given.from_watch else actor.user_id,
        on_behalf_of=given.on_behalf_of,
        reporting_unit=given.arose_in or given.unit,
        unit=given.unit,
        reported_at=work.at,
        registered_on=today,
        occurred_on=given.occurred_on,
        noticed_on=given.noticed_on,
        description=given.description,
        done_at_once=given.done_at_once.strip(),
        safe_now=given.safe_now,
        concerns=given.concerns,
        case_number=given.case_number.strip(),
        possible_misconduct=given.possible_misconduct,
        about_manager=given.about_manager,
        from_watch=given.from_watch,
        protected=given.protected,
        status=states.REPORTED,
        search_terms=blind_index.terms(given.description, given.done_at_once),
        priority=risk.priority(
            safe_now=given.safe_now,
            possible_misconduct=given.possible_misconduct,
            severity=None,
            probability=None,
        ),
    )

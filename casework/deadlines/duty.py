"""Keeping the functions on duty: founded, peopled and ended, from a day to a day."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import Work, unit_of_work
from casework.deadlines.board_models import DutyFunction
from casework.organisation.models import Department, Unit, User
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotVisible

ONE_DAY = timedelta(days=1)


def of_board(actor: Actor) -> QuerySet[DutyFunction]:
    """Return the functions of the actor's board with their members, in force or not."""
    members = Prefetch("members", User.objects.order_by("first_name", "last_name", "pk"))
    functions = DutyFunction.objects.filter(board_id=actor.board_id)
    return functions.select_related("department").prefetch_related(members)


def covering(actor: Actor, unit_ids: Collection[int]) -> QuerySet[DutyFunction]:
    """Return the functions in force today for the units, each with how many ``people`` it has."""
    departments = Unit.objects.filter(pk__in=unit_ids).values("department")
    of_board = DutyFunction.objects.valid_on(clock.today()).filter(board_id=actor.board_id)
    return (
        of_board.filter(Q(department=None) | Q(department__in=departments))
        .select_related("department")
        .annotate(people=Count("members", filter=Q(members__is_active=True)))
    )


def found(
    actor: Actor,
    *,
    name: str,
    department: Department | None = None,
    email: str = "",
    valid_from: date,
    valid_to: date | None = None,
) -> DutyFunction:
    """Found a function of a department or, without one, of the whole board."""
    with unit_of_work(actor) as work:
        policy.require_configurer(actor)
        if department is not None and department.administration.board_id != actor.board_id:
            raise InvalidInput("Välj en av nämndens egna avdelningar.", field="department")
        if valid_from < clock.today():
            raise InvalidInput("Välj i dag eller en senare dag.", field="valid_from")
        if valid_to is not None and valid_to < valid_from:
            raise InvalidInput("Sista dagen kan inte komma före den första.", field="valid_to")
        function = DutyFunction.objects.create(
            board_id=actor.board_id,
            department=department,
            name=name.strip(),
            email=email,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        _audit(work, function, "founded")
    return function


def add_member(actor: Actor, function_id: int, *, user: User) -> None:
    """Let a person be told as one of the function."""
    with unit_of_work(actor) as work:
        function = _locked(actor, function_id)
        if user.board_id != actor.board_id or not user.is_active:
            raise InvalidInput("Välj en person i den egna nämnden.", field="user")
        function.members.add(user)
        _audit(work, function, "member_added", user)


def remove_member(actor: Actor, function_id: int, user_id: int) -> None:
    """Let a person be told as one of the function no longer."""
    with unit_of_work(actor) as work:
        function = _locked(actor, function_id)
        user = function.members.filter(pk=user_id).first()
        if user is None:
            raise NotVisible
        function.members.remove(user)
        _audit(work, function, "member_removed", user)


def end(actor: Actor, function_id: int, *, last_day: date) -> None:
    """End a function after a day; one that has not begun is taken away."""
    with unit_of_work(actor) as work:
        function = _locked(actor, function_id)
        if last_day < clock.today():
            raise InvalidInput("Välj i dag eller en senare dag.", field="last_day")
        _audit(work, function, "ended")
        if function.valid_from is not None and function.valid_from > last_day:
            function.delete()
        else:
            function.valid_to = last_day
            function.save(update_fields=["valid_to"])


def _locked(actor: Actor, function_id: int) -> DutyFunction:
    functions = DutyFunction.objects.select_for_update(of=("self",)).filter(board_id=actor.board_id)
    function = functions.filter(pk=function_id).first()
    if function is None:
        raise NotVisible
    policy.require_configurer(actor)
    if function.valid_to is not None and function.valid_to < clock.today():
        raise ConflictError("Funktionen har upphört. Lägg upp en ny.")
    return function


def _audit(work: Work, function: DutyFunction, act: str, user: User | None = None) -> None:
    data = {"act": act} | ({"user": user.pk} if user else {})
    work.audit("deadline.duty_changed", function, data=data)

"""What follows for deviations when someone leaves or when units are replaced."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable

from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.deadlines import services as times
from casework.organisation.models import Membership, Unit, User
from casework.shared import clock
from deviations import states
from deviations.models import Action, Deviation
from deviations.services.watching import ACTION, DEVIATION
from deviations.services.writing import Changes, Moment, write

# Still to be worked with by the responsible unit or SAS. What only waits for its effect to be
# assessed stays with the old unit, whose successors have it in their Inkorg all the same.
FOLLOWS = states.OPEN_STATES | {states.WITH_SAS}
HANDLED = FOLLOWS | {states.CLOSED_FOLLOW_UP}


def open_handled_by(user: User) -> QuerySet[Deviation]:
    """Return the deviations that ``user`` handles and that are not done with."""
    return Deviation.objects.filter(handler=user, status__in=HANDLED)


def open_actions_of(user: User) -> QuerySet[Action]:
    """Return the åtgärder that ``user`` is to do."""
    return Action.objects.filter(owner=user, done_on__isnull=True).exclude(
        deviation__status__in=[states.MERGED, states.NOT_DEVIATION]
    )


def _closed_to(to: User, deviation: str = "") -> Combinable | Q:
    """Those with skyddade personuppgifter in whose unit ``to`` is not named for them."""
    named = Membership.objects.valid_on(clock.today()).filter(
        user=to, sees_protected=True, unit_id=OuterRef(f"{deviation}unit_id")
    )
    return Q(**{f"{deviation}protected": True}) & ~Exists(named)


def hand_over_deviations(actor: Actor, leaver: User, to: User) -> int:
    """Make ``to`` the handler of all that ``leaver`` handles; return how many.

    Protected ones that ``to`` may not see are left without a handler, for the unit to assign.
    """
    with unit_of_work(actor) as work:
        mine = open_handled_by(leaver)
        keys = list(mine.values_list("pk", flat=True))
        closed = list(mine.filter(_closed_to(to)).values_list("pk", flat=True))
        Deviation.objects.filter(pk__in=closed).update(handler=None)
        open_handled_by(leaver).update(handler=to)
        times.hand_over(DEVIATION, closed, None)
        times.hand_over(DEVIATION, set(keys) - set(closed), to.pk)
        if keys:
            work.audit("deviation.handed_over", kind="deviation", ids=keys, data={"to": to.pk})
    return len(keys)


def hand_over_actions(actor: Actor, leaver: User, to: User) -> int:
    """Make ``to`` the owner of all åtgärder that ``leaver`` was to do; return how many."""
    with unit_of_work(actor) as work:
        mine = open_actions_of(leaver)
        found = dict(mine.values_list("pk", "deviation_id"))
        closed = list(mine.filter(_closed_to(to, "deviation__")).values_list("pk", flat=True))
        Action.objects.filter(pk__in=closed).update(owner=None)
        Action.objects.filter(pk__in=found.keys() - set(closed)).update(owner=to)
        times.hand_over(ACTION, closed, None)
        times.hand_over(ACTION, found.keys() - set(closed), to.pk)
        if found:
            work.audit(
                "deviation.handed_over",
                kind="deviation",
                ids=set(found.values()),
                data={"to": to.pk, "actions": sorted(found)},
            )
    return len(found)


def open_in_unit(unit: Unit) -> int:
    """Return how many deviations would follow if the unit were replaced."""
    return Deviation.objects.filter(unit=unit, status__in=FOLLOWS).count()


def follow_unit(actor: Actor, replaced: Sequence[Unit], successor: Unit, on: date) -> int:
    """Give the open deviations of ``replaced`` to ``successor`` from ``on``; return how many.

    What was reported or came to the old unit later than ``on`` follows from that day. Closed
    ones stay: what was counted for the old unit remains counted there.
    """
    with unit_of_work(actor) as work:
        following = list(
            Deviation.objects.select_for_update(of=("self",))
            .filter(unit__in=replaced, status__in=FOLLOWS)
            .order_by("pk")
        )
        came_on = dict(
            Deviation.objects.filter(pk__in=[deviation.pk for deviation in following])
            .annotate(came_on=Max("unitrow_rows__effective_on"))
            .values_list("pk", "came_on")
        )
        for deviation in following:
            day = max(on, came_on[deviation.pk])
            moment = Moment(actor.user_id, work.at, day)
            write(deviation, [(moment, Changes(unit=successor))])
        if following:
            work.audit(
                "deviation.units_merged",
                kind="deviation",
                ids=[deviation.pk for deviation in following],
                data={"to": successor.pk},
            )
    return len(following)

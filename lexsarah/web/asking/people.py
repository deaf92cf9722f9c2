"""Whom one may ask, and whom one may delge, as a form offers them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from casework.organisation.models import Membership, Role, User
from casework.organisation.standing import words_of
from casework.shared import clock
from casework.shared.swedish import sort_key
from lexsarah.asked import awaiting_delivery
from lexsarah.models import Decision, Report

Choices = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Leader:
    """Somebody who leads a unit or a department today; ``near``: the examined one."""

    user: User
    words: str
    near: bool


def leaders(report: Report) -> list[Leader]:
    """Return the board's managers and heads, each once, those of the examined unit first.

    Of a protected report those who are named for it alone.
    """
    held = (
        Membership.objects.valid_on(clock.today())
        .filter(board=report.board_id, role__in=[Role.MANAGER, Role.HEAD], user__is_active=True)
        .exclude(user=report.investigator_id)
        .select_related("user", "unit", "department")
    )
    if report.protected:
        held = held.filter(sees_protected=True)
    found = [_leader(one, report) for one in held]
    found.sort(key=lambda one: (not one.near, sort_key(one.user.display_name)))
    by_user = {one.user.pk: one for one in reversed(found)}
    kept = [one for one in found if by_user[one.user.pk] is one]
    return [one for one in kept if one.near] if report.protected else kept


def _leader(held: Membership, report: Report) -> Leader:
    near = report.unit_id == held.unit_id or report.unit.department_id == held.department_id
    return Leader(held.user, f"{held.user.display_name}, {words_of(held)}", near)


def grouped(found: Iterable[Leader]) -> Choices:
    """Return leaders as the groups of a field: the examined unit's, and the others."""
    near: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for one in found:
        (near if one.near else others).append((str(one.user.pk), one.words))
    groups = [("Granskad enhet", near), ("Andra chefer", others)]
    return [(label, people) for label, people in groups if people]


def to_deliver(report: Report, decision: Decision) -> dict[str, tuple[User, str]]:
    """Return whom the decision concerns and who has not been given it: by id, with words on each.

    Of a protected report the examined unit's people who are named for it; the service tries each.
    """
    words = {one.user.pk: one.words for one in leaders(report) if one.near}
    owners = Q(pk__in=[one.owner_id for one in awaiting_delivery(report)])
    if report.protected:
        named = Membership.objects.valid_on(clock.today()).filter(sees_protected=True)
        owners &= Q(pk__in=named.filter(unit=report.unit_id).values("user"))
    concerned = Q(pk__in=words) | owners
    if not report.protected:
        concerned |= Q(pk__in=report.requests.values("asked_of"))
        concerned |= Q(pk__in=report.examined.filter(removed_at=None).values("user"))
    people = User.objects.filter(concerned, board=report.board_id, is_active=True)
    left = people.exclude(pk__in=decision.deliveries.values("to"))
    found = sorted(left, key=lambda user: (user.pk not in words, sort_key(user.display_name)))
    return {str(user.pk): (user, words.get(user.pk, user.display_name)) for user in found}

"""The duty to report (SoL 27:2–3): that every employee knows of it, said once a year.

The law has no interval for informing staff; the year is the service's own. Who has not said so is
named to the unit's own manager, who talks with them, and is a number to everybody else.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from casework.access import leading
from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.organisation.models import UNIT_ROLES, Membership, Unit, User
from casework.shared import clock
from casework.shared.errors import NotAllowed
from lexsarah.models import DutyConfirmation


def has_confirmed(actor: Actor, year: int) -> bool:
    """Say whether the actor has confirmed that year."""
    return _confirmations(actor, year).filter(user=actor.user_id).exists()


def confirm(actor: Actor) -> DutyConfirmation:
    """Confirm for this year that one knows of the duty; done twice it is done once."""
    if actor.user_id is None:
        raise NotAllowed("Det bekräftar var och en för sig.")
    with unit_of_work(actor) as work:
        confirmed, is_new = DutyConfirmation.objects.get_or_create(
            board_id=actor.board_id,
            user_id=actor.user_id,
            year=clock.local_day(work.at).year,
            defaults={"confirmed_at": work.at},
        )
        if is_new:
            work.audit("lexsarah.duty_confirmed", confirmed, data={"year": confirmed.year})
    return confirmed


@dataclass
class OfUnit:
    """How many who work in a unit today have confirmed; ``missing`` names the others.

    ``missing`` is empty for whoever is not the unit's own manager.
    """

    unit: Unit
    confirmed: int = 0
    total: int = 0
    missing: list[str] = field(default_factory=list)

    @property
    def remaining(self) -> int:
        """How many have not."""
        return self.total - self.confirmed


def by_unit(actor: Actor, on: date) -> Sequence[OfUnit]:
    """Return the units whose people the actor answers for, by name; in two queries.

    An Enhetschef the unit, an Avdelningschef the department's units, SAS and the
    Verksamhetsutvecklare the board's.
    """
    units = Unit.objects.valid_on(on).filter(leading.duty_units_q(actor))
    found = {unit.pk: OfUnit(unit) for unit in units.order_by("name")}
    confirmed = _confirmations(actor, on.year).filter(user=OuterRef("user"))
    people = (
        Membership.objects.valid_on(on)
        .filter(unit__in=found, role__in=UNIT_ROLES, user__is_active=True)
        .annotate(has_confirmed=Exists(confirmed))
        .order_by("user__last_name", "user__first_name")
        .values_list(
            "unit", "user", "has_confirmed", "user__first_name", "user__last_name", "user__username"
        )
    )
    seen: dict[int, set[int]] = defaultdict(set)
    for unit, user, has, first, last, username in people:
        if user in seen[unit]:
            continue
        seen[unit].add(user)
        of_unit = found[unit]
        of_unit.total += 1
        of_unit.confirmed += has
        if not has and unit in actor.managed_units:
            of_unit.missing.append(f"{first} {last}".strip() or username)
    return [of_unit for of_unit in found.values() if of_unit.total]


def still_to_confirm(actor: Actor, on: date) -> QuerySet[User]:
    """Return the actor alone, or nobody where the year's confirmation is made."""
    done = _confirmations(actor, on.year).filter(user=OuterRef("pk"))
    return User.objects.filter(~Exists(done), pk=actor.user_id or 0)


def _confirmations(actor: Actor, year: int) -> QuerySet[DutyConfirmation]:
    return DutyConfirmation.objects.filter(board=actor.board_id, year=year)

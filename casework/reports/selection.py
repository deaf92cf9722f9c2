"""What a report is about: whose, which days, and seen from when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from casework.access import circles, policy
from casework.access.actor import Actor
from casework.organisation.models import Board, ServiceArea, Unit
from casework.shared import clock
from casework.shared.errors import InvalidInput
from casework.shared.swedish import sort_key

T = TypeVar("T")

INTERNAL = "internal"
PUBLIC = "public"
EDITIONS = (INTERNAL, PUBLIC)
DEFAULT_MIN_COUNT = 10


@dataclass(frozen=True)
class Selection:
    """A period of registration, both days included, under two clocks, for one board's areas.

    ``as_of`` leaves out what took effect after that day, ``known_at`` what was recorded after
    that instant. ``actor`` is whose access decides what is counted; ``unit_names`` are those of
    the actor's units where only theirs are.
    """

    board: Board
    actor: Actor
    period_from: date
    period_to: date
    as_of: date
    known_at: datetime
    areas: tuple[ServiceArea, ...]
    unit_names: Sequence[str] = ()
    min_count: int = DEFAULT_MIN_COUNT
    edition: str = INTERNAL
    _counted: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, name: str, count: Callable[["Selection"], T]) -> T:
        """Return ``count(self)``, counted once however many tables and areas ask for it."""
        if name not in self._counted:
            self._counted[name] = count(self)
        counted: T = self._counted[name]
        return counted


@dataclass(frozen=True)
class Scope:
    """What an actor has figures of: areas, and of which units where not of all (else empty)."""

    areas: Sequence[ServiceArea]
    unit_names: Sequence[str] = ()


def scope_of(actor: Actor, board: Board) -> Scope:
    """Return the actor's areas and units, in Swedish order.

    Those who work with the whole board have all areas, empty ones too; others those in which
    they answer for a unit.
    """
    if actor.is_system or actor.has(*policy.BOARD_WIDE):
        areas = set(ServiceArea.objects.filter(board=board))
        names: set[str] = set()
    else:
        mine = actor.led_units
        units = Unit.objects.filter(pk__in=mine).select_related("area")
        areas, names = {unit.area for unit in units}, {unit.name for unit in units}
    return Scope(sorted(areas, key=lambda area: sort_key(area.name)), sorted(names, key=sort_key))


def select(
    actor: Actor,
    board: Board,
    *,
    period_from: date,
    period_to: date,
    as_of: date | None = None,
    known_at: datetime | None = None,
    area: str = "",
    min_count: int = DEFAULT_MIN_COUNT,
    edition: str = INTERNAL,
    scope: Scope | None = None,
) -> Selection:
    """Check what was asked for and fill in the rest; ``scope`` saves looking it up again.

    ``known_at`` (aware) is the present instant where it is left out or has not come yet, so that
    the same report can be asked for again. Raises ``InvalidInput`` naming the field, and
    ``NotAllowed`` where the actor has no figures to see.
    """
    circles.require_counting(actor, board.pk)
    if period_from > period_to:
        raise InvalidInput(
            f"Perioden börjar ({period_from}) efter att den slutar ({period_to}).", field="from"
        )
    if min_count < 0:
        raise InvalidInput("Minsta antal kan inte vara under noll.", field="min_count")
    if edition not in EDITIONS:
        raise InvalidInput(f"Utgåvan är en av {', '.join(EDITIONS)}.", field="edition")
    scope = scope or scope_of(actor, board)
    now = clock.now()
    instant = min(known_at, now) if known_at else now
    return Selection(
        board=board,
        actor=actor,
        period_from=period_from,
        period_to=period_to,
        as_of=as_of or clock.local_day(instant),
        known_at=instant,
        areas=_chosen(scope.areas, area),
        unit_names=scope.unit_names,
        min_count=min_count,
        edition=edition,
    )


def _chosen(areas: Sequence[ServiceArea], name: str) -> tuple[ServiceArea, ...]:
    if not name:
        return tuple(areas)
    chosen = tuple(area for area in areas if area.name == name)
    if not chosen:
        known = ", ".join(area.name for area in areas) or "inga"
        raise InvalidInput(
            f"Det finns inget verksamhetsområde som heter {name}. Områden som finns: {known}.",
            field="area",
        )
    return chosen

"""How every act on a deviation begins: visible, allowed, locked, reloaded, in the right state."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import Work, unit_of_work
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from casework.shared.stale import check_version
from deviations import risk, states
from deviations.models import Deviation
from deviations.rules import RULES
from deviations.services import watching
from deviations.services.writing import Changes, Moment, write

CHANGED = (
    "Någon har ändrat ärendet sedan du öppnade sidan. Det du skrev finns kvar: se vad som gäller "
    "nu och spara igen om det fortfarande stämmer."
)


@dataclass
class Act:
    """One act under way on a locked deviation."""

    actor: Actor
    name: str
    deviation: Deviation
    work: Work

    @property
    def today(self) -> date:
        """The Stockholm day of the act."""
        return clock.local_day(self.work.at)

    def write(self, changes: Changes | None = None, *, keep_state: bool = False) -> None:
        """Write ``changes`` and, unless ``keep_state``, the state that the act leads to.

        A reason is kept on a row of the state, also where the state stays what it was.
        """
        changes = changes or Changes()
        if not keep_state and changes.status is None:
            target = states.DEVIATION.target(self.name, self.deviation.status)
            if target != self.deviation.status or changes.reason:
                changes.status = target
        moment = Moment(self.actor.user_id, self.work.at, self.today)
        write(self.deviation, [(moment, changes)])

    def save(self, *fields: str) -> None:
        """Save handling fields, and the place in the Inkorg that follows from them."""
        deviation = self.deviation
        deviation.priority = risk.priority(
            safe_now=deviation.safe_now,
            possible_misconduct=deviation.possible_misconduct,
            severity=deviation.severity,
            probability=deviation.probability,
        )
        # Whoever edits from what stood here before is to learn that it has changed.
        deviation.version += 1
        deviation.save(update_fields=[*fields, "priority", "version"])
        if "handler" in fields:
            watching.watch(deviation, self.today, self.work.at)


@contextmanager
def act(
    actor: Actor, name: str, deviation_id: int, *, expected_version: int | None = None
) -> Iterator[Act]:
    """Open the door for one act.

    Raises ``NotVisible`` (also for what is hidden), ``NotAllowed``, or ``ConflictError`` where the
    state does not admit the act or the record has changed since ``expected_version``.
    """
    with unit_of_work(actor) as work:
        deviation = Deviation.objects.locked(actor, deviation_id)
        policy.require(actor, name, deviation, RULES)
        check_version(deviation, expected_version, message=CHANGED)
        states.DEVIATION.target(name, deviation.status)
        yield Act(actor, name, deviation, work)


@contextmanager
def naming(number: str) -> Iterator[None]:
    """Say which of several deviations it was that an act was refused for."""
    try:
        yield
    except (ConflictError, NotAllowed) as error:
        raise type(error)(f"{number}: {error.message}", code=error.code) from error


def several(actor: Actor, deviation_ids: Iterable[int]) -> dict[int, str]:
    """Return id → number of what is to be done the same with, in order of id.

    In one order, so that two who take overlapping sets cannot lock each other out.
    Raises ``InvalidInput`` for none and ``NotVisible`` where any is hidden.
    """
    wanted = set(deviation_ids)
    if not wanted:
        raise InvalidInput("Markera minst en avvikelse.", field="ids")
    visible = Deviation.objects.visible_to(actor).filter(pk__in=wanted)
    found = dict(visible.order_by("pk").values_list("pk", "number"))
    if len(found) < len(wanted):
        raise NotVisible
    return found


def required(value: str, field: str, message: str) -> str:
    """Return ``value`` stripped; raise ``InvalidInput`` where nothing is left."""
    value = value.strip()
    if not value:
        raise InvalidInput(message, field=field)
    return value

"""What the report form offers whoever reports: units, colleagues, categories."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from casework.access.actor import Actor
from casework.organisation.models import Membership, Unit, User
from casework.shared import clock
from casework.shared.swedish import sort_key
from deviations.models import Category, DraftFile


@dataclass(frozen=True)
class Options:
    """Everything there is to choose from, fetched once for a page."""

    today: date
    own_units: Sequence[Unit]
    units: Sequence[Unit]
    colleagues: Sequence[User]
    kept_files: Sequence[DraftFile] = ()

    @property
    def units_by_department(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """All units of the board in groups for a select, in Swedish order."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for unit in self.units:
            groups.setdefault(unit.department.name, []).append((str(unit.pk), unit.name))
        return sorted(groups.items(), key=lambda group: sort_key(group[0]))


def options_for(actor: Actor, kept_files: Sequence[DraftFile] = ()) -> Options:
    """Fetch the choices of an actor, with own units first."""
    today = clock.today()
    units = list(
        Unit.objects.valid_on(today).filter(board_id=actor.board_id).select_related("department")
    )
    units.sort(key=lambda unit: sort_key(unit.name))
    own = actor.workplaces
    colleagues = (
        User.objects.filter(
            is_active=True,
            pk__in=Membership.objects.valid_on(today).filter(unit_id__in=own).values("user_id"),
        )
        .exclude(pk=actor.user_id or 0)
        .order_by("pk")
    )
    return Options(
        today=today,
        own_units=[unit for unit in units if unit.pk in own],
        units=units,
        colleagues=sorted(colleagues, key=lambda person: sort_key(person.display_name)),
        kept_files=kept_files,
    )


def categories_of(actor: Actor) -> list[Category]:
    """Return the categories in use today."""
    return list(
        Category.objects.valid_on(clock.today())
        .filter(board_id=actor.board_id)
        .select_related("parent")
    )

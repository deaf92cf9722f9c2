"""Finding a unit by its name and the day on which it is meant."""

from collections import defaultdict
from datetime import date

from casework.organisation.models import Board, Unit
from casework.shared.errors import InvalidInput


class UnitNames:
    """All units of a board by name, fetched once; for files that name a unit on every row."""

    def __init__(self, board: Board) -> None:
        self._units: dict[str, list[Unit]] = defaultdict(list)
        for unit in Unit.objects.filter(board=board).select_related("area").order_by("valid_from"):
            self._units[unit.name].append(unit)

    def __contains__(self, name: str) -> bool:
        return name in self._units

    def find(self, name: str, day: date) -> Unit:
        """Return the unit of that name on ``day``.

        Raises ``InvalidInput`` where there is none, saying when there is.
        """
        rows = self._units.get(name)
        if not rows:
            raise InvalidInput(
                f"Enheten ”{name}” finns inte. Rätta namnet, eller läs in enheten med registret "
                "organisation först."
            )
        for unit in rows:
            if unit.is_valid_on(day):
                return unit
        spans = ", ".join(f"{unit.valid_from or ''}–{unit.valid_to or ''}" for unit in rows)
        raise InvalidInput(
            f"Enheten ”{name}” gäller inte {day} (den gäller {spans}). Rätta enheten eller dagen."
        )

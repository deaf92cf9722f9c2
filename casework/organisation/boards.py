"""Which board a command is about."""

from django.core.management.base import CommandError
from django.db.models import Q

from casework.organisation.models import Board
from casework.shared.errors import InvalidInput


def find_board(name: str | None) -> Board:
    """Return the board that ``name`` (its own or its administration's) names.

    Without a name, the only board that is not the demo. Raises ``InvalidInput`` on the field
    ``board``, with the list of boards, where no board or more than one could be meant.
    """
    if name and name.strip():
        wanted = name.strip()
        found = list(
            Board.objects.filter(Q(name=wanted) | Q(administrations__name=wanted)).distinct()
        )
        own = [board for board in found if board.name == wanted]
        matches = own or found
        complaint = f"Det finns ingen nämnd eller förvaltning som heter {wanted}."
    else:
        matches = list(Board.objects.filter(is_demo=False))
        complaint = "Ange vilken nämnd det gäller med --board."
    if len(matches) != 1:
        raise InvalidInput(f"{complaint} {_known_boards()}", field="board")
    return matches[0]


def board_of_command(name: str | None) -> Board:
    """Return ``find_board(name)``; a command ends with exit code 2 where that cannot be told."""
    try:
        return find_board(name)
    except InvalidInput as error:
        raise CommandError(error.message, returncode=2) from error


def _known_boards() -> str:
    names = []
    for board in Board.objects.prefetch_related("administrations").order_by("name"):
        others = [a.name for a in board.administrations.all() if a.name != board.name]
        names.append(f"{board.name} ({', '.join(others)})" if others else board.name)
    if not names:
        return "Det finns inga nämnder än: läs först in registret organisation."
    return f"Nämnder som finns: {'; '.join(names)}."

"""What people are in the organisation, in the words that tell two of one name apart."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from casework.organisation.models import Membership


def words_of(held: Membership) -> str:
    """Return a role and where it is held: "Enhetschef, Barn och unga 1", "Beslutsfattare"."""
    place = held.unit or held.department
    role = str(held.get_role_display())
    return f"{role}, {place.name}" if place else role


def standings(board_id: int, people: Iterable[int], on: date) -> dict[int, str]:
    """Return by key what ``people`` are on a board that day, in one query; no role, no key.

    Several roles stand after one another: "Enhetschef, Mottagning barn; SAS (lex Sarah-utredare)".
    """
    held = (
        Membership.objects.valid_on(on)
        .filter(board=board_id, user__in=list(people))
        .select_related("unit", "department")
        .order_by("role", "unit__name", "department__name", "pk")
    )
    found: dict[int, list[str]] = defaultdict(list)
    for one in held:
        words = words_of(one)
        if words not in found[one.user_id]:
            found[one.user_id].append(words)
    return {key: "; ".join(words) for key, words in found.items()}

"""Of whom a decision is awaited: whoever it is before, their Ersättare, or nobody who can."""

from dataclasses import dataclass
from datetime import date

from casework.deadlines.calendar import in_words
from casework.organisation.models import Absence, User
from lexsarah.models import Report
from lexsarah.services.deciding import may_decide_instead, why_not_decider


@dataclass(frozen=True)
class Awaited:
    """``text`` begins the sentence; ``stuck``: it has to be put before another."""

    text: str
    stuck: bool = False


def awaited(waits: str, decider: User, report: Report, outcome: str, on: date) -> Awaited:
    """Return whose decision is awaited; ``waits`` begins it ("Väntar på beslut")."""
    name = decider.display_name
    if not decider.is_active:
        return Awaited(f"{name} har slutat. Lägg fram det för någon annan", stuck=True)
    absences = Absence.objects.valid_on(on).filter(user=decider, board=report.board_id)
    away = absences.select_related("substitute").order_by("valid_to").last()
    if away is None:
        if why_not := why_not_decider(decider, report, outcome, on):
            # The role, or the absence of whom the decider stood in for, has ended since.
            return Awaited(f"{why_not} Lägg fram det för någon annan", stuck=True)
        return Awaited(f"{waits} av {name}")
    until = f" till och med {in_words(away.valid_to)}" if away.valid_to else ""
    instead = away.substitute
    if may_decide_instead(instead, report, outcome, on):
        return Awaited(f"{name} är borta{until}. {waits} av {instead.display_name}, som ersätter")
    return Awaited(
        f"{name} är borta{until}, och {instead.display_name}, som ersätter, får inte besluta det "
        "här. Lägg fram det för någon annan",
        stuck=True,
    )

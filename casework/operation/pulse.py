"""Signs of life: when a task last went through, for readiness and for the page Drift."""

from casework.operation.models import Pulse
from casework.shared import clock

BEAT, SWEEP, MAIL, ANCHOR = "beat", "sweep", "mail", "anchor"


def note(name: str, said: object = "") -> None:
    """Note that ``name`` has just done its work."""
    Pulse.objects.update_or_create(name=name, defaults={"at": clock.now(), "said": str(said)[:200]})


def age(name: str) -> float | None:
    """Return how many seconds ago ``name`` last did its work, None where it never has."""
    at = Pulse.objects.filter(name=name).values_list("at", flat=True).first()
    return None if at is None else (clock.now() - at).total_seconds()

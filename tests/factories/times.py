"""Times to watch, without the acts that would begin them."""

from datetime import date, datetime, timedelta

from casework.deadlines import services
from casework.deadlines.models import Deadline, Miss, Notice
from casework.deadlines.services import Owner, Start
from casework.shared.clock import STOCKHOLM
from deviations.models import Deviation
from tests.conftest import Place


def instant(text: str) -> datetime:
    """Return a Swedish wall-clock time: ``instant("2026-03-02 07:30")``."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


def owner(place: Place, handler: str | None = "amina", *, protected: bool = False) -> Owner:
    """Return the unit as owner, with a person as handler."""
    user = place.user(handler) if handler else None
    return Owner(place.board.pk, place.unit.pk, user and user.pk, protected)


def begin(
    place: Place,
    rule: str,
    trigger: date,
    *,
    subject: Deviation | int = 1,
    now: datetime | None = None,
    handler: str | None = "amina",
    own_date: date | None = None,
    history: bool = False,
) -> Deadline:
    """Begin a time on ``trigger``, by default at nine that morning, for a deviation."""
    given = Start(
        "deviation",
        subject if isinstance(subject, int) else subject.pk,
        rule,
        trigger,
        owner(place, handler, protected=isinstance(subject, Deviation) and subject.protected),
        own_date=own_date,
        history=history,
    )
    began = now or datetime.combine(trigger, datetime.min.time(), STOCKHOLM) + timedelta(hours=9)
    time = services.start(given, began)
    assert time is not None
    return time


def recorded() -> set[tuple[object, ...]]:
    """Return all that the watch has recorded, whatever the order and the keys."""
    notices = Notice.objects.values_list(
        "deadline__subject_id", "deadline__rule", "step", "rung", "due_at"
    )
    misses = Miss.objects.values_list("deadline__subject_id", "deadline__rule", "unit")
    return {*notices, *misses}

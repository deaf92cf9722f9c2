"""What of lex Sarah reaches those outside the investigation: what is asked of them, and delgivning.

Whoever is asked sees the request and its answer. An Ersättare sees what still awaits the absent
one's answer. The head of the department sees that something is late and of whom it is asked, and
not what it says. Nobody sees more of the report by any of this.
"""

from django.db.models import Q, QuerySet

from casework.access.actor import Actor
from casework.organisation.models import Absence, Role
from casework.shared import clock
from casework.shared.errors import NotVisible
from lexsarah import states
from lexsarah.models import Delivery, Measure, Report, Request

OPEN = Q(answered_at__isnull=True, withdrawn_at__isnull=True)
# What was decided to be done; what was refused is between the investigator and the decider.
TO_BE_DONE = (Measure.Verdict.APPROVED, Measure.Verdict.PARTLY)


def asked_of(actor: Actor) -> QuerySet[Request]:
    """Return what has been asked of the actor, or of somebody the actor stands in for today."""
    if actor.user_id is None:
        return Request.objects.none()
    today = clock.today()
    away = Absence.objects.valid_on(today).filter(substitute=actor.user_id, board_id=actor.board_id)
    theirs = Q(asked_of=actor.user_id) | Q(answered_by=actor.user_id)
    theirs |= OPEN & Q(asked_of__in=away.values("user_id"))
    return Request.objects.filter(theirs & _unprotected(actor), report__board_id=actor.board_id)


def open_ones(actor: Actor) -> QuerySet[Request]:
    """Return what awaits an answer of the actor."""
    return asked_of(actor).filter(OPEN)


def late_in_department(actor: Actor) -> QuerySet[Request]:
    """Return what is late in the units that the actor heads: that it is, not what it says."""
    late = OPEN & Q(due_on__lt=clock.today(), unit__in=actor.units(Role.HEAD))
    return Request.objects.filter(late & _unprotected(actor), report__board_id=actor.board_id)


def timed_for(actor: Actor) -> QuerySet[Request]:
    """Return the requests whose times the actor may see: asked, late below, or in the report."""
    seen = Q(report__in=Report.objects.visible_to(actor))
    if actor.user_id is not None:
        seen |= Q(pk__in=asked_of(actor).values("pk"))
        seen |= Q(pk__in=late_in_department(actor).values("pk"))
    return Request.objects.filter(seen)


def get_asked(actor: Actor, request_id: int) -> Request:
    """Return what is asked of the actor; ``NotVisible`` alike for unknown and hidden ones."""
    found = asked_of(actor).select_related("report__unit", "unit", "asked_of", "asked_by")
    request = found.filter(pk=request_id).first()
    if request is None:
        raise NotVisible
    return request


def delivered_to(actor: Actor) -> QuerySet[Delivery]:
    """Return the decisions that were delgivna to the actor, the latest first."""
    return (
        Delivery.objects.filter(_unprotected(actor), to=actor.user_id or 0)
        .filter(report__board_id=actor.board_id)
        .select_related("report__unit", "decision")
        .order_by("-delivered_on", "-pk")
    )


def get_delivered(actor: Actor, delivery_id: int) -> Delivery:
    """Return a delgivning to the actor; ``NotVisible`` alike for unknown and hidden ones."""
    delivery = delivered_to(actor).filter(pk=delivery_id).first()
    if delivery is None:
        raise NotVisible
    return delivery


def to_be_done() -> QuerySet[Measure]:
    """Return the measures that were decided: what is to be done, by whom and when."""
    found = Measure.objects.filter(withdrawn_at=None, verdict__in=TO_BE_DONE)
    return found.select_related("owner").order_by("due_on", "pk")


def is_taken_up_again(delivery: Delivery) -> bool:
    """Say whether the investigation has been reopened since the decision."""
    return delivery.report.status in states.UNDECIDED


def _unprotected(actor: Actor) -> Q:
    """Skyddade personuppgifter: those named for them in the unit alone, as in ``policy``."""
    open_to_all = Q(report__protected=False)
    if actor.protected_units:
        open_to_all |= Q(report__unit__in=actor.protected_units)
    return open_to_all

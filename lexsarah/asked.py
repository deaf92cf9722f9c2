"""What of lex Sarah reaches those outside the investigation: what is asked of them, and delgivning.

Whoever is asked sees the request and its answer. An Ersättare sees what still awaits the absent
one's answer. The head of the department sees that something is late and of whom it is asked, and
not what it says. Nobody sees more of the report by any of this (``casework.access.addressed``).
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from casework.access.actor import Actor
from casework.access.addressed import (
    ALWAYS,
    AddressedColumns,
    addressed_q,
    below_q,
    delivered_first_q,
)
from casework.access.examined import examined_people
from casework.organisation.models import User
from casework.shared import clock
from casework.shared.errors import NotVisible
from lexsarah.models import Decision, Delivery, Examined, Measure, Reopening, Report, Request

OPEN = Q(answered_at__isnull=True, withdrawn_at__isnull=True)
# What was decided to be done; what was refused is between the investigator and the decider.
TO_BE_DONE = (Measure.Verdict.APPROVED, Measure.Verdict.PARTLY)

_REQUESTS = AddressedColumns(to="asked_of", also=("answered_by",), waits=OPEN, unit="unit")
_DELIVERIES = AddressedColumns(to="to")
# Of a protected report it is there to be done, and does not say what (``lexsarah.own_actions``).
_MEASURES = AddressedColumns(
    to="owner",
    waits=ALWAYS,
    open_though_protected=True,
    happened=("report__occurred_on", "report__registered_on"),
)


def asked_of(actor: Actor) -> QuerySet[Request]:
    """Return what has been asked of the actor, or of somebody the actor stands in for today."""
    return Request.objects.filter(addressed_q(actor, _REQUESTS))


def open_ones(actor: Actor) -> QuerySet[Request]:
    """Return what awaits an answer of the actor."""
    return asked_of(actor).filter(OPEN)


def late_in_department(actor: Actor) -> QuerySet[Request]:
    """Return what is late in the units that the actor heads: that it is, not what it says."""
    return Request.objects.filter(_late_below(actor))


def timed_for(actor: Actor) -> QuerySet[Request]:
    """Return the requests whose times the actor may see: asked, late below, or in the report."""
    seen = Q(report__in=Report.objects.visible_to(actor))
    return Request.objects.filter(seen | addressed_q(actor, _REQUESTS) | _late_below(actor))


def _late_below(actor: Actor) -> Q:
    return OPEN & Q(due_on__lt=clock.today()) & below_q(actor, _REQUESTS)


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
        Delivery.objects.filter(addressed_q(actor, _DELIVERIES))
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
    """Return the measures that were decided: what is to be done, by whom and when.

    ``came_with`` is the decision (its id) that each was made with, or that stood then.
    """
    found = Measure.objects.filter(withdrawn_at=None, verdict__in=TO_BE_DONE)
    came_with = Decision.objects.filter(
        report=OuterRef("report"), decided_at__lte=OuterRef("decided_at")
    ).order_by("-pk")
    return (
        found.annotate(came_with=Subquery(came_with.values("pk")[:1]))
        .select_related("owner")
        .order_by("due_on", "pk")
    )


def measures_of(deliveries: Iterable[Delivery]) -> dict[int, list[Measure]]:
    """Return by delgivning the measures that it gave, in one query.

    None that came with a later decision: that one is delgivet for itself.
    """
    given = list(deliveries)
    found = to_be_done().filter(report__in={one.report_id for one in given})
    by_report: dict[int, list[Any]] = defaultdict(list)
    for measure in found:
        by_report[measure.report_id].append(measure)
    return {
        one.pk: [
            measure for measure in by_report[one.report_id] if measure.came_with <= one.decision_id
        ]
        for one in given
    }


def is_taken_up_again(delivery: Delivery) -> bool:
    """Say whether the investigation has been reopened since the decision: it holds no more."""
    return Reopening.objects.filter(decision=delivery.decision_id).exists()


def own_measures(actor: Actor) -> QuerySet[Measure]:
    """Return the measures that the actor is to do, also standing in for somebody today.

    To whoever is examined they come with the delgivning of their decision.
    """
    delivered = delivered_first_q(actor, _MEASURES, Examined.objects.all(), _given())
    mine = to_be_done().filter(addressed_q(actor, _MEASURES), delivered)
    return mine.select_related("report__unit", "cause__cause")


def awaiting_delivery(report: Report) -> list[Measure]:
    """Return the measures that cannot begin: their examined owners have not had the decision."""
    had = Exists(_given().filter(to=OuterRef("owner")))
    examined = User.objects.filter(examined_people(report, clock.today()))
    return list(to_be_done().filter(~had, report=report, done_on=None, owner__in=examined))


def _given() -> QuerySet[Delivery]:
    """Return the delgivningar of the decision that the outer measure came with, or of a later.

    The measure is one of ``to_be_done``.
    """
    return Delivery.objects.filter(
        report=OuterRef("report"), decision_id__gte=OuterRef("came_with")
    )

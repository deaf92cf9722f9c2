"""What the screens of SAS ask for: the list, what waits, and one report."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Least

from casework.access.actor import Actor
from casework.deadlines.models import Deadline
from casework.organisation.models import Membership, Role
from casework.shared import clock
from casework.shared.errors import NotVisible
from deviations.models import SafeNow
from lexsarah import states
from lexsarah.models import (
    Decision,
    Delivery,
    Examined,
    IvoLetter,
    Measure,
    OutsideText,
    Report,
    Request,
)
from lexsarah.services import handing_over, letter_times, measure_times, request_times
from lexsarah.services.watching import KIND

# Beside the report's own times, those of what belongs to it.
_BELONGING: dict[str, type[Any]] = {
    request_times.KIND: Request,
    measure_times.KIND: Measure,
    letter_times.KIND: IvoLetter,
}
NEW, WAITING, CLOSED, ALL = "new", "waiting", "closed", "all"
NARROWINGS = {
    NEW: Q(status=states.RECEIVED),
    WAITING: Q(status__in=states.OPEN_STATES - {states.RECEIVED}),
    CLOSED: Q(status=states.CLOSED),
    ALL: Q(),
}


def listed(actor: Actor, narrowing: str) -> QuerySet[Any]:
    """Return the reports with their next last day: where somebody is not safe first, then by age.

    The day is of whatever belongs to the report: what is asked, measures, letters from IVO. Those
    that are done with come newest first.
    """
    found = (
        Report.objects.visible_to(actor)
        .filter(NARROWINGS[narrowing])
        .select_related("unit", "investigator", "decider")
        .annotate(
            next_day=Least(*_next_days()),
            unsafe=ExpressionWrapper(
                Q(safe_now=SafeNow.NO, safe_on=None, status__in=states.OPEN_STATES),
                output_field=BooleanField(),
            ),
        )
    )
    if narrowing == CLOSED:
        return found.order_by("-registered_on", "-pk")
    return found.order_by("-unsafe", "registered_on", "pk")


def _next_days() -> Iterator[Subquery]:
    """Yield the next last day of a report's own times, and of what belongs to it."""
    yield _next_day(KIND, OuterRef("pk"))
    for kind, model in _BELONGING.items():
        of_report = model.objects.filter(report=OuterRef(OuterRef("pk")))
        yield _next_day(kind, of_report.values("pk"), among=True)


def _next_day(kind: str, subjects: object, *, among: bool = False) -> Subquery:
    lookup = "subject_id__in" if among else "subject_id"
    running = Deadline.objects.open().filter(kind=kind, **{lookup: subjects})
    return Subquery(running.order_by().values("kind").annotate(next=Min("last_day")).values("next"))


def new_ones(actor: Actor) -> QuerySet[Report]:
    """Return what has come in and nobody has begun to investigate."""
    return Report.objects.visible_to(actor).filter(status=states.RECEIVED)


def to_decide(actor: Actor) -> QuerySet[Report]:
    """Return what is before the actor, or before somebody the actor stands in for today.

    Proposals, and measures that wait for a decision.
    """
    return handing_over.to_decide(actor.user_id or 0, *actor.stands_in_for).visible_to(actor)


def to_approve(actor: Actor) -> QuerySet[Report]:
    """Return the reports whose words for the quality report wait for the actor to try them.

    The latest wording, by another and not approved yet; of none in which the actor is examined.
    """
    newer = OutsideText.objects.filter(report=OuterRef("report"), pk__gt=OuterRef("pk"))
    waiting = OutsideText.objects.filter(~Exists(newer), approval=None)
    waiting = waiting.exclude(written_by=actor.user_id)
    return Report.objects.second_eyes_of(actor).filter(pk__in=waiting.values("report"))


def decisions(actor: Actor, first: date, last: date) -> QuerySet[Decision]:
    """Return the decisions of the days, both included, on reports that the actor may know of.

    Those the actor sees, and those of the actor's diarium: for the Registrator nothing protected.
    """
    visible = Report.objects.visible_to(actor).values("pk")
    registered = Report.objects.in_official_register(actor).values("pk")
    return (
        Decision.objects.filter(Q(report__in=visible) | Q(report__in=registered))
        .filter(decided_on__range=(first, last))
        .select_related("report", "decided_by")
        .order_by("decided_on", "pk")
    )


def read_report(actor: Actor, report_id: int) -> Report:
    """Return the report as its page shows it; ``NotVisible`` alike for unknown and hidden ones.

    ``ivo_asks`` on it says whether IVO waits for an answer, ``ivo_answer_due`` until when;
    ``delivered`` whether the latest decision has been delgivet, None where none was made here;
    ``investigator_is_sas`` whether who investigates is SAS today.
    """
    sas = Membership.objects.valid_on(clock.today()).filter(
        board=OuterRef("board"), user=OuterRef("investigator"), role=Role.SAS
    )
    given = Delivery.objects.filter(decision=OuterRef("pk"))
    decisions = Decision.objects.filter(report=OuterRef("pk")).order_by("-pk")
    waiting = IvoLetter.objects.filter(
        report=OuterRef("pk"), kind=IvoLetter.Kind.QUESTION, answered_on=None
    )
    found = (
        Report.objects.visible_to(actor)
        .select_related("unit", "investigator", "decider", "deviation", "board")
        # What each act and each tab of the page is tried against.
        .prefetch_related(Prefetch("examined", Examined.objects.select_related("user")))
        .annotate(
            delivered=Subquery(decisions.annotate(given=Exists(given)).values("given")[:1]),
            investigator_is_sas=Exists(sas),
            ivo_asks=Exists(waiting),
            ivo_answer_due=Subquery(
                waiting.exclude(answer_due_on=None)
                .order_by("answer_due_on")
                .values("answer_due_on")[:1]
            ),
        )
    )
    report = found.filter(pk=report_id).first()
    if report is None:
        raise NotVisible
    return report

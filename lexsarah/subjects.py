"""What of lex Sarah has times: the report."""

from collections.abc import Callable, Collection, Mapping

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Value
from django.urls import reverse

from casework.access.actor import Actor
from casework.deadlines.subjects import MISSING, SUBJECTS, Shown, Subject
from casework.organisation.models import Membership, Role
from casework.shared import clock
from lexsarah.asked import asked_of, own_measures, timed_for
from lexsarah.models import IvoLetter, Measure, Report, Request
from lexsarah.services import letter_times, measure_times, request_times
from lexsarah.services.receiving import take_in
from lexsarah.services.watching import KIND, watch_open


def _reports(actor: Actor) -> QuerySet[Report]:
    return Report.objects.visible_to(actor)


# Whose record it is named after: its own number, or its report's.
_MODELS: dict[str, tuple[type[Model], str, str]] = {
    KIND: (Report, "pk", "number"),
    request_times.KIND: (Request, "report", "report__number"),
    measure_times.KIND: (Measure, "report", "report__number"),
    letter_times.KIND: (IvoLetter, "report", "report__number"),
}


def _shown_together(
    actor: Actor, ids_by_kind: Mapping[str, Collection[int]]
) -> Mapping[tuple[str, int], Shown]:
    """Name records of all kinds of lex Sarah in one query, with where the actor finds each."""
    parts = []
    for kind, ids in ids_by_kind.items():
        model, report, number = _MODELS[kind]
        own = asked_of(actor).filter(pk=OuterRef("pk")) if kind == request_times.KIND else None
        parts.append(
            model._default_manager.filter(pk__in=ids)
            .order_by()
            .annotate(
                s_kind=Value(kind),
                s_report=F(report),
                s_number=F(number),
                s_reads=Exists(Report.objects.visible_to(actor).filter(pk=OuterRef(report))),
                s_own=Exists(own) if own is not None else Value(False),
            )
            .values_list("s_kind", "pk", "s_report", "s_number", "s_reads", "s_own")
        )
    return {
        (kind, key): Shown(number, _url(kind, key, report, reads=reads, own=own))
        for kind, key, report, number, reads, own in parts[0].union(*parts[1:], all=True)
    }


def _url(kind: str, key: int, report: int, *, reads: bool, own: bool) -> str:
    if own:
        return reverse("lex-sarah-asked-one", args=[key])
    if kind == KIND:
        return reverse("lex-sarah", args=[report])
    if kind == letter_times.KIND:
        return reverse("lex-sarah-ivo", args=[report])
    page, without = _PAGES[kind]
    return reverse(page, args=[report]) if reads else reverse(without)


# Where it stands for those who read the report, and for the others: to the head of the department
# the list says that an answer is late, and nothing more does.
_PAGES = {
    request_times.KIND: ("lex-sarah-requests", "lex-sarah-asked"),
    measure_times.KIND: ("lex-sarah-decision", "my-actions"),
}


def _shown(kind: str) -> Callable[[Actor, Collection[int]], Mapping[int, Shown]]:
    def shown(actor: Actor, ids: Collection[int]) -> Mapping[int, Shown]:
        return {key: name for (_, key), name in _shown_together(actor, {kind: ids}).items()}

    return shown


# The examined unit's own people are not told of it: where there is no investigator yet, SAS is.
SUBJECTS.register(
    KIND,
    Subject(
        "Lex Sarah",
        _reports,
        _shown(KIND),
        (Role.SAS,),
        shown_together=_shown_together,
        confidential=True,
    ),
)
MISSING.register("lexsarah.received", take_in)
MISSING.register("lexsarah", watch_open)


def _awaited_by(request_id: int) -> Collection[int]:
    return _awaiting(Report.objects.only("board", "investigator").get(requests=request_id))


def _awaiting(report: Report) -> Collection[int]:
    """Return who waits for it: the investigator or, where there is none, the SAS."""
    if report.investigator_id is not None:
        return [report.investigator_id]
    sas = Membership.objects.valid_on(clock.today()).filter(role=Role.SAS)
    members = sas.filter(board=report.board_id)
    return list(members.values_list("user_id", flat=True))


SUBJECTS.register(
    request_times.KIND,
    Subject(
        "Lex Sarah",
        timed_for,
        _shown(request_times.KIND),
        (Role.SAS,),
        _awaited_by,
        _shown_together,
        confidential=True,
    ),
)


def _measures(actor: Actor) -> QuerySet[Measure]:
    """Return those of visible reports and, as under Mina åtgärder, one's own.

    Of what waits for a delgivning its examined owner is not told: SAS is, in their place.
    """
    of_visible = Q(report__in=Report.objects.visible_to(actor))
    return Measure.objects.filter(of_visible | Q(pk__in=own_measures(actor).values("pk")))


def _measure_awaited_by(measure_id: int) -> Collection[int]:
    return _awaiting(Report.objects.only("board", "investigator").get(measures=measure_id))


SUBJECTS.register(
    measure_times.KIND,
    Subject(
        "Lex Sarah-åtgärd",
        _measures,
        _shown(measure_times.KIND),
        (Role.SAS,),
        _measure_awaited_by,
        _shown_together,
        confidential=True,
    ),
)


def _letters(actor: Actor) -> QuerySet[IvoLetter]:
    return IvoLetter.objects.filter(report__in=Report.objects.visible_to(actor))


SUBJECTS.register(
    letter_times.KIND,
    Subject(
        "Lex Sarah, IVO",
        _letters,
        _shown(letter_times.KIND),
        (Role.SAS,),
        shown_together=_shown_together,
        confidential=True,
    ),
)

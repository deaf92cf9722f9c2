"""What of lex Sarah has times: the report."""

from collections.abc import Collection, Mapping

from django.db.models import Q, QuerySet
from django.urls import reverse

from casework.access.actor import Actor
from casework.deadlines.subjects import MISSING, SUBJECTS, Shown, Subject
from casework.organisation.models import Membership, Role
from casework.shared import clock
from lexsarah.asked import asked_of, timed_for
from lexsarah.models import IvoLetter, Measure, Report, Request
from lexsarah.services import letter_times, measure_times, request_times
from lexsarah.services.measures import own_measures
from lexsarah.services.receiving import take_in
from lexsarah.services.watching import KIND, watch_open


def _reports(actor: Actor) -> QuerySet[Report]:
    return Report.objects.visible_to(actor)


def _shown(actor: Actor, ids: Collection[int]) -> Mapping[int, Shown]:
    found = Report.objects.filter(pk__in=ids).values_list("pk", "number")
    return {key: Shown(number, reverse("lex-sarah", args=[key])) for key, number in found}


# The examined unit's own people are not told of it: where there is no investigator yet, SAS is.
SUBJECTS.register(KIND, Subject("Lex Sarah", _reports, _shown, (Role.SAS,)))
MISSING.register("lexsarah.received", take_in)
MISSING.register("lexsarah", watch_open)


def _shown_requests(actor: Actor, ids: Collection[int]) -> Mapping[int, Shown]:
    found = Request.objects.filter(pk__in=ids).values_list("pk", "report", "report__number")
    theirs = set(asked_of(actor).filter(pk__in=ids).values_list("pk", flat=True))
    reports = {report for _, report, _ in found}
    read = set(Report.objects.visible_to(actor).filter(pk__in=reports).values_list("pk", flat=True))

    def url(key: int, report: int) -> str:
        if key in theirs:
            return reverse("lex-sarah-asked-one", args=[key])
        # To the head of the department the list says that it is late, and nothing more does.
        if report in read:
            return reverse("lex-sarah-requests", args=[report])
        return reverse("lex-sarah-asked")

    return {key: Shown(number, url(key, report)) for key, report, number in found}


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
    Subject("Lex Sarah", timed_for, _shown_requests, (Role.SAS,), _awaited_by),
)


def _measures(actor: Actor) -> QuerySet[Measure]:
    """Return those of visible reports and, as under Mina åtgärder, one's own."""
    of_visible = Q(report__in=Report.objects.visible_to(actor))
    return Measure.objects.filter(of_visible | Q(pk__in=own_measures(actor).values("pk")))


def _shown_measures(actor: Actor, ids: Collection[int]) -> Mapping[int, Shown]:
    found = Measure.objects.filter(pk__in=ids).values_list("pk", "report__number", "report")
    reports = {report for _, _, report in found}
    read = set(Report.objects.visible_to(actor).filter(pk__in=reports).values_list("pk", flat=True))
    mine = reverse("my-actions")
    return {
        key: Shown(number, reverse("lex-sarah-decision", args=[report]) if report in read else mine)
        for key, number, report in found
    }


def _measure_awaited_by(measure_id: int) -> Collection[int]:
    return _awaiting(Report.objects.only("board", "investigator").get(measures=measure_id))


SUBJECTS.register(
    measure_times.KIND,
    Subject("Lex Sarah-åtgärd", _measures, _shown_measures, (Role.SAS,), _measure_awaited_by),
)


def _letters(actor: Actor) -> QuerySet[IvoLetter]:
    return IvoLetter.objects.filter(report__in=Report.objects.visible_to(actor))


def _shown_letters(actor: Actor, ids: Collection[int]) -> Mapping[int, Shown]:
    found = IvoLetter.objects.filter(pk__in=ids).values_list("pk", "report__number", "report")
    return {
        key: Shown(number, reverse("lex-sarah-ivo", args=[report])) for key, number, report in found
    }


SUBJECTS.register(
    letter_times.KIND, Subject("Lex Sarah, IVO", _letters, _shown_letters, (Role.SAS,))
)

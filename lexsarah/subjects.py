"""What of lex Sarah has times: the report."""

from collections.abc import Collection, Mapping

from django.db.models import QuerySet
from django.urls import reverse

from casework.access.actor import Actor
from casework.deadlines.subjects import MISSING, SUBJECTS, Shown, Subject
from casework.organisation.models import Membership, Role
from casework.shared import clock
from lexsarah.asked import asked_of, timed_for
from lexsarah.models import Report, Request
from lexsarah.services import request_times
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
    """Return who waits for the answer: the investigator or, where there is none, the SAS."""
    report = Report.objects.only("board", "investigator").get(requests=request_id)
    if report.investigator_id is not None:
        return [report.investigator_id]
    sas = Membership.objects.valid_on(clock.today()).filter(role=Role.SAS)
    members = sas.filter(board=report.board_id)
    return list(members.values_list("user_id", flat=True))


SUBJECTS.register(
    request_times.KIND,
    Subject("Lex Sarah", timed_for, _shown_requests, (Role.SAS,), _awaited_by),
)

"""What is asked of managers, and its times, brought in line with how the report stands.

A yttrande is waited for until the decision, and nothing any more when the report is closed.
"""

from datetime import datetime

from django.db.models import Q

from casework.deadlines import services
from casework.deadlines.models import Deadline
from casework.deadlines.services import Owner, Start
from casework.shared import clock
from lexsarah import states
from lexsarah.models import Report, Request

KIND = "lex_sarah_request"
RULE = "lex_sarah_request"


def watch_requests(report: Report, now: datetime) -> None:
    """Bring the requests of a locked report, and their times, in line."""
    asked = Request.objects.filter(report=report).order_by("pk")
    requests = list(asked.defer("text", "draft", "answer"))
    if not requests:
        return
    _let_fall(report, requests, now)
    times = services.open_for(Q(kind=KIND, subject_id__in=[one.pk for one in requests]))
    running = {time.subject_id: time for time in times}
    for request in requests:
        time = running.get(request.pk)
        if request.is_open:
            _follow(report, request, time, now)
        elif time is not None and request.answered_at is not None:
            services.meet(time, clock.local_day(request.answered_at), now)
        elif time is not None:
            services.void(time, now)


def _let_fall(report: Report, requests: list[Request], now: datetime) -> None:
    closed, decided = report.status == states.CLOSED, report.status in states.DECIDED_ONES
    for request in requests:
        fallen = closed or (decided and request.kind == Request.Kind.STATEMENT)
        if fallen and request.is_open:
            request.withdrawn_at = now
            request.version += 1
            request.save(update_fields=["withdrawn_at", "version"])


def _follow(report: Report, request: Request, time: Deadline | None, now: datetime) -> None:
    owner = Owner(report.board_id, request.unit_id, request.asked_of_id, report.protected)
    if time is not None:
        services.follow([time], owner, now)
        return
    asked_on = clock.local_day(request.asked_at)
    services.start(
        Start(
            KIND,
            request.pk,
            RULE,
            asked_on,
            owner,
            own_date=request.due_on,
            history=request.asked_at < now,
        ),
        now,
    )

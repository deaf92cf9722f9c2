"""By when IVO is to be answered, brought in line with its questions: the day that IVO set."""

from datetime import date, datetime

from django.db.models import Q

from casework.deadlines import services
from casework.deadlines.services import Owner, Start
from lexsarah.models import IvoLetter, Report

KIND = "lex_sarah_ivo_letter"
RULE = "lex_sarah_ivo_question"


def watch_letters(report: Report, now: datetime) -> None:
    """Bring the times of IVO's questions to a locked report in line with how they stand."""
    asked = IvoLetter.objects.filter(
        report=report, kind=IvoLetter.Kind.QUESTION, answer_due_on__isnull=False
    )
    letters = list(asked.defer("text", "answer").order_by("pk"))
    if not letters:
        return
    times = services.open_for(Q(kind=KIND, subject_id__in=[one.pk for one in letters]))
    running = {time.subject_id: time for time in times}
    owner = Owner(report.board_id, report.unit_id, report.investigator_id, report.protected)
    for letter in letters:
        time = running.get(letter.pk)
        if time is not None and letter.answered_on is not None:
            services.meet(time, letter.answered_on, now)
        elif time is not None:
            services.follow([time], owner, now)
        elif letter.answered_on is None:
            services.start(
                Start(
                    KIND,
                    letter.pk,
                    RULE,
                    letter.came_on,
                    owner,
                    own_date=letter.answer_due_on,
                    # Noted afterwards: what lies before is computed, and nobody is told of it.
                    history=letter.recorded_at < now,
                ),
                now,
            )


def extensions_of(report: Report) -> tuple[date, ...]:
    """Return the days to which IVO has given more time for the investigation, each a later one."""
    letters = IvoLetter.objects.filter(report=report, kind=IvoLetter.Kind.EXTENSION)
    days = letters.order_by("answer_due_on").values_list("answer_due_on", flat=True)
    return tuple(day for day in days if day is not None)

"""Letters: number, rule, date and link, and never a word about what has happened to whom."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from casework.access.actor import Actor
from casework.deadlines import failures
from casework.deadlines.board_models import DutyFunction, DutyLetter
from casework.deadlines.calendar import in_words
from casework.deadlines.copies import from_data
from casework.deadlines.models import Deadline, FailedRow, Letter, Notice, Told
from casework.deadlines.people import People
from casework.deadlines.subjects import SUBJECTS, Naming, Shown
from casework.organisation.models import User
from casework.shared import clock


def send_letter(user: User, people: People, now: datetime, *, with_digest: bool) -> int:
    """Write and send what waits for ``user``; return how many letters that was.

    The letter's row and the sending are one transaction: a kill between them sends it once more,
    with the same Message-ID, and never leaves it unsent.
    """
    # One sender at a time for each person; whoever comes second leaves it to the first.
    free = User.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=user.pk)
    if free.values_list("pk", flat=True).first() is None:
        return 0
    waiting = list(
        Told.objects.select_for_update(of=("self",))
        .filter(user=user, letter__isnull=True)
        .select_related("notice__deadline__copy")
        .order_by("notice__deadline__raw_date", "notice__due_at", "pk")
    )
    urgent = [told for told in waiting if told.notice.at_once]
    sent = _write(user, urgent, people, now, at_once=True)
    today = clock.local_day(now)
    has_digest = Letter.objects.filter(user=user, day=today, at_once=False).exists()
    if with_digest and not has_digest:
        rest = [told for told in waiting if not told.notice.at_once]
        sent += _write(user, rest, people, now, at_once=False)
    failures.mended(FailedRow.Act.LETTER, [user.pk], now)
    return sent


def _write(
    user: User, found: Sequence[Told], people: People, now: datetime, *, at_once: bool
) -> int:
    if not found or user.board_id is None:
        return 0
    open_ones = [told.notice.deadline for told in found if told.notice.deadline.ended_at is None]
    # A time is named once, however many of its steps fell on the morning.
    still = list({time.pk: time for time in open_ones if people.sees(user, time)}.values())
    letter = Letter.objects.create(
        board_id=user.board_id,
        user=user,
        day=clock.local_day(now),
        at_once=at_once,
        written_at=now,
        mailed=bool(still and user.email),
    )
    Told.objects.filter(pk__in=[told.pk for told in found]).update(letter=letter)
    if letter.mailed:
        # Named by a row that was there before: written again after a kill, it is the same letter.
        name = f"bevakning-{min(told.pk for told in found)}"
        _mail(user, name, _lines(still, people.actor(user)), at_once=at_once)
    return int(letter.mailed)


def _mail(user: User, name: str, lines: Sequence[str], *, at_once: bool) -> None:
    count = "1 tid" if len(lines) == 1 else f"{len(lines)} tider"
    subject = f"Bevakning, brådskande: {count}" if at_once else f"Bevakning: {count}"
    text = "\n\n".join(lines)
    everything = settings.SITE_URL + reverse("watch")
    EmailMessage(
        subject,
        f"De här tiderna behöver du se till:\n\n{text}\n\nAlla dina tider: {everything}\n",
        to=[user.email],
        headers={"Message-ID": f"<{name}@{_host()}>"},
    ).send()


def mail_function(function: DutyFunction, notice: Notice, now: datetime) -> None:
    """Write to a function's own address: once for each notice, in the sender's transaction."""
    _, is_new = DutyLetter.objects.get_or_create(
        function=function, notice=notice, defaults={"written_at": now}
    )
    if not is_new:
        return
    (line,) = _lines([notice.deadline], Actor.system(function.board))
    EmailMessage(
        "Bevakning, brådskande: 1 tid",
        f"Till {function.name}. Den här tiden behöver ses till:\n\n{line}\n",
        to=[function.email],
        headers={"Message-ID": f"<beredskap-{function.pk}-{notice.pk}@{_host()}>"},
    ).send()


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _lines(times: Sequence[Deadline], actor: Actor) -> list[str]:
    shown = named(times, actor)
    return [_line(time, shown.get((time.kind, time.subject_id))) for time in times]


def _line(time: Deadline, shown: Shown | None) -> str:
    label = from_data(time.copy.content).label
    # A letter can be read by others: what is protected is named behind the log-in alone.
    if time.protected or shown is None:
        number, url = "Logga in och se vilket ärende", settings.SITE_URL + reverse("watch")
    else:
        number, url = shown.number, settings.SITE_URL + shown.url
    return f"{label}: {number}\nSista dag {in_words(time.last_day)}\n{url}"


def named(times: Sequence[Deadline], actor: Actor) -> dict[tuple[str, int], Shown]:
    """Return how the subjects of ``times`` are named, by kind and id.

    One query for each kind, and one for all kinds that are named together.
    """
    found: dict[tuple[str, int], Shown] = {}
    together: dict[Naming, dict[str, set[int]]] = {}
    for kind in sorted({time.kind for time in times}):
        subject = SUBJECTS[kind]
        ids = {time.subject_id for time in times if time.kind == kind}
        if subject.shown_together is not None:
            together.setdefault(subject.shown_together, {})[kind] = ids
        else:
            found |= {(kind, key): name for key, name in subject.shown(actor, ids).items()}
    for name_all, by_kind in together.items():
        found |= name_all(actor, by_kind)
    return found

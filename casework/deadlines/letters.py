"""Letters: number, rule, date and link, and never a word about what has happened to whom."""

from collections.abc import Iterable, Sequence
from datetime import datetime

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
from casework.operation import post
from casework.organisation.models import User
from casework.shared import clock


def write_letter(user: User, people: People, now: datetime, *, with_digest: bool) -> int:
    """Write what waits for ``user``; return how many letters are to be mailed.

    A letter is a row that says what it tells of; its words are chosen when it is sent.
    """
    # One writer at a time for each person; whoever comes second leaves it to the first.
    free = User.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=user.pk)
    if free.values_list("pk", flat=True).first() is None:
        return 0
    waiting = list(
        Told.objects.select_for_update(of=("self",))
        .filter(user=user, letter__isnull=True)
        .select_related("notice__deadline")
        .order_by("pk")
    )
    urgent = [told for told in waiting if told.notice.at_once]
    mailed = _write(user, urgent, people, now, at_once=True)
    today = clock.local_day(now)
    has_digest = Letter.objects.filter(user=user, day=today, at_once=False).exists()
    if with_digest and not has_digest:
        rest = [told for told in waiting if not told.notice.at_once]
        mailed += _write(user, rest, people, now, at_once=False)
    failures.mended(FailedRow.Act.LETTER, [user.pk], now)
    return mailed


def _write(
    user: User, found: Sequence[Told], people: People, now: datetime, *, at_once: bool
) -> int:
    if not found or user.board_id is None:
        return 0
    letter = Letter.objects.create(
        board_id=user.board_id,
        user=user,
        day=clock.local_day(now),
        at_once=at_once,
        written_at=now,
        mailed=bool(user.email and post.is_set_up() and _still(user, found, people)),
    )
    Told.objects.filter(pk__in=[told.pk for told in found]).update(letter=letter)
    if letter.mailed:
        post.hand_in("watch", letter.pk, user.board_id)
    return int(letter.mailed)


def _still(user: User, found: Iterable[Told], people: People) -> list[Deadline]:
    """Return the times that run on and that ``user`` may see: each once, however many its steps."""
    running = [told.notice.deadline for told in found if told.notice.deadline.ended_at is None]
    return list({time.pk: time for time in running if people.sees(user, time)}.values())


def _letter(letter_id: int, now: datetime) -> EmailMessage | None:
    """Return a person's letter as things stand now; None where nothing is left to tell."""
    letter = Letter.objects.select_related("user").get(pk=letter_id)
    user, people = letter.user, People(clock.local_day(now))
    if not user.is_active or not user.email:
        return None
    told = letter.notices.select_related("notice__deadline__copy").order_by(
        "notice__deadline__raw_date", "notice__due_at", "pk"
    )
    still = _still(user, told, people)
    if not still:
        return None
    count = "1 tid" if len(still) == 1 else f"{len(still)} tider"
    text = "\n\n".join(_lines(still, people.actor(user)))
    everything = settings.SITE_URL + reverse("watch")
    return EmailMessage(
        f"Bevakning, brådskande: {count}" if letter.at_once else f"Bevakning: {count}",
        f"De här tiderna behöver du se till:\n\n{text}\n\nAlla dina tider: {everything}\n",
        to=[user.email],
        # Sent again after a kill, it is the same letter.
        headers={"Message-ID": f"<bevakning-{letter.pk}@{post.host()}>"},
    )


def mail_function(function: DutyFunction, notice: Notice, now: datetime) -> None:
    """Let a function's own address be written to: once for each notice."""
    letter, is_new = DutyLetter.objects.get_or_create(
        function=function, notice=notice, defaults={"written_at": now}
    )
    if is_new and post.is_set_up():
        post.hand_in("duty", letter.pk, function.board_id)


def _duty_letter(letter_id: int, now: datetime) -> EmailMessage | None:
    """Return a function's letter as things stand now; None where the time has ended."""
    letter = DutyLetter.objects.select_related("function__board", "notice__deadline__copy").get(
        pk=letter_id
    )
    function, time = letter.function, letter.notice.deadline
    if time.ended_at is not None or not function.email:
        return None
    (line,) = _lines([time], Actor.system(function.board))
    return EmailMessage(
        "Bevakning, brådskande: 1 tid",
        f"Till {function.name}. Den här tiden behöver ses till:\n\n{line}\n",
        to=[function.email],
        headers={"Message-ID": f"<beredskap-{letter.pk}@{post.host()}>"},
    )


post.WRITERS.register("watch", _letter)
post.WRITERS.register("duty", _duty_letter)


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

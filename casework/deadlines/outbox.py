"""Writing what the sweep put in the outbox: recipients found and everything checked again now.

Between the notice and the letter people go away, cases are closed or come under protection; so who
is told, and whether anybody needs to be, is decided here, and once more when the letter is sent
(``casework.operation.sending``): no mail server is talked to in these transactions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from casework.deadlines import failures
from casework.deadlines.letters import mail_function, write_letter
from casework.deadlines.models import Deadline, FailedRow, Outbox, Told
from casework.deadlines.people import People
from casework.deadlines.rules import Rung
from casework.deadlines.working_time import is_telling_time
from casework.organisation.models import User
from casework.shared import clock


@dataclass
class Delivery:
    """What came of a run: notices that reached somebody, letters written, rows that failed."""

    told: int = 0
    letters: int = 0
    failed: int = 0


def deliver() -> Delivery:
    """Write what is due: what cannot wait at any hour, the rest as one digest a working morning.

    Digests wait until the sweep has caught up, so that no one gets half of theirs.
    """
    now = clock.now()
    delivery = Delivery()
    with_digests = is_telling_time(now) and not _is_behind(now)
    people = People(clock.local_day(now))
    due = Outbox.objects.filter(state=Outbox.State.WAITING, send_after__lte=now)
    if not with_digests:
        due = due.filter(notice__at_once=True)
    for pk in due.order_by("send_after", "pk").values_list("pk", flat=True).iterator():
        _resolve_safely(pk, people, now, delivery)
    _write_letters(now, people, delivery, with_digests=with_digests)
    return delivery


def _is_behind(now: datetime) -> bool:
    return Deadline.objects.filter(next_action_at__lte=now).exists()


def _resolve_safely(pk: int, people: People, now: datetime, delivery: Delivery) -> None:
    try:
        with transaction.atomic():
            _resolve(pk, people, now, delivery)
    except failures.NOT_THE_ROW:
        raise
    except Exception as error:
        delivery.failed += 1
        with transaction.atomic():
            _put_off(Outbox.objects.select_for_update(of=("self",)).get(pk=pk), error, now)


def _put_off(row: Outbox, error: Exception, now: datetime) -> None:
    board_id = row.notice.deadline.board_id
    row.send_after = failures.note(FailedRow.Act.RESOLVE, row.pk, board_id, error, now)
    row.save(update_fields=["send_after"])


def _resolve(pk: int, people: People, now: datetime, delivery: Delivery) -> None:
    """Find out whom one notice is for and tell them."""
    row = (
        Outbox.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("notice__deadline__unit")
        .filter(pk=pk, state=Outbox.State.WAITING)
        .first()
    )
    if row is None:
        return
    notice, deadline = row.notice, row.notice.deadline
    row.done_at = now
    if deadline.ended_at is not None:
        row.state = Outbox.State.DROPPED
    else:
        users = people.for_rung(deadline, Rung(notice.rung))
        _tell(row, users, now)
        mailed, error = _mail_functions(row, people, now)
        if error is not None:
            # Who has been told stays told; what failed alone is tried again.
            delivery.failed += 1
            _put_off(row, error, now)
            return
        row.state = Outbox.State.SENT if users or mailed else Outbox.State.NOBODY
    row.save(update_fields=["state", "done_at"])
    failures.mended(FailedRow.Act.RESOLVE, [pk], now)
    delivery.told += row.state == Outbox.State.SENT


def _mail_functions(row: Outbox, people: People, now: datetime) -> tuple[bool, Exception | None]:
    """Write to the functions on duty that have an address: whether there is any, what went wrong.

    An address that fails hinders neither the other addresses nor those who are told by name.
    """
    if row.notice.rung != Rung.DUTY:
        return False, None
    with_address = [one for one in people.functions(row.notice.deadline) if one.email]
    failed: Exception | None = None
    for function in with_address:
        try:
            with transaction.atomic():
                mail_function(function, row.notice, now)
        except failures.NOT_THE_ROW:
            raise
        except Exception as error:
            failed = error
    return bool(with_address), failed


def _tell(row: Outbox, users: Iterable[User], now: datetime) -> None:
    """Put the notice on the list of each; who stands on two rungs is told of a step once."""
    notice = row.notice
    already = set(
        Told.objects.filter(
            user__in=users, notice__deadline=notice.deadline_id, notice__step=notice.step
        ).values_list("user_id", flat=True)
    )
    Told.objects.bulk_create(
        [Told(notice=notice, user=user, told_at=now) for user in users if user.pk not in already],
        ignore_conflicts=True,
    )


def _write_letters(
    now: datetime, people: People, delivery: Delivery, *, with_digests: bool
) -> None:
    waiting = Told.objects.filter(letter__isnull=True)
    if not with_digests:
        waiting = waiting.filter(notice__at_once=True)
    put_off = FailedRow.objects.filter(
        Q(act=FailedRow.Act.LETTER), mended_at__isnull=True, retry_at__gt=now
    )
    users = User.objects.filter(pk__in=waiting.values("user")).exclude(
        pk__in=put_off.values("row_id")
    )
    for user in users.order_by("pk"):
        try:
            with transaction.atomic():
                delivery.letters += write_letter(user, people, now, with_digest=with_digests)
        except failures.NOT_THE_ROW:
            raise
        except Exception as error:
            delivery.failed += 1
            with transaction.atomic():
                failures.note(FailedRow.Act.LETTER, user.pk, user.board_id or 0, error, now)

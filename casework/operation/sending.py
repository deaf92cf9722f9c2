"""Sending what has been handed in: claim, commit, send, note down.

No transaction is open while a server is talked to. A sender that is killed in between lets go of
the letter after ``HELD``; it is then sent again under the same Message-ID: better twice than never.
One letter that fails is put off and stops no other; a server that fails is left alone for a while.
"""

import smtplib
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q

from casework.operation import limits, post
from casework.operation.models import Lane, OutgoingMail
from casework.shared import clock
from casework.shared.errors import TooManyAttempts

log = structlog.get_logger(__name__)

BUDGET, HELD = 40.0, timedelta(minutes=5)
GIVE_UP = timedelta(days=3)
LONGEST_WAIT = timedelta(hours=1)
KEPT = timedelta(days=30)
# So many letters in a row that the line broke on are the server's fault, not the letters'.
BROKEN_LINES = 3
_SERVER = limits.Pace(free=0, first=15, longest=300, forgets=3600)
_LINE_FAULTS = (TimeoutError, ConnectionError, smtplib.SMTPServerDisconnected)
_ONE_SENDER = 0x6B76616C  # any number of our own


@dataclass
class Run:
    """What came of a run."""

    sent: int = 0
    failed: int = 0


class ServerFault(Exception):
    """The server does not take letters at all; ``__cause__`` says why."""


def send_waiting() -> Run:
    """Send what is due, for ``BUDGET`` seconds at most; one sender at a time.

    So letters occupy one process of a worker, and the watch has the others.
    """
    run = Run()
    with _alone() as alone:
        if alone and post.is_set_up() and _server_is_free():
            _send_all(run)
    return run


def _send_all(run: Run) -> None:
    line, end, broken = Line(), time.monotonic() + BUDGET, 0
    now = clock.now()
    due = _free(now).order_by(F("failed_since").asc(nulls_first=True), "send_after", "pk")
    try:
        for pk in list(due.values_list("pk", flat=True)[:1000]):
            if time.monotonic() > end:
                break
            row = _claim(pk)
            if row is None:
                continue
            try:
                run.sent += _send(row, line)
                broken = 0
            except (InterfaceError, OperationalError):
                raise
            except Exception as error:
                run.failed += 1
                broken += isinstance(error, _LINE_FAULTS)
                _put_off(row, error)
                if isinstance(error, ServerFault) or broken == BROKEN_LINES:
                    with suppress(TooManyAttempts):
                        limits.take(_server_lane(), _SERVER)
                    break
    finally:
        line.leave()


def _free(now: datetime) -> Any:
    held = Q(held_until__gt=now)
    return OutgoingMail.objects.filter(~held, state=OutgoingMail.State.WAITING, send_after__lte=now)


def _claim(pk: int) -> OutgoingMail | None:
    with transaction.atomic():
        now = clock.now()
        row: OutgoingMail | None = (
            _free(now).select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
        )
        if row is not None:
            row.held_until = now + HELD
            row.save(update_fields=["held_until"])
    return row


def _send(row: OutgoingMail, line: "Line") -> bool:
    message = post.written(row, clock.now())
    if message is not None:
        line.send(message)
        Lane.objects.filter(key=_server_lane()).delete()
    _finish(row, OutgoingMail.State.DROPPED if message is None else OutgoingMail.State.SENT)
    return message is not None


def _finish(row: OutgoingMail, state: OutgoingMail.State) -> None:
    row.state, row.done_at, row.held_until, row.content = state, clock.now(), None, ""
    row.save(update_fields=["state", "done_at", "held_until", "content"])


def _put_off(row: OutgoingMail, error: Exception) -> None:
    """Note the fault; the letter waits a minute, then twice as long, to an hour.

    Where the server is at fault the letter itself does not wait longer for it.
    """
    now, cause = clock.now(), error.__cause__ or error
    row.error, row.held_until = type(cause).__name__, None
    log.warning("mail.not_sent", row_id=row.pk, error=row.error, attempts=row.attempts)
    if isinstance(error, ServerFault):
        # What expires (a link to a new password) is not sent days later.
        hopeless = not row.kind and now - row.made_at > GIVE_UP
    else:
        row.attempts, row.failed_since = row.attempts + 1, row.failed_since or now
        row.send_after = now + min(timedelta(minutes=2 ** min(row.attempts - 1, 6)), LONGEST_WAIT)
        hopeless = now - row.failed_since > GIVE_UP
    row.save(update_fields=["error", "held_until", "attempts", "failed_since", "send_after"])
    if hopeless:
        _finish(row, OutgoingMail.State.GIVEN_UP)


class Line:
    """The connection to the server, opened when first needed and after each fault anew."""

    def __init__(self) -> None:
        self._backend: Any = None

    def send(self, message: EmailMessage) -> None:
        """Send one letter; ``ServerFault`` where no letter would get through."""
        if self._backend is None:
            backend = get_connection(settings.MAIL_TRANSPORT)
            with _bounded(backend):
                try:
                    backend.open()
                except (OSError, smtplib.SMTPException) as error:
                    raise ServerFault from error
            self._backend = backend
        try:
            with _bounded(self._backend):
                self._backend.send_messages([message])
        except BaseException as error:
            self.drop()
            if isinstance(error, smtplib.SMTPSenderRefused):
                raise ServerFault from error
            raise

    def drop(self) -> None:
        """Let go of a connection on which something went wrong."""
        backend, self._backend = self._backend, None
        if hasattr(backend, "drop"):
            backend.drop()

    def leave(self) -> None:
        """Take leave of the server."""
        if self._backend is not None:
            try:
                with _bounded(self._backend):
                    self._backend.close()
            except OSError:
                self.drop()


def _bounded(backend: Any) -> AbstractContextManager[None]:
    bounded = getattr(backend, "bounded", None)
    return bounded() if bounded else nullcontext()


def _server_lane() -> str:
    return limits.key("mail server")


def _server_is_free() -> bool:
    lane = Lane.objects.filter(key=_server_lane()).first()
    return lane is None or lane.free_at <= clock.now()


@contextmanager
def _alone() -> Iterator[bool]:
    """Hold the one sender's place, which the database gives back with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_SENDER])
        (alone,) = cursor.fetchone() or (False,)
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_SENDER])


def try_again(board_id: int) -> int:
    """Let the next run take at once what failed or was given up and can be written anew."""
    Lane.objects.filter(key=_server_lane()).delete()
    # What has been given up has no words left, unless it is written anew.
    rows = post.stuck(board_id).exclude(state=OutgoingMail.State.GIVEN_UP, kind="")
    return rows.update(
        state=OutgoingMail.State.WAITING,
        send_after=clock.now(),
        failed_since=None,
        done_at=None,
    )


def forget_old() -> int:
    """Remove what was sent or dropped long ago."""
    done = OutgoingMail.objects.exclude(state=OutgoingMail.State.WAITING)
    return done.filter(done_at__lt=clock.now() - KEPT).delete()[0]

"""Handing in a letter: it is a row like what it tells of, committed or not together with it.

Nothing that a person waits for, and no transaction, ever talks to a mail server: that is done by
``casework.operation.sending`` in a task of its own. Whatever sends through Django's e-mail ends
here too (``OutboxBackend``), libraries' letters as well as ours.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q, QuerySet

from casework.operation.models import OutgoingMail
from casework.shared import clock
from casework.shared.hooks import Registry

log = structlog.get_logger(__name__)

# Writes a letter from the id of its row, at the moment it is sent; None: nobody needs it any more.
Writer = Callable[[int, datetime], EmailMessage | None]
WRITERS: Registry[Writer] = Registry("mail writer")


def is_set_up() -> bool:
    """Say whether letters reach anybody: whether ``EMAIL_URL`` names where they go."""
    return bool(settings.MAIL_TRANSPORT)


def host() -> str:
    """Return the host that names of letters end with."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def hand_in(kind: str, row_id: int, board_id: int) -> None:
    """Let the letter of a row be sent; ``kind`` names its writer."""
    now = clock.now()
    OutgoingMail.objects.create(
        kind=kind, row_id=row_id, board_id=board_id, made_at=now, send_after=now
    )


def of_board(board_id: int) -> QuerySet[OutgoingMail]:
    """Return the letters of a board, and those about logging in, which name no board."""
    return OutgoingMail.objects.filter(Q(board_id=board_id) | Q(board_id=None))


def stuck(board_id: int) -> QuerySet[OutgoingMail]:
    """Return the letters that have failed: those tried again, and those given up."""
    waiting = Q(state=OutgoingMail.State.WAITING, failed_since__isnull=False)
    return of_board(board_id).filter(waiting | Q(state=OutgoingMail.State.GIVEN_UP))


class OutboxBackend(BaseEmailBackend):
    """What Django and its libraries send, kept (encrypted) until the mail task has sent it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Take over the messages, one letter for each recipient: one's fault is no other's."""
        if not is_set_up():
            log.warning("mail.not_set_up", letters=len(email_messages))
            return 0
        now = clock.now()
        rows = [
            OutgoingMail(content=_packed(message, to), made_at=now, send_after=now)
            for message in email_messages
            for to in message.recipients()
        ]
        OutgoingMail.objects.bulk_create(rows)
        return len(email_messages)


def _packed(message: EmailMessage, to: str) -> str:
    if message.attachments:
        raise ValueError("Letters carry no files.")
    return json.dumps(
        {
            "subject": str(message.subject),
            "body": str(message.body),
            "from_email": message.from_email,
            "to": [to],
            "headers": {str(name): str(value) for name, value in message.extra_headers.items()},
            "alternatives": [
                [str(text), str(kind)] for text, kind in getattr(message, "alternatives", ())
            ],
        }
    )


def written(row: OutgoingMail, now: datetime) -> EmailMessage | None:
    """Return the letter of a row as it is to be sent, None where it is no longer needed."""
    message: EmailMessage | None
    if row.kind:
        message = WRITERS[row.kind](row.row_id or 0, now)
    else:
        message = EmailMultiAlternatives(**json.loads(row.content))
    if message is not None:
        # RFC 3834: an absence note must not be sent back to a machine.
        message.extra_headers.setdefault("Auto-Submitted", "auto-generated")
        message.extra_headers.setdefault("Message-ID", f"<post-{row.pk}@{host()}>")
    return message

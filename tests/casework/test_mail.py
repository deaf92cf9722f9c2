"""Letters: kept until a server took them, and no server or address stops the others."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import connection, transaction

from casework.models import Board, Lane, OutgoingMail
from casework.operation import post, sending, smtp
from casework.shared import clock
from config.env import mail_transport
from tests.factories.mail_servers import MailServer, mail_server

pytestmark = pytest.mark.django_db
State = OutgoingMail.State


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with mail_server(settings, monkeypatch) as one:
        yield one


@pytest.fixture
def later(at: Callable[..., object]) -> Callable[..., None]:
    start = clock.now()
    at(start)

    def travel(**ahead: float) -> None:
        at(start + timedelta(**ahead))

    return travel


def hand_in(*recipients: str, subject: str = "Hej") -> None:
    for to in recipients:
        send_mail(subject, "Text.", None, [to])


def states() -> list[str]:
    return list(OutgoingMail.objects.order_by("pk").values_list("state", flat=True))


def test_a_letter_is_a_row_until_it_is_sent_and_says_that_a_machine_wrote_it(
    server: MailServer,
) -> None:
    hand_in("eva@example.com")
    assert server.talks == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM casework_outgoingmail")
        (stored,) = cursor.fetchone()
    assert "eva@" not in stored
    assert "Text" not in stored
    assert sending.send_waiting().sent == 1
    (letter,) = server.letters
    assert letter["To"] == "eva@example.com"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@localhost>")
    (row,) = OutgoingMail.objects.all()
    assert (row.state, row.content) == (State.SENT, "")
    assert sending.send_waiting().sent == 0


def test_libraries_letters_and_both_their_forms_come_through(server: MailServer) -> None:
    message = EmailMultiAlternatives("Ämne på svenska", "Text å", to=["åsa@exämple.com"])
    message.attach_alternative("<p>Text å</p>", "text/html")
    message.send()
    sending.send_waiting()
    (letter,) = server.letters
    assert letter.get_content_type() == "multipart/alternative"
    assert "xn--exmple-cua.com" in str(letter["To"])


def test_each_recipient_has_a_letter_of_its_own(server: MailServer) -> None:
    server.victim = "fel@example.com"
    EmailMessage("Hej", "Text", to=["fel@example.com"], bcc=["eva@example.com"]).send()
    run = sending.send_waiting()
    assert (run.sent, run.failed) == (1, 1)
    assert server.recipients == ["eva@example.com"]


def test_nothing_is_handed_in_by_what_is_rolled_back(server: MailServer) -> None:
    with transaction.atomic():
        hand_in("eva@example.com")
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("mood", ["silent", "drip", "drop", "deny"])
def test_a_server_at_fault_keeps_letters_waiting_and_is_left_alone_for_a_while(
    server: MailServer, later: Callable[..., None], mood: str
) -> None:
    server.mood = mood
    hand_in("eva@example.com", "anna@example.com")
    assert sending.send_waiting().failed == 1
    assert states() == [State.WAITING] * 2
    talks = server.talks
    assert sending.send_waiting().failed == 0
    assert server.talks == talks  # not asked again at once
    server.mood = "kind"
    later(seconds=16)
    assert sending.send_waiting().sent == 2
    assert not Lane.objects.exists()


def test_no_transaction_is_open_while_a_server_is_talked_to(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, send = [], sending.Line.send

    def look(line: sending.Line, message: EmailMessage) -> None:
        seen.append(len(connection.savepoint_ids))
        send(line, message)

    monkeypatch.setattr(sending.Line, "send", look)
    before = len(connection.savepoint_ids)
    hand_in("eva@example.com")
    sending.send_waiting()
    assert seen == [before]


@pytest.mark.parametrize("hang", [False, True])
def test_one_address_at_fault_does_not_stop_the_others(
    server: MailServer, later: Callable[..., None], hang: bool
) -> None:
    server.victim, server.hang = "trasig@example.com", hang
    hand_in("trasig@example.com", "eva@example.com", "anna@example.com")
    run = sending.send_waiting()
    assert (run.sent, run.failed) == (2, 1)
    assert server.recipients == ["eva@example.com", "anna@example.com"]
    # New letters go before what has failed already.
    later(minutes=2)
    hand_in("sara@example.com")
    sending.send_waiting()
    assert server.recipients[-1] == "sara@example.com"
    server.victim = ""
    later(minutes=5)
    sending.send_waiting()
    assert server.recipients[-1] == "trasig@example.com"


def test_a_letter_that_cannot_be_written_stops_nothing(server: MailServer) -> None:
    hand_in("eva@example.com\nBcc: alla@example.com", "anna@example.com")
    hand_in("sara@example.com", subject="Hej\nBcc: alla@example.com")
    run = sending.send_waiting()
    assert (run.sent, run.failed) == (1, 2)
    assert server.recipients == ["anna@example.com"]
    errors = OutgoingMail.objects.order_by("pk").values_list("error", flat=True)
    assert list(errors) == ["ValueError", "", "BadHeaderError"]


def test_what_never_goes_through_is_given_up_and_its_words_are_gone(
    server: MailServer, later: Callable[..., None]
) -> None:
    server.victim = "trasig@example.com"
    hand_in("trasig@example.com")
    for hours in range(0, 80, 2):
        later(hours=hours)
        sending.send_waiting()
    (row,) = OutgoingMail.objects.all()
    assert (row.state, row.content) == (State.GIVEN_UP, "")
    assert row.failed_since is not None
    assert row.attempts <= 40


def test_killed_between_sending_and_noting_it_is_sent_once_more_as_the_same(
    server: MailServer, later: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in("eva@example.com")
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_finish", _killed)
        with pytest.raises(KeyboardInterrupt):
            sending.send_waiting()
    assert sending.send_waiting().sent == 0  # somebody may still be at it
    later(minutes=6)
    assert sending.send_waiting().sent == 1
    first, second = server.letters
    assert first["Message-ID"] == second["Message-ID"]


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_one_sender_at_a_time(server: MailServer) -> None:
    hand_in("eva@example.com")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [sending._ONE_SENDER])
            assert sending.send_waiting().sent == 0
            cursor.execute("SELECT pg_advisory_unlock(%s)", [sending._ONE_SENDER])
        assert sending.send_waiting().sent == 1
    finally:
        other.close()


def test_a_run_ends_in_time_and_the_next_goes_on(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in("eva@example.com", "anna@example.com")
    with monkeypatch.context() as patch:
        patch.setattr(sending, "BUDGET", -1.0)
        assert sending.send_waiting().sent == 0
    assert sending.send_waiting().sent == 2


def test_not_set_up_nothing_is_kept_and_nothing_printed(
    settings: Any, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    settings.MAIL_TRANSPORT = ""
    settings.EMAIL_BACKEND = "casework.operation.post.OutboxBackend"
    hand_in("eva@example.com", subject="Hemligt")
    assert not OutgoingMail.objects.exists()
    said = "".join(capfd.readouterr()) + caplog.text
    assert "Hemligt" not in said
    assert "eva@" not in said
    assert "mail.not_set_up" in said


@pytest.mark.parametrize(
    ("backend", "debug", "delivers"),
    [
        ("django.core.mail.backends.smtp.EmailBackend", False, True),
        ("django.core.mail.backends.filebased.EmailBackend", False, True),
        ("django.core.mail.backends.console.EmailBackend", True, True),
        ("django.core.mail.backends.console.EmailBackend", False, False),
        ("django.core.mail.backends.dummy.EmailBackend", False, False),
        ("django.core.mail.backends.locmem.EmailBackend", False, False),
    ],
)
def test_a_console_delivers_to_a_developer_alone(backend: str, debug: bool, delivers: bool) -> None:
    assert bool(mail_transport(backend, debug=debug)) is delivers


def test_try_again_takes_what_failed_at_once(server: MailServer, board: Board) -> None:
    server.victim = "trasig@example.com"
    hand_in("trasig@example.com")
    sending.send_waiting()
    server.victim = ""
    assert sending.send_waiting().sent == 0
    assert sending.try_again(board.pk) == 1
    assert sending.send_waiting().sent == 1


@pytest.fixture
def board() -> Board:
    return Board.objects.create(name="Nämnden")


def test_what_was_sent_is_forgotten_after_a_month(
    server: MailServer, later: Callable[..., None]
) -> None:
    hand_in("eva@example.com")
    sending.send_waiting()
    hand_in("anna@example.com")
    later(days=31)
    assert sending.forget_old() == 1
    assert states() == [State.WAITING]


def test_every_task_has_a_time_to_end_in_and_one_to_be_killed_at() -> None:
    current_app.loader.import_default_modules()
    ours = [task for name, task in current_app.tasks.items() if not name.startswith("celery.")]
    assert len(ours) >= 6
    for task in ours:
        assert task.soft_time_limit, task.name
        assert task.soft_time_limit < task.time_limit <= 3600, task.name
    # A letter that is being sent ends by itself before its task is ended.
    task = current_app.tasks["casework.tasks.send_mail"]
    assert task.soft_time_limit >= sending.BUDGET + 2 * smtp.SECONDS
    assert timedelta(seconds=task.time_limit) < sending.HELD


def test_writers_are_registered() -> None:
    assert {"watch", "duty"} <= set(post.WRITERS)
    assert mail.outbox == []

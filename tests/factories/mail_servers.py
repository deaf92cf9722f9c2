"""A mail server on a free port that does as told: takes letters, is silent, drips, hangs up."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest


@dataclass
class MailServer:
    """What it has been sent, and how it behaves: ``mood``, and what it does to one ``victim``."""

    port: int = 0
    mood: str = "kind"  # silent, drip, drop, deny
    victim: str = ""  # an address that is refused, or hung on where ``hang`` is set
    hang: bool = False
    letters: list[Message] = field(default_factory=list)
    talks: int = 0

    @property
    def recipients(self) -> list[str]:
        """To whom letters came, in their order."""
        return [str(letter["To"]) for letter in self.letters]

    def serve(self, line: socket.socket) -> None:
        """Have one conversation."""
        self.talks += 1
        if self.mood == "drop":
            return
        if self.mood in ("silent", "drip"):
            self._keep_waiting(line)
        else:
            self._converse(line)

    def _keep_waiting(self, line: socket.socket) -> None:
        for _ in range(600):
            if self.mood == "drip":
                line.sendall(b"2")
            time.sleep(0.05)

    def _converse(self, line: socket.socket) -> None:
        lines = line.makefile("rb")
        line.sendall(b"220 hej\r\n")
        for command in lines:
            word, _, rest = command.decode("utf-8", "replace").strip().partition(":")
            verb = word.upper().split(" ")[0]
            answer = {"EHLO": "250 hej", "DATA": "354 ja", "QUIT": "221 adjo"}.get(verb, "250 ok")
            if verb == "RCPT" and self.victim and self.victim in rest:
                if self.hang:
                    time.sleep(30)
                    return
                answer = "550 ingen sådan"
            if verb == "MAIL" and self.mood == "deny":
                answer = "550 inte du"
            line.sendall(f"{answer}\r\n".encode())
            if verb == "DATA":
                self._take(lines)
                line.sendall(b"250 tack\r\n")
            if verb == "QUIT":
                return

    def _take(self, lines: Any) -> None:
        text = b""
        for row in lines:
            if row == b".\r\n":
                break
            text += row
        self.letters.append(message_from_bytes(text))


@contextmanager
def listening(**given: Any) -> Iterator[MailServer]:
    """Have a mail server, for processes of their own."""
    server, listener = MailServer(**given), socket.create_server(("127.0.0.1", 0))
    server.port = listener.getsockname()[1]

    def accept() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(line,), daemon=True).start()

    def talk(line: socket.socket) -> None:
        with suppress(OSError), line:
            server.serve(line)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        # Accepting ends with the listener only where it is told so.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@contextmanager
def mail_server(
    settings: Any, monkeypatch: pytest.MonkeyPatch, **given: Any
) -> Iterator[MailServer]:
    """Let letters go to a server of one's own, with half a second of patience."""
    with listening(**given) as server:
        settings.MAIL_TRANSPORT = "casework.operation.smtp.BoundedBackend"
        settings.EMAIL_BACKEND = "casework.operation.post.OutboxBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 0.5
        monkeypatch.setattr("casework.operation.smtp.SECONDS", 1)
        yield server

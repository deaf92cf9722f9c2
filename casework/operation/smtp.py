"""Talking to a mail server that may be silent, slow or gone, within a bounded time."""

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

# ``EMAIL_TIMEOUT`` bounds each answer; whoever says one byte at a time is bounded by this.
SECONDS = 20


class BoundedBackend(EmailBackend):
    """Django's SMTP with an end to the whole conversation, not to each wait alone."""

    _talking: Any = None
    _socket: socket.socket | None = None

    @property
    def connection_class(self) -> Any:
        """Return the class of the connection, which tells us its socket before it greets."""
        backend, kind = self, smtplib.SMTP_SSL if self.use_ssl else smtplib.SMTP

        class Told(kind):  # type: ignore[misc, valid-type]
            def _get_socket(self, *given: Any) -> Any:
                backend._talking, backend._socket = self, super()._get_socket(*given)
                return backend._socket

        return Told

    @contextmanager
    def bounded(self) -> Iterator[None]:
        """Cut the line where what is done within the block takes longer than ``SECONDS``."""
        timer = Timer(SECONDS, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        # After STARTTLS the connection has another socket than the one it began with.
        line = getattr(self._talking, "sock", None) or self._socket
        if line is not None:
            with suppress(OSError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)

    def drop(self) -> None:
        """Close without taking leave: who does not answer is not waited for once more."""
        line, self.connection = self.connection, None
        if line is not None:
            line.close()

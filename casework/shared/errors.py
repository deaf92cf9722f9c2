"""The errors that services raise. Screens and API turn each into one kind of answer.

The message is Swedish, written for the person who reads it, says how to mend what is wrong
and never carries personal text.
"""

import math
from datetime import timedelta

from casework.shared import clock


class DomainError(Exception):
    """Base of all errors that a user may be shown.

    ``field`` names the input it concerns, ``code`` is stable for API clients.
    """

    code = "error"

    def __init__(self, message: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        if code is not None:
            self.code = code


class InvalidInput(DomainError):
    """What was entered cannot be accepted as it stands (API: 400)."""

    code = "invalid"


class ConflictError(DomainError):
    """The record is in another state than the act requires (API: 409)."""

    code = "conflict"


class NotAllowed(DomainError):
    """The actor sees the record but may not do this to it (API: 403)."""

    code = "not_allowed"


class NotVisible(DomainError):
    """No such record for this actor; the same answer as if it did not exist (API: 404)."""

    code = "not_found"

    def __init__(self, message: str = "Uppgiften finns inte.") -> None:
        super().__init__(message)


class NoRoom(DomainError):
    """There is no room on a disk of the service's (507)."""

    code = "no_room"

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message
            or "Servern har slut på utrymme, så det gick inte att spara. Säg till "
            "systemförvaltaren, och försök igen när det finns plats."
        )


class TooManyAttempts(DomainError):
    """It was tried too often lately (429); ``wait`` is how many seconds until it may be again."""

    code = "too_many_attempts"

    def __init__(self, wait: float) -> None:
        self.wait = max(math.ceil(wait), 1)
        when = (clock.now() + timedelta(seconds=self.wait)).astimezone(clock.STOCKHOLM)
        super().__init__(
            f"Det har blivit för många försök. Försök igen om {_in_words(self.wait)}, "
            f"klockan {when:%H.%M}. Under tiden behöver du inte göra något."
        )


def _in_words(seconds: int) -> str:
    if seconds < 100:
        return "1 sekund" if seconds == 1 else f"{seconds} sekunder"
    return f"{math.ceil(seconds / 60)} minuter"

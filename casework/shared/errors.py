"""The errors that services raise. Screens and API turn each into one kind of answer.

The message is Swedish, written for the person who reads it, says how to mend what is wrong
and never carries personal text.
"""


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

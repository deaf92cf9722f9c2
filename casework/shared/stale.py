"""Somebody has changed it since: how an edit of what was read before is refused, said once."""

from typing import Any, Protocol

from casework.shared.errors import ConflictError


class Versioned(Protocol):
    """What counts its changes, so that an edit can name the version that it was made from."""

    @property
    def version(self) -> int:
        """Which version stands now."""


class ChangedMeanwhile(ConflictError):
    """Something else stands than was read; ``stands`` is what does. Nothing is overwritten."""

    code = "stale"

    def __init__(self, message: str, stands: Any) -> None:
        super().__init__(message)
        self.stands = stands


def check_version(
    stands: Versioned, expected: int | None, what: str = "", *, message: str = ""
) -> None:
    """Raise ``ChangedMeanwhile`` where ``stands`` is not of the version that was read.

    ``stands`` is locked for the rest of the transaction, or follows from what is. ``what`` names
    it in words (bestämd form), ``message`` says it all where there is more to say. None: whoever
    edits has read nothing before.
    """
    if expected is not None and stands.version != expected:
        raise ChangedMeanwhile(
            message
            or f"Någon har ändrat {what} sedan du öppnade sidan. Se vad som gäller nu och spara "
            "igen om det fortfarande stämmer.",
            stands,
        )

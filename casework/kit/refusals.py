"""Which HTTP status a service's error stands for, on screens and in the API alike."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent

from casework.shared.errors import (
    ConflictError,
    DomainError,
    InvalidInput,
    NoRoom,
    NotAllowed,
    NotVisible,
    TooManyAttempts,
)

_STATUS: dict[type[DomainError], int] = {
    InvalidInput: 400,
    NotAllowed: 403,
    NotVisible: 404,
    ConflictError: 409,
    TooManyAttempts: 429,
    NoRoom: 507,
}
# What Django raises for a body that is more than the settings allow (413).
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
TOO_LARGE_MESSAGE = (
    "Det du skickade är för stort. Dela upp det, eller minska filerna, och skicka igen."
)


def http_status(error: DomainError) -> int:
    """Return the status of the kind of error; of a special case of it (``stale``) the same."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)


def headers(error: DomainError) -> dict[str, str]:
    """Return what the answer says beside its status: when to come back."""
    return {"Retry-After": str(error.wait)} if isinstance(error, TooManyAttempts) else {}


def as_problem(error: DomainError) -> dict[str, object]:
    """Return the body of the API's answer."""
    faults = [{"code": error.code, "message": error.message, "field": error.field}]
    return {"status": http_status(error), **faults[0], "errors": faults}

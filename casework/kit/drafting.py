"""What forms that save while one writes have in common."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format


def key_of(value: str | None) -> UUID | None:
    """Return the key that stands in a form or an address; None where it is none."""
    try:
        return UUID(value or "")
    except ValueError:
        return None


def saved_text(saved_at: datetime | None) -> str:
    """Say when the draft was saved; nothing where there is none."""
    if saved_at is None:
        return ""
    at = timezone.localtime(saved_at)
    return f"Utkastet sparat {date_format(at, 'j F')} {date_format(at, 'H.i')}"

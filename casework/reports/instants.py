"""Reading the instant at which something was known."""

from datetime import date, datetime, time

from casework.shared.clock import STOCKHOLM


def parse_instant(text: str) -> datetime:
    """Return an aware instant from ISO text.

    Without an offset it is Swedish time; a day alone means all that was known when it ended.
    Raises ``ValueError`` for anything else.
    """
    text = text.strip()
    try:
        return datetime.combine(date.fromisoformat(text), time.max, tzinfo=STOCKHOLM)
    except ValueError:
        instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=STOCKHOLM)

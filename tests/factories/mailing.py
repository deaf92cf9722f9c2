"""Writing what is due and sending it, as two tasks of the service do."""

from casework.deadlines import outbox
from casework.operation import sending


def deliver() -> None:
    """Write the letters that are due and send them."""
    outbox.deliver()
    sending.send_waiting()

"""Eight processes writing audited changes at once."""

import pytest

from casework.audit import verify
from casework.audit.throughput import changes_made
from casework.models import AuditEvent, Board


@pytest.mark.django_db(transaction=True)
def test_eight_writers_leave_a_whole_chain() -> None:
    board = Board.objects.create(name="Nämnden Väst")
    made = changes_made(processes=8, seconds=3, audited=True, board=board)
    assert made > 8
    verdict = verify.verify()
    assert (verdict.events, verdict.broken) == (made, None)
    lanes = AuditEvent.objects.values_list("lane", flat=True).distinct().count()
    assert lanes > 1, "writers should pass each other on lanes of their own"

"""Several writers of audited changes at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from casework.audit import verify
from casework.audit.throughput import changes_made
from casework.audit.work import unit_of_work
from casework.models import AuditEvent, Board
from tests.conftest import Place


@pytest.mark.django_db(transaction=True)
def test_eight_writers_leave_a_whole_chain() -> None:
    board = Board.objects.create(name="Nämnden Väst")
    made = changes_made(processes=8, seconds=1, audited=True, board=board)
    verdict = verify.verify()
    assert (verdict.events, verdict.broken) == (made, None)


@pytest.mark.django_db(transaction=True)
def test_who_writes_meanwhile_takes_a_lane_of_their_own(place: Place) -> None:
    def change(name: str) -> None:
        with unit_of_work(place.actor(name)) as work:
            work.audit("organisation.changed", place.unit)

    def elsewhere() -> None:
        try:
            change("anna")
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        change("eva")
        # Eva's lane is hers until the commit below: Anna would wait for it in vain.
        pool.submit(elsewhere).result(timeout=60)
    verdict = verify.verify()
    assert (verdict.events, verdict.broken) == (2, None)
    assert AuditEvent.objects.values("lane").distinct().count() == 2

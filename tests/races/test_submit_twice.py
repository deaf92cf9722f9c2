"""Two presses on "Skicka rapporten" at the very same moment."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from casework.shared import clock
from deviations.models import Deviation, Draft, SafeNow
from deviations.services import drafts
from deviations.services.reporting import Report, report
from tests.conftest import Place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("saved_before", [True, False])
def test_they_are_one_report(place: Place, saved_before: bool) -> None:
    key, amina, at_once = uuid.uuid4(), place.actor("amina"), Barrier(4)
    if saved_before:
        drafts.save_draft(amina, key, {"description": "Mötet"})

    def press(_: int) -> int:
        given = Report("Mötet ställdes in.", clock.today(), place.unit, SafeNow.YES)
        at_once.wait(timeout=10)
        try:
            return report(amina, given, draft_key=key).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(press, range(4)))
    assert answers == {Deviation.objects.get().pk}
    assert Draft.objects.get().submitted_as_id in answers

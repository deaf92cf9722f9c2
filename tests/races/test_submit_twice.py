"""Two presses on "Skicka rapporten" at the very same moment, and what else has a key."""

from __future__ import annotations

import uuid

import pytest

from casework.shared import clock
from deviations.models import Deviation, Draft, SafeNow
from deviations.services import drafts
from deviations.services.reporting import Report, report
from tests.conftest import Place
from tests.races.overlapping import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("saved_before", [True, False])
def test_they_are_one_report(place: Place, saved_before: bool) -> None:
    key, amina = uuid.uuid4(), place.actor("amina")
    if saved_before:
        drafts.save_draft(amina, key, {"description": "Mötet"})

    def press() -> int:
        given = Report("Mötet ställdes in.", clock.today(), place.unit, SafeNow.YES)
        return report(amina, given, draft_key=key).pk

    assert set(at_once(Draft, *[press] * 4)) == {Deviation.objects.get().pk}
    assert Draft.objects.get().submitted_as_id == Deviation.objects.get().pk

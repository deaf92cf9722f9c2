"""Reporting a deviation, as far as it shows outside."""

import pytest

from casework.models import AuditEvent
from casework.shared.errors import InvalidInput
from deviations import states
from deviations.models import Deviation, DeviationVersion
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db


def test_a_report_is_in_the_managers_sight_at_once(place: Place) -> None:
    deviation = make_report(place)
    assert list(Deviation.objects.visible_to(place.actor("eva"))) == [deviation]
    assert deviation.status == states.REPORTED
    assert DeviationVersion.objects.get().status == states.REPORTED


def test_a_report_leaves_one_audit_event_without_text(place: Place) -> None:
    deviation = make_report(place)
    event = AuditEvent.objects.get()
    assert (event.action, event.subject_ids) == ("deviation.reported", [deviation.pk])
    assert deviation.description not in str(event.data)


def test_the_future_is_refused_on_its_field(place: Place) -> None:
    from datetime import timedelta

    from casework.shared import clock

    with pytest.raises(InvalidInput) as refused:
        make_report(place, occurred_on=clock.today() + timedelta(days=1))
    assert refused.value.field == "occurred_on"
    assert not Deviation.objects.exists()

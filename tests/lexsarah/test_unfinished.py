"""IVO notified and the report decided the same day: which came first decides what is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.shared.errors import ConflictError
from lexsarah import states
from lexsarah.models import Report
from lexsarah.services import closing, deciding, investigating, measures
from lexsarah.unfinished import awaits_supplement, notified_unfinished
from tests.conftest import Place
from tests.lexsarah.deciding import REASONS, decided, measure, proposed
from tests.lexsarah.factory import running
from tests.lexsarah.test_import import SERIOUS, agree_with_the_history, folder, read, times

__all__ = ["folder"]
pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
DAY = date(2026, 3, 2)
SUPPLEMENT = "lex_sarah_ivo_supplement"


def hour(of_day: int) -> datetime:
    return datetime(2026, 3, 2, of_day, tzinfo=UTC)


def decide(place: Place, report: Report) -> Report:
    birgit = place.actor("birgit")
    return deciding.decide(birgit, report.pk, outcome=states.SERIOUS, reasons=REASONS)


def test_notified_in_the_morning_and_decided_at_noon_the_investigation_is_to_be_sent(
    place: Place, at: Travel, as_user: Callable[..., Client]
) -> None:
    at(hour(8))
    report, sara = proposed(place, states.SERIOUS), place.actor("sara")
    at(hour(9))
    investigating.record_ivo_notification(sara, report.pk, on=DAY)
    at(hour(12))
    report = decide(place, report)
    assert running(report)[SUPPLEMENT].raw_date == date(2026, 5, 2)
    at(hour(13))
    # A measure decided since, and IVO's number, tell of the same decision and notification again.
    one = measure(place, report)
    measures.decide_measure(place.actor("birgit"), one.pk, verdict="rejected", comment="Nej.")
    investigating.record_ivo_notification(sara, report.pk, on=DAY, ivo_number="3.2.1-5/2026")
    report.refresh_from_db()
    assert awaits_supplement(report)
    assert SUPPLEMENT in running(report)
    with pytest.raises(ConflictError, match="Lämna utredningen till IVO"):
        closing.close(sara, report.pk)
    shown = as_user("sara").get(f"/lex-sarah/{report.pk}/").content.decode()
    assert "Lämna den färdiga utredningen till IVO, senast" in shown
    investigating.record_ivo_supplement(sara, report.pk, on=DAY)
    assert running(report) == {}
    agree_with_the_history()


def test_decided_first_the_notification_holds_it_all(place: Place, at: Travel) -> None:
    at(hour(8))
    report = decided(place, states.SERIOUS)
    at(hour(9))
    report = investigating.record_ivo_notification(place.actor("sara"), report.pk, on=DAY)
    assert not awaits_supplement(report)
    assert running(report) == {}
    agree_with_the_history()


def test_decided_taken_up_again_notified_and_decided_anew(place: Place, at: Travel) -> None:
    at(hour(8))
    report, sara = decided(place, states.SERIOUS), place.actor("sara")
    at(hour(9))
    closing.reopen(sara, report.pk, reason="Nytt vittne.")
    at(hour(10))
    investigating.record_ivo_notification(sara, report.pk, on=DAY)
    at(hour(11))
    put = {"outcome": states.SERIOUS, "reasons": REASONS}
    deciding.propose(sara, report.pk, **put, decider=place.user("birgit"))
    at(hour(12))
    assert awaits_supplement(decide(place, report))
    assert SUPPLEMENT in running(report)


def test_a_register_tells_the_day_alone_and_its_decision_counts_as_finished(folder: Path) -> None:
    same = SERIOUS | {"anmäld_ivo": "2022-05-02"}
    assert read(folder, same, {"id": "LS2", "anmäld_ivo": "2022-05-02"}).code == 0
    first, second = Report.objects.order_by("pk")
    assert SUPPLEMENT not in times(first)
    assert awaits_supplement(second)
    assert read(folder, same, same | {"id": "LS2"}).code == 0
    second.refresh_from_db()
    assert not awaits_supplement(second)
    assert times(second)[SUPPLEMENT][1] == "void"


def test_many_are_asked_of_in_one_query(place: Place, at: Travel) -> None:
    at(hour(8))
    found = [proposed(place, states.SERIOUS) for _ in range(3)]
    at(hour(9))
    for report in found:
        investigating.record_ivo_notification(place.actor("sara"), report.pk, on=DAY)
    at(hour(10))
    reports = [decide(place, report) for report in found]
    with CaptureQueriesContext(connection) as ran:
        assert notified_unfinished(reports) == {report.pk for report in reports}
    assert len(ran) == 1

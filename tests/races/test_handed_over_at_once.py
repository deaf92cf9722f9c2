"""What is given to another while its owner is about to answer, or to say that it is done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from casework.shared import clock
from casework.shared.errors import NotVisible
from lexsarah.models import Report
from lexsarah.services import following, measures, requests
from lexsarah.services.requests import Asked
from tests.conftest import Place, make_place
from tests.lexsarah.deciding import decided, delivered, investigated, measure
from tests.races.overlapping import until_they_wait

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def place(transactional_db: None) -> Place:
    """The board, kept by real transactions."""
    return make_place("Norr")


def while_it_waits(report: Report, first: Callable[[], object], late: Callable[[], object]) -> str:
    """Do ``first`` while ``late`` waits for the report on another connection; what that met."""

    def do() -> str:
        try:
            late()
        except NotVisible:
            return "not visible"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
            begun = pool.submit(do)
            until_they_wait([begun])
            first()
        return begun.result()


def test_an_answer_by_whom_it_is_no_longer_asked_of_is_not_sent(place: Place) -> None:
    report, sara = investigated(place), place.actor("sara")
    due_on = clock.today() + timedelta(days=14)
    asked = requests.request_statement(
        sara, report.pk, Asked(place.user("eva"), "Hur var bemanningen?", due_on)
    )
    eva = place.actor("eva")
    assert (
        while_it_waits(
            report,
            lambda: following.hand_over_requests(
                place.actor("simon"), place.user("eva"), place.user("erik")
            ),
            lambda: requests.answer(eva, asked.pk, text="Två var sjuka."),
        )
        == "not visible"
    )
    asked.refresh_from_db()
    assert (asked.answered_at, asked.asked_of) == (None, place.user("erik"))


def test_a_measure_is_not_done_by_whom_it_was_taken_from(place: Place) -> None:
    report, sara = decided(place), place.actor("sara")
    delivered(place, report, "eva")
    one = measure(place, report)
    one = measures.decide_measure(place.actor("birgit"), one.pk, verdict="approved")
    eva = place.actor("eva")
    assert (
        while_it_waits(
            report,
            lambda: measures.reassign_measure(sara, one.pk, owner=place.user("erik")),
            lambda: measures.finish_own(eva, one.pk, on=clock.today(), how="Klart."),
        )
        == "not visible"
    )
    one.refresh_from_db()
    assert (one.done_on, one.owner) == (None, place.user("erik"))

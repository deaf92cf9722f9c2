"""Bevakad tid on screen: begun with its date explained, and each step as a person takes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from casework.cases.models import Case, WatchedTime
from casework.cases.services.watched import begin_time
from casework.models import AuditEvent
from tests.conftest import Place
from tests.factories.cases import decide, investigate

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
Travel = Callable[[date | datetime], object]
DAY = date(2026, 3, 2)


@pytest.fixture
def case(place: Place, at: Travel) -> Case:
    at(DAY)
    found = decide(place, "Ä-77").case
    assert found is not None
    return found


def post(client: Client, url: str, **given: Any) -> tuple[int, str]:
    answer = client.post(url, given, follow=True)
    return answer.status_code, answer.content.decode()


def test_the_date_is_shown_before_the_time_is_begun(
    place: Place, case: Case, as_user: Login
) -> None:
    amina, url = as_user("amina"), f"/arenden/{case.pk}/bevakad-tid/"
    page = amina.get(f"/arenden/{case.pk}/").content.decode()
    assert "Lägg till bevakad tid" in page
    empty = amina.get(url).content.decode()
    assert '<optgroup label="LVU">' in empty
    assert "Sista dag</p>" not in empty
    status, shown = post(amina, url, rule="emergency_home", trigger_date="2026-03-02", show="1")
    assert status == 200
    assert "4 maj 2026" in shown
    assert "22 kap. 4 § SoL (2025:400)" in shown
    assert not WatchedTime.objects.exists()
    status, begun = post(amina, url, rule="emergency_home", trigger_date="2026-03-02")
    assert "Tiden bevakas." in begun
    assert "Jourhem" in begun
    assert "Varför detta datum?" in begun
    status, again = post(amina, url, rule="emergency_home", trigger_date="2026-03-02")
    assert status == 409
    assert "bevakas redan" in again
    status, wrong = post(amina, url, rule="emergency_home", trigger_date="2026-03-03")
    assert status == 422
    assert "har inte kommit än" in wrong


def test_a_review_begins_the_next_turn_and_what_is_over_says_so(
    place: Place, case: Case, as_user: Login, at: Travel
) -> None:
    begin_time(place.actor("amina"), case.pk, "lvu_consideration", DAY)
    time = WatchedTime.objects.get()
    at(date(2026, 6, 1))
    eva, base = as_user("eva"), f"/arenden/bevakad-tid/{time.pk}"
    shown = eva.get(f"/arenden/{case.pk}/").content.decode()
    assert f"{base}/provad/" in shown
    assert f"{base}/klar/" not in shown
    assert "LVU övervägande (2 §)" in shown
    _, reviewed = post(eva, f"{base}/provad/", on="2026-06-01")
    assert "Nästa tid räknas från den" in reviewed
    assert "1 december 2026" in reviewed
    status, wrong = post(eva, f"{base}/galler-inte/", on="2026-06-01")
    assert status == 422
    assert "Välj varför" in wrong
    _, dropped = post(eva, f"{base}/galler-inte/", on="2026-06-01", reason="ceased")
    assert "Vården, placeringen eller beslutet har upphört." in dropped
    assert eva.get(f"{base}/provad/").status_code == 409
    assert AuditEvent.objects.filter(action="case.time_dropped").count() == 1


def test_a_time_is_done_or_extended(place: Place, case: Case, as_user: Login, at: Travel) -> None:
    time = begin_time(place.actor("amina"), case.pk, "lvu_application", DAY)
    amina, base = as_user("amina"), f"/arenden/bevakad-tid/{time.pk}"
    given = {"decided_on": "2026-03-02", "until": "2026-04-20"}
    _, extended = post(amina, f"{base}/forlangd/", **given)
    assert "Förlängd från 30 mars 2026" in extended
    at(date(2026, 4, 7))
    _, done = post(as_user("amina"), f"{base}/klar/", on="2026-04-07")
    assert "Antecknat som klart." in done


def test_the_time_of_the_citizen_is_shown_and_never_late(
    place: Place, case: Case, as_user: Login, at: Travel
) -> None:
    begin_time(place.actor("amina"), case.pk, "appeal", DAY)
    amina = as_user("amina")
    assert "Den enskildes tid" in amina.get(f"/arenden/{case.pk}/").content.decode()
    at(date(2026, 4, 1))
    page = as_user("amina").get(f"/arenden/{case.pk}/").content.decode()
    assert "Tiden har gått ut" in page
    assert "Försenad" not in page
    assert "Överklagande" not in as_user("eva").get("/bevakning/?avsnitt=sena").content.decode()


def test_the_list_shows_which_cases_have_times_and_finds_them(
    place: Place, case: Case, as_user: Login
) -> None:
    investigate(place, "Ä-78")
    begin_time(place.actor("amina"), case.pk, "lvm_application", DAY)
    listed = as_user("amina").get("/arenden/?kind=watchedtime").content.decode()
    assert "Ä-77" in listed
    assert "Ä-78" not in listed
    assert "Bevakad tid" in listed


def test_few_queries_however_many_times(
    place: Place, case: Case, as_user: Login, django_assert_max_num_queries: Any
) -> None:
    for rule in ("moving_ban", "lvu_consideration", "contact_restriction", "appeal"):
        time = begin_time(place.actor("amina"), case.pk, rule, DAY)
    eva = as_user("eva")
    for url in (
        f"/arenden/{case.pk}/",
        f"/arenden/{case.pk}/bevakad-tid/",
        f"/arenden/bevakad-tid/{time.pk}/klar/",
        "/arenden/",
    ):
        with django_assert_max_num_queries(15):
            assert eva.get(url).status_code == 200

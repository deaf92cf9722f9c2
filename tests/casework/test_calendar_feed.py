"""The calendar by secret address: a calendar library opens it, and it says no more than it may."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar

from casework.deadlines import feed
from casework.models import AuditEvent, CalendarLink
from deviations.models import Deviation
from deviations.services import inbox
from tests.conftest import Place, make_report
from tests.factories.times import begin, instant

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
Travel = Callable[[date | datetime], object]
URL = "/bevakning/kalender/"


@pytest.fixture(autouse=True)
def _now(at: Travel) -> None:
    cache.clear()
    at(instant("2026-02-19 10:00"))


def address(client: Client) -> str:
    """Make an address on the page and return its path."""
    shown = client.post(URL, {"verb": "make"}).content.decode()
    return (
        shown.partition('readonly value="')[2]
        .partition('"')[0]
        .removeprefix("http://localhost:8000")
    )


def events(path: str) -> dict[str, Any]:
    """Open the calendar in a library, without logging in; its events by their summary."""
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    calendar = Calendar.from_ical(answer.content)
    assert calendar["X-WR-TIMEZONE"] == "Europe/Stockholm"
    found = {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}
    assert len(found) == len(list(calendar.walk("VEVENT")))
    return found


@pytest.fixture
def investigated(place: Place) -> Deviation:
    deviation = make_report(place, case_number="2026-8812")
    begin(place, "child_investigation", date(2026, 2, 19), subject=deviation, handler=None)
    return deviation


def test_a_whole_day_by_the_date_to_count_on(
    as_user: Login, investigated: Deviation, at: Travel
) -> None:
    event = events(address(as_user("eva")))[f"Barnutredning: {investigated.number}"]
    # Midsommarafton, with the day the roll gives in words.
    assert event.decoded("DTSTART") == date(2026, 6, 19)
    assert event.decoded("DTEND") == date(2026, 6, 20)
    assert event["DTSTART"].to_ical() == b"20260619"
    said = "Sista dag måndag 22 juni 2026. Räkna med fredag 19 juni 2026."
    assert str(event["DESCRIPTION"]) == said
    assert str(event["URL"]).endswith(f"/avvikelser/{investigated.pk}/")


def test_nothing_of_what_has_happened_or_to_whom(as_user: Login, investigated: Deviation) -> None:
    text = Client().get(address(as_user("eva"))).content.decode()
    for secret in (investigated.description, "2026-8812", "Amina", "Eva", "Enheten"):
        assert secret not in text


def test_the_same_time_keeps_its_name(as_user: Login, investigated: Deviation, at: Travel) -> None:
    path = address(as_user("eva"))
    first = events(path)
    at(instant("2026-03-02 10:00"))
    again = events(path)
    assert {name: one["UID"] for name, one in first.items()} == {
        name: one["UID"] for name, one in again.items()
    }
    assert all(one["UID"].endswith("@localhost") for one in first.values())


def test_a_handler_has_the_own_and_whoever_leads_the_units(place: Place, as_user: Login) -> None:
    mine, theirs = make_report(place), make_report(place)
    inbox.assign(place.actor("eva"), mine.pk, to=place.user("nils"))
    numbers = {name: " ".join(events(address(as_user(name)))) for name in ("nils", "eva", "erik")}
    assert mine.number in numbers["nils"]
    assert theirs.number not in numbers["nils"]
    assert mine.number in numbers["eva"]
    assert theirs.number in numbers["eva"]
    assert numbers["erik"] == ""


def test_protected_is_left_out_for_those_who_may_see_it_too(place: Place, as_user: Login) -> None:
    make_report(place, protected=True)
    make_report(place, about_manager=True)
    assert events(address(as_user("eva"))) == {}


def test_what_ends_first_is_in_where_all_cannot_be_and_the_page_says_so(
    as_user: Login, investigated: Deviation, monkeypatch: pytest.MonkeyPatch
) -> None:
    eva = as_user("eva")
    path = address(eva)
    days = [event.decoded("DTSTART") for event in events(path).values()]
    assert len(days) > 1
    first = min(days)
    monkeypatch.setattr(feed, "AT_MOST", 1)
    (only,) = events(path).values()
    assert only.decoded("DTSTART") == first
    assert "de som slutar först" in eva.get(URL).content.decode()


def test_what_is_done_is_gone(place: Place, as_user: Login) -> None:
    deviation = make_report(place)
    path = address(as_user("eva"))
    assert len(events(path)) == 1
    inbox.dismiss(place.actor("eva"), deviation.pk, reason="Det var rätt gjort.")
    assert events(path) == {}


def test_shown_once_kept_as_a_hash_renewed_and_revoked(place: Place, as_user: Login) -> None:
    eva = as_user("eva")
    first = address(eva)
    secret = first.removeprefix("/kalender/").removesuffix(".ics")
    assert len(secret) >= 40
    assert secret not in eva.get(URL).content.decode()
    assert secret not in str(CalendarLink.objects.values_list())
    second = address(eva)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    assert "Senast läst" in eva.get(URL).content.decode()
    eva.post(URL, {"verb": "revoke"})
    assert Client().get(second).status_code == 404
    assert "Du har ingen prenumeration." in eva.get(URL).content.decode()
    acts = AuditEvent.objects.filter(action="deadline.calendar_changed").order_by("pk")
    assert [event.data["act"] for event in acts] == ["made", "made", "revoked"]


def test_found_from_the_account_and_from_bevakning(as_user: Login) -> None:
    eva = as_user("eva")
    for page in ("/", "/bevakning/"):
        assert f'href="{URL}"' in eva.get(page).content.decode()


def test_it_stops_with_the_account(place: Place, as_user: Login) -> None:
    path = address(as_user("eva"))
    place.user("eva").is_active = False
    place.user("eva").save(update_fields=["is_active"])
    assert Client().get(path).status_code == 404


def test_each_reading_is_audited_with_what_was_read(
    place: Place, as_user: Login, investigated: Deviation
) -> None:
    events(address(as_user("eva")))
    event = AuditEvent.objects.get(action="deadline.calendar_read")
    assert event.actor_id == place.user("eva").pk
    assert len(event.subject_ids) == 2


def test_not_more_often_than_calendars_need(as_user: Login, at: Travel) -> None:
    path = address(as_user("eva"))
    answers = [Client().get(path).status_code for _ in range(12)]
    assert answers == [200] * 10 + [429] * 2


def test_the_secret_is_not_in_the_log(as_user: Login, caplog: pytest.LogCaptureFixture) -> None:
    path = address(as_user("eva"))
    caplog.clear()
    with caplog.at_level(logging.DEBUG):
        Client().get(path)
    assert "/kalender/…" in caplog.text
    assert path.removeprefix("/kalender/").removesuffix(".ics") not in caplog.text


def test_few_queries_with_40_times(
    place: Place, as_user: Login, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        begin(
            place,
            "preliminary_assessment",
            date(2026, 2, 19) + timedelta(number % 9),
            subject=make_report(place),
        )
    path = address(as_user("eva"))
    with django_assert_max_num_queries(17):
        assert len(events(path)) == 80

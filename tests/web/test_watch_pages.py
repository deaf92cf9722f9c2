"""Bevakning on screen: the units' times, why a date, what one was told, what has got stuck."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from casework.deadlines import outbox
from casework.deadlines.sweep import sweep
from casework.models import AuditEvent, Deadline, FailedRow
from tests.conftest import Place, make_report
from tests.factories.times import begin, instant

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
Travel = Callable[[date | datetime], object]
URL = "/bevakning/"


def html(client: Client, url: str = URL) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_manager_sees_the_units_times_and_when_they_end(
    place: Place, as_user: Login, at: Travel
) -> None:
    at(instant("2026-02-26 10:00"))
    deviation = make_report(place)
    at(instant("2026-03-23 09:00"))
    shown = html(as_user("eva"))
    assert deviation.number in shown
    assert "2026-03-28" in shown
    assert "5 dagar kvar" in shown
    assert "Lokal tid" in shown
    assert deviation.number not in html(as_user("erik"))


def test_sections_go_by_the_day(place: Place, as_user: Login, at: Travel) -> None:
    at(instant("2026-02-26 10:00"))
    deviation = make_report(place)
    for day, section in (
        ("2026-03-01", "senare"),
        ("2026-03-24", "veckan"),
        ("2026-03-28", "i-dag"),
        ("2026-03-30", "sena"),
    ):
        at(instant(f"{day} 09:00"))
        assert deviation.number in html(as_user("eva")), "the first section with something in it"
        for one in ("sena", "i-dag", "veckan", "senare"):
            found = deviation.number in html(as_user("eva"), f"{URL}?visa={one}")
            assert found is (one == section), (day, one)
    assert "Försenad 2 dagar" in html(as_user("eva"))


def test_the_panel_explains_a_date_over_midsummer(place: Place, as_user: Login, at: Travel) -> None:
    at(instant("2026-02-19 10:00"))
    deviation = make_report(place)
    begin(place, "child_investigation", date(2026, 2, 19), subject=deviation)
    at(instant("2026-06-17 09:00"))
    shown = html(as_user("eva"), f"{URL}?visa=veckan")
    assert "Varför detta datum?" in shown
    assert "Fredag 19 juni 2026 är midsommarafton." in shown
    assert "20 kap. 3 § SoL (2025:400)" in shown
    assert "2026-06-22, räkna med 2026-06-19" in shown
    assert "Lagstadgad tid" in shown


@pytest.mark.parametrize(
    ("given", "seen_by"), [({"protected": True}, "eva"), ({"about_manager": True}, "anna")]
)
def test_what_one_may_not_open_leaves_no_trace(
    place: Place, as_user: Login, at: Travel, given: dict[str, bool], seen_by: str
) -> None:
    at(instant("2026-02-26 10:00"))
    deviation = make_report(place, **given)
    at(instant("2026-03-30 09:00"))
    for name in ("eva", "anna", "frida", "erik"):
        shown = html(as_user(name))
        assert (deviation.number in shown) is (name == seen_by)
        # Neither as late nor as one of a number: the heading Försenade stands there anyway.
        assert bool(re.search(r"Försenad\b", shown)) is (name == seen_by)
    sweep()
    outbox.deliver()
    for name in ("eva", "anna"):
        shown = html(as_user(name), f"{URL}meddelanden/")
        assert (deviation.number in shown) is (name == seen_by)


def test_what_was_done_in_time_is_never_shown_as_late(
    place: Place, as_user: Login, at: Travel
) -> None:
    from deviations.services import inbox

    at(instant("2026-02-26 10:00"))
    deviation = make_report(place)
    at(instant("2026-03-23 09:00"))
    sweep()
    outbox.deliver()
    inbox.dismiss(place.actor("eva"), deviation.pk, reason="Det var rätt gjort.")
    at(instant("2026-05-04 09:00"))
    assert deviation.number not in html(as_user("eva"))
    shown = html(as_user("eva"), f"{URL}meddelanden/")
    assert "Klart 23 mar" in shown
    assert "Försenad" not in shown


def test_messages_are_new_until_they_are_read(place: Place, as_user: Login, at: Travel) -> None:
    at(instant("2026-02-26 10:00"))
    deviation = make_report(place)
    at(instant("2026-03-23 09:00"))
    sweep()
    outbox.deliver()
    client = as_user("eva")
    shown = html(client, f"{URL}meddelanden/")
    assert deviation.number in shown
    assert "7 dagar kvar" in shown
    assert ">Ny<" in shown
    latest = shown.partition('name="latest" value="')[2].partition('"')[0]
    client.post(f"{URL}meddelanden/lasta/", {"latest": latest})
    assert ">Ny<" not in html(client, f"{URL}meddelanden/")


def test_opening_the_list_is_audited_once(place: Place, as_user: Login) -> None:
    make_report(place)
    html(as_user("eva"), f"{URL}?visa=senare")
    event = AuditEvent.objects.get(action="deadline.listed")
    assert event.subject_ids == [Deadline.objects.get().pk]


def test_at_most_15_queries_with_40_rows(
    place: Place, as_user: Login, at: Travel, django_assert_max_num_queries: Any
) -> None:
    at(instant("2026-02-26 10:00"))
    for _ in range(40):
        begin(place, "lvu_referral", date(2026, 2, 20), subject=make_report(place))
    at(instant("2026-03-30 09:00"))
    sweep()
    outbox.deliver()
    client = as_user("eva")
    html(client)  # the session is written once
    for url in (URL, f"{URL}?visa=sena&vem=jag", f"{URL}meddelanden/"):
        with django_assert_max_num_queries(15):
            html(client, url)


def test_the_systemforvaltare_lets_a_stuck_row_be_tried_again(
    place: Place, as_user: Login, at: Travel
) -> None:
    at(instant("2026-03-23 09:00"))
    time = begin(place, "deviation_handling", date(2026, 3, 2))
    now = instant("2026-03-23 09:00")
    failed = FailedRow.objects.create(
        board=place.board,
        act=FailedRow.Act.SWEEP,
        row_id=time.pk,
        error="ValueError",
        attempts=9,
        first_failed_at=now,
        failed_at=now,
        retry_at=now + timedelta(hours=8),
    )
    Deadline.objects.filter(pk=time.pk).update(next_action_at=now + timedelta(hours=8))
    simon = as_user("simon")
    assert "Rader i bevakningen som har fastnat" in html(simon, "/")
    assert "ValueError" in html(simon, f"{URL}fel/")
    simon.post(f"{URL}fel/{failed.pk}/forsok/")
    time.refresh_from_db()
    assert time.next_action_at == now
    sweep()
    failed.refresh_from_db()
    assert failed.mended_at == now
    assert "Inget har fastnat" in html(simon, f"{URL}fel/")

"""How old is too old: by the board's own time where it has set one (Egna tider)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from casework.models import Deadline, LocalRule
from deviations.models import Deviation
from deviations.queries import inbox, start
from deviations.queries.limits import Limits
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
TODAY = date(2026, 6, 15)
SPRING = date(2026, 3, 1)


@pytest.fixture
def reported(at: Callable[[date], object]) -> Callable[..., Deviation]:
    """Report a deviation so many days before today, which it is afterwards again."""

    def report(place: Place, days: int, **given: Any) -> Deviation:
        at(TODAY - timedelta(days=days))
        made = make_report(place, **given)
        at(TODAY)
        return made

    return report


def own(place: Place, amount: int, unit: str = "days", **given: object) -> LocalRule:
    fields = {"valid_from": SPRING, "key": "deviation_handling", "preset": "standard"} | given
    return LocalRule.objects.create(
        board=place.board,
        amount=amount,
        unit=unit,
        set_by=place.user("simon"),
        set_at="2026-01-01T12:00Z",
        **fields,
    )


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_boards_own_time_counts_in_the_inkorg(
    place: Place, as_user: Login, reported: Callable[..., Deviation]
) -> None:
    own(place, 14)
    for days in (14, 15, 91):
        reported(place, days)
    found = inbox.ages(place.actor("eva"), Limits(place.board.pk))
    assert (found.open, found.slow, found.late) == (3, 2, 1)
    shown = page(as_user("eva"), "/inkorg/")
    assert "Mer än 14 dagar" in shown
    assert "Mer än 30 dagar" not in shown
    assert shown.count("clock--warn") == 1


def test_the_areas_time_goes_first_and_what_was_before_keeps_its_own(
    place: Place, reported: Callable[..., Deviation]
) -> None:
    own(place, 60)
    own(place, 7, area=place.area)
    new = reported(place, 8)
    elsewhere = reported(place, 40, unit=place.far_unit)
    # The day before the own times began: thirty days, in every area.
    before = reported(place, (TODAY - SPRING).days + 1)
    limits = Limits(place.board.pk, TODAY)
    of = Deviation.objects.select_related("unit")
    assert limits.of(of.get(pk=new.pk)) == (7, 90)
    assert limits.of(of.get(pk=elsewhere.pk)) == (60, 90)
    assert limits.of(of.get(pk=before.pk)) == (30, 90)
    assert set(Deviation.objects.filter(limits.slow)) == {new, before}
    assert set(Deviation.objects.filter(limits.late)) == {before}
    assert limits.labels == ("Inom tiden", "Över tiden", "> 90 dagar")
    assert limits.slow_words == "Över sin tid"


@pytest.mark.parametrize(
    ("amount", "unit"), [(14, "days"), (3, "weeks"), (2, "months"), (10, "working_days")]
)
def test_it_is_slow_when_the_watch_says_so(
    place: Place, reported: Callable[..., Deviation], amount: int, unit: str
) -> None:
    own(place, amount, unit)
    made = [reported(place, days) for days in (13, 14, 15, 16, 21, 22, 60, 61, 62)]
    watched = Deadline.objects.filter(rule="deviation_handling", last_day__lt=TODAY)
    slow = Deviation.objects.filter(Limits(place.board.pk, TODAY).slow)
    assert slow.count() not in (0, len(made))
    assert {one.pk for one in slow} == set(watched.values_list("subject_id", flat=True))
    limits = Limits(place.board.pk, TODAY)
    for one in Deviation.objects.select_related("unit"):
        assert (one.days_open(TODAY) > limits.of(one)[0]) == (one in slow)


def test_nothing_is_late_before_a_longer_time_is_out(
    place: Place, as_user: Login, reported: Callable[..., Deviation]
) -> None:
    own(place, 95)
    reported(place, 92)
    limits = Limits(place.board.pk, TODAY)
    assert inbox.ages(place.actor("eva"), limits).late == 0
    assert start.open_by_risk_and_age(place.actor("eva"), limits)[1] == [1, 0, 0]
    made = reported(place, 96)
    assert start.open_by_risk_and_age(place.actor("eva"), limits)[1] == [1, 0, 1]
    assert "96 dagar, 1 över gränsen 95" in page(as_user("eva"), f"/avvikelser/{made.pk}/")


def test_the_figures_lead_to_the_deviations_behind_them(
    place: Place, as_user: Login, reported: Callable[..., Deviation]
) -> None:
    own(place, 14)
    made = {days: reported(place, days) for days in (14, 15, 91)}

    def listed(query: str) -> set[int]:
        text = page(as_user("eva"), f"/avvikelser/?status=open{query}")
        return {days for days, one in made.items() if one.number in text}

    assert listed("") == {14, 15, 91}
    assert listed("&age=slow") == {15, 91}
    assert listed("&age=late") == {91}
    for name in ("eva", "anna"):
        shown = page(as_user(name), "/")
        assert "15–90 dagar" in shown
        assert "?status=open&amp;age=late" in shown
    # The ones from before the own time are out, and old enough for the words to be true of them.
    assert Limits(place.board.pk).days == (14, 90)
    assert Limits(place.board.pk, SPRING + timedelta(days=9)).days is None


def test_another_boards_time_and_one_taken_back_change_nothing(
    place: Place, other_place: Place, reported: Callable[..., Deviation]
) -> None:
    own(other_place, 5)
    own(place, 6, withdrawn_at="2026-01-02T12:00Z")
    # One that has not begun.
    own(place, 7, valid_from=TODAY + timedelta(days=1))
    made = reported(place, 20)
    limits = Limits(place.board.pk, TODAY)
    assert limits.days == (30, 90)
    assert limits.of(made) == (30, 90)
    assert not Deviation.objects.filter(limits.slow).exists()

"""Förslag från bevakning through the API: the same rules, and a conflict for whoever is late."""

from datetime import date, timedelta
from typing import Any

import pytest

from casework.shared import clock
from deviations import states
from deviations.models import Category, Cause, Deviation
from tests.conftest import Place
from tests.factories.proposals import missed

pytestmark = pytest.mark.django_db

URL = "/api/v1/deadline-proposals/"


def test_the_list_says_what_was_missed_and_what_became_of_it(
    place: Place, api: Any, at: Any
) -> None:
    at(date(2026, 3, 30))
    proposal = missed(place, days_ago=28)
    (found,) = api("eva").get(URL).json()["results"]
    subject = Deviation.objects.get(pk=proposal.deadline.subject_id)
    expected = {
        "id": proposal.pk,
        "state": "waiting",
        "rule": "preliminary_assessment",
        "rule_label": "Förhandsbedömning",
        "case_number": subject.number,
        "unit": {"id": place.unit.pk, "name": "Enheten"},
        "trigger_date": "2026-03-02",
        "last_day": "2026-03-16",
        "met_on": None,
        "days_late": 14,
        "settled": "",
        "asks_lex_sarah": False,
        "protected": False,
        "decided_at": None,
        "deviation": None,
    }
    assert expected.items() <= found.items()
    assert api("vera").get(URL).json()["results"][0]["case_number"] == "•••"
    assert api("amina").get(URL).json()["results"] == []


def test_confirming_answers_with_the_deviation_and_then_conflicts(
    place: Place, api: Any, category: Category
) -> None:
    proposal = missed(place)
    eva, url = api("eva"), f"{URL}{proposal.pk}/"
    answer = eva.post(f"{url}confirm/", {"category": category.pk})
    assert answer.status_code == 200, answer.json()
    made = Deviation.objects.get(from_watch=True)
    assert (answer.json()["state"], answer.json()["deviation"]) == ("confirmed", made.pk)
    assert made.category == category
    again = api("anna").post(f"{url}confirm/", {})
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")
    assert again.json()["message"] == "Förslaget är redan bekräftat."
    assert api("anna").post(f"{url}decline/", {"reason": "Nej"}).status_code == 409
    for state, count in (("waiting", 0), ("confirmed", 1), ("declined", 0)):
        assert len(eva.get(URL, {"state": state}).json()["results"]) == count


def test_declining_wants_a_reason(place: Place, api: Any) -> None:
    url = f"{URL}{missed(place).pk}/"
    refused = api("eva").post(f"{url}decline/", {})
    assert (refused.status_code, refused.json()["field"]) == (400, "reason")
    assert api("sara").post(f"{url}decline/", {"reason": "Nej"}).status_code == 403
    answer = api("eva").post(f"{url}decline/", {"reason": "Fel ärende"})
    assert answer.json()["state"] == "declined"
    assert api("eva").get(url).json()["deviation"] is None


def test_lex_sarah_must_be_answered(place: Place, api: Any) -> None:
    url = f"{URL}{missed(place, 'lvu_referral').pk}/confirm/"
    refused = api("eva").post(url, {})
    assert (refused.status_code, refused.json()["field"]) == (400, "possible_misconduct")
    assert api("eva").post(url, {"possible_misconduct": True}).status_code == 200
    assert Deviation.objects.get(from_watch=True).possible_misconduct


def test_many_together_with_one_analysis(
    place: Place, other_place: Place, api: Any, cause: Cause
) -> None:
    some = [missed(place), missed(place, "lvu_referral"), missed(place)]
    stranger = Category.objects.create(board=other_place.board, name="Annan")
    body = {
        "proposals": [
            {"id": some[2].pk},
            {"id": some[1].pk, "possible_misconduct": False},
            {"id": some[0].pk},
        ],
        "severity": 2,
        "probability": 2,
        "causes": [cause.pk],
        "analysis": "Två tjänster stod tomma.",
        "planned": {
            "text": "Ny fördelning",
            "cause": cause.pk,
            "owner": place.user("eva").pk,
            "due_on": str(clock.today() + timedelta(days=30)),
        },
    }
    url = f"{URL}confirm-together/"
    assert api("eva").post(url, body | {"category": stranger.pk}).status_code == 400
    assert api("sara").post(url, body).status_code == 403
    assert api("amina").post(url, body).status_code == 404
    answer = api("eva").post(url, body)
    assert answer.status_code == 200, answer.json()
    assert [one["proposal"] for one in answer.json()] == sorted(one.pk for one in some)
    made = Deviation.objects.filter(from_watch=True).order_by("pk")
    assert [one["id"] for one in answer.json()] == [one.pk for one in made]
    assert {one.status for one in made} == {states.ACTIONS}
    assert [one.category_id for one in made] == [one.category_id for one in some]
    assert api("eva").post(url, body).status_code == 409


def test_at_most_fifteen_queries(
    place: Place, api: Any, django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        missed(place)
    eva = api("eva")
    eva.get(URL)
    with django_assert_max_num_queries(15):
        assert len(eva.get(URL).json()["results"]) == 20

"""The search box: what finds what, for whom, and that it gives nothing away."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.kit.search import parse
from casework.models import AuditEvent
from deviations.models import Category, Deviation
from deviations.searches import find
from deviations.services import inbox
from tests.conftest import Place, make_report

pytestmark = pytest.mark.django_db


def found(place: Place, who: str, text: str) -> list[int]:
    """Keys of the deviations that a person finds."""
    hits = find(place.actor(who), parse(text))
    listed = hits[0:50]
    assert len(listed) == hits.count()
    return [hit.key for hit in listed]


def why(place: Place, text: str, who: str = "eva") -> list[str]:
    return [reason for hit in find(place.actor(who), parse(text))[0:5] for reason in hit.why]


def test_by_number_whole_or_its_tail(place: Place) -> None:
    wanted, _ = make_report(place), make_report(place)
    serial = wanted.number.rpartition("-")[2]
    year_and_serial = wanted.number.removeprefix("AVV-")
    for text in (wanted.number, wanted.number.lower(), year_and_serial, serial, str(wanted.pk)):
        assert wanted.pk in found(place, "eva", text), text
    assert found(place, "eva", wanted.number) == [wanted.pk]


def test_by_the_number_of_an_earlier_system_spaces_and_all(place: Place) -> None:
    wanted = make_report(place)
    Deviation.objects.filter(pk=wanted.pk).update(external_id="LIS 2021 / 7")
    assert found(place, "eva", "LIS 2021 / 7") == [wanted.pk]


def test_by_words_in_any_form_in_the_text(place: Place) -> None:
    wanted = make_report(place, description="Dörrarna till medicinrummet stod olåsta.")
    make_report(place)
    assert found(place, "eva", "dörren medicinrum") == [wanted.pk]
    assert why(place, "dörren") == ["ordet dörren i texten"]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("klockan", "klocka"),
        ("klocka", "klockan"),
        ("rummet", "rum"),
        ("rum", "rummet"),
        ("hemmet", "hem"),
        ("brevet", "brev"),
        ("pojken", "pojke"),
        ("mediciner", "medicinen"),
    ],
)
def test_a_word_is_found_in_its_other_forms(place: Place, written: str, typed: str) -> None:
    wanted = make_report(place, description=f"Det gällde {written}.")
    assert found(place, "eva", typed) == [wanted.pk]


def test_all_words_must_agree_but_little_words_count_for_nothing(place: Place) -> None:
    wanted = make_report(place, description="Medicinen gavs till fel person.")
    make_report(place, description="Medicinen glömdes.")
    assert found(place, "eva", "medicin och person") == [wanted.pk]
    assert found(place, "eva", "medicin bilen") == []


def test_by_what_was_added_in_an_answer(place: Place, deviation: Deviation) -> None:
    question = inbox.ask(place.actor("eva"), deviation.pk, text="Var?")
    inbox.answer(place.actor("amina"), deviation.pk, question.pk, text="I tvättstugan.")
    assert found(place, "eva", "tvättstuga") == [deviation.pk]


def test_by_category_and_unit_together(place: Place, category: Category) -> None:
    wanted = make_report(place, category=category, description="Sent.")
    make_report(place, description="Sent.")
    make_report(place, by="sven", unit=place.sister_unit, category=category, description="Sent.")
    assert len(found(place, "sara", "utredningstid")) == 2
    assert found(place, "sara", "utredningstid enheten") == sorted(
        found(place, "sara", "utredningstid"), reverse=True
    )
    assert wanted.pk in found(place, "sara", "utredningstid enheten")
    assert why(place, "utredningstid") == [f"kategorin {category.label}"]


def test_by_day_month_and_month_in_words(place: Place, at: Any) -> None:
    at(date(2026, 3, 20))
    wanted = make_report(place, occurred_on=date(2026, 3, 14))
    at(date(2026, 4, 20))
    other = make_report(place, occurred_on=date(2026, 4, 14))
    for text in ("2026-03-14", "2026-03", "mars 2026", "Mars 2026"):
        assert found(place, "eva", text) == [wanted.pk], text
    assert found(place, "eva", "april 2026") == [other.pk]
    assert why(place, "2026-03-14") == ["inträffade 2026-03-14"]
    assert found(place, "eva", "2026-13") == []
    assert found(place, "eva", "2026-02-31") == []


def test_a_case_number_finds_its_case_but_not_for_who_sees_it_masked(place: Place) -> None:
    wanted = make_report(place, case_number="SN-2026-77", description="Ingenting om numret.")
    assert found(place, "eva", "SN-2026-77") == [wanted.pk]
    assert found(place, "eva", "sn-2026-77") == [wanted.pk]
    assert found(place, "vera", "SN-2026-77") == []
    assert found(place, "vera", "SN-2026-77") == found(place, "vera", "SN-2026-78")


def test_one_finds_what_one_may_open_and_nothing_else(place: Place, other_place: Place) -> None:
    hidden = [
        make_report(place, by="sven", unit=place.sister_unit, description="Kniven försvann."),
        make_report(place, protected=True, description="Kniven försvann."),
        make_report(place, about_manager=True, description="Kniven försvann."),
        make_report(other_place, description="Kniven försvann."),
    ]
    assert found(place, "eva", "kniv") == [hidden[1].pk]
    assert set(found(place, "anna", "kniv")) == {hidden[0].pk, hidden[2].pk}
    assert set(found(place, "amina", "kniv")) == {hidden[2].pk}
    assert found(place, "simon", "kniv") == []
    assert found(place, "eva", hidden[3].number) == []


def test_nonsense_is_no_match_rather_than_a_fault(place: Place, deviation: Deviation) -> None:
    for text in ("%", "_", "'--", "9" * 60, "٣", "²", "-", "och", "\0", "a" * 500, "AVV-"):
        found(place, "eva", text)
    assert found(place, "eva", "9" * 60) == []


def test_the_page_lists_hits_with_reasons_and_number(
    place: Place, as_user: Callable[..., Client]
) -> None:
    for _ in range(23):
        made = make_report(place, description="Bilen startade inte.")
    page = as_user("eva").get("/sok/", {"q": "bilen"})
    text = page.content.decode()
    assert "23 träffar" in text
    assert made.number in text
    assert "ordet bilen i texten" in text
    assert "Bilen startade" not in text
    assert "page=2" in text
    assert "no-store" in page["Cache-Control"]
    last = as_user("eva").get("/sok/", {"q": "bilen", "page": "2"}).content.decode()
    assert "21–23 av 23" in last


def test_nothing_found_says_how_to_go_on(as_user: Callable[..., Client]) -> None:
    text = as_user("eva").get("/sok/", {"q": "enhörning"}).content.decode()
    assert "Inget hittades" in text
    assert "Så kan du söka" in text
    assert "Så kan du söka" in as_user("eva").get("/sok/").content.decode()


def test_a_search_is_audited_by_what_was_shown_never_by_what_was_typed(
    place: Place, as_user: Callable[..., Client], caplog: pytest.LogCaptureFixture
) -> None:
    made = make_report(place, description="Kalle Karlsson föll.")
    as_user("eva").get("/sok/", {"q": "karlsson"})
    event = AuditEvent.objects.filter(action="search.made").get()
    assert event.subject_ids == [made.pk]
    assert event.data == {"count": 1, "page": 1}
    assert "karlsson" not in caplog.text.lower()


def test_a_search_takes_few_queries(
    place: Place, category: Category, as_user: Callable[..., Client]
) -> None:
    for _ in range(20):
        make_report(place, category=category)
    client = as_user("eva")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/sok/", {"q": "utredning 2026 enheten"}).status_code == 200
    asked = [query["sql"][:90] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) <= 15, asked

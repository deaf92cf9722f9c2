"""Mina rapporter: what is new, questions and answers, files, and what it led to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from casework.models import AuditEvent
from casework.shared import clock
from casework.shared.uploads import Upload
from deviations.models import Category, Cause, Deviation, Question
from deviations.services import closing, cooperation, inbox, reporter
from deviations.services.closing import Handling
from tests.conftest import Place, make_report
from tests.deviations.test_reporting import PDF
from tests.pure.test_personnummer import ADULT

pytestmark = pytest.mark.django_db

MINE = "/avvikelser/mina/"
Login = Callable[..., Client]


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    """Keep files in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def page(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


def part(place: Place, name: str, deviation: Deviation) -> str:
    """What the page of a deviation shows to its reporter."""
    request = RequestFactory().get("/")
    request.actor = place.actor(name)  # type: ignore[attr-defined]
    fresh = Deviation.objects.get(pk=deviation.pk)
    html = render_to_string("deviations/parts/reporter.html", {"deviation": fresh}, request)
    return " ".join(html.split())


def close(place: Place, deviation: Deviation, category: Category, cause: Cause) -> None:
    handling = Handling(
        category=category,
        severity=1,
        probability=1,
        causes=[cause],
        done="Vi har infört en påminnelse en månad innan.",
        outcome="Ingen utredning ska bli sen utan att någon märker det.",
    )
    closing.close_simply(place.actor("eva"), deviation.pk, handling)


# The list


def test_the_list_is_ones_own(as_user: Login, place: Place, deviation: Deviation) -> None:
    other = make_report(place, by="nils")
    html = page(as_user("amina").get(MINE))
    assert deviation.number in html
    assert other.number not in html
    assert "Rapporterad" in html


def test_reading_the_list_is_one_event(as_user: Login, deviation: Deviation) -> None:
    as_user("amina").get(MINE)
    event = AuditEvent.objects.get(action="deviation.listed")
    assert event.subject_ids == [deviation.pk]


def test_an_empty_list_says_what_to_do(as_user: Login) -> None:
    html = page(as_user("amina").get(MINE))
    assert "Du har inte rapporterat något än" in html
    assert not AuditEvent.objects.exists()


def test_the_list_asks_the_same_of_the_database_however_long_it_is(
    as_user: Login, place: Place, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(6):
        inbox.ask(place.actor("eva"), make_report(place).pk, text="Hur många gånger?")
    client = as_user("amina")
    # The first page after a login writes the session; that is not the list's.
    client.get("/avvikelser/ny/")
    with django_assert_max_num_queries(15):
        html = page(client.get(MINE))
    assert html.count("Fråga väntar på svar") == 6


def test_what_others_did_is_new_until_it_has_been_looked_at(
    as_user: Login, place: Place, deviation: Deviation
) -> None:
    amina = place.actor("amina")

    def is_new() -> bool:
        return reporter.own_reports(amina).get().is_new

    assert not is_new()
    inbox.receive(place.actor("eva"), deviation.pk)
    assert is_new()
    assert reporter.news(amina).count() == 1
    as_user("eva").get(f"/avvikelser/{deviation.pk}/")
    assert is_new()
    as_user("amina").get(f"/avvikelser/{deviation.pk}/")
    assert not is_new()
    assert reporter.news(amina).count() == 0


def test_the_menu_counts_what_is_new(as_user: Login, place: Place, deviation: Deviation) -> None:
    inbox.ask(place.actor("eva"), deviation.pk, text="När?")
    assert 'Mina rapporter</span><span class="nav__count">1</span>' in page(
        as_user("amina").get(MINE)
    )


def test_the_menu_says_one_place_where_one_is(as_user: Login, deviation: Deviation) -> None:
    client = as_user("amina")
    for address in (MINE, "/avvikelser/ny/", f"/avvikelser/{deviation.pk}/"):
        menu = page(client.get(address)).split("<nav", 1)[1].split("</nav>")[0]
        assert menu.count('aria-current="page"') == 1


# Questions


@pytest.fixture
def question(place: Place, deviation: Deviation) -> Question:
    """What Eva asks Amina."""
    return inbox.ask(place.actor("eva"), deviation.pk, text="Hur många dagar?")


def answer_url(question: Question) -> str:
    return reverse("report-answer", args=[question.deviation_id, question.pk])


def test_a_question_is_answered_and_the_report_stays_as_it_was(
    as_user: Login, question: Question, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_user("amina")
    assert answer_url(question) in page(client.get(MINE))
    with django_assert_max_num_queries(15):
        assert "Hur många dagar?" in page(client.get(answer_url(question)))
    response = client.post(answer_url(question), {"text": "Elva dagar."}, follow=True)
    assert "är skickat" in page(response)
    before = question.deviation.description
    question.refresh_from_db()
    assert question.answer == "Elva dagar."
    assert Deviation.objects.get().description == before
    assert "Elva dagar." in page(client.get(answer_url(question)))


def test_an_empty_answer_is_refused_and_a_second_one_too(
    as_user: Login, question: Question
) -> None:
    client = as_user("amina")
    assert client.post(answer_url(question), {"text": " "}).status_code == 422
    client.post(answer_url(question), {"text": "Elva."})
    response = client.post(answer_url(question), {"text": "Tolv."})
    assert "redan besvarad" in page(response)
    question.refresh_from_db()
    assert question.answer == "Elva."


def test_a_personnummer_in_an_answer_stops_once(as_user: Login, question: Question) -> None:
    client = as_user("amina")
    response = client.post(answer_url(question), {"text": f"Det gäller {ADULT}"})
    assert "Skicka ändå" in page(response)
    assert ADULT in page(response)
    client.post(answer_url(question), {"text": f"Det gäller {ADULT}", "verb": "send-anyway"})
    question.refresh_from_db()
    assert question.answer == f"Det gäller {ADULT}"


@pytest.mark.parametrize(("name", "status"), [("eva", 403), ("sara", 403), ("frida", 404)])
def test_only_the_reporter_answers(
    as_user: Login, question: Question, name: str, status: int
) -> None:
    assert as_user(name).get(answer_url(question)).status_code == status
    assert as_user(name).post(answer_url(question), {"text": "Jag"}).status_code == status


def test_a_question_about_another_report_is_not_found(
    as_user: Login, place: Place, question: Question
) -> None:
    other = make_report(place)
    address = reverse("report-answer", args=[other.pk, question.pk])
    assert as_user("amina").get(address).status_code == 404


# Files


@pytest.fixture
def with_file(place: Place) -> Deviation:
    """A report of Amina's with a letter."""
    return make_report(place, files=[Upload("Brev å.pdf", PDF)])


def file_url(deviation: Deviation) -> str:
    return reverse("deviation-file", args=[deviation.pk, deviation.attachments.get().pk])


@pytest.mark.parametrize("name", ["amina", "eva", "sara"])
def test_a_file_is_fetched_as_a_file_and_that_is_audited(
    as_user: Login, with_file: Deviation, name: str
) -> None:
    response = as_user(name).get(file_url(with_file))
    assert response.content == PDF
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"
    event = AuditEvent.objects.get(action="deviation.file_read")
    assert event.subject_ids == [with_file.pk]
    assert "Brev" not in str(event.data)


@pytest.mark.parametrize("name", ["frida", "erik", "rut", "simon"])
def test_who_does_not_see_the_report_does_not_find_its_file(
    as_user: Login, with_file: Deviation, name: str
) -> None:
    assert as_user(name).get(file_url(with_file)).status_code == 404


def test_a_file_is_not_found_under_another_report(
    as_user: Login, place: Place, with_file: Deviation
) -> None:
    other = make_report(place)
    address = reverse("deviation-file", args=[other.pk, with_file.attachments.get().pk])
    assert as_user("amina").get(address).status_code == 404


def test_protection_set_later_closes_the_file_too(
    as_user: Login, place: Place, with_file: Deviation
) -> None:
    cooperation.set_protection(place.actor("eva"), with_file.pk, protected=True)
    assert as_user("amina").get(file_url(with_file)).status_code == 404
    assert as_user("eva").get(file_url(with_file)).status_code == 200


# What it led to


def test_the_state_is_told_in_plain_words(place: Place, deviation: Deviation) -> None:
    assert "väntar på att enhetschefen tar emot den" in part(place, "amina", deviation)
    inbox.receive(place.actor("eva"), deviation.pk)
    assert "Enheten har tagit emot rapporten" in part(place, "amina", deviation)
    inbox.send_to_sas(place.actor("eva"), deviation.pk, reason="Kan vara allvarligt")
    html = part(place, "amina", deviation)
    assert "SAS utreder om det är ett missförhållande" in html
    assert "Utreds av SAS" in html
    assert "Det ledde till" not in html


def test_others_see_nothing_of_the_reporters_part(place: Place, deviation: Deviation) -> None:
    assert part(place, "eva", deviation) == part(place, "sara", deviation)
    assert "Så går det" not in part(place, "eva", deviation)


def test_at_the_end_the_reporter_reads_what_it_led_to(
    place: Place, deviation: Deviation, category: Category, cause: Cause
) -> None:
    close(place, deviation, category, cause)
    html = part(place, "amina", deviation)
    assert "Det ledde till" in html
    assert "Ingen utredning ska bli sen" in html
    assert "Vi har infört en påminnelse" in html
    assert "Enheten bedömer effekten senast" in html
    closing.assess_effect(place.actor("eva"), deviation.pk, effect="improved")
    assert "Förbättring" in part(place, "amina", deviation)


def test_on_behalf_of_both_read_it(place: Place, category: Category, cause: Cause) -> None:
    deviation = make_report(place, on_behalf_of=place.user("nils"))
    close(place, deviation, category, cause)
    for name in ("amina", "nils"):
        assert "Det ledde till" in part(place, name, deviation)


def test_what_was_merged_is_followed_where_it_went(
    place: Place, deviation: Deviation, category: Category, cause: Cause
) -> None:
    leading = make_report(place, by="nils")
    inbox.merge(place.actor("eva"), deviation.pk, into=leading.pk)
    assert f"Sammanförd med {leading.number}" in part(place, "amina", deviation)
    close(place, leading, category, cause)
    assert "Ingen utredning ska bli sen" in part(place, "amina", deviation)


def test_ej_avvikelse_comes_with_its_reason(place: Place, deviation: Deviation) -> None:
    inbox.dismiss(place.actor("eva"), deviation.pk, reason="Det följde rutinen.")
    html = part(place, "amina", deviation)
    assert "Ej avvikelse" in html
    assert "Det följde rutinen." in html


def test_opened_again_it_is_under_way_once_more(
    place: Place, deviation: Deviation, category: Category, cause: Cause
) -> None:
    close(place, deviation, category, cause)
    closing.reopen(place.actor("eva"), deviation.pk, reason="Det hände igen.")
    html = part(place, "amina", deviation)
    assert "öppnad igen" in html
    assert "Det ledde till" not in html


def test_an_open_question_stands_in_the_part(place: Place, question: Question) -> None:
    deviation = question.deviation
    assert answer_url(question) in part(place, "amina", deviation)
    inbox.answer(place.actor("amina"), deviation.pk, question.pk, text="Elva.")
    html = part(place, "amina", deviation)
    assert answer_url(question) not in html
    assert "Elva." in html


def test_a_report_of_today_counts_no_day_as_news(place: Place, deviation: Deviation) -> None:
    assert deviation.registered_on == clock.today()
    assert deviation.reported_at > clock.now() - timedelta(minutes=5)
    assert reporter.news(place.actor("amina")).count() == 0

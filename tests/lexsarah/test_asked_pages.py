"""Det som begärs av mig on screen, the tab Begärt, and delgivning: who sees what of a report."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.models import AuditEvent
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotVisible
from lexsarah import states
from lexsarah.models import Delivery, Measure, Report, Request
from lexsarah.services import closing, delivering, investigating, requests
from lexsarah.services.requests import Asked
from tests.conftest import Place
from tests.lexsarah import deciding
from tests.lexsarah.factory import EVENT, handed_in
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
URL = "/lex-sarah/"
MINE = "/lex-sarah/begars/"
QUESTION = "Hur var bemanningen den kvällen?"


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(date(2026, 3, 2))


@pytest.fixture
def report(place: Place) -> Report:
    """A report that Sara investigates."""
    return investigating.start_investigation(place.actor("sara"), handed_in(place).pk)


def ask(place: Place, report: Report, of: str = "eva") -> Request:
    given = Asked(place.user(of), QUESTION, date(2026, 3, 16))
    return requests.request_statement(place.actor("sara"), report.pk, given)


def post(client: Client, url: str, **given: Any) -> Any:
    return client.post(url, given, follow=True)


def test_sas_asks_and_reads_the_answer_under_begart(
    place: Place, as_user: Login, report: Report
) -> None:
    sara, tab = as_user("sara"), f"{URL}{report.pk}/begart/"
    assert "Inget är begärt" in page(sara, tab)
    form = page(sara, f"{URL}{report.pk}/begar-yttrande/")
    assert form.index("Granskad enhet") < form.index("Andra chefer")
    assert "Eva Norr, Enhetschef, Enheten" in form
    assert "Amina" not in form
    given = {
        "version": report.version,
        "asked_of": place.user("eva").pk,
        "text": QUESTION,
        "due_on": "2026-03-16",
    }
    lacking = sara.post(f"{URL}{report.pk}/begar-yttrande/", given | {"asked_of": ""})
    assert lacking.status_code == 422
    assert QUESTION in lacking.content.decode()
    asked = post(sara, f"{URL}{report.pk}/begar-yttrande/", **given)
    assert asked.redirect_chain == [(tab, 302)]
    shown = asked.content.decode()
    assert QUESTION in shown
    assert "Väntar på svar" in shown
    assert "Yttrande begärt" in shown
    assert AuditEvent.objects.latest("id").action == "lexsarah.requests_read"
    requests.answer(place.actor("eva"), Request.objects.get().pk, text="Två var sjuka.")
    answered = page(sara, tab)
    assert "Två var sjuka." in answered
    assert "av Eva Norr" in answered
    again = page(sara, f"{URL}{report.pk}/begar-yttrande/?asked_of={place.user('eva').pk}")
    assert f'value="{place.user("eva").pk}" selected' in again


def test_sas_takes_a_request_back(place: Place, as_user: Login, report: Report) -> None:
    request, sara = ask(place, report), as_user("sara")
    url = f"{URL}{report.pk}/begart/{request.pk}/aterta/"
    assert as_user("eva").post(url).status_code == 404
    asked_once_more = page(sara, url)
    assert "Eva Norr ser att det inte behövs längre" in asked_once_more
    assert url in page(sara, f"{URL}{report.pk}/begart/")
    request.refresh_from_db()
    assert request.is_open
    assert "Återtaget" in post(sara, url).content.decode()
    assert "redan besvarat eller återtaget" in post(sara, url).content.decode()
    assert sara.get(url).status_code == 409
    shown = page(as_user("eva"), f"{MINE}{request.pk}/")
    assert "Du behöver inte svara" in shown
    assert "Skicka svaret" not in shown


def test_the_examined_manager_sees_what_is_asked_and_nothing_of_the_report(
    place: Place, as_user: Login, report: Report
) -> None:
    eva = as_user("eva")
    assert "Det som begärs av mig" not in page(eva, "/")
    request = ask(place, report)
    other = ask(place, report, of="erik")
    start = page(eva, "/")
    assert "Begärs av dig i lex Sarah" in start
    assert "Det som begärs av mig" in start
    for url in (MINE, f"{MINE}{request.pk}/"):
        shown = page(eva, url)
        assert QUESTION in shown
        assert report.number in shown
        assert EVENT not in shown
        assert "elva timmar" not in shown
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.subject_ids) == ("lexsarah.asked_read", [request.pk])
    for hidden in (
        f"{URL}{report.pk}/",
        f"{URL}{report.pk}/begart/",
        f"{URL}{report.pk}/utredning/",
        f"{URL}{report.pk}/anteckningar/",
        f"{MINE}{other.pk}/",
    ):
        assert eva.get(hidden).status_code == 404
    for name in "amina frida anna arne vera rut birgit gun simon sara".split():
        assert as_user(name).get(f"{MINE}{request.pk}/").status_code == 404
        assert QUESTION not in page(as_user(name), MINE)


def test_the_manager_answers_with_a_draft_on_the_way(
    place: Place, as_user: Login, report: Report
) -> None:
    request, eva = ask(place, report), as_user("eva")
    url = f"{MINE}{request.pk}/"
    saved = eva.post(f"{url}utkast/", {"version": 1, "text": "Två var "})
    assert (saved.status_code, saved["ETag"]) == (204, '"2"')
    assert "Två var " in page(eva, url)
    assert "Utkast finns" in page(eva, MINE)
    # SAS does not see it before it is sent.
    assert "Två var" not in page(as_user("sara"), f"{URL}{report.pk}/begart/")
    kept = post(eva, url, version=2, text="Två var sjuka.", verb="save").content.decode()
    assert "Utkastet är sparat" in kept
    empty = eva.post(url, {"version": 3, "text": " "})
    assert (empty.status_code, "Skriv ditt svar." in empty.content.decode()) == (422, True)
    numbered = eva.post(url, {"version": 3, "text": "Gäller 20160229-2383.", "verb": "send"})
    assert "personnummer i texten" in numbered.content.decode()
    assert not Request.objects.filter(answered_at__isnull=False).exists()
    sent = post(eva, url, version=3, text="Två var sjuka.", verb="send-anyway").content.decode()
    assert "Svaret är skickat" in sent
    assert "Besvarat" in sent
    assert "Två var sjuka." in page(eva, url)
    report.refresh_from_db()
    assert report.status == "investigating"


def test_two_who_answer_the_same_lose_nothing(place: Place, as_user: Login, report: Report) -> None:
    request, eva = ask(place, report), as_user("eva")
    url = f"{MINE}{request.pk}/"
    requests.save_draft(place.actor("eva"), request.pk, text="Från mobilen.", expected_version=1)
    by_itself = eva.post(f"{url}utkast/", {"version": 1, "text": "Från datorn."})
    assert (by_itself.status_code, by_itself["ETag"]) == (409, '"2"')
    by_button = eva.post(url, {"version": 1, "text": "Från datorn.", "verb": "send"})
    assert by_button.status_code == 409
    for answer in (by_itself, by_button):
        text = answer.content.decode()
        assert "Från mobilen." in text
        assert "Från datorn." in text
    assert 'name="version" value="2"' in by_button.content.decode()
    request.refresh_from_db()
    assert (request.draft, request.is_open) == ("Från mobilen.", True)
    # Answered meanwhile: what was typed stays to be copied.
    requests.answer(place.actor("eva"), request.pk, text="Från mobilen, klart.")
    late = eva.post(url, {"version": 2, "text": "Från datorn.", "verb": "send"})
    assert late.status_code == 409
    assert "redan besvarat" in late.content.decode()
    assert "Från datorn." in late.content.decode()
    assert "Från mobilen, klart." in late.content.decode()


def test_the_head_sees_that_it_is_late_and_not_what_is_asked(
    place: Place, as_user: Login, report: Report, at: Any
) -> None:
    ask(place, report)
    assert "Försenat i avdelningen" not in page(as_user("anna"), MINE)
    at(date(2026, 3, 17))
    shown = page(as_user("anna"), MINE)
    assert "Försenat i avdelningen" in shown
    assert "Eva Norr" in shown
    assert QUESTION not in shown
    assert "Försenade svar i lex Sarah i avdelningen" in page(as_user("anna"), "/")
    assert "Försenat i avdelningen" not in page(as_user("arne"), MINE)
    watched = page(as_user("eva"), "/bevakning/")
    assert "Begärt i lex Sarah" in watched
    assert f"{MINE}{Request.objects.get().pk}/" in watched


@pytest.fixture
def decided(place: Place) -> Report:
    """A decided report with a measure that was approved and one that was not."""
    report = deciding.decided(place)
    cause, eva = report.causes.get(), place.user("eva")
    fields = {"report": report, "cause": cause, "owner": eva, "due_on": date(2026, 4, 1)}
    for text, verdict in (("Ny rutin för natten.", "approved"), ("Ny byggnad.", "rejected")):
        Measure.objects.create(
            **fields,
            text=text,
            verdict=verdict,
            proposed_at=clock.now(),
            decided_at=clock.now(),
        )
    return report


def test_delgiven_the_manager_reads_the_decision_and_the_measures_and_no_reasons(
    place: Place, as_user: Login, decided: Report
) -> None:
    sara, eva = as_user("sara"), as_user("eva")
    url = f"{URL}{decided.pk}/delge/"
    form = page(sara, url)
    assert "Eva Norr" in form
    assert "Erik" not in form
    given = {"version": decided.version, "to": [place.user("eva").pk], "on": "2026-03-02"}
    done = post(sara, url, **given).content.decode()
    assert "Beslutet är delgivet." in done
    assert "Delgivet" in done
    assert "Delgivet Eva Norr 2 mars 2026" in page(sara, f"{URL}{decided.pk}/beslut/")
    delivery = Delivery.objects.get()
    assert "Beslut i lex Sarah som du har delgetts" in page(eva, "/")
    assert decided.number in page(eva, MINE)
    shown = page(eva, f"{MINE}beslut/{delivery.pk}/")
    assert "Missförhållande" in shown
    assert "Ny rutin för natten." in shown
    for hidden in (deciding.REASONS, "Ny byggnad.", EVENT):
        assert hidden not in shown
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.subject_ids) == ("lexsarah.delivery_read", [delivery.pk])
    for name in "amina frida erik anna vera birgit simon sara".split():
        assert as_user(name).get(f"{MINE}beslut/{delivery.pk}/").status_code == 404
    assert eva.get(f"{URL}{decided.pk}/").status_code == 404
    # Taken up again it holds no more, nor when it has been decided anew.
    assert "gäller inte längre" not in shown
    closing.reopen(place.actor("sara"), decided.pk, reason="IVO frågar mer.")
    assert "gäller inte längre" in page(eva, f"{MINE}beslut/{delivery.pk}/")
    Report.objects.filter(pk=decided.pk).update(status=states.DECIDED)
    assert "gäller inte längre" in page(eva, f"{MINE}beslut/{delivery.pk}/")


def test_the_decision_says_whether_it_is_delgivet_and_leads_there_until_all_have_it(
    place: Place, as_user: Login, decided: Report
) -> None:
    sara, url = as_user("sara"), f"{URL}{decided.pk}/delge/"
    tab = page(sara, f"{URL}{decided.pk}/beslut/")
    assert "Inte delgivet än" in tab
    assert f'href="{url}"' in tab
    concerned = re.findall(r'name="to"[^>]* value="(\d+)"', page(sara, url))
    post(sara, url, version=decided.version, to=concerned, on="2026-03-02")
    assert "Inte delgivet än" not in page(sara, f"{URL}{decided.pk}/beslut/")
    # A form in which nothing can be chosen could not be sent: it is not there.
    shown = page(sara, url)
    assert "Alla som berörs har redan delgetts beslutet." in shown
    assert 'name="on"' not in shown
    again = sara.post(url, {"version": decided.version, "to": concerned, "on": "2026-03-02"})
    assert "Alla som berörs har redan delgetts beslutet." in again.content.decode()


def test_whom_a_decision_is_given_and_when(place: Place, decided: Report, report: Report) -> None:
    sara, today = place.actor("sara"), date(2026, 3, 2)

    def deliver(to: str, on: date = today, pk: int = decided.pk) -> Any:
        return delivering.deliver(sara, pk, to=[place.user(to)], on=on)

    with pytest.raises(ConflictError):
        deliver("eva", pk=report.pk)
    for on in (date(2026, 3, 1), date(2026, 3, 3)):
        with pytest.raises(InvalidInput) as error:
            deliver("eva", on)
        assert error.value.field == "on"
    with pytest.raises(InvalidInput, match="leder ingen enhet"):
        deliver("amina")
    deliver("eva")
    with pytest.raises(InvalidInput, match="redan delgiven"):
        deliver("eva")
    with pytest.raises(NotVisible):
        delivering.deliver(place.actor("eva"), decided.pk, to=[place.user("erik")], on=today)
    assert Delivery.objects.get().to == place.user("eva")


@pytest.mark.parametrize("name", ["sara", "eva"])
def test_no_page_asks_more_than_fifteen_questions(
    place: Place, as_user: Login, decided: Report, report: Report, name: str
) -> None:
    for of in ("eva", "erik", "farid"):
        request = ask(place, report, of)
    request = ask(place, report)
    today = date(2026, 3, 2)
    (delivery,) = delivering.deliver(
        place.actor("sara"), decided.pk, to=[place.user("eva")], on=today
    )
    urls = {
        "sara": [
            f"{URL}{report.pk}/begart/",
            f"{URL}{report.pk}/begar-yttrande/",
            f"{URL}{decided.pk}/delge/",
            f"{URL}{decided.pk}/",
        ],
        "eva": [MINE, f"{MINE}{request.pk}/", f"{MINE}beslut/{delivery.pk}/", "/"],
    }
    client = as_user(name)
    for url in urls[name]:
        with CaptureQueriesContext(connection) as asked:
            page(client, url)
        assert len(asked) <= 15, (url, [query["sql"][:120] for query in asked])


def test_an_answer_is_asked_for_in_the_words_of_what_is_asked(
    place: Place, as_user: Login, report: Report
) -> None:
    statement = ask(place, report)
    safety = requests.request_safety(
        place.actor("sara"),
        report.pk,
        requests.Asked(place.user("eva"), "Ordna jour.", clock.today()),
    )
    eva = as_user("eva")
    first, second = (page(eva, f"{MINE}{one.pk}/") for one in (statement, safety))
    for shown in (first, second):
        assert 'Ditt svar <span class="field__required">(obligatorisk)</span>' in shown
    assert "vad det kan bero på" in first
    assert "gjort för den enskilde" not in first
    assert "gjort för den enskilde" in second
    empty = {"version": statement.version, "text": ""}
    refused = eva.post(f"{MINE}{statement.pk}/", empty | {"verb": "send"})
    assert refused.status_code == 422
    assert "Skriv ditt svar." in refused.content.decode()
    assert eva.post(f"{MINE}{statement.pk}/utkast/", empty).status_code == 204


@pytest.mark.parametrize("name", ["eva", "amina", "rut", "anna", "sara"])
def test_the_menu_says_where_one_is(as_user: Login, name: str) -> None:
    browser = as_user(name)
    rooms = ["skyldighet", "lardomar", "mina", "rapportera", "begars"]
    rooms += ["utforare", "delegationsbeslut", "papper"] if name in ("rut", "sara") else []
    for room in rooms:
        menu = page(browser, f"/lex-sarah/{room}/").split("<nav", 1)[1].split("</nav>")[0]
        current = menu.split('aria-current="page"')
        assert len(current) == 2, room
        assert "Lex Sarah" in current[1].split("</a>")[0]


def test_what_was_typed_is_not_gone_when_it_is_waited_for_no_more(
    place: Place, as_user: Callable[..., Client]
) -> None:
    sara, report = place.actor("sara"), handed_in(place)
    investigating.start_investigation(sara, report.pk)
    given = Asked(place.user("eva"), "Vad hände?", clock.today() + timedelta(days=3))
    request = requests.request_statement(sara, report.pk, given)
    requests.save_draft(place.actor("eva"), request.pk, text="Larmet var av.", expected_version=1)
    requests.withdraw_request(sara, report.pk, request.pk)
    shown = page(as_user("eva"), f"/lex-sarah/begars/{request.pk}/")
    assert "Du behöver inte svara." in shown
    assert "Larmet var av." in shown

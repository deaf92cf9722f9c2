"""Utredningar on screen: the weekly list, the forecast, the figures per unit, the late ones."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from casework.models import Absence, AuditEvent, Deadline
from tests.conftest import Place
from tests.factories.inquiries import Inquiry, investigated

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
Travel = Callable[[date | datetime], object]
TODAY = date(2026, 5, 4)
URL = "/utredningar/"


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(TODAY)


def html(client: Client, url: str = URL) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def paced(place: Place) -> None:
    """Eight closed ones: half took at most 75 days, eight of ten 96."""
    lengths = [40, 50, 60, 70, 80, 90, 100, 110]
    investigated(
        place,
        *(Inquiry(f"K{n}", days_ago(1 + days), days_ago(1)) for n, days in enumerate(lengths)),
    )


def test_forste_sees_days_left_who_is_away_and_what_will_slip(place: Place, as_user: Login) -> None:
    paced(place)
    investigated(
        place, Inquiry("SEN", days_ago(140)), Inquiry("SNART", days_ago(110), handler="amina")
    )
    Absence.objects.create(
        board=place.board,
        user=place.user("amina"),
        substitute=place.user("nils"),
        valid_from=TODAY,
        valid_to=date(2026, 5, 8),
    )
    shown = html(as_user("frida"))
    assert "19 dagar sen" in shown
    assert "Utan handläggare" in shown
    assert "10 dagar kvar" in shown
    assert "Borta till 2026-05-08" in shown
    assert "Nils Norr ersätter" in shown
    assert "I riskzonen" in shown
    assert (
        "Av de 8 utredningar som Enheten har avslutat det senaste halvåret tog hälften högst 75 "
        "dagar och åtta av tio högst 96. Den här har redan tagit längre tid än så." in shown
    )
    assert shown.index("SEN") < shown.index("SNART")
    assert "SNART" not in html(as_user("frida"), f"{URL}?visa=sena")


def test_the_reckoning_names_the_day_it_comes_to(place: Place, as_user: Login) -> None:
    paced(place)
    investigated(place, Inquiry("NY", days_ago(10)))
    shown = html(as_user("frida"))
    assert "I den takten är den klar 2026-07-08, i tid till 2026-08-24." in shown
    assert "I riskzonen" not in shown


def test_a_protected_one_leaves_no_trace_for_who_is_not_named(place: Place, as_user: Login) -> None:
    investigated(place, Inquiry("SKYDD", days_ago(140), protected=True))
    for name in ("frida", "anna"):
        for url in (URL, f"{URL}?format=csv", "/utredningar/prognos/"):
            assert "SKYDD" not in html(as_user(name), url)
        assert "Sena utredningar" not in html(as_user(name), "/").replace("Sena per", "")
    assert "SKYDD" in html(as_user("eva"))


def test_several_are_assigned_from_the_list(place: Place, as_user: Login) -> None:
    ids = [r.pk for r in investigated(place, Inquiry("A", days_ago(9)), Inquiry("B", days_ago(8)))]
    frida = as_user("frida")
    assert "Markera minst en" in html_after(frida, f"{URL}fordela/", {})
    asked = frida.post(f"{URL}fordela/", {"ids": ids})
    assert asked.status_code == 200
    assert "Fördela (2)" in asked.content.decode()
    assert "Sven" not in asked.content.decode()
    nobody = frida.post(f"{URL}fordela/", {"ids": ids, "to": ""})
    assert nobody.status_code == 422
    assert "Välj vem som ska handlägga." in nobody.content.decode()
    to = place.user("amina").pk
    assert "2 utredningar är fördelade till Amina Norr." in html_after(
        frida, f"{URL}fordela/", {"ids": ids, "to": to}
    )
    assert "Utan handläggare" not in html(frida)


def html_after(client: Client, url: str, data: dict[str, Any]) -> str:
    answer = client.post(url, data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_of_protected_ones_the_named_alone_are_offered(place: Place, as_user: Login) -> None:
    (record,) = investigated(place, Inquiry("A", days_ago(9), protected=True))
    offered = as_user("eva").post(f"{URL}fordela/", {"ids": [record.pk]}).content.decode()
    assert "Nils Norr" in offered
    assert "Amina Norr" not in offered


def test_the_file_holds_the_part_on_screen(place: Place, as_user: Login) -> None:
    investigated(place, Inquiry("SEN", days_ago(140)), Inquiry("NY", days_ago(10)))
    answer = as_user("frida").get(f"{URL}?visa=sena&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["Ärende"], row["Dagar kvar"], row["Läge"]) for row in rows] == [
        ("SEN", "-19", "Sen")
    ]
    event = AuditEvent.objects.latest("id")
    assert (event.action, len(event.subject_ids)) == ("deadline.exported", 1)


def test_opening_the_list_is_audited_once(place: Place, as_user: Login) -> None:
    investigated(place, Inquiry("A", days_ago(10)))
    html(as_user("frida"))
    event = AuditEvent.objects.get(action="deadline.listed")
    assert event.subject_ids == [Deadline.objects.get().pk]


def test_each_count_of_the_forecast_leads_to_its_times(place: Place, as_user: Login) -> None:
    investigated(place, Inquiry("A", days_ago(110)), Inquiry("B", date(2026, 1, 30)))
    frida = as_user("frida")
    shown = html(frida, "/utredningar/prognos/")
    assert "Barnutredning" in shown
    soon = html(frida, f"/utredningar/prognos/tider/?dagar=14&enhet={place.unit.pk}")
    assert ">A<" in soon
    assert ">B<" not in soon
    both = html(frida, "/utredningar/prognos/tider/?dagar=30&regel=child_investigation")
    assert "Lagstadgad tid" in both
    assert ">A<" in both
    assert ">B<" in both
    assert "Varför detta datum?" in both


@pytest.mark.parametrize("name", ["sara", "vera"])
def test_the_board_has_figures_by_unit_and_no_case(place: Place, as_user: Login, name: str) -> None:
    investigated(place, Inquiry("SEN", days_ago(140)), Inquiry("NY", days_ago(10)))
    shown = html(as_user(name), "/utredningar/enheter/")
    assert 'data-label="Löper" class="number">2<' in shown
    assert 'data-label="Försenade" class="number">1<' in shown
    assert "SEN" not in shown
    assert (f"?enhet={place.unit.pk}" in shown) is (name == "sara")


def test_the_developer_is_not_let_in_to_the_cases_of_the_list(place: Place, as_user: Login) -> None:
    vera = as_user("vera")
    for url in (URL, "/utredningar/prognos/", "/utredningar/prognos/tider/"):
        assert vera.get(url).status_code == 403


def test_months_are_drawn_and_stand_in_a_table(place: Place, as_user: Login) -> None:
    investigated(place, Inquiry("SEN", days_ago(140)))
    shown = html(as_user("vera"), "/utredningar/sena/")
    assert "Visa siffrorna" in shown
    assert "apr 26" in shown
    assert "<svg" in shown
    assert "SEN" not in shown
    answer = as_user("eva").get("/utredningar/sena/?manader=24&format=csv")
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert "2026-04;Enheten;1" in rows
    assert "2026-04;Alla enheter;1" in rows
    assert "Inga sena utredningar" in html(as_user("erik"), "/utredningar/sena/")


def test_the_start_page_of_leaders_says_what_waits(place: Place, as_user: Login) -> None:
    investigated(
        place,
        Inquiry("SEN", days_ago(140)),
        Inquiry("SNART", days_ago(110)),
        Inquiry("NÄSTA", days_ago(105)),
    )
    for name in ("frida", "eva"):
        shown = html(as_user(name), "/")
        assert 'todo-list__count--danger">1<' in shown
        assert "Sena utredningar" in shown
        assert 'todo-list__count--warn">2<' in shown
        assert "Utredningar med mindre än 21 dagar kvar" in shown
        assert "/utredningar/?visa=snart" in shown
    assert "Sena utredningar" not in html(as_user("amina"), "/")


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("frida", URL),
        ("anna", URL),
        ("sara", URL),
        ("frida", f"{URL}?format=csv"),
        ("anna", "/utredningar/prognos/"),
        ("anna", "/utredningar/prognos/tider/"),
        ("vera", "/utredningar/enheter/"),
        ("anna", "/utredningar/enheter/"),
        ("vera", "/utredningar/sena/?manader=24"),
        ("anna", "/utredningar/sena/"),
        ("frida", "/"),
        ("eva", "/"),
    ],
)
def test_at_most_15_queries_with_60_rows(
    place: Place, as_user: Login, django_assert_max_num_queries: Any, name: str, url: str
) -> None:
    paced(place)
    investigated(place, *(Inquiry(f"A{n}", days_ago(60 + n), handler="amina") for n in range(60)))
    client = as_user(name)
    client.get(url)  # the session is written once
    with django_assert_max_num_queries(15):
        html(client, url)

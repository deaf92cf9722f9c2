"""Two clicks are one report; and a marked deviation leads to its report, for who may read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from casework.models import Deadline
from casework.shared import clock
from casework.shared.errors import ConflictError
from lexsarah.models import Report, Reporter
from lexsarah.services.reporting import NewReport, Paper, submit
from tests.conftest import Place, make_report
from tests.lexsarah.factory import EVENT
from tests.races.overlapping import at_once
from tests.web.pages import page

Login = Callable[..., Client]


def given(place: Place) -> NewReport:
    return NewReport(EVENT, clock.today() - timedelta(days=1), place.unit, "yes")


@pytest.mark.django_db
def test_the_form_sent_twice_is_one_report(place: Place, as_user: Login) -> None:
    amina, url = as_user("amina"), "/lex-sarah/rapportera/"
    form = page(amina, url)
    key = form.split('name="key" value="')[1].split('"')[0]
    assert key not in page(amina, url)
    fields = {
        "event": EVENT,
        "occurred_on": clock.today().isoformat(),
        "unit": place.unit.pk,
        "safe_now": "yes",
        "statute": "SoL",
        "key": key,
    }
    told = [amina.post(url, fields, follow=True).content.decode() for _ in range(2)]
    number = Report.objects.get().number
    assert all(f"Rapporten {number} är lämnad" in text for text in told)
    lacking = amina.post(url, fields | {"event": "", "key": str(uuid4())}).content.decode()
    assert 'name="key" value=""' not in lacking
    amina.post(url, fields | {"key": str(uuid4())})
    assert Report.objects.count() == 2


@pytest.mark.django_db
def test_through_the_api_too_and_somebody_elses_key_is_refused(
    place: Place, as_user: Login
) -> None:
    key = str(uuid4())
    body: dict[str, Any] = {
        "event": EVENT,
        "occurred_on": clock.today().isoformat(),
        "unit": place.unit.pk,
        "safe_now": "yes",
        "submission_key": key,
    }
    url = "/api/v1/lexsarah-reports/"
    first, second = (as_user("amina").post(url, body, "application/json") for _ in range(2))
    assert (first.status_code, second.json()) == (201, first.json())
    assert as_user("nils").post(url, body, "application/json").status_code == 409
    assert Reporter.objects.get().user == place.user("amina")


@pytest.mark.django_db
def test_a_paper_entered_twice_is_one_report(place: Place) -> None:
    key, paper = uuid4(), Paper("Maj Persson", date(2026, 3, 2))
    rut = place.actor("rut")
    old = given(place)
    old.occurred_on = date(2026, 3, 1)
    numbers = {submit(rut, old, paper=paper, key=key).number for _ in range(2)}
    assert len(numbers) == 1
    with pytest.raises(ConflictError):
        submit(rut, given(place), key=key)


@pytest.mark.django_db
def test_a_form_gone_back_to_and_filled_in_anew_loses_nothing(place: Place, as_user: Login) -> None:
    amina, url, key = as_user("amina"), "/lex-sarah/rapportera/", str(uuid4())
    fields = {
        "event": EVENT,
        "occurred_on": clock.today().isoformat(),
        "unit": place.unit.pk,
        "safe_now": "yes",
        "statute": "SoL",
        "key": key,
    }
    amina.post(url, fields)
    first = Report.objects.get()
    another = fields | {"event": "I natt fick ingen hjälp upp ur sängen.", "safe_now": "no"}
    refused = amina.post(url, another)
    said = refused.content.decode()
    assert refused.status_code == 409
    assert f"Rapporten {first.number} lämnades med det här formuläret" in said
    assert another["event"] in said
    assert Report.objects.count() == 1
    fresh = said.split('name="key" value="')[1].split('"')[0]
    assert fresh != key
    told = amina.post(url, another | {"key": fresh}, follow=True).content.decode()
    second = Report.objects.latest("pk")
    assert second.event == another["event"]
    assert f"Rapporten {second.number} är lämnad" in told


@pytest.mark.django_db
def test_who_reports_that_somebody_is_not_safe_is_told_to_call(
    place: Place, as_user: Login
) -> None:
    fields = {
        "event": EVENT,
        "occurred_on": clock.today().isoformat(),
        "unit": place.unit.pk,
        "statute": "SoL",
    }
    url, amina = "/lex-sarah/rapportera/", as_user("amina")
    said = {
        safe: amina.post(url, fields | {"safe_now": safe}, follow=True).content.decode()
        for safe in ("no", "yes")
    }
    assert "ersätter inte ett samtal" in said["no"]
    assert "ersätter inte ett samtal" not in said["yes"]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_time_are_one_report(place: Place) -> None:
    key, amina = uuid4(), place.actor("amina")

    def click() -> str:
        return submit(amina, given(place), key=key).number

    numbers = set(at_once(Report, *[click] * 4))
    assert numbers == {Report.objects.get().number}
    assert Deadline.objects.filter(kind="lex_sarah").count() == 1


@pytest.mark.django_db
def test_a_marked_deviation_leads_to_its_report_for_who_may_read_it(
    place: Place, as_user: Login
) -> None:
    marked, plain = make_report(place, possible_misconduct=True), make_report(place)
    report = Report.objects.get()
    assert f"/lex-sarah/{report.pk}/" in page(as_user("sara"), f"/avvikelser/{marked.pk}/")
    assert report.number not in page(as_user("sara"), f"/avvikelser/{plain.pk}/")
    for name in ("eva", "anna", "vera", "amina"):
        shown = page(as_user(name), f"/avvikelser/{marked.pk}/")
        assert report.number not in shown
        assert f"/lex-sarah/{report.pk}/" not in shown

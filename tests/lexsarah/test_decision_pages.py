"""The decision on screen: the tab, the forms, the delegationsordning and its list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.models import AuditEvent
from deviations.services import inbox
from lexsarah.models import Decision, DelegationRule, Measure, Report
from lexsarah.services import closing, deciding, investigating, measures
from lexsarah.services.delivering import deliver
from tests.conftest import Place, make_report
from tests.lexsarah.deciding import (
    REASONS,
    decided,
    delegate,
    document,
    investigated,
    measure,
    proposed,
)
from tests.lexsarah.factory import handed_in
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
TODAY = date(2026, 3, 30)
OWN = "/mina-atgarder/"


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(TODAY)


def url(report: Report, rest: str = "beslut") -> str:
    return f"/lex-sarah/{report.pk}/{rest}/"


def post(client: Client, report: Report, slug: str, **given: Any) -> Any:
    report.refresh_from_db()
    return client.post(url(report, slug), {"version": report.version, **given}, follow=True)


def test_from_proposal_to_closing_on_screen(
    place: Place, as_user: Login, at: Callable[[Any], Any]
) -> None:
    delegate(place)
    report = investigated(place)
    sara, birgit, eva = as_user("sara"), as_user("birgit"), as_user("eva")
    post(sara, report, "diarienummer", number="SN 2026/17")
    step = page(sara, f"/lex-sarah/{report.pk}/").split("Nästa steg")[1].split("</section>")[0]
    assert "Inga åtgärder är föreslagna än" in step
    assert url(report, "foresla-atgard") in step
    post(
        sara,
        report,
        "foresla-atgard",
        cause=report.causes.get().pk,
        text="Ny rutin.",
        owner=place.user("eva").pk,
        due_on="2026-04-30",
    )
    one = Measure.objects.get()
    decider = place.user("birgit").pk
    assert "Inga åtgärder är föreslagna än" not in page(sara, f"/lex-sarah/{report.pk}/")
    answer = post(sara, report, "foresla", outcome="misconduct", reasons=REASONS, decider=decider)
    assert "Förslaget är framlagt." in answer.content.decode()
    assert "Väntar på beslut av Birgit Norr" in page(sara, f"/lex-sarah/{report.pk}/")
    start = page(birgit, "/")
    assert "Lex Sarah att besluta" in start
    # What waits stands there itself, and nothing says that nothing does.
    assert report.number in start
    assert "Inget väntar just nu" not in start
    listed = page(birgit, "/lex-sarah/")
    assert report.number in listed
    assert "Att besluta" in listed
    assert ">Nya<" not in listed
    step = page(birgit, f"/lex-sarah/{report.pk}/").split("Nästa steg")[1].split("</section>")[0]
    assert f'href="{url(report, "utredning")}">Läs utredningen' in step
    form = page(birgit, url(report, "besluta"))
    assert REASONS in form
    assert "Din delegation omfattar" in form
    given = {f"verdict-{one.pk}": "later", f"version-{one.pk}": one.version}
    answer = post(
        birgit, report, "besluta", outcome="serious", reasons="Det var allvarligt.", **given
    )
    text = answer.content.decode()
    assert "Beslutet är fattat." in text
    assert "enligt Punkt 4.4" in text
    answer = birgit.post(
        url(report, f"atgarder/{one.pk}/besluta"),
        {"version": 1, "verdict": "partly", "comment": "På natten."},
        follow=True,
    )
    assert "Delvis godkänd av Birgit Norr 30 mars 2026: På natten." in answer.content.decode()
    assert "Anmäl till IVO innan rapporten avslutas." in page(sara, url(report))
    investigating.record_ivo_notification(place.actor("sara"), report.pk, on=TODAY)
    assert "Ny rutin." not in page(eva, OWN)
    deliver(place.actor("sara"), report.pk, to=[place.user("eva")], on=TODAY)
    assert "Ny rutin." in page(eva, OWN)
    answer = eva.post(
        f"/lex-sarah/atgarder/{one.pk}/",
        {"version": 2, "on": "2026-03-30", "how": "Den gäller."},
        follow=True,
    )
    assert "Åtgärden är utförd." in answer.content.decode()
    assert eva.get(url(report)).status_code == 404
    at(date(2026, 7, 1))
    sara = as_user("sara")
    assert "Bedöm effekten" in page(sara, url(report))
    sara.post(
        url(report, f"atgarder/{one.pk}/effekt"),
        {"version": 3, "effect": "better", "text": "Ingen väntar."},
    )
    answer = post(sara, report, "avsluta")
    assert "Rapporten är avslutad." in answer.content.decode()
    report.refresh_from_db()
    assert report.status == "closed"


def test_what_is_missing_is_named_where_it_is_mended(place: Place, as_user: Login) -> None:
    delegate(place)
    sara = as_user("sara")
    report = investigating.start_investigation(place.actor("sara"), handed_in(place).pk)
    document(report, without="recurrence")
    form = page(sara, url(report, "foresla"))
    assert "Utredningen är inte klar" in form
    assert "#del-recurrence" in form
    answer = post(
        sara,
        report,
        "foresla",
        outcome="misconduct",
        reasons=REASONS,
        decider=place.user("birgit").pk,
    )
    assert answer.status_code == 422
    assert "Kan det hända igen?" in answer.content.decode()
    assert REASONS in answer.content.decode()


def test_a_decision_from_an_old_page_shows_what_stands_and_keeps_the_text(
    place: Place, as_user: Login
) -> None:
    report = proposed(place)
    birgit = as_user("birgit")
    seen = report.version
    sara = place.actor("sara")
    deciding.take_back_proposal(sara, report.pk)
    deciding.propose(
        sara, report.pk, outcome="risk", reasons="Nya skäl.", decider=place.user("birgit")
    )
    given = {"version": seen, "outcome": "misconduct", "reasons": "Mina egna skäl."}
    answer = birgit.post(url(report, "besluta"), given)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Mina egna skäl." in text
    assert "Nya skäl." in text
    assert not Decision.objects.exists()
    # Seen, it may be decided all the same.
    report.refresh_from_db()
    answer = birgit.post(url(report, "besluta"), given | {"version": report.version})
    assert answer.status_code == 302
    assert Decision.objects.get().reasons == "Mina egna skäl."


def test_what_is_taken_back_meanwhile_keeps_the_text_and_says_so(
    place: Place, as_user: Login
) -> None:
    report = proposed(place)
    deciding.take_back_proposal(place.actor("sara"), report.pk)
    given = {"version": report.version, "outcome": "risk", "reasons": "Mina egna skäl."}
    answer = as_user("birgit").post(url(report, "besluta"), given)
    assert answer.status_code == 409
    assert "Mina egna skäl." in answer.content.decode()
    assert as_user("vera").post(url(report, "besluta"), given).status_code == 404


def test_handed_back_the_decider_is_led_on(place: Place, as_user: Login) -> None:
    report = proposed(place)
    answer = post(as_user("birgit"), report, "aterlamna", because="Varför märktes det inte?")
    assert answer.status_code == 200
    assert "återlämnat" in answer.content.decode()
    assert "Varför märktes det inte?" in page(as_user("sara"), url(report))
    overview = page(as_user("sara"), f"/lex-sarah/{report.pk}/")
    assert "Birgit Norr lämnade tillbaka förslaget. Utred det som saknas" in overview
    assert "Läs vad som saknas" in overview
    again = {"outcome": "risk", "reasons": REASONS, "decider": place.user("birgit").pk}
    post(as_user("sara"), report, "foresla", **again)
    assert "lämnade tillbaka" not in page(as_user("sara"), f"/lex-sarah/{report.pk}/")


def test_a_new_decision_is_to_be_delgivet_though_an_earlier_was(
    place: Place, as_user: Login
) -> None:
    report, sara = decided(place), as_user("sara")
    overview = f"/lex-sarah/{report.pk}/"
    assert "Delge beslutet." in page(sara, overview)
    deliver(place.actor("sara"), report.pk, to=[place.user("eva")], on=TODAY)
    assert "Delge beslutet." not in page(sara, overview)
    closing.reopen(place.actor("sara"), report.pk, reason="IVO frågar mer.")
    birgit = place.user("birgit")
    deciding.propose(
        place.actor("sara"), report.pk, outcome="risk", reasons=REASONS, decider=birgit
    )
    deciding.decide(place.actor("birgit"), report.pk, outcome="risk", reasons=REASONS)
    assert "Delge beslutet." in page(sara, overview)


def test_while_somebody_is_not_safe_nothing_says_that_all_is_done(
    place: Place, as_user: Login
) -> None:
    report = decided(place, safe_now="no")
    deliver(place.actor("sara"), report.pk, to=[place.user("eva")], on=TODAY)
    shown = page(as_user("sara"), f"/lex-sarah/{report.pk}/")
    assert "Se till att den enskilde är trygg." in shown
    assert "Allt är klart" not in shown


@pytest.mark.parametrize("name", "amina eva anna vera rut gun simon birgit".split())
def test_the_tab_is_for_those_who_work_with_it(place: Place, as_user: Login, name: str) -> None:
    report = investigated(place)
    assert as_user(name).get(url(report)).status_code == 404


def test_the_tab_costs_few_queries(place: Place, as_user: Login) -> None:
    report = decided(place)
    birgit = place.actor("birgit")
    for _ in range(3):
        measures.decide_measure(birgit, measure(place, report).pk, verdict="approved")
    sara = as_user("sara")
    page(sara, url(report))
    for address in (url(report), f"/lex-sarah/{report.pk}/", OWN):
        with CaptureQueriesContext(connection) as ran:
            page(sara, address)
        assert len(ran) <= 15, "\n".join(q["sql"][-150:] for q in ran)


def test_who_keeps_the_delegationsordning_is_told_when_nobody_will_decide(
    place: Place, as_user: Login
) -> None:
    """A row that ends, or has an end, leaves days on which nothing can be decided."""
    simon, listed = as_user("simon"), "/organisation/delegation/"
    rows = {row.outcome: row for row in delegate(place)}
    assert "Ingen får besluta" not in page(simon, listed)
    end = f"{listed}{rows['serious'].pk}/upphor/"
    told = simon.post(end, {"last_day": "2026-04-30"}, follow=True).content.decode()
    assert "Raden gäller till och med 2026-04-30." in told
    assert "<li>Allvarligt missförhållande från 2026-05-01</li>" in told
    given = {"name": "4.13", "outcome": "serious", "role": "avdelningschef"}
    simon.post(f"{listed}ny/", given | {"valid_from": "2026-06-01"})
    until = "<li>Allvarligt missförhållande från 2026-05-01 till och med 2026-05-31</li>"
    assert until in page(simon, listed)


def test_a_list_of_decisions_that_ends_before_it_begins_says_so(
    place: Place, as_user: Login
) -> None:
    """Nothing decided, and nothing asked for, are not told alike."""
    rut, listed = as_user("rut"), "/lex-sarah/delegationsbeslut/"
    assert "Inga beslut under tiden" in page(rut, listed)
    wrong = page(rut, f"{listed}?from_day=2026-03-02&to_day=2026-03-01")
    assert "Perioden slutar innan den börjar" in wrong
    assert "Inga beslut under tiden" not in wrong


def test_a_row_to_come_can_have_an_end_and_goes_only_where_it_never_begins(
    place: Place, as_user: Login
) -> None:
    simon = as_user("simon")
    row = delegate(place, valid_from=date(2026, 6, 1))[0]
    end = f"/organisation/delegation/{row.pk}/upphor/"
    assert "tas den bort" in page(simon, end)
    simon.post(end, {"last_day": "2026-12-31"})
    row.refresh_from_db()
    assert row.valid_to == date(2026, 12, 31)
    told = simon.post(end, {"last_day": "2026-05-31"}, follow=True).content.decode()
    assert "Raden är borttagen" in told
    assert not DelegationRule.objects.filter(pk=row.pk).exists()


def test_the_delegationsordning_is_kept_by_the_systemforvaltare(
    place: Place, as_user: Login, at: Callable[[Any], Any]
) -> None:
    simon = as_user("simon")
    assert "inte inlagd" in page(simon, "/organisation/delegation/")
    given = {
        "name": "4.12",
        "outcome": "serious",
        "role": "beslutsfattare",
        "valid_from": "2026-03-30",
    }
    simon.post("/organisation/delegation/ny/", given)
    row = DelegationRule.objects.get()
    again = simon.post("/organisation/delegation/ny/", given)
    assert again.status_code == 422
    assert "finns redan" in again.content.decode()
    assert "4.12" in page(simon, "/organisation/delegation/")
    change = f"/organisation/delegation/{row.pk}/"
    refused = simon.post(change, given | {"role": "sas"})
    assert "från i morgon" in refused.content.decode()
    at(date(2026, 4, 10))
    simon = as_user("simon")
    refused = simon.post(change, given | {"role": "sas", "valid_from": "2026-04-01"})
    assert "från i dag" in refused.content.decode()
    simon.post(change, given | {"role": "sas", "valid_from": "2026-05-01"})
    rows = list(DelegationRule.objects.order_by("pk").values_list("role", "valid_from", "valid_to"))
    assert rows == [
        ("beslutsfattare", date(2026, 3, 30), date(2026, 4, 30)),
        ("sas", date(2026, 5, 1), None),
    ]
    new = DelegationRule.objects.latest("pk")
    # It has not begun, so nothing can name it.
    simon.post(f"/organisation/delegation/{new.pk}/upphor/", {"last_day": "2026-04-10"})
    assert DelegationRule.objects.count() == 1
    simon.post(f"/organisation/delegation/{row.pk}/upphor/", {"last_day": "2026-04-15"})
    assert DelegationRule.objects.get().valid_to == date(2026, 4, 15)
    events = AuditEvent.objects.filter(action="lexsarah.delegation_changed")
    assert [event.data["act"] for event in events.order_by("id")] == [
        "added",
        "changed",
        "ended",
        "ended",
    ]
    assert as_user("sara").get(change).status_code == 403


def test_the_list_of_decisions_says_which_and_by_what_and_no_more(
    place: Place, as_user: Login
) -> None:
    report = decided(place)
    rut = as_user("rut")
    listed = page(rut, "/lex-sarah/delegationsbeslut/")
    assert report.number in listed
    assert "Punkt 4.2" in listed
    assert "elva timmar" not in listed
    assert "Enheten" not in listed
    period = "/lex-sarah/delegationsbeslut/?from_day=2026-01-01&to_day=2026-02-01"
    assert "Inga beslut under tiden" in page(rut, period)
    file = rut.get("/lex-sarah/delegationsbeslut/?format=csv").content.decode("utf-8-sig")
    assert file.splitlines()[1].startswith(f"2026-03-30;{report.number};")
    assert AuditEvent.objects.latest("id").action == "lexsarah.delegation_exported"
    assert as_user("vera").get("/lex-sarah/delegationsbeslut/").status_code == 403


def test_a_deviation_that_stays_with_sas_is_handed_back_after_the_decision(
    place: Place, as_user: Login
) -> None:
    deviation = make_report(place)
    inbox.send_to_sas(place.actor("eva"), deviation.pk, reason="Barnet for illa.")
    report = Report.objects.get(deviation=deviation)
    delegate(place)
    said = f"Avvikelsen {deviation.number} ligger kvar hos SAS. Lämna tillbaka den till enheten."
    overview, sara = f"/lex-sarah/{report.pk}/", place.actor("sara")
    investigating.start_investigation(sara, report.pk, statute="SoL")
    document(report)
    birgit, given = place.actor("birgit"), {"outcome": "misconduct", "reasons": REASONS}
    deciding.propose(sara, report.pk, **given, decider=place.user("birgit"))
    assert said not in page(as_user("sara"), overview)
    deciding.decide(birgit, report.pk, **given)
    shown = page(as_user("sara"), overview)
    assert said in shown
    assert shown.index("Delge beslutet.") < shown.index(said)
    door = f"/avvikelser/{deviation.pk}/tillbaka-fran-sas/"
    assert door in shown
    assert "Lämna tillbaka" in page(as_user("sara"), door)
    # Whoever decides sees the report, and has nothing to do with the deviation.
    assert said not in page(as_user("birgit"), overview)
    inbox.return_from_sas(sara, deviation.pk, reason="Beslutat.")
    assert said not in page(as_user("sara"), overview)


def test_a_row_saved_as_it_stands_stays_and_one_that_has_ended_leads_to_the_list(
    place: Place, as_user: Login, at: Callable[[date], object]
) -> None:
    simon, listed = as_user("simon"), "/organisation/delegation/"
    row = {one.outcome: one for one in delegate(place)}["serious"]
    given = {"name": row.name, "outcome": row.outcome, "role": row.role}
    before = DelegationRule.objects.count()
    unchanged = simon.post(f"{listed}{row.pk}/", given | {"valid_from": "2026-04-30"})
    assert unchanged.status_code == 422
    assert "Inget är ändrat." in unchanged.content.decode()
    assert DelegationRule.objects.count() == before
    simon.post(f"{listed}{row.pk}/upphor/", {"last_day": "2026-04-01"})
    at(date(2026, 4, 2))
    simon = as_user("simon")
    for door in (f"{listed}{row.pk}/", f"{listed}{row.pk}/upphor/"):
        answer = simon.get(door, follow=True)
        assert answer.redirect_chain == [(listed, 302)]
        assert "Raden har upphört. Lägg till en ny i stället." in answer.content.decode()


def test_the_registrators_list_has_no_decision_on_what_is_protected(
    place: Place, as_user: Login
) -> None:
    report = decided(place)
    Report.objects.filter(pk=report.pk).update(protected=True)
    listed = "/lex-sarah/delegationsbeslut/"
    assert report.number not in page(as_user("rut"), listed)
    assert report.number in page(as_user("sara"), listed)
    assert "skyddade personuppgifter" in page(as_user("rut"), listed)

"""A serious event from report to close, in five roles and a real browser, through a spring.

Medarbetare, SAS, the examined Enhetschef, the Avdelningschef and the Beslutsfattare each do their
part; at each step the times, who is told and the audit trail are looked at, and what the examined
manager must not reach stays out of reach.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from casework.audit.verify import verify
from casework.deadlines.sweep import sweep
from casework.models import AuditEvent, Deadline, Notice
from casework.shared import clock
from lexsarah.models import Decision, Measure, Report, Request, StoredDocument
from tests.conftest import Place
from tests.lexsarah.deciding import delegate, document
from tests.lexsarah.factory import EVENT, running
from tests.web.conftest import BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Travel = Callable[[date], object]
SERIOUS = "Allvarligt missförhållande"
LAST_PART = "against_recurrence"


def press(page: Page, button: str, said: str) -> None:
    """Press ``button`` of a form that is filled in, and read what is said."""
    page.get_by_role("button", name=button, exact=True).last.click()
    expect(page.get_by_text(said).first).to_be_visible()


def done_since(last: int) -> list[str]:
    """Return what the audit trail says has been changed since its event ``last``, in order."""
    found = AuditEvent.objects.filter(pk__gt=last, action__startswith="lexsarah.").order_by("pk")
    reading = ("read", "listed", "exported")
    return [one.action for one in found if not one.action.endswith(reading)]


def test_from_report_to_close_in_five_roles(
    place: Place, browser_page: BrowserPage, at: Travel
) -> None:
    delegate(place)
    at(date(2026, 3, 2))
    report = reported_and_notified_at_receipt(place, browser_page)
    at(date(2026, 3, 3))
    two_statements(place, browser_page, report, at)
    at(date(2026, 3, 23))
    proposed_and_decided(place, browser_page, report)
    at(date(2026, 4, 1))
    supplemented_and_delivered(place, browser_page, report)
    at(date(2026, 4, 20))
    carried_out(place, browser_page, report)
    at(date(2026, 7, 21))
    assessed_and_closed(place, browser_page, report)
    assert not verify().broken


def reported_and_notified_at_receipt(place: Place, browser_page: BrowserPage) -> Report:
    """Amina reports; SAS has it at once, finds it serious and notifies IVO before investigating."""
    amina = browser_page("amina", width=360)
    amina.goto("/lex-sarah/rapportera/")
    amina.get_by_label("Vad hände?").fill(EVENT)
    amina.get_by_label("Ja", exact=True).check()
    press(amina, "Lämna rapporten", "är lämnad. SAS har den nu")
    report = Report.objects.get()
    assert set(running(report)) == {"lex_sarah_investigation"}
    last = AuditEvent.objects.latest("pk").pk

    sara = browser_page("sara")
    sara.goto("/")
    sara.get_by_role("link", name=report.number).first.click()
    sara.goto(f"/lex-sarah/{report.pk}/allvarligt/")
    sara.get_by_label("Varför är det allvarligt?").fill("Fara för liv och hälsa.")
    press(sara, "Bedöm som allvarligt", "Anmäl till IVO, senast")
    assert running(report)["lex_sarah_ivo"].last_day == date(2026, 3, 3)
    sara.goto(f"/lex-sarah/{report.pk}/anmal-ivo/")
    press(sara, "Spara", "Anmälan till IVO är antecknad")
    report.refresh_from_db()
    assert (report.status, report.notified_on) == ("received", date(2026, 3, 2))
    times = running(report)
    assert set(times) == {"lex_sarah_investigation", "lex_sarah_ivo_supplement"}
    # Two months on is a Saturday: reckoned by it, missed after the Monday.
    supplement = times["lex_sarah_ivo_supplement"]
    assert (supplement.raw_date, supplement.last_day) == (date(2026, 5, 2), date(2026, 5, 4))
    assert done_since(last) == ["lexsarah.assessed_serious", "lexsarah.ivo_notified"]
    return report


def two_statements(place: Place, browser_page: BrowserPage, report: Report, at: Travel) -> None:
    """SAS asks the examined manager and the head; both answer, one of them reminded first."""
    last = AuditEvent.objects.latest("pk").pk
    sara = browser_page("sara")
    sara.goto(f"/lex-sarah/{report.pk}/inled/")
    press(sara, "Inled utredning", "Utredningen är inledd.")
    for name in ("eva", "anna"):
        sara.goto(f"/lex-sarah/{report.pk}/begar-yttrande/")
        sara.get_by_label("Av vem?").select_option(str(place.user(name).pk))
        sara.get_by_label("Vad begär du?").fill(f"Hur var bemanningen, {name}?")
        sara.get_by_label("Senast när?").fill("2026-03-16")
        press(sara, "Begär yttrande", "Yttrandet är begärt.")
    report.refresh_from_db()
    assert report.status == "statements"
    assert Deadline.objects.open().filter(rule="lex_sarah_request").count() == 2
    assert done_since(last)[0] == "lexsarah.investigation_started"

    eva = browser_page("eva", width=360)
    eva.goto("/")
    eva.get_by_role("link", name="Begärs av dig i lex Sarah").click()
    eva.get_by_role("link", name=report.number).first.click()
    expect(eva.get_by_text("Hur var bemanningen, eva?")).to_be_visible()
    expect(eva.get_by_text(EVENT)).to_have_count(0)
    assert_accessible(eva)
    picture(eva, "acceptance-asked")
    eva.get_by_role("textbox").last.fill("Två var sjuka den kvällen.")
    press(eva, "Skicka svaret", "Svaret är skickat.")
    keeps_out(eva, report)

    # The head has not answered on the day, and is told.
    at(date(2026, 3, 17))
    sweep(clock.now())
    asked = Request.objects.get(asked_of=place.user("anna"))
    late = Deadline.objects.get(rule="lex_sarah_request", subject_id=asked.pk)
    assert Notice.objects.filter(deadline=late).exists()
    anna = browser_page("anna")
    anna.goto(f"/lex-sarah/begars/{asked.pk}/")
    anna.get_by_role("textbox").last.fill("Rutinen saknades.")
    press(anna, "Skicka svaret", "Svaret är skickat.")
    keeps_out(anna, report)
    report.refresh_from_db()
    assert report.status == "investigating"
    assert not Deadline.objects.open().filter(rule="lex_sarah_request").exists()


def proposed_and_decided(place: Place, browser_page: BrowserPage, report: Report) -> None:
    """Completion wants each part; proposed as less, decided as serious, by the delegation."""
    cause = document(report, without=LAST_PART)
    sara = browser_page("sara")
    sara.goto(f"/lex-sarah/{report.pk}/foresla/")
    sara.get_by_label("Missförhållande", exact=True).check()
    sara.get_by_role("textbox", name="Skäl").fill("Tillsynen uteblev.")
    sara.get_by_label("Vem ska besluta?").select_option(str(place.user("birgit").pk))
    press(sara, "Föreslå beslut", "Utredningen är inte klar")
    picture(sara, "acceptance-missing")

    sara.goto(f"/lex-sarah/{report.pk}/utredning/#del-{LAST_PART}")
    part = sara.locator(f"#del-{LAST_PART}")
    part.get_by_role("textbox").fill("En ny rutin för tillsyn på natten.")
    expect(part.get_by_role("status").last).to_contain_text("Sparat")
    assert_accessible(sara)
    picture(sara, "acceptance-document")
    sara.goto(f"/lex-sarah/{report.pk}/foresla-atgard/")
    sara.get_by_label("Mot vilken orsak?").select_option(str(cause.pk))
    sara.get_by_label("Vad ska göras?").fill("Ny rutin för tillsyn.")
    sara.get_by_label("Vem ansvarar?").select_option(str(place.user("eva").pk))
    sara.get_by_label("Klar senast").fill("2026-04-30")
    press(sara, "Föreslå åtgärd", "Åtgärden är föreslagen.")
    sara.goto(f"/lex-sarah/{report.pk}/foresla/")
    sara.get_by_label("Missförhållande", exact=True).check()
    sara.get_by_role("textbox", name="Skäl").fill("Tillsynen uteblev.")
    sara.get_by_label("Vem ska besluta?").select_option(str(place.user("birgit").pk))
    press(sara, "Föreslå beslut", "Förslaget är framlagt")
    last = AuditEvent.objects.latest("pk").pk

    birgit = browser_page("birgit")
    birgit.goto("/")
    birgit.get_by_role("link", name="Lex Sarah att besluta").click()
    birgit.get_by_role("link", name=report.number).first.click()
    measure = Measure.objects.get()
    birgit.goto(f"/lex-sarah/{report.pk}/beslut/")
    assert_accessible(birgit)
    birgit.goto(f"/lex-sarah/{report.pk}/besluta/")
    birgit.get_by_label(SERIOUS, exact=True).check()
    birgit.get_by_label("Godkänd", exact=True).check()
    birgit.get_by_role("textbox", name="Skäl").fill("Det kunde ha kostat ett liv.")
    press(birgit, "Fatta beslut", "Beslutet är fattat.")
    picture(birgit, "acceptance-decided")

    decision = Decision.objects.get()
    assert (decision.outcome, decision.delegation_name) == ("serious", "Punkt 4.4")
    assert decision.proposal is not None
    assert decision.proposal.outcome == "misconduct"
    report.refresh_from_db()
    measure.refresh_from_db()
    assert (report.status, report.outcome, measure.verdict) == ("decided", "serious", "approved")
    assert "lex_sarah_investigation" not in running(report)
    stored = StoredDocument.objects.filter(report=report)
    assert {one.content_type.rsplit("/")[-1] for one in stored} >= {"pdf"}
    assert done_since(last)[-1] == "lexsarah.decided"


def supplemented_and_delivered(place: Place, browser_page: BrowserPage, report: Report) -> None:
    """The finished investigation goes to IVO within its two months; the manager is delgiven."""
    sara = browser_page("sara")
    sara.goto(f"/lex-sarah/{report.pk}/komplettera-ivo/")
    press(sara, "Spara", "Antecknat att IVO har fått utredningen.")
    met = Deadline.objects.get(rule="lex_sarah_ivo_supplement", subject_id=report.pk)
    assert met.met_on == date(2026, 4, 1)
    assert met.met_on < met.last_day
    eva = browser_page("eva")
    eva.goto("/lex-sarah/begars/")
    expect(eva.get_by_text(SERIOUS)).to_have_count(0)
    sara.goto(f"/lex-sarah/{report.pk}/delge/")
    sara.get_by_label("Eva Norr").check()
    press(sara, "Delge beslutet", "Beslutet är delgivet.")
    eva.goto("/lex-sarah/begars/")
    eva.locator("a[href*='/begars/beslut/']").click()
    expect(eva.get_by_text(SERIOUS).first).to_be_visible()
    expect(eva.get_by_text("Ny rutin för tillsyn.").first).to_be_visible()
    expect(eva.get_by_text(EVENT)).to_have_count(0)
    picture(eva, "acceptance-delivered")
    keeps_out(eva, report)


def carried_out(place: Place, browser_page: BrowserPage, report: Report) -> None:
    """The manager does what is asked and says so; the report cannot be closed yet."""
    eva = browser_page("eva", width=360)
    eva.goto("/mina-atgarder/")
    eva.get_by_role("link", name=re.compile(r"Utförd\W+åtgärd")).click()
    eva.get_by_label("Vad gjordes?").fill("Rutinen är skriven och genomgången.")
    press(eva, "Spara", "Åtgärden är utförd.")
    measure = Measure.objects.get()
    assert (measure.done_on, measure.effect_due_on) == (date(2026, 4, 20), date(2026, 7, 20))
    sara = browser_page("sara")
    sara.goto(f"/lex-sarah/{report.pk}/beslut/")
    expect(sara.get_by_text("Innan rapporten avslutas")).to_be_visible()
    answer = sara.goto(f"/lex-sarah/{report.pk}/avsluta/")
    assert answer is not None
    assert answer.status == 409
    report.refresh_from_db()
    assert report.status == "actions"


def assessed_and_closed(place: Place, browser_page: BrowserPage, report: Report) -> None:
    """Three months on the effect is assessed and the report closed; Amina reads the outcome."""
    sara = browser_page("sara")
    sara.goto(f"/lex-sarah/{report.pk}/beslut/")
    sara.get_by_role("link", name=re.compile(r"Bedöm effekten\W+Ny rutin")).click()
    sara.get_by_label("Förbättring").check()
    sara.get_by_label("Hur märks det?").fill("Ingen tillsyn har uteblivit sedan dess.")
    press(sara, "Spara", "Effekten är bedömd.")
    last = AuditEvent.objects.latest("pk").pk
    sara.goto(f"/lex-sarah/{report.pk}/avsluta/")
    sara.get_by_role("button", name="Avsluta", exact=True).last.click()
    expect(sara.get_by_text("Avslutad").first).to_be_visible()
    report.refresh_from_db()
    assert report.status == "closed"
    assert not Deadline.objects.open().filter(board=report.board).exists()
    assert done_since(last) == ["lexsarah.closed"]
    amina = browser_page("amina", width=360)
    amina.goto("/lex-sarah/mina/")
    expect(amina.get_by_text(SERIOUS)).to_be_visible()


def keeps_out(page: Page, report: Report) -> None:
    """Assert that whoever is examined neither investigates, decides nor reads the notes."""
    for slug in "utredning anteckningar beslut besluta foresla utredare handlingar ivo".split():
        answer = page.goto(f"/lex-sarah/{report.pk}/{slug}/")
        assert answer is not None
        assert (slug, answer.status) == (slug, 404)

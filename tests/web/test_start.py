"""The start page: for each role what waits and how it stands, and little of the database."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.models import Absence, AuditEvent, Membership
from casework.shared import clock
from deviations.models import Category, Cause
from deviations.queries import start
from deviations.services import closing, inbox, investigating
from deviations.services.closing import Handling
from deviations.services.investigating import PlannedAction
from lexsarah.models import Report
from lexsarah.services import duty
from tests.conftest import Place, make_report
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = pytest.mark.django_db

AsUser = Callable[..., Client]
At = Callable[..., object]
EVERYBODY = "amina nils frida eva anna sara vera rut birgit gun simon".split()


def text(client: Client) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.fixture
def busy(place: Place, at: At, category: Category, cause: Cause) -> Place:
    """The unit a spring day, with something in every corner."""
    at(date(2026, 1, 12))
    for _ in range(2):
        make_report(place)
    at(date(2026, 3, 2))
    closed = make_report(place)
    at(date(2026, 3, 3))
    handling = Handling(
        category=category, severity=1, probability=1, causes=[cause], done="Rutinen är genomgången."
    )
    closing.close_simply(place.actor("eva"), closed.pk, handling)
    make_report(place, possible_misconduct=True)
    make_report(place, about_manager=True)
    make_report(place, protected=True)
    at(date(2026, 5, 4))
    asked = make_report(place)
    eva = place.actor("eva")
    inbox.ask(eva, asked.pk, text="När på dagen?")
    investigating.investigate(eva, asked.pk, causes=[cause], main_cause=None, analysis="")
    planned = PlannedAction("Se över", cause, place.user("amina"), clock.today())
    investigating.plan_action(eva, asked.pk, planned)
    Category.objects.create(board=place.board, name="Ny från fil", needs_review=True)
    Membership.objects.filter(user=place.user("nils")).update(valid_to=date(2026, 5, 20))
    Absence.objects.create(
        board=place.board,
        user=place.user("erik"),
        substitute=place.user("eva"),
        valid_from=date(2026, 5, 1),
        valid_to=date(2026, 5, 10),
    )
    return place


@pytest.mark.parametrize("name", EVERYBODY)
def test_every_role_is_greeted_and_can_report_at_once(
    place: Place, as_user: AsUser, name: str
) -> None:
    duty.confirm(place.actor(name))
    page = text(as_user(name))
    assert f"Hej {name.title()}" in page
    assert "Inget väntar på dig just nu" in page
    assert 'href="/avvikelser/ny/"' in page


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_page_costs_at_most_fifteen_queries(busy: Place, as_user: AsUser, name: str) -> None:
    client = as_user(name)
    # The first page after logging in also saves the session.
    client.get("/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/")
    assert len(queries) <= 15, "\n".join(query["sql"][:150] for query in queries)


def test_the_worker_reads_what_it_led_to_and_what_is_asked(busy: Place, as_user: AsUser) -> None:
    page = text(as_user("amina"))
    assert "Det ledde till:</strong> Rutinen är genomgången." in page
    assert "Enheten har frågat dig om något" in page
    assert "Frågor om det du rapporterat" in page
    assert "Mina åtgärder" in page


def test_what_is_shown_of_reports_is_audited(busy: Place, as_user: AsUser) -> None:
    before = AuditEvent.objects.count()
    as_user("birgit").get("/")
    assert AuditEvent.objects.count() == before
    as_user("amina").get("/")
    assert AuditEvent.objects.latest("id").action == "deviation.listed"


def test_the_manager_sees_open_ones_by_age_and_risk(busy: Place, as_user: AsUser) -> None:
    page = text(as_user("eva"))
    assert "Att ta ställning till" in page
    assert "Mer än 90 dagar" in page
    assert "Kan vara ett missförhållande" in page
    assert "Rapporterade per månad" in page
    assert "Du är ersättare" in page
    assert "För Erik Norr till och med 10 maj" in page


def test_the_head_sees_each_unit_and_which_are_silent(busy: Place, as_user: AsUser) -> None:
    page = text(as_user("anna"))
    assert "Gäller en enhetschef" in page
    assert "Enheter som nästan inte rapporterar något" in page
    assert "Fråga enheten: Systerenheten." in page
    # Six reported since February, of which one has skyddade personuppgifter: in no split by unit.
    assert '<td data-label="Nya" class="number">4</td>' in page


def test_sas_sees_lex_sarah_with_its_days(busy: Place, as_user: AsUser) -> None:
    page = text(as_user("sara"))
    assert "Ingen lex Sarah-rapport är öppen" not in page
    assert page.count("LS-2026-") == 1
    assert '<td data-label="Dagar" class="number"><div>62</div></td>' in page


def test_the_developer_sees_the_year_and_what_to_review(busy: Place, as_user: AsUser) -> None:
    page = text(as_user("vera"))
    assert "Avvikelser 2026" in page
    assert "Övrigt eller utan kategori" in page
    assert "Kategorier att granska" in page
    assert 'href="/rapport/"' in page


def test_the_systemforvaltare_sees_configuration_and_no_case(busy: Place, as_user: AsUser) -> None:
    page = text(as_user("simon"))
    assert "Roller som upphör inom 30 dagar" in page
    assert "Nils Norr" in page
    assert "AVV-" not in page


@pytest.mark.parametrize("name", ["rut", "birgit", "gun"])
def test_roles_that_wait_for_others_are_told_what_will_come(
    busy: Place, as_user: AsUser, name: str
) -> None:
    assert "Inget väntar just nu." in text(as_user(name))


def test_the_registrator_begins_what_comes_on_paper_and_sees_what_lacks_a_number(
    busy: Place, as_user: AsUser
) -> None:
    page = text(as_user("rut"))
    assert 'href="/lex-sarah/papper/"' in page
    assert 'href="/lex-sarah/utforare/ny/"' in page
    assert "Lex Sarah-rapporter utan diarienummer" in page
    Report.objects.update(registry_number="SN 2026/17")
    assert "Lex Sarah-rapporter utan diarienummer" not in text(as_user("rut"))


def test_no_figures_are_given_by_person(busy: Place, as_user: AsUser) -> None:
    for name in ("eva", "anna", "vera", "sara"):
        page = text(as_user(name))
        assert "Amina" not in page
        assert "Frida" not in page


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["amina", "eva", "anna", "sara", "vera", "simon"])
def test_the_page_is_accessible(
    transactional_db: None, place: Place, browser_page: BrowserPage, name: str, width: int
) -> None:
    with clock.at(clock.now() - timedelta(days=100)):
        make_report(place)
        make_report(place, possible_misconduct=True)
    page = browser_page(name, width=width)
    page.goto("/")
    assert_accessible(page)
    picture(page, f"start-{name}-{width}")


def test_the_years_shares_hold_nobody_who_is_protected(
    place: Place, as_user: AsUser, category: Category
) -> None:
    make_report(place, category=category)
    figures = start.this_year(place.actor("vera"))
    assert (figures.reported, figures.apart, figures.uncategorised) == (1, 0, 0)
    make_report(place, protected=True)
    figures = start.this_year(place.actor("vera"))
    assert (figures.reported, figures.apart, figures.uncategorised) == (2, 1, 0)
    assert figures.percent(figures.uncategorised) == 0
    assert "Visas inte uppdelat" in text(as_user("vera"))

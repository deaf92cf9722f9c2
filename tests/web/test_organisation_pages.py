"""The organisation's pages: the tree of any day, people, absences, handing over."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.models import Absence, Membership, Role, Unit
from casework.organising.units import rename_unit
from casework.shared import clock
from tests.conftest import Place, make_report
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = pytest.mark.django_db

AsUser = Callable[..., Client]
At = Callable[..., object]


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_tree_is_that_of_the_day_asked_for(place: Place, as_user: AsUser, at: At) -> None:
    at(date(2026, 3, 2))
    rename_unit(place.actor("simon"), place.unit.pk, name="Nya namnet", on=clock.today())
    amina = as_user("amina")
    assert "Nya namnet" in text(amina, "/organisation/")
    then = text(amina, "/organisation/?on=2026-02-01")
    assert "Nya namnet" not in then
    assert ">Enheten<" in then


def test_another_boards_units_are_not_there(
    place: Place, other_place: Place, as_user: AsUser
) -> None:
    assert as_user("simon").get(f"/organisation/enhet/{other_place.unit.pk}/").status_code == 404
    assert "Söder" not in text(as_user("simon"), "/organisation/")


def test_a_colleague_sees_who_works_there_but_not_who_is_named(
    place: Place, as_user: AsUser
) -> None:
    address = f"/organisation/enhet/{place.unit.pk}/"
    assert "Eva Norr" in text(as_user("amina"), address)
    assert "Namngiven" not in text(as_user("amina"), address)
    assert "Namngiven" in text(as_user("eva"), address)


def test_the_manager_names_people_and_lets_the_forste_help(place: Place, as_user: AsUser) -> None:
    eva = as_user("eva")
    membership = Membership.objects.get(user=place.user("frida"))
    eva.post(f"/organisation/roll/{membership.pk}/skyddade/", {"named": "1"})
    eva.post(f"/organisation/enhet/{place.unit.pk}/forste/", {"helps": "1"})
    frida = place.actor("frida")
    assert frida.protected_units == {place.unit.pk}
    assert frida.inbox_units == {place.unit.pk}
    eva.post(f"/organisation/roll/{membership.pk}/skyddade/", {"named": "0"})
    assert place.actor("frida").protected_units == set()


@pytest.mark.parametrize("name", ["amina", "frida", "erik", "simon", "sara"])
def test_nobody_else_decides_that(place: Place, as_user: AsUser, name: str) -> None:
    membership = Membership.objects.get(user=place.user("frida"))
    answer = as_user(name).post(f"/organisation/roll/{membership.pk}/skyddade/", {"named": "1"})
    assert answer.status_code == 403
    assert place.actor("frida").protected_units == set()


def test_the_systemforvaltare_gives_and_ends_a_role(place: Place, as_user: AsUser) -> None:
    simon = as_user("simon")
    amina = place.user("amina")
    address = f"/organisation/personer/{amina.pk}/"
    answer = simon.post(address, {"role": Role.SENIOR, "unit": place.sister_unit.pk})
    assert answer.status_code == 302
    assert place.sister_unit.pk in place.actor("amina").units(Role.SENIOR)
    role = Membership.objects.get(user=amina, role=Role.SENIOR)
    last_day = {"last_day": clock.today().isoformat()}
    simon.post(f"/organisation/roll/{role.pk}/avsluta/", last_day)
    role.refresh_from_db()
    assert role.valid_to == clock.today()


def test_a_role_without_its_unit_is_refused_on_the_field(place: Place, as_user: AsUser) -> None:
    answer = as_user("simon").post(
        f"/organisation/personer/{place.user('amina').pk}/", {"role": Role.MANAGER}
    )
    assert answer.status_code == 422
    assert "Rollen gäller en enhet: välj vilken." in answer.content.decode()


def test_the_systemforvaltare_gives_no_role_to_oneself(place: Place, as_user: AsUser) -> None:
    answer = as_user("simon").post(
        f"/organisation/personer/{place.user('simon').pk}/", {"role": Role.SAS}
    )
    assert answer.status_code == 403
    assert not Membership.objects.filter(user=place.user("simon"), role=Role.SAS).exists()


def test_units_are_renamed_and_merged_on_screen(place: Place, as_user: AsUser) -> None:
    simon = as_user("simon")
    today = clock.today().isoformat()
    simon.post(
        f"/organisation/enhet/{place.far_unit.pk}/byt-namn/", {"name": "Fjärran", "on": today}
    )
    given = {
        "units": [place.unit.pk, place.sister_unit.pk],
        "name": "Tillsammans",
        "department": place.department.pk,
        "area": place.area.pk,
        "on": today,
    }
    assert simon.post("/organisation/enhet/sla-samman/", given).status_code == 302
    today_names = set(Unit.objects.valid_on(clock.today()).values_list("name", flat=True))
    assert today_names == {"Fjärran", "Tillsammans"}


def test_one_notes_ones_own_absence_and_sees_it(place: Place, as_user: AsUser) -> None:
    eva = as_user("eva")
    given = {
        "user": place.user("eva").pk,
        "substitute": place.user("erik").pk,
        "valid_from": clock.today().isoformat(),
        "valid_to": clock.today().isoformat(),
    }
    assert eva.post("/organisation/franvaro/", given).status_code == 302
    assert "Erik Norr" in text(eva, "/organisation/franvaro/")
    assert "Pågår" not in text(as_user("amina"), "/organisation/franvaro/")
    eva.post(f"/organisation/franvaro/{Absence.objects.get().pk}/avsluta/")
    assert not Absence.objects.exists()


def test_only_those_one_leads_can_be_chosen_as_absent(place: Place, as_user: AsUser) -> None:
    answer = as_user("amina").get("/organisation/franvaro/")
    offered = answer.context["form"].fields["user"].queryset
    assert list(offered) == [place.user("amina")]


def test_handing_over_shows_what_moves_before_it_moves(place: Place, as_user: AsUser) -> None:
    from deviations.services import inbox

    deviation = make_report(place)
    inbox.assign(place.actor("eva"), deviation.pk, to=place.user("frida"))
    address = f"/organisation/personer/{place.user('frida').pk}/lamna-over/"
    simon = as_user("simon")
    page = text(simon, address)
    assert "Avvikelser att handlägga: <strong>1</strong>" in page
    assert deviation.number not in page
    assert simon.post(address, {"to": place.user("amina").pk}).status_code == 302
    deviation.refresh_from_db()
    assert deviation.handler == place.user("amina")


def test_pages_cost_at_most_fifteen_queries(place: Place, as_user: AsUser) -> None:
    simon = as_user("simon")
    amina = place.user("amina").pk
    for address in (
        "/organisation/",
        f"/organisation/enhet/{place.unit.pk}/",
        "/organisation/personer/",
        f"/organisation/personer/{amina}/",
        f"/organisation/personer/{amina}/lamna-over/",
        "/organisation/franvaro/",
        "/organisation/enhet/sla-samman/",
        "/organisation/kategorier/",
        "/organisation/orsaker/",
    ):
        with CaptureQueriesContext(connection) as queries:
            simon.get(address)
        assert len(queries) <= 15, address


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_are_accessible(
    transactional_db: None, place: Place, browser_page: BrowserPage, width: int
) -> None:
    Absence.objects.create(
        board=place.board,
        user=place.user("eva"),
        substitute=place.user("erik"),
        valid_from=clock.today(),
        valid_to=clock.today(),
    )
    page = browser_page("simon", width=width)
    amina = place.user("amina").pk
    for number, address in enumerate(
        (
            "/organisation/",
            f"/organisation/enhet/{place.unit.pk}/",
            "/organisation/personer/",
            f"/organisation/personer/{amina}/",
            f"/organisation/personer/{amina}/lamna-over/",
            "/organisation/franvaro/",
            "/organisation/enhet/sla-samman/",
            "/organisation/kategorier/",
            "/organisation/orsaker/",
        )
    ):
        page.goto(address)
        assert_accessible(page)
        picture(page, f"organisation-{number}-{width}")

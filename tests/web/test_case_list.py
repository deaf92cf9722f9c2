"""Cases on screen: who sees them, and the list."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client

from casework.cases.queries.listing import Narrowing, narrowed, number_of
from casework.cases.services import investigations
from casework.models import AuditEvent
from casework.shared import clock
from tests.conftest import Place
from tests.factories.cases import decide, investigate, take_in
from tests.factories.times import instant
from tests.web.case_screens import URL, address, html, page_of

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
Travel = Callable[[date | datetime], object]


def test_whoever_works_in_the_unit_sees_its_cases(place: Place, as_user: Login) -> None:
    (intake,) = take_in(place, "Ä-77")
    for name in ("amina", "frida", "eva", "anna", "sara"):
        assert "Ä-77" in html(as_user(name)), name
        assert "Ä-77" in html(as_user(name), page_of(intake)), name
    for name in ("sven", "erik", "rut", "simon"):
        assert "Ä-77" not in html(as_user(name)), name
        assert as_user(name).get(page_of(intake)).status_code == 404, name


def test_another_board_sees_nothing(place: Place, other_place: Place, as_user: Login) -> None:
    (intake,) = take_in(place, "Ä-77")
    stranger = as_user("amina", other_place)
    assert "Ä-77" not in html(stranger)
    assert stranger.get(page_of(intake)).status_code == 404
    assert stranger.get(address(intake, "forhandsbedomning")).status_code == 404


def test_the_developer_reads_numbers_masked(place: Place, as_user: Login) -> None:
    (intake, _) = take_in(place, "Ä-77", "Ä-78")
    vera = as_user("vera")
    for page in (URL, page_of(intake), f"{URL}?text=Ä-77"):
        shown = html(vera, page)
        assert "•••" in shown
        assert "Ä-7" not in shown
    assert "•••" in vera.get(f"{URL}?format=csv").content.decode()
    assert "Ä-7" not in vera.get(f"{URL}?format=csv").content.decode()
    # No way round by asking for what a number begins with.
    assert html(vera, f"{URL}?text=Z").count("•••") == 2


def test_the_developer_takes_no_steps(place: Place, as_user: Login) -> None:
    (intake,) = take_in(place)
    vera = as_user("vera")
    assert "Förhandsbedömning</a>" not in html(vera, page_of(intake))
    assert vera.post(address(intake, "skyddsbedomning")).status_code == 403
    assert vera.get(f"{URL}ny/aktualisering/").status_code == 403
    assert vera.post(f"{page_of(intake)}skydd/", {"protected": "1"}).status_code == 403


def test_the_list_narrows_and_sorts(place: Place, as_user: Login, at: Travel) -> None:
    at(instant("2026-03-02 09:00"))
    take_in(place, "Ä-ANMÄLD")
    over = investigate(place, "Ä-AVSLUTAD")
    investigations.close_investigation(
        place.actor("amina"), over.pk, on=clock.today(), outcome="no_measure"
    )
    investigate(place, "Ä-UTREDD")
    decide(place, "Ä-BESLUTAD")

    def found(query: str) -> list[str]:
        shown = html(as_user("amina"), f"{URL}?{query}")
        numbers = ("Ä-ANMÄLD", "Ä-AVSLUTAD", "Ä-BESLUTAD", "Ä-UTREDD")
        return sorted((n for n in numbers if f">{n}</a>" in shown), key=shown.index)

    assert found("") == ["Ä-ANMÄLD", "Ä-BESLUTAD", "Ä-UTREDD"], "what ends first on top"
    assert found("sort=-due") == ["Ä-UTREDD", "Ä-BESLUTAD", "Ä-ANMÄLD"]
    assert found("state=closed") == ["Ä-AVSLUTAD"]
    assert found("state=all&sort=number") == ["Ä-ANMÄLD", "Ä-AVSLUTAD", "Ä-BESLUTAD", "Ä-UTREDD"]
    assert found("kind=decision") == ["Ä-BESLUTAD"]
    assert found("text=ä-ut") == ["Ä-UTREDD"]
    assert found(f"unit={place.sister_unit.pk}") == []
    assert found("late=on") == []
    assert found("mine=on") == []
    at(instant("2026-03-20 09:00"))
    assert found("late=on") == ["Ä-ANMÄLD"]
    assert "Försenad" in html(as_user("amina"))


def test_mine_and_a_units_are_by_whatever_is_under_way(
    place: Place, as_user: Login, at: Travel
) -> None:
    at(instant("2026-03-02 09:00"))
    investigation = investigate(place, "Ä-77", handler=place.user("amina"))
    at(instant("2026-03-05 09:00"))
    # The child moves: what comes in later is another unit's, and makes the case theirs.
    sven = place.user("sven")
    take_in(place, "Ä-77", by="sven", unit=place.sister_unit, handler=sven, other_unit=True)

    def found(name: str, query: str) -> bool:
        return ">Ä-77</a>" in html(as_user(name), f"{URL}?{query}")

    for state in ("open", "all"):
        for name in ("amina", "sven"):
            assert found(name, f"state={state}&mine=on"), (name, state)
        for unit in (place.unit, place.sister_unit):
            assert found("anna", f"state={state}&unit={unit.pk}"), (unit.name, state)
        assert not found("anna", f"state={state}&unit={place.far_unit.pk}")
        assert not found("frida", f"state={state}&mine=on")
    investigations.close_investigation(
        place.actor("amina"), investigation.pk, on=clock.today(), outcome="no_measure"
    )
    assert not found("amina", "state=all&mine=on"), "closed: what is under way is Sven's"
    assert not found("anna", f"state=all&unit={place.unit.pk}")
    assert found("anna", f"state=all&unit={place.sister_unit.pk}")


def test_the_list_says_how_many_there_are(place: Place) -> None:
    investigate(place, "Ä-77", handler=place.user("amina"))
    # One case with two that are under way, one with one, one where all is over.
    take_in(place, "Ä-77", "Ä-78")
    over = investigate(place, "Ä-79")
    investigations.close_investigation(
        place.actor("amina"), over.pk, on=clock.today(), outcome="no_measure"
    )
    for name, mine in (("amina", 1), ("frida", 0), ("sara", 0)):
        actor = place.actor(name)
        for narrowing, expected in (
            (Narrowing(), 2),
            (Narrowing(mine=True), mine),
            (Narrowing(unit=place.unit.pk), 2),
            (Narrowing(state="all"), 3),
            (Narrowing(kind="investigation"), 1),
            (Narrowing(text="Ä-78"), 1),
        ):
            found = narrowed(actor, narrowing)
            assert number_of(actor, narrowing, found) == len(found) == expected, narrowing


def test_what_is_closed_is_whoever_had_the_latest_of_it(place: Place, as_user: Login) -> None:
    over = investigate(place, "Ä-77", handler=place.user("amina"))
    investigations.close_investigation(
        place.actor("amina"), over.pk, on=clock.today(), outcome="no_measure"
    )
    for state in ("closed", "all"):
        assert "Ä-77" in html(as_user("amina"), f"{URL}?state={state}&mine=on")
        assert "Ä-77" not in html(as_user("frida"), f"{URL}?state={state}&mine=on")
        assert "Ä-77" in html(as_user("eva"), f"{URL}?state={state}&unit={place.unit.pk}")


def test_an_empty_list_says_what_it_is_for(place: Place, as_user: Login) -> None:
    assert "Inga ärenden" in html(as_user("amina"))


def test_the_list_as_a_file(place: Place, as_user: Login) -> None:
    take_in(place, "Ä-77")
    answer = as_user("amina").get(f"{URL}?format=csv")
    assert answer.status_code == 200
    assert "Ä-77;Enheten;Förhandsbedömning" in answer.content.decode("utf-8-sig")
    assert AuditEvent.objects.filter(action="case.exported").count() == 1
    assert as_user("amina").get(f"{URL}?format=xlsx").content.startswith(b"PK")


def test_reading_is_audited_once_a_page(place: Place, as_user: Login) -> None:
    (intake,) = take_in(place)
    before = AuditEvent.objects.count()
    html(as_user("amina"), page_of(intake))
    assert AuditEvent.objects.count() == before + 1
    assert AuditEvent.objects.latest("pk").action == "case.read"

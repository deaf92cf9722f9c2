"""IVO has not had the investigation in two months: proposed to SAS, and to nobody examined."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from casework.deadlines.sweep import sweep
from casework.models import Membership, Miss, Role
from casework.organising import units
from casework.shared import clock
from casework.shared.errors import InvalidInput, NotAllowed, NotVisible
from deviations.models import Deviation, Proposal
from deviations.queries import inbox
from deviations.queries import proposals as queries
from deviations.services import proposals
from lexsarah.models import Report
from lexsarah.services import investigating
from tests.conftest import Place
from tests.factories.handling import Registers, make_registers, simple
from tests.lexsarah.deciding import investigated

pytestmark = pytest.mark.django_db

Travel = Callable[[date], object]
TODAY = date(2026, 3, 2)


@pytest.fixture
def registers(place: Place) -> Registers:
    return make_registers(place)


@pytest.fixture
def late(place: Place, at: Travel) -> Proposal:
    at(TODAY)
    report = investigated(place)
    investigating.record_ivo_notification(place.actor("sara"), report.pk, on=TODAY)
    at(TODAY + timedelta(days=90))
    sweep()
    return Proposal.objects.with_parts().get()


def waits_for(place: Place, name: str) -> list[Proposal]:
    return list(queries.own(place.actor(name)))


def test_what_the_law_sets_is_proposed_once(place: Place, late: Proposal) -> None:
    assert late.deadline.rule == "lex_sarah_ivo_supplement"
    assert late.category.label == "Utreda/besluta i SoL-ärende, Lagstadgad tid överskriden"
    miss = Miss.objects.get(deadline=late.deadline)
    assert (miss.try_at, miss.proposed_at) == (None, late.proposed_at)
    sweep()
    assert Proposal.objects.count() == 1


def test_it_waits_for_sas_and_the_unit_does_not_know_of_it(place: Place, late: Proposal) -> None:
    assert waits_for(place, "sara") == [late]
    (row,) = queries.rows(place.actor("sara"), [late])
    report = Report.objects.get()
    assert (row.number, row.url) == (report.number, f"/lex-sarah/{report.pk}/")
    assert row.may == {"confirm", "decline"}
    for name in ("anna", "eva", "erik", "vera", "amina"):
        actor = place.actor(name)
        assert not queries.waiting(actor).exists(), name
        assert not waits_for(place, name), name
        with pytest.raises(NotVisible):
            proposals.decline(actor, late.pk, reason="Nej.")


def test_an_sas_who_works_in_the_unit_does_not_see_it(place: Place, late: Proposal) -> None:
    sara = place.user("sara")
    Membership.objects.create(
        user=sara, board=place.board, role=Role.WORKER, unit=place.unit, valid_from=TODAY
    )
    assert not queries.waiting(place.actor("sara")).exists()
    with pytest.raises(NotVisible):
        proposals.confirm(place.actor("sara"), late.pk, unit=place.sister_unit)


def test_the_unit_that_should_have_kept_the_time_has_it_and_learns_of_no_report(
    place: Place, late: Proposal
) -> None:
    made = proposals.confirm(place.actor("sara"), late.pk, unit=place.sister_unit)
    assert (made.unit, made.reporting_unit) == (place.sister_unit, place.sister_unit)
    assert (made.case_number, made.from_watch, made.category) == ("", True, late.category)
    report = Report.objects.get()
    for hidden in (report.number, place.unit.name):
        assert hidden not in made.description
    assert made not in inbox.waiting(place.actor("eva"))
    assert not waits_for(place, "sara")


@pytest.mark.parametrize("unit", ["examined", "ended", None])
def test_it_is_not_given_to_the_examined_unit_nor_to_one_that_is_gone(
    place: Place, late: Proposal, unit: str | None
) -> None:
    gone = place.sister_unit
    gone.valid_to = TODAY
    gone.save()
    chosen = {"examined": place.unit, "ended": gone, None: None}[unit]
    with pytest.raises(InvalidInput) as refused:
        proposals.confirm(place.actor("sara"), late.pk, unit=chosen)
    assert refused.value.field == "unit"
    assert not Deviation.objects.exists()


def test_nor_to_what_has_replaced_the_examined_unit(place: Place, late: Proposal) -> None:
    simon = place.actor("simon")
    new = units.rename_unit(simon, place.unit.pk, name="Nya enheten", on=clock.today())
    with pytest.raises(InvalidInput, match="granskas") as refused:
        proposals.confirm(place.actor("sara"), late.pk, unit=new)
    assert refused.value.field == "unit"


def test_nobody_confirms_it_with_others(place: Place, late: Proposal, registers: Registers) -> None:
    with pytest.raises(NotAllowed):
        proposals.confirm_together(place.actor("sara"), [late.pk], simple(registers))


def test_sas_chooses_the_unit_on_the_page(place: Place, late: Proposal, client: Client) -> None:
    client.force_login(place.user("sara"))
    assert "Förslag från bevakning" in client.get("/").content.decode()
    listed = client.get("/inkorg/forslag/").content.decode()
    assert f"/inkorg/forslag/{late.pk}/" in listed
    url = f"/inkorg/forslag/{late.pk}/"
    page = client.get(url).content.decode()
    assert "Enheten som granskas" in page
    assert f'<option value="{place.sister_unit.pk}">' in page
    assert f'<option value="{place.unit.pk}">' not in page
    refused = client.post(url, {"category": late.category_id})
    assert refused.status_code == 422
    assert "Välj den enhet som skulle ha hållit tiden." in refused.content.decode()
    client.post(url, {"category": late.category_id, "unit": place.sister_unit.pk})
    assert Deviation.objects.get().unit == place.sister_unit


def test_through_the_api_too(place: Place, late: Proposal, client: Client) -> None:
    client.force_login(place.user("sara"))
    url = f"/api/v1/deadline-proposals/{late.pk}/"
    assert client.get(url).json()["asks_unit"] is True
    refused = client.post(f"{url}confirm/", {}, content_type="application/json")
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "unit"
    given = {"unit": place.sister_unit.pk}
    made = client.post(f"{url}confirm/", given, content_type="application/json").json()
    assert made["deviation"] == Deviation.objects.get().pk
    client.force_login(place.user("eva"))
    assert client.get(url).status_code == 404

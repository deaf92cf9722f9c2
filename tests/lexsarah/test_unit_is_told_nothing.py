"""What the examined unit could have learned by other ways than the report itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from casework.cases.worklists import forecast
from casework.deadlines.sweep import sweep
from casework.models import Membership, Miss, Role, User
from casework.organising import handover
from casework.shared import clock
from casework.shared.errors import InvalidInput
from lexsarah.ivo.paper import ivo_paper
from lexsarah.models import Report, Request
from lexsarah.papers.appendix import appendix_paper
from lexsarah.papers.investigation import investigation_paper
from lexsarah.papers.masking import Masking, mask
from lexsarah.services import deciding, investigating, lessons, registry, requests
from lexsarah.services.official_register import neutral_lines
from lexsarah.services.reporting import NewReport, Paper, submit
from tests.conftest import Place
from tests.lexsarah.deciding import REASONS, delegate, investigated, measure
from tests.lexsarah.factory import handed_in

pytestmark = pytest.mark.django_db

Travel = Callable[[date], object]
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(TODAY)


def test_how_it_stands_in_the_unit_is_the_same_with_a_report(place: Place, at: Travel) -> None:
    before = forecast.standing(place.actor("anna"))
    report = handed_in(place)
    investigating.record_ivo_notification(place.actor("sara"), report.pk, on=TODAY)
    assert forecast.standing(place.actor("anna")) == before
    at(TODAY + timedelta(days=90))
    sweep()
    assert Miss.objects.exists()
    for name in ("anna", "vera"):
        assert {(one.running, one.missed) for one in forecast.standing(place.actor(name))} == {
            (0, 0)
        }


def moved(place: Place, report: Report) -> Report:
    investigating.change_unit(place.actor("sara"), report.pk, to=place.sister_unit)
    return Report.objects.get(pk=report.pk)


def test_the_unit_that_was_examined_before_is_not_in_the_diarium_either(place: Place) -> None:
    report = handed_in(place)
    entry = registry.Entry(TODAY, "in", "Brev om Enhetens bemanning", "Enheten")
    registry.register_document(place.actor("sara"), report.pk, entry=entry)
    lines = neutral_lines(moved(place, report))
    assert [(line.party, line.subject) for line in lines][1:] == [
        ("Verksamheten", "Brev om Verksamheten bemanning")
    ]


def test_nor_its_people_in_a_masked_copy_or_a_lesson(place: Place) -> None:
    old = User.objects.create(
        username="hjordis", first_name="Hjördis", last_name="Ek", board=place.board
    )
    Membership.objects.create(
        user=old, board=place.board, role=Role.WORKER, unit=place.unit, valid_to=clock.today()
    )
    report = moved(place, handed_in(place, event="Hjördis i Enheten såg det."))
    copy = mask(investigation_paper(report), report, Masking())
    assert not any("Hjördis" in text for text in copy.paper.texts())
    delegate(place)
    finished = moved(place, investigated(place))
    put = {"outcome": "misconduct", "reasons": REASONS}
    deciding.propose(place.actor("sara"), finished.pk, **put, decider=place.user("birgit"))
    deciding.decide(place.actor("birgit"), finished.pk, **put)
    for text in ("Hjördis såg det.", "I Enheten hände det."):
        with pytest.raises(InvalidInput) as error:
            lessons.publish(place.actor("sara"), finished.pk, title="Natten", text=text)
        assert error.value.code == "telltale"


def test_nor_does_whoever_leads_somebody_who_leaves(place: Place) -> None:
    report = investigated(place)
    measure(place, report, owner=place.user("nils"))
    asked = requests.Asked(place.user("eva"), "Hur var bemanningen?", TODAY)
    requests.request_statement(place.actor("sara"), report.pk, asked)

    def told(leader: str, leaver: str) -> dict[str, int]:
        shares = handover.open_work(place.actor(leader), place.user(leaver))
        return {share.label: share.count for share in shares if "Lex Sarah" in share.label}

    assert told("eva", "nils") == told("anna", "eva") == {}
    assert told("simon", "eva")["Lex Sarah att svara på"] == 1
    # It moves all the same, and nothing is said of it.
    moved = handover.hand_over(place.actor("anna"), place.user("eva"), to=place.user("erik"))
    assert sum(share.count for share in moved) == 0
    assert Request.objects.get().asked_of == place.user("erik")
    # Without anybody to take over it stays, and SAS gives it to another.
    handover.hand_over(place.actor("anna"), place.user("nils"), to=None)
    assert report.measures.get().owner == place.user("nils")


@pytest.mark.parametrize("written", ["Maj Persson, vikarie", "Persson, Maj"])
def test_whoever_reported_on_paper_is_named_in_none_either(place: Place, written: str) -> None:
    given = NewReport("Maj Perssons larm kom inte fram.", TODAY, place.unit, "yes")
    report = submit(place.actor("rut"), given, paper=Paper(written, TODAY))
    investigating.record_ivo_notification(place.actor("sara"), report.pk, on=TODAY)
    report.refresh_from_db()
    papers = [
        investigation_paper(report),
        ivo_paper(report),
        mask(investigation_paper(report), report, Masking()).paper,
        appendix_paper([report], TODAY, TODAY, "Nämnden"),
    ]
    for paper in papers:
        assert not any("Persson" in text for text in paper.texts()), paper.title
    # Others of the name may stand: "Persson" alone tells of nobody.
    assert any("[namn]" in text for text in papers[0].texts())

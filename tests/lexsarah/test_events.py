"""The Händelselogg of a report: what it says, of whom, and to whom it says it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.shared import clock
from lexsarah.events.line import Event
from lexsarah.events.log import by_day, events_of, split
from lexsarah.models import IvoLetter, Report
from lexsarah.services import (
    closing,
    deciding,
    delivering,
    examining,
    investigating,
    letters,
    measures,
    notes,
    requests,
)
from lexsarah.services.requests import Asked
from lexsarah.services.verdicts import Verdict
from tests.conftest import Place
from tests.lexsarah.deciding import REASONS, delegate, investigated, measure
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Travel = Callable[[Any], Any]
Login = Callable[..., Client]
SECRET = "Det som ingen logg får säga."


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(date(2026, 3, 2))


def ask(place: Place, report: Report, of: str = "eva") -> Any:
    asked = Asked(place.user(of), SECRET, clock.today() + timedelta(days=14))
    return requests.request_statement(place.actor("sara"), report.pk, asked)


def lines(place: Place, report: Report, name: str = "sara") -> list[tuple[str, str]]:
    """What the log says, oldest first: what, and who did it."""
    found = events_of(place.actor(name), Report.objects.get(pk=report.pk))
    return [(one.what, one.who.split(" ")[0]) for one in reversed(found)]


def followed(place: Place, at: Travel) -> Report:
    """A report from investigation to measures done, an hour between the acts."""
    sara, birgit = place.actor("sara"), place.actor("birgit")
    delegate(place)
    report = investigated(place)
    now = datetime(2026, 3, 3, 8, tzinfo=UTC)

    def later() -> None:
        nonlocal now
        now += timedelta(hours=5)
        at(now)

    later()
    examining.name_examined(sara, report.pk, user=place.user("frida"))
    later()
    note = notes.NewNote(on=clock.today(), source=SECRET, nature="fact", text=SECRET)
    notes.add_note(sara, report.pk, note)
    later()
    first, second = ask(place, report), ask(place, report, "anna")
    later()
    requests.answer(place.actor("eva"), first.pk, text=SECRET)
    later()
    requests.withdraw_request(sara, report.pk, second.pk)
    later()
    one = measure(place, report)
    later()
    put: dict[str, Any] = {"outcome": "misconduct", "reasons": REASONS}
    put["decider"] = place.user("birgit")
    deciding.propose(sara, report.pk, **put)
    later()
    deciding.return_proposal(birgit, report.pk, because=SECRET)
    later()
    deciding.propose(sara, report.pk, **put)
    later()
    verdicts = [Verdict(one.pk, "partly", SECRET)]
    deciding.decide(birgit, report.pk, outcome="misconduct", reasons=REASONS, measures=verdicts)
    later()
    delivering.deliver(sara, report.pk, to=[place.user("eva")], on=clock.today())
    later()
    measures.finish_own(place.actor("eva"), one.pk, on=clock.today(), how=SECRET)
    return report


def test_it_says_what_was_done_by_whom_in_order(place: Place, at: Travel) -> None:
    report = followed(place, at)
    names = {name: place.user(name).display_name for name in "eva anna frida birgit".split()}
    assert lines(place, report) == [
        ("Rapporten lämnades", ""),
        ("Utredningen inleddes", "Sara"),
        (f"{names['frida']} angavs som granskad", "Sara"),
        ("Tjänsteanteckning skrevs", "Sara"),
        (f"Yttrande begärdes av {names['eva']}", "Sara"),
        (f"Yttrande begärdes av {names['anna']}", "Sara"),
        ("Yttrande kom in", "Eva"),
        ("Utredning pågår", "Sara"),
        (f"Begäran togs tillbaka: yttrande, {names['anna']}", "Sara"),
        ("Åtgärd föreslogs", "Sara"),
        (f"Förslag lades fram för {names['birgit']}: missförhållande", "Sara"),
        ("Förslaget återlämnades", "Birgit"),
        (f"Förslag lades fram för {names['birgit']}: missförhållande", "Sara"),
        ("Beslutad: Missförhållande", "Birgit"),
        ("Åtgärd: delvis godkänd", "Birgit"),
        ("Handling sparades: Utredning och beslut", "Birgit"),
        (f"Beslutet delgavs {names['eva']}", "Sara"),
        ("Åtgärder följs upp", "Eva"),
        ("Åtgärd utfördes", "Eva"),
    ]
    texts = {one.text for one in events_of(place.actor("sara"), report)}
    assert texts == {"", "”Ny rutin för tillsyn på natten.”"}


def test_what_was_written_stays_where_it_was_written(
    place: Place, at: Travel, as_user: Login
) -> None:
    report = followed(place, at)
    for name in ("sara", "birgit"):
        shown = page(as_user(name), f"/lex-sarah/{report.pk}/")
        # Beside the log stands what was approved in part, in the words of the decision.
        assert SECRET not in shown.split("Händelselogg</h2>")[1]


def test_an_examined_sas_learns_no_more_than_how_it_stands(place: Place, as_user: Login) -> None:
    delegate(place)
    report = investigated(place)
    ask(place, report)
    sara = place.actor("sara")
    examining.name_examined(sara, report.pk, user=place.user("frida"))
    examining.name_examined(sara, report.pk, user=place.user("sara"))
    assert lines(place, report) == [
        ("Rapporten lämnades", ""),
        ("Utredning pågår", "Sara"),
        ("Yttrande begärt", "Sara"),
    ]
    shown = page(as_user("sara"), f"/lex-sarah/{report.pk}/")
    assert "angavs som granskad" not in shown
    assert "begärdes av" not in shown


def test_who_reported_is_in_no_line(place: Place, as_user: Login) -> None:
    report = investigated(place)
    assert place.user("amina").display_name not in page(as_user("sara"), f"/lex-sarah/{report.pk}/")


def test_letters_reopening_and_withdrawals_are_told(place: Place, at: Travel) -> None:
    delegate(place)
    report = investigated(place)
    sara, birgit = place.actor("sara"), place.actor("birgit")
    put: dict[str, Any] = {"outcome": "misconduct", "reasons": REASONS}
    put["decider"] = place.user("birgit")
    deciding.propose(sara, report.pk, **put)
    at(date(2026, 3, 3))
    deciding.take_back_proposal(sara, report.pk)
    withdrawn = measure(place, report)
    measures.withdraw_measure(sara, withdrawn.pk)
    deciding.propose(sara, report.pk, **put)
    deciding.decide(birgit, report.pk, outcome="serious", reasons=REASONS)
    investigating.record_ivo_notification(sara, report.pk, on=clock.today())
    at(date(2026, 3, 4))
    letter = letters.Letter(IvoLetter.Kind.QUESTION, clock.today(), SECRET, clock.today())
    letters.record_letter(sara, report.pk, letter=letter)
    closing.reopen(sara, report.pk, reason=SECRET)
    said = [what for what, _ in lines(place, report)]
    for what in (
        "Förslaget togs tillbaka",
        "Föreslagen åtgärd togs tillbaka",
        "Anmäld till IVO",
        "Fråga från IVO antecknades",
        "Utredningen togs upp igen",
    ):
        assert said.count(what) == 1, what


def test_older_days_are_a_click_away_and_all_of_them_there(
    place: Place, at: Travel, as_user: Login
) -> None:
    report = followed(place, at)
    shown = page(as_user("sara"), f"/lex-sarah/{report.pk}/")
    assert "Visa tidigare händelser" in shown
    assert shown.index("Åtgärd utfördes") < shown.index("Visa tidigare händelser")
    assert shown.index("Visa tidigare händelser") < shown.index("Rapporten lämnades")


def test_a_day_is_never_split() -> None:
    days = by_day(
        Event(date(2026, 3, day), None, "", f"{day}.{number}")
        for day in (3, 2, 1)
        for number in range(5)
    )
    latest, before = split(days, 6)
    assert [len(day.events) for day in latest] == [5, 5]
    assert [day.day.day for day in before] == [1]
    assert split(days, 50) == (days, [])


def test_the_page_costs_few_queries(place: Place, at: Travel, as_user: Login) -> None:
    report = followed(place, at)
    sara = as_user("sara")
    page(sara, "/")
    with CaptureQueriesContext(connection) as ran:
        page(sara, f"/lex-sarah/{report.pk}/")
    assert len(ran) <= 15, "\n".join(q["sql"][-150:] for q in ran)

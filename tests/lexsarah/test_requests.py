"""What is asked of managers: who is asked, who answers, what becomes of report and times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from casework.deadlines.outbox import deliver as send_notices
from casework.deadlines.sweep import sweep
from casework.models import Absence, AuditEvent, Deadline, Membership, Role, Told, User
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from lexsarah import asked
from lexsarah.models import Examined, Report, Request
from lexsarah.services import following, investigating, requests
from lexsarah.services.door import act
from lexsarah.services.requests import Asked
from tests.conftest import Place
from tests.lexsarah.factory import handed_in
from tests.lexsarah.test_import import agree_with_the_history
from tests.web.pages import page

pytestmark = pytest.mark.django_db

Travel = Callable[[Any], object]
DUE = date(2026, 3, 16)


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(date(2026, 3, 2))


@pytest.fixture
def report(place: Place) -> Report:
    """A report that Sara investigates."""
    return investigating.start_investigation(place.actor("sara"), handed_in(place).pk)


def ask(
    place: Place, report: Report, of: str = "eva", kind: str = "statement", **given: Any
) -> Request:
    """Ask as Sara does."""
    fields: dict[str, Any] = {"text": "Hur var bemanningen?", "due_on": DUE} | given
    verb = requests.request_statement if kind == "statement" else requests.request_safety
    return verb(place.actor("sara"), report.pk, Asked(asked_of=place.user(of), **fields))


def time_of(request: Request) -> Deadline:
    return Deadline.objects.get(kind="lex_sarah_request", subject_id=request.pk)


def test_a_yttrande_is_waited_for_until_the_last_has_come(place: Place, report: Report) -> None:
    of_eva, of_erik = ask(place, report), ask(place, report, of="erik")
    report.refresh_from_db()
    assert report.status == "statements"
    assert (of_eva.unit, of_erik.unit) == (place.unit, place.sister_unit)
    requests.answer(place.actor("eva"), of_eva.pk, text=" Två var sjuka. ")
    report.refresh_from_db()
    assert report.status == "statements"
    before = report.version
    answered = requests.answer(place.actor("erik"), of_erik.pk, text="Vi lånade ut en.")
    report.refresh_from_db()
    assert (report.status, answered.answer) == ("investigating", "Vi lånade ut en.")
    # Who has the page open is told that it has changed.
    assert report.version > before
    assert (time_of(of_eva).state, time_of(of_eva).met_on) == ("met", date(2026, 3, 2))
    assert AuditEvent.objects.latest("id").action == "lexsarah.request_answered"
    agree_with_the_history()


def test_what_must_be_done_for_the_person_is_asked_and_the_state_stays(
    place: Place, report: Report
) -> None:
    request = ask(place, report, kind="safety", text="Flytta kvällsdosen till 20.")
    report.refresh_from_db()
    assert report.status == "investigating"
    requests.answer(place.actor("eva"), request.pk, text="Gjort i dag.")
    report.refresh_from_db()
    assert report.status == "investigating"


def test_the_examined_manager_sees_the_request_and_not_the_report(
    place: Place, report: Report
) -> None:
    mine = ask(place, report)
    others = ask(place, report, of="erik")
    eva = place.actor("eva")
    assert list(asked.asked_of(eva)) == [mine]
    with pytest.raises(NotVisible):
        asked.get_asked(eva, others.pk)
    with pytest.raises(NotVisible):
        requests.answer(eva, others.pk, text="Inte mitt.")
    with pytest.raises(NotVisible):
        requests.request_statement(eva, report.pk, Asked(place.user("erik"), "Varför?", DUE))
    with pytest.raises(NotVisible):
        requests.withdraw_request(eva, report.pk, mine.pk)
    for name in "amina frida anna vera rut birgit simon".split():
        assert not asked.asked_of(place.actor(name)).exists()
        with pytest.raises(NotVisible):
            requests.save_draft(place.actor(name), mine.pk, text="x", expected_version=1)


def test_a_sas_who_is_examined_asks_nothing(place: Place, report: Report) -> None:
    Examined.objects.create(report=report, user=place.user("sara"), added_at=clock.now())
    with pytest.raises(NotAllowed):
        ask(place, report)


@pytest.mark.parametrize(
    ("of", "says"),
    [("amina", "leder en enhet"), ("birgit", "leder en enhet"), ("sara", "utreder")],
)
def test_managers_alone_are_asked(place: Place, report: Report, of: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as error:
        ask(place, report, of=of)
    assert error.value.field == "asked_of"


def test_another_boards_manager_is_not_asked(
    place: Place, other_place: Place, report: Report
) -> None:
    given = Asked(other_place.user("eva"), "Hur var det?", DUE)
    with pytest.raises(InvalidInput, match="nämnden"):
        requests.request_statement(place.actor("sara"), report.pk, given)


def test_of_protected_reports_only_who_is_named_is_asked_and_sees(place: Place) -> None:
    found = handed_in(place, protected=True)
    report = investigating.start_investigation(place.actor("sara"), found.pk)
    with pytest.raises(InvalidInput, match="skyddade"):
        ask(place, report, of="erik")
    request = ask(place, report)
    assert asked.asked_of(place.actor("eva")).get() == request
    Membership.objects.filter(user=place.user("eva")).update(sees_protected=False)
    assert not asked.asked_of(place.actor("eva")).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("text", "  "), ("due_on", date(2026, 3, 1)), ("due_on", date(2027, 3, 10))],
)
def test_what_is_lacking_is_said_by_field(
    place: Place, report: Report, field: str, value: Any
) -> None:
    with pytest.raises(InvalidInput) as error:
        ask(place, report, **{field: value})
    assert error.value.field == field
    assert not Request.objects.exists()


def test_an_answer_is_saved_as_one_types_and_sent_once(place: Place, report: Report) -> None:
    request, eva = ask(place, report), place.actor("eva")
    saved = requests.save_draft(eva, request.pk, text="Två var ", expected_version=1)
    assert (saved.draft, saved.version, saved.answered_at) == ("Två var ", 2, None)
    with pytest.raises(ConflictError) as error:
        requests.save_draft(eva, request.pk, text="Tre var ", expected_version=1)
    assert error.value.code == "stale"
    with pytest.raises(ConflictError):
        requests.answer(eva, request.pk, text="Tre.", expected_version=1)
    request.refresh_from_db()
    assert request.draft == "Två var "
    with pytest.raises(InvalidInput) as lacking:
        requests.answer(eva, request.pk, text=" ", expected_version=2)
    assert lacking.value.field == "text"
    sent = requests.answer(eva, request.pk, text="Två var sjuka.", expected_version=2)
    assert (sent.draft, sent.answered_by) == ("", place.user("eva"))
    with pytest.raises(ConflictError, match="redan besvarat"):
        requests.answer(eva, request.pk, text="Igen.")


def test_taken_back_it_is_waited_for_no_more(place: Place, report: Report) -> None:
    request = ask(place, report)
    requests.withdraw_request(place.actor("sara"), report.pk, request.pk)
    report.refresh_from_db()
    assert report.status == "investigating"
    assert time_of(request).state == "void"
    with pytest.raises(ConflictError, match="återtaget"):
        requests.answer(place.actor("eva"), request.pk, text="För sent.")
    with pytest.raises(ConflictError):
        requests.withdraw_request(place.actor("sara"), report.pk, request.pk)
    again = ask(place, report)
    report.refresh_from_db()
    assert (report.status, again.is_open) == ("statements", True)
    agree_with_the_history()


def test_with_the_decision_no_yttrande_is_waited_for_and_with_the_close_nothing(
    place: Place, report: Report
) -> None:
    of_eva, safety = ask(place, report), ask(place, report, kind="safety")
    for status, still in (("decided", {safety.pk}), ("closed", set())):
        with act(place.actor("sara"), "set_registry_number", report.pk) as this:
            this.tell("status", this.today, status=status)
        assert set(Request.objects.filter(asked.OPEN).values_list("pk", flat=True)) == still
        assert time_of(of_eva).state == "void"
    assert time_of(safety).state == "void"


def test_it_is_told_when_asked_reminded_and_late_it_goes_up_and_to_who_waits(
    place: Place, report: Report, at: Travel
) -> None:
    Membership.objects.create(user=place.user("birgit"), board=place.board, role=Role.SAS)
    request = ask(place, report)

    def told() -> set[tuple[str, str]]:
        sweep()
        send_notices()
        found = Told.objects.filter(notice__deadline=time_of(request))
        return {(one.notice.step, one.user.first_name) for one in found}

    at(date(2026, 3, 3))
    assert told() == {("start", "Eva")}
    at(date(2026, 3, 13))
    assert ("before_2", "Eva") in told()
    at(date(2026, 3, 16))
    assert {who for _, who in told()} == {"Eva"}
    assert not asked.late_in_department(place.actor("anna")).exists()
    at(date(2026, 3, 17))
    late = {who for step, who in told() if step == "over_1"}
    # Sara investigates: the other SAS is not told. The Avdelningschef's letter is weekly.
    assert late >= {"Eva", "Sara"}
    assert "Birgit" not in late
    at(date(2026, 3, 23))
    assert ("over_1", "Anna") in told()
    assert asked.late_in_department(place.actor("anna")).get() == request
    assert not asked.late_in_department(place.actor("arne")).exists()
    # She sees that it is late, and opens neither the request nor the report.
    with pytest.raises(NotVisible):
        asked.get_asked(place.actor("anna"), request.pk)
    assert not Report.objects.visible_to(place.actor("anna")).exists()


def test_without_investigator_the_boards_sas_hears_that_it_is_late(
    place: Place, report: Report, at: Travel
) -> None:
    ask(place, report)
    investigating.assign_investigator(place.actor("sara"), report.pk, to=None)
    at(date(2026, 3, 17))
    sweep()
    send_notices()
    assert "Sara" in {one.user.first_name for one in Told.objects.filter(notice__step="over_1")}


def test_who_stands_in_sees_and_answers(place: Place, report: Report) -> None:
    request = ask(place, report)
    Absence.objects.create(
        user=place.user("eva"),
        substitute=place.user("frida"),
        board=place.board,
        valid_from=date(2026, 3, 1),
        valid_to=date(2026, 3, 20),
    )
    frida = place.actor("frida")
    assert asked.open_ones(frida).get() == request
    requests.answer(frida, request.pk, text="Eva är borta. Två var sjuka.")
    # Her own answer she sees; what Eva has answered before is Eva's.
    assert asked.asked_of(frida).get() == request
    Absence.objects.all().delete()
    assert asked.asked_of(place.actor("frida")).get().answered_by == place.user("frida")
    assert asked.asked_of(place.actor("eva")).get() == request


def test_what_a_leaver_was_asked_follows_to_the_successor(place: Place, report: Report) -> None:
    request = ask(place, report)
    requests.save_draft(place.actor("eva"), request.pk, text="Två var", expected_version=1)
    assert following.open_asked_of(place.user("eva")).count() == 1
    simon = place.actor("simon")
    # Who leads nothing cannot answer for a unit: it stays, and who waits hears of it.
    assert following.hand_over_requests(simon, place.user("eva"), place.user("amina")) == 0
    assert following.hand_over_requests(simon, place.user("eva"), place.user("erik")) == 1
    found = asked.open_ones(place.actor("erik")).get()
    assert found.draft == "Två var"
    assert time_of(found).handler == place.user("erik")
    assert not asked.open_ones(place.actor("eva")).exists()


@pytest.mark.parametrize(
    ("closed", "why"),
    [("left", "har slutat"), ("protected", "är inte utsedd att se skyddade personuppgifter")],
)
def test_the_next_step_says_who_cannot_answer_any_more(
    place: Place, report: Report, as_user: Callable[..., Client], closed: str, why: str
) -> None:
    ask(place, report)
    ask(place, report, of="erik")
    investigating.set_registry_number(place.actor("sara"), report.pk, number="SN 2026/1")
    url = f"/lex-sarah/{report.pk}/"
    assert "Vänta in yttrande av Erik Norr och Eva Norr" in page(as_user("sara"), url)
    if closed == "left":
        User.objects.filter(pk=place.user("erik").pk).update(is_active=False)
    else:
        # Eva is named for them in the examined unit.
        investigating.set_protection(place.actor("sara"), report.pk, protected=True)
    assert f"Erik Norr {why}" in page(as_user("sara"), url)


def test_the_next_step_says_that_who_investigates_has_left(
    place: Place, report: Report, as_user: Callable[..., Client]
) -> None:
    """As after a hand-over by a leader, who is told of no lex Sarah and gives it to nobody."""
    Report.objects.filter(pk=report.pk).update(investigator=place.user("nils"))
    User.objects.filter(pk=place.user("nils").pk).update(is_active=False)
    shown = page(as_user("sara"), f"/lex-sarah/{report.pk}/")
    assert "Nils Norr har slutat. Utse en utredare." in shown

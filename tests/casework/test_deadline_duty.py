"""The function on duty: told at once of skydd, LVU and LVM, by person or by address."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.core import mail
from django.test import Client

from casework.deadlines import duty, outbox
from casework.deadlines.models import Notice
from casework.deadlines.sweep import sweep
from casework.models import AuditEvent, DutyFunction, FailedRow, Outbox, Told
from casework.shared.errors import InvalidInput, NotAllowed, NotVisible
from deviations.models import Deviation
from tests.conftest import Place, make_report
from tests.factories.mailing import deliver
from tests.factories.times import begin, instant

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
Travel = Callable[[date | datetime], object]
SATURDAY, NIGHT = date(2026, 3, 7), "2026-03-07 23:10"
URL = "/organisation/beredskap/"


@pytest.fixture(autouse=True)
def _early(place: Place, at: Travel) -> None:
    for name, user in place.people.items():
        user.email = f"{name}@example.com"
        user.save(update_fields=["email"])
    at(instant("2026-03-02 09:00"))


def jour(place: Place, *members: str, **given: object) -> DutyFunction:
    usual = {"name": "Socialjouren", "valid_from": date(2026, 3, 2)}
    function = duty.found(place.actor("simon"), **usual | given)  # type: ignore[arg-type]
    for name in members:
        duty.add_member(place.actor("simon"), function.pk, user=place.user(name))
    return function


def anmalan(place: Place, **given: object) -> Deviation:
    deviation = make_report(place, **given)
    begin(place, "protection_assessment", SATURDAY, subject=deviation, handler=None)
    return deviation


def night(at: Travel) -> list[str]:
    """Sweep and send that night; return who got letters."""
    at(instant(NIGHT))
    before = len(mail.outbox)
    sweep()
    deliver()
    return sorted(letter.to[0] for letter in mail.outbox[before:])


def test_without_a_function_those_who_lead_the_unit_are_told(place: Place, at: Travel) -> None:
    anmalan(place)
    assert night(at) == ["eva@example.com"]


def test_its_address_gets_number_rule_and_date_at_any_hour(place: Place, at: Travel) -> None:
    jour(place, email="jouren@example.com")
    deviation = anmalan(place)
    begin(place, "preliminary_assessment", SATURDAY, subject=deviation, handler=None)
    # Nobody handles it, so the handler's notice climbs to Eva.
    assert night(at) == ["eva@example.com", "jouren@example.com"]
    letter = next(one for one in mail.outbox if one.to == ["jouren@example.com"])
    text = str(letter.body)
    assert deviation.number in text
    assert "Omedelbar skyddsbedömning" in text
    assert "söndag 8 mars 2026" in text
    assert "Förhandsbedömning" not in text
    assert deviation.description not in text
    assert night(at) == []


def test_of_what_is_protected_not_even_the_number(place: Place, at: Travel) -> None:
    jour(place, email="jouren@example.com")
    deviation = anmalan(place, protected=True)
    night(at)
    letter = next(one for one in mail.outbox if one.to == ["jouren@example.com"])
    assert deviation.number not in str(letter.body)


def test_members_are_told_as_far_as_they_may_open_it(place: Place, at: Travel) -> None:
    jour(place, "anna", "sven")
    anmalan(place)
    assert night(at) == ["anna@example.com", "eva@example.com"]
    assert not Told.objects.filter(user=place.user("sven")).exists()


def test_where_no_member_may_open_it_those_who_lead_the_unit_are_told(
    place: Place, at: Travel
) -> None:
    jour(place, "sven")
    anmalan(place)
    assert night(at) == ["eva@example.com"]


def test_the_departments_own_goes_before_the_boards(place: Place, at: Travel) -> None:
    jour(place, email="alla@example.com")
    jour(place, email="barn@example.com", department=place.department)
    jour(place, email="vuxna@example.com", department=place.other_department)
    anmalan(place)
    assert night(at) == ["barn@example.com", "eva@example.com"]


def test_only_on_its_days_and_in_its_board(place: Place, other_place: Place, at: Travel) -> None:
    jour(place, email="forut@example.com", valid_to=date(2026, 3, 6))
    jour(place, email="sedan@example.com", valid_from=date(2026, 3, 8))
    jour(other_place, email="andra@example.com")
    anmalan(place)
    assert night(at) == ["eva@example.com"]


def test_an_address_that_fails_is_tried_again_and_others_are_told(
    place: Place, at: Travel, monkeypatch: pytest.MonkeyPatch
) -> None:
    jour(place, email="jouren@example.com")
    anmalan(place)
    with monkeypatch.context() as patch:
        patch.setattr("casework.deadlines.outbox.mail_function", _broken)
        assert night(at) == ["eva@example.com"]
    failed = FailedRow.objects.get()
    assert failed.act == FailedRow.Act.RESOLVE
    at(instant("2026-03-07 23:12"))
    deliver()
    assert mail.outbox[-1].to == ["jouren@example.com"]
    assert not Outbox.objects.filter(state=Outbox.State.WAITING).exists()


def test_an_address_that_fails_hinders_neither_people_nor_other_addresses(
    place: Place, at: Travel, monkeypatch: pytest.MonkeyPatch
) -> None:
    jour(place, "anna", email="jouren@example.com")
    jour(place, email="trasig@example.com", name="Bakjouren")
    anmalan(place)
    really = outbox.mail_function

    def refuses_one(function: DutyFunction, notice: Notice, now: datetime) -> None:
        if function.name == "Bakjouren":
            raise ConnectionRefusedError
        really(function, notice, now)

    with monkeypatch.context() as patch:
        patch.setattr("casework.deadlines.outbox.mail_function", refuses_one)
        assert night(at) == ["anna@example.com", "eva@example.com", "jouren@example.com"]
    assert FailedRow.objects.get().mended_at is None
    before = len(mail.outbox)
    at(instant("2026-03-07 23:12"))
    deliver()
    assert [letter.to for letter in mail.outbox[before:]] == [["trasig@example.com"]]
    assert FailedRow.objects.get().mended_at is not None


def _broken(*_: object) -> None:
    raise ConnectionRefusedError


def test_only_the_systemforvaltare_keeps_them(place: Place, other_place: Place) -> None:
    function = jour(place)
    with pytest.raises(NotAllowed):
        duty.found(place.actor("eva"), name="Jour", valid_from=date(2026, 3, 2))
    with pytest.raises(NotAllowed):
        duty.end(place.actor("eva"), function.pk, last_day=date(2026, 3, 9))
    with pytest.raises(NotVisible):
        duty.end(other_place.actor("simon"), function.pk, last_day=date(2026, 3, 9))
    with pytest.raises(InvalidInput, match="den egna nämnden"):
        duty.add_member(place.actor("simon"), function.pk, user=other_place.user("eva"))
    with pytest.raises(InvalidInput, match="egna avdelningar"):
        jour(place, department=other_place.department)
    with pytest.raises(InvalidInput, match="i dag eller en senare"):
        jour(place, valid_from=date(2026, 3, 1))


def test_kept_on_screen(place: Place, as_user: Login) -> None:
    simon = as_user("simon")
    given = {"name": "Socialjouren", "valid_from": "2026-03-02", "valid_to": "", "email": ""}
    shown = simon.post(URL, given, follow=True).content.decode()
    assert "Socialjouren är tillagd." in shown
    function = DutyFunction.objects.get()
    assert "Ingen ännu" in simon.get(URL).content.decode()
    page = f"{URL}{function.pk}/"
    simon.post(page, {"verb": "add", "user": place.user("anna").pk})
    assert "Anna Norr" in simon.get(URL).content.decode()
    simon.post(page, {"verb": "remove", "user": place.user("anna").pk})
    assert list(function.members.all()) == []
    assert simon.post(page, {"verb": "add"}).status_code == 422
    simon.post(page, {"verb": "end", "last_day": "2026-03-31"})
    function.refresh_from_db()
    assert function.valid_to == date(2026, 3, 31)
    acts = AuditEvent.objects.filter(action="deadline.duty_changed").order_by("pk")
    assert [event.data["act"] for event in acts] == [
        "founded",
        "member_added",
        "member_removed",
        "ended",
    ]
    wrong = simon.post(URL, given | {"email": "jouren"})
    assert "Skriv en e-postadress" in wrong.content.decode()

"""What people are told: whom, when, in which words, and what is checked again before it is sent."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core import mail

from casework.deadlines import outbox
from casework.deadlines.sweep import sweep
from casework.models import (
    Absence,
    Deadline,
    Letter,
    Membership,
    Outbox,
    OutgoingMail,
    Role,
    Told,
)
from casework.operation import sending
from casework.organising import units
from deviations.models import Deviation
from deviations.services import cooperation, inbox
from tests.conftest import Place, make_report
from tests.factories.mailing import deliver
from tests.factories.times import begin, instant

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
REPORTED, MONDAY = instant("2026-02-26 10:00"), "2026-03-23"


@pytest.fixture(autouse=True)
def _addresses(place: Place) -> None:
    for name, user in place.people.items():
        user.email = f"{name}@example.com"
        user.save(update_fields=["email"])


@pytest.fixture
def reported(place: Place, at: Travel) -> Callable[..., Deviation]:
    """A deviation of Thursday 26 February: a week is left on Saturday 21 March, told on Friday."""

    def make(**given: object) -> Deviation:
        at(REPORTED)
        return make_report(place, **given)

    return make


def run(at: Travel, when: str) -> list[str]:
    """Sweep and send at a time; return who got letters."""
    at(instant(when))
    before = len(mail.outbox)
    sweep()
    deliver()
    return sorted(letter.to[0].partition("@")[0] for letter in mail.outbox[before:])


def test_a_letter_has_number_rule_date_and_link_and_no_word_of_what_happened(
    reported: Callable[..., Deviation], at: Travel
) -> None:
    deviation = reported(case_number="2026-8812")
    assert run(at, "2026-03-20 07:30") == ["eva"]
    (letter,) = mail.outbox
    assert letter.subject == "Bevakning: 1 tid"
    text = str(letter.body)
    assert deviation.number in text
    assert "Avvikelse hanterad" in text
    assert "Sista dag lördag 28 mars 2026" in text
    assert f"http://localhost:8000/avvikelser/{deviation.pk}/" in text
    for secret in (deviation.description, "2026-8812", "Norr", "Amina"):
        assert secret not in text


def test_one_digest_a_person_and_day(
    reported: Callable[..., Deviation], at: Travel, place: Place
) -> None:
    for _ in range(3):
        reported()
    assert run(at, "2026-03-20 07:30") == ["eva"]
    assert "3 tider" in mail.outbox[0].subject
    # What comes later the same day waits for the next morning.
    late, last_day = reported(), date(2026, 3, 27)
    began = date(2026, 3, 2)
    begin(place, "effect_follow_up", began, own_date=last_day, subject=late, handler=None)
    assert run(at, "2026-03-20 12:00") == []
    assert run(at, "2026-03-23 07:30") == ["eva"]
    assert Letter.objects.count() == 2


@pytest.mark.parametrize(
    ("when", "sent"),
    [
        ("2026-03-20 07:29", []),
        ("2026-03-20 07:30", ["eva"]),
        ("2026-03-20 17:59", ["eva"]),
        ("2026-03-20 18:00", []),
        ("2026-03-20 23:50", []),  # a service that comes up again late
        ("2026-03-21 09:00", []),  # Saturday
        ("2026-04-03 09:00", []),  # långfredagen
        ("2026-04-07 07:30", ["eva"]),  # after the holidays
    ],
)
def test_only_on_working_days_between_half_past_seven_and_six(
    reported: Callable[..., Deviation], at: Travel, when: str, sent: list[str]
) -> None:
    reported()
    assert run(at, when) == sent


def test_what_is_urgent_is_sent_at_any_hour_to_the_person_and_those_on_duty(
    place: Place, at: Travel, reported: Callable[..., Deviation]
) -> None:
    deviation = reported(protected=True)
    inbox.assign(place.actor("eva"), deviation.pk, to=place.user("nils"))
    # An anmälan on Saturday night: the assessment is due the next day.
    begin(place, "protection_assessment", date(2026, 3, 7), subject=deviation, handler="nils")
    assert run(at, "2026-03-07 23:10") == ["eva", "nils"]
    assert "brådskande" in mail.outbox[0].subject
    # Protected: the number stands behind the log-in.
    assert deviation.number not in str(mail.outbox[0].body)
    assert run(at, "2026-03-08 07:30") == ["eva", "nils"]


def test_the_avdelningschef_hears_once_a_week(
    place: Place, at: Travel, reported: Callable[..., Deviation]
) -> None:
    reported()
    # Ninety days from 26 February is Wednesday 27 May.
    sent = [(day, run(at, f"2026-{day} 08:00")) for day in ("05-27", "05-28", "05-29", "06-01")]
    assert [(day, who) for day, who in sent if "anna" in who] == [("06-01", ["anna"])]


def test_the_ladder_is_climbed_where_nobody_stands_on_a_rung(
    place: Place, at: Travel, reported: Callable[..., Deviation]
) -> None:
    reported()
    Membership.objects.filter(user=place.user("eva")).delete()
    # No handler, a Förste who does not see the unit's cases, no Enhetschef: the head.
    assert run(at, "2026-03-20 07:30") == ["anna"]


def test_a_handler_is_told_and_the_manager_is_not_bothered(
    place: Place, at: Travel, reported: Callable[..., Deviation]
) -> None:
    deviation = reported()
    inbox.assign(place.actor("eva"), deviation.pk, to=place.user("amina"))
    assert run(at, "2026-03-20 07:30") == ["amina"]


def test_about_the_manager_passes_the_manager_by(
    at: Travel, reported: Callable[..., Deviation]
) -> None:
    reported(about_manager=True)
    assert run(at, "2026-03-20 07:30") == ["anna"]


def test_protected_reaches_those_named_alone(
    place: Place, at: Travel, reported: Callable[..., Deviation]
) -> None:
    deviation = reported()
    inbox.assign(place.actor("eva"), deviation.pk, to=place.user("amina"))
    at(instant("2026-03-20 07:30"))
    sweep()
    # Between the notice and the letter it is marked; Amina is not named for protected cases.
    cooperation.set_protection(place.actor("eva"), deviation.pk, protected=True)
    assert "amina" not in run(at, "2026-03-20 07:31")
    assert not Told.objects.filter(user=place.user("amina")).exists()


def test_who_is_away_is_stood_in_for(
    place: Place, at: Travel, reported: Callable[..., Deviation]
) -> None:
    reported()
    Absence.objects.create(
        user=place.user("eva"),
        substitute=place.user("erik"),
        board=place.board,
        valid_from=date(2026, 3, 16),
        valid_to=date(2026, 3, 27),
    )
    assert run(at, "2026-03-20 07:30") == ["erik"]


def test_what_was_done_in_between_is_not_sent(
    place: Place, at: Travel, reported: Callable[..., Deviation]
) -> None:
    deviation = reported()
    at(instant("2026-03-20 07:30"))
    sweep()
    inbox.dismiss(place.actor("eva"), deviation.pk, reason="Rätt gjort.")
    assert run(at, "2026-03-20 07:31") == []
    assert Outbox.objects.get().state == Outbox.State.DROPPED


def test_digests_wait_until_the_sweep_has_caught_up(
    at: Travel, reported: Callable[..., Deviation]
) -> None:
    reported()
    second = reported()
    at(instant("2026-03-20 07:30"))
    Deadline.objects.filter(subject_id=second.pk).update(next_action_at=instant("2026-03-20 07:35"))
    sweep()
    at(instant("2026-03-20 07:36"))
    assert outbox.deliver().letters == 0
    assert run(at, "2026-03-20 07:37") == ["eva"]
    assert "2 tider" in mail.outbox[0].subject


def test_an_old_units_times_are_told_to_the_new_units_people(
    place: Place, at: Travel, reported: Callable[..., Deviation]
) -> None:
    reported()
    at(instant("2026-03-02 10:00"))
    new = units.rename_unit(
        place.actor("simon"), place.unit.pk, name="Nya enheten", on=date(2026, 3, 2)
    )
    assert Membership.objects.filter(user=place.user("eva"), unit=new, role=Role.MANAGER).exists()
    Deadline.objects.update(unit=place.unit)
    assert run(at, "2026-03-20 07:30") == ["eva"]


def test_a_letter_that_cannot_be_sent_is_tried_again(
    reported: Callable[..., Deviation], at: Travel, settings: Any
) -> None:
    reported()
    good = settings.MAIL_TRANSPORT
    settings.MAIL_TRANSPORT = "casework.no.such.Backend"
    assert run(at, "2026-03-20 07:30") == []
    (waiting,) = OutgoingMail.objects.all()
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    settings.MAIL_TRANSPORT = good
    assert run(at, "2026-03-20 07:30") == []
    assert run(at, "2026-03-20 07:32") == ["eva"]


def test_what_came_about_while_the_server_was_away_is_not_written(
    place: Place, reported: Callable[..., Deviation], at: Travel
) -> None:
    kept, dismissed, protected = reported(), reported(), reported()
    for deviation in (kept, dismissed, protected):
        inbox.assign(place.actor("eva"), deviation.pk, to=place.user("amina"))
    at(instant("2026-03-20 07:30"))
    sweep()
    outbox.deliver()
    inbox.dismiss(place.actor("eva"), dismissed.pk, reason="Rätt gjort.")
    # Amina is not named for protected cases.
    cooperation.set_protection(place.actor("eva"), protected.pk, protected=True)
    sending.send_waiting()
    (letter,) = mail.outbox
    assert letter.subject == "Bevakning: 1 tid"
    assert kept.number in str(letter.body)
    for other in (dismissed, protected):
        assert other.number not in str(letter.body)


@pytest.mark.parametrize("how", ["ended", "closed", "no address"])
def test_a_letter_that_nobody_needs_any_more_is_dropped(
    place: Place, reported: Callable[..., Deviation], at: Travel, how: str
) -> None:
    deviation, eva = reported(), place.user("eva")
    at(instant("2026-03-20 07:30"))
    sweep()
    outbox.deliver()
    if how == "ended":
        inbox.dismiss(place.actor("eva"), deviation.pk, reason="Rätt gjort.")
    elif how == "closed":
        type(eva).objects.filter(pk=eva.pk).update(is_active=False)
    else:
        type(eva).objects.filter(pk=eva.pk).update(email="")
    sending.send_waiting()
    assert mail.outbox == []
    assert OutgoingMail.objects.get().state == "dropped"


def test_where_letters_reach_nobody_none_is_kept_for_later(
    place: Place, reported: Callable[..., Deviation], at: Travel, settings: Any
) -> None:
    reported()
    settings.MAIL_TRANSPORT = ""
    assert run(at, "2026-03-20 07:30") == []
    assert Told.objects.get().user == place.user("eva")
    assert not Letter.objects.get().mailed
    assert not OutgoingMail.objects.exists()


def test_without_an_address_it_is_read_on_screen(
    place: Place, at: Travel, reported: Callable[..., Deviation]
) -> None:
    reported()
    place.user("eva").email = ""
    place.user("eva").save(update_fields=["email"])
    assert run(at, "2026-03-20 07:30") == []
    assert Told.objects.get().user == place.user("eva")
    assert run(at, "2026-03-20 07:32") == []
    assert not Letter.objects.get().mailed


def test_nobody_to_tell_is_said_and_not_tried_for_ever(
    place: Place, at: Travel, reported: Callable[..., Deviation]
) -> None:
    reported()
    Membership.objects.filter(user__in=[place.user("eva"), place.user("anna")]).delete()
    assert run(at, "2026-03-20 07:30") == []
    assert Outbox.objects.get().state == Outbox.State.NOBODY

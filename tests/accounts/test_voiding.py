"""What voids tokens, calendar addresses and sessions: each door."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from casework.accounts import changes, voiding
from casework.api.authentication import make_token
from casework.audit.models import AuditEvent
from casework.deadlines import calendar_links
from casework.models import Membership, User
from casework.organising.handover import hand_over
from casework.organising.memberships import end_membership
from casework.shared import clock
from casework.tasks import settle_accounts
from tests.accounts.conftest import Later
from tests.accounts.letters import PASSWORD, choose_password
from tests.conftest import Place

pytestmark = pytest.mark.django_db

SECOND = "sju röda kor på rad"


@pytest.fixture(autouse=True)
def _no_limits(settings: Any) -> None:
    cache.clear()


class Open:
    """What Eva has open: a token, a calendar and a browser."""

    def __init__(self, place: Place) -> None:
        self.user = User.objects.get(pk=place.user("eva").pk)
        self.user.set_password(PASSWORD)
        self.user.save()
        self.token, _ = make_token(self.user)
        secret = calendar_links.renew(place.actor("eva"))
        self.calendar = reverse("calendar-feed", args=[secret])
        self.browser = Client()
        self.browser.force_login(self.user)

    def works(self) -> tuple[bool, bool, bool]:
        header = {"authorization": f"Token {self.token}"}
        return (
            Client().get("/api/v1/units/", headers=header).status_code == 200,
            Client().get(self.calendar).status_code == 200,
            self.browser.get("/").status_code == 200,
        )


@pytest.fixture
def eva(norr: Place) -> Open:
    opened = Open(norr)
    assert opened.works() == (True, True, True)
    return opened


def by_reset(eva: Open, place: Place) -> None:
    choose_password(eva.user.email, SECOND)


def by_own_change(eva: Open, place: Place) -> None:
    browser = Client()
    browser.force_login(User.objects.get(pk=eva.user.pk))
    given = {"oldpassword": PASSWORD, "password1": SECOND, "password2": SECOND}
    assert browser.post("/accounts/password/change/", given).status_code == 302
    # The browser in which it was done stays logged in.
    assert browser.get("/").status_code == 200


def by_shell(eva: Open, place: Place) -> None:
    user = User.objects.get(pk=eva.user.pk)
    user.set_password(SECOND)
    user.save()


def by_address(eva: Open, place: Place) -> None:
    User.objects.filter(pk=eva.user.pk).update(last_login=None)
    user = User.objects.get(pk=eva.user.pk)
    assert changes.change_email(place.actor("simon"), user, "ny@nord.example") is None


def by_closing(eva: Open, place: Place) -> None:
    browser = Client()
    browser.force_login(place.user("simon"))
    given = {"first_name": "Eva", "last_name": "Norr", "email": eva.user.email, "title": ""}
    url = reverse("admin:casework_user_change", args=[eva.user.pk])
    assert browser.post(url, given).status_code == 302


def by_handing_over(eva: Open, place: Place) -> None:
    hand_over(place.actor("anna"), eva.user, to=None)


def by_second_step(eva: Open, place: Place) -> None:
    Authenticator.objects.create(user=eva.user, type="totp", data={"secret": "x"})
    change = changes.ask_second_step_off(place.actor("sara"), eva.user)
    changes.agree(place.actor("birgit"), change.pk)


def by_the_end_of_the_last_role(eva: Open, place: Place) -> None:
    (held,) = Membership.objects.filter(user=eva.user)
    end_membership(place.actor("simon"), held.pk, last_day=clock.today() - timedelta(days=1))
    token, calendar, _ = eva.works()
    # At once, by the day alone; the sessions, which have no role any more, by the sweep.
    assert (token, calendar) == (False, False)
    settle_accounts()


DOORS: list[Callable[[Open, Place], None]] = [
    by_reset, by_own_change, by_shell, by_address, by_closing, by_handing_over, by_second_step,
    by_the_end_of_the_last_role,
]  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_each_door_voids_all_that_was_open(eva: Open, norr: Place, door: Any) -> None:
    door(eva, norr)
    assert eva.works() == (False, False, False)
    assert AuditEvent.objects.filter(action="access.voided", subject_ids=[eva.user.pk]).exists()
    # Nor does it come back with the account.
    User.objects.filter(pk=eva.user.pk).update(is_active=True)
    Membership.objects.filter(user=eva.user).update(valid_to=None)
    assert eva.works() == (False, False, False)


def test_what_does_not_concern_access_voids_nothing(eva: Open, norr: Place) -> None:
    user = User.objects.get(pk=eva.user.pk)
    user.title, user.first_name = "Chef", "Evalotta"
    user.save()
    # A stronger hash of the same password, as made at a log-in.
    user.set_password(PASSWORD)
    user._password = None  # type: ignore[attr-defined]
    user.save(update_fields=["password"])
    assert eva.works()[:2] == (True, True)


def test_the_end_of_one_role_of_two_voids_nothing(eva: Open, norr: Place) -> None:
    yesterday = clock.today() - timedelta(days=1)
    Membership.objects.create(user=eva.user, board=norr.board, role="granskare", valid_to=yesterday)
    settle_accounts()
    assert eva.works() == (True, True, True)


def test_who_has_left_is_voided_once_for_each_end(eva: Open, norr: Place, later: Later) -> None:
    Membership.objects.filter(user=eva.user).update(valid_to=clock.today())
    assert voiding.void_left() == 0
    later(days=1)
    assert voiding.void_left() == 1
    assert voiding.void_left() == 0

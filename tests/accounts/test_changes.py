"""Another address waits a day and can be stopped; a lost second step wants two, or a day."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from casework.accounts import changes, resets
from casework.models import AccountChange, User
from casework.registers.reading import read_table
from casework.registers.running import import_table
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from casework.tasks import settle_accounts
from tests.accounts.conftest import Later, letter_in_outbox, letters_to, links_to, trail
from tests.accounts.letters import ask_for_link, choose_password, link_in, log_in
from tests.conftest import Place

pytestmark = pytest.mark.django_db

AsUser = Callable[..., Client]
HEADER = "användarnamn;förnamn;efternamn;e-post;titel;roll;enhet;avdelning"
NEW = "tjuv@ute.example"


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture(autouse=True)
def _no_limits() -> None:
    cache.clear()


@pytest.fixture
def sara(norr: Place) -> User:
    """SAS, whose address is proven."""
    person = norr.user("sara")
    resets.prove_address(person)
    return person


def by_admin(place: Place, as_user: AsUser, tmp_path: Path) -> None:
    sara = place.user("sara")
    given = {
        "username": sara.username, "first_name": "Sara", "last_name": "Norr",
        "email": NEW, "title": "", "is_active": "on",
    }  # fmt: skip
    url = reverse("admin:casework_user_change", args=[sara.pk])
    assert as_user("simon").post(url, given).status_code == 302


def by_file(place: Place, as_user: AsUser, tmp_path: Path) -> None:
    rows = f"{HEADER}\nsara-norr;Sara;Norr;{NEW};;SAS (lex Sarah-utredare);;"
    table = read_table("personal.csv", rows.encode())
    assert not import_table(place.actor("simon"), "personal", table, place.board).problems


def by_command(place: Place, as_user: AsUser, tmp_path: Path) -> None:
    path = tmp_path / "personal.csv"
    path.write_text(f"{HEADER}\nsara-norr;Sara;Norr;{NEW};;SAS (lex Sarah-utredare);;")
    options = {"board": place.board.name, "stdout": StringIO(), "stderr": StringIO()}
    call_command("import_register", "personal", str(path), **options)


def by_own_page(place: Place, as_user: AsUser, tmp_path: Path) -> None:
    assert as_user("sara").post("/accounts/email/", {"address": NEW}).status_code == 302


def by_librarys_verbs(place: Place, as_user: AsUser, tmp_path: Path) -> None:
    EmailAddress.objects.create(user=place.user("sara"), email=NEW, verified=True)
    browser = as_user("sara")
    browser.post("/accounts/email/", {"action_primary": "", "email": NEW})
    browser.post("/accounts/email/", {"action_add": "", "email": NEW})
    by_own_page(place, as_user, tmp_path)


DOORS = [by_admin, by_file, by_command, by_own_page, by_librarys_verbs]


@pytest.mark.parametrize("door", DOORS)
def test_another_address_waits_a_day_by_every_door(
    norr: Place, sara: User, as_user: AsUser, tmp_path: Path, later: Later, door: Any
) -> None:
    old = sara.email
    door(norr, as_user, tmp_path)
    assert fresh(sara).email == old
    assert "change_asked" in letters_to(sara)
    ask_for_link(NEW)
    assert links_to() == []
    later(hours=23, minutes=59)
    ask_for_link(old)
    assert links_to() == [[old]]
    later(hours=24, minutes=1)
    # No sweep has come by: the reset itself settles what is due.
    ask_for_link(old)
    assert links_to() == []
    ask_for_link(NEW)
    assert links_to() == [[NEW]]
    assert fresh(sara).email == NEW
    assert not resets.is_proven(fresh(sara))
    assert "change_done" in letters_to(sara)
    assert len(trail("access.email_changed")) == 1


def test_a_link_to_the_old_address_ends_with_it(norr: Place, sara: User, later: Later) -> None:
    ask_for_link(sara.email)
    path = link_in(mail.outbox[0])
    changes.change_email(norr.actor("sara"), sara, NEW)
    later(hours=25)
    assert "gäller inte längre" in Client().get(path).content.decode()


def test_the_owner_stops_it_from_the_letter(norr: Place, sara: User, later: Later) -> None:
    changes.change_email(norr.actor("simon"), sara, NEW)
    path = link_in(letter_in_outbox(sara.email))
    assert "Stoppa ändringen?" in Client().get(path).content.decode()
    assert changes.of_user(sara).exists()  # looking stops nothing: mail programs look
    assert "är stoppad" in Client().post(path).content.decode()
    later(hours=48)
    settle_accounts()
    assert fresh(sara).email == sara.email
    assert trail("access.change_stopped") == [("access.change_stopped", sara.pk)]
    assert "change_stopped" in letters_to(norr.user("simon"))
    assert Client().post(path).status_code == 409
    assert Client().get("/konto/stoppa/pahittad/").status_code == 404


def test_the_owner_stops_it_logged_in_and_nobody_else_does(
    norr: Place, sara: User, as_user: AsUser
) -> None:
    change = changes.change_email(norr.actor("simon"), sara, NEW)
    assert change is not None
    given = {"verb": "stop", "change": str(change.pk)}
    assert as_user("simon").post("/accounts/email/", given).status_code == 404
    browser = as_user("sara")
    assert "Ändringar av ditt konto" in browser.get("/").content.decode()
    assert NEW in browser.get("/accounts/email/").content.decode()
    assert NEW not in as_user("birgit").get("/organisation/konton/").content.decode()
    assert browser.post("/accounts/email/", given).status_code == 302
    assert not changes.of_user(sara).exists()


@pytest.mark.parametrize("used", ["logged in", "holds a role", "head"])
def test_an_account_that_is_somebodys_waits_though_nothing_was_proven(
    norr: Place, used: str
) -> None:
    user = norr.user({"logged in": "eva", "holds a role": "birgit", "head": "anna"}[used])
    if used == "logged in":
        Client().force_login(user)
    assert changes.change_email(norr.actor("simon"), fresh(user), NEW) is not None


def test_a_slip_in_an_address_that_nobody_uses_is_mended_at_once(norr: Place) -> None:
    right = "eva.ny@nord.example"
    assert changes.change_email(norr.actor("simon"), norr.user("eva"), right) is None
    assert fresh(norr.user("eva")).email == right


def test_taking_over_by_the_administration_is_closed(
    norr: Place, sara: User, as_user: AsUser
) -> None:
    simon = as_user("simon")
    url = reverse("admin:casework_user_change", args=[sara.pk])
    given = {
        "username": "tjuven", "first_name": "S", "last_name": "N", "email": sara.email,
        "title": "", "is_active": "on", "password": "x", "password1": "ett långt lösenord",
        "is_superuser": "on", "is_staff": "on", "board": "", "access_version": "0",
    }  # fmt: skip
    simon.post(url, given)
    after = fresh(sara)
    assert (after.username, after.board_id) == (sara.username, sara.board_id)
    assert not any((after.is_superuser, after.is_staff, after.has_usable_password()))
    added = {**given, "username": "ny", "email": "ny@nord.example"}
    simon.post(reverse("admin:casework_user_add"), added)
    new = User.objects.get(username="ny")
    assert not any((new.is_superuser, new.is_staff, new.has_usable_password()))
    assert simon.get(f"/admin/casework/user/{sara.pk}/password/").status_code in (302, 404)
    assert simon.get("/accounts/password/set/").status_code in (302, 403, 404)


@pytest.fixture
def stepping(norr: Place) -> User:
    """Eva, who logs in in two steps with a password."""
    eva = norr.user("eva")
    choose_password(eva.email)
    Authenticator.objects.create(user=eva, type="totp", data={"secret": "x"})
    Authenticator.objects.create(user=eva, type="recovery_codes", data={})
    mail.outbox.clear()
    return eva


def test_two_holders_take_off_a_lost_second_step(
    norr: Place, stepping: User, as_user: AsUser
) -> None:
    page = "/organisation/konton/"
    assert as_user("sara").post(page, {"user": stepping.pk}).status_code == 302
    assert changes.has_second_step(stepping)
    assert "change_asked" in letters_to(stepping)
    change = AccountChange.objects.get()
    agree = f"{page}tva-steg/{change.pk}/"
    assert as_user("sara").post(agree).status_code == 403
    assert as_user("anna").post(agree).status_code == 403
    assert as_user("amina").post(agree).status_code == 404
    assert as_user("birgit").post(agree).status_code == 302
    assert not changes.has_second_step(stepping)
    assert "second_step_gone" in letters_to(stepping)
    assert trail("access.change_asked", "access.second_step_taken_off") == [
        ("access.change_asked", norr.user("sara").pk),
        ("access.second_step_taken_off", norr.user("birgit").pk),
    ]


def test_one_holder_alone_waits_a_day(norr: Place, stepping: User, later: Later) -> None:
    changes.ask_second_step_off(norr.actor("sara"), stepping)
    with pytest.raises(NotAllowed):
        changes.ask_second_step_off(norr.actor("sara"), stepping)
    later(hours=23, minutes=59)
    _, page = log_in(stepping.username)
    assert "authenticate" in page.request["PATH_INFO"]
    later(hours=24)
    # No sweep has come by: the log-in settles it.
    _, page = log_in(stepping.username)
    assert "authenticate" not in page.request["PATH_INFO"]


def test_the_owner_stops_that_too(norr: Place, stepping: User, later: Later) -> None:
    change = changes.ask_second_step_off(norr.actor("sara"), stepping)
    Client().post(link_in(letter_in_outbox(stepping.email)))
    later(hours=30)
    settle_accounts()
    assert changes.has_second_step(stepping)
    with pytest.raises(ConflictError):
        changes.agree(norr.actor("birgit"), change.pk)


def test_never_ones_own_nor_by_others_nor_across_the_wall(
    norr: Place, stepping: User, other_place: Place
) -> None:
    Authenticator.objects.create(user=norr.user("sara"), type="totp", data={"secret": "x"})
    for name in ("sara", "anna", "erik", "amina"):
        user = norr.user("sara") if name == "sara" else stepping
        with pytest.raises(NotAllowed):
            changes.ask_second_step_off(norr.actor(name), user)
    with pytest.raises(NotVisible):
        changes.ask_second_step_off(other_place.actor("sara"), stepping)
    with pytest.raises(InvalidInput):
        changes.ask_second_step_off(norr.actor("sara"), norr.user("amina"))


def test_the_command_is_the_last_way(norr: Place, stepping: User) -> None:
    err = StringIO()
    call_command("reset_second_step", stepping.username, stderr=err)
    assert not changes.has_second_step(stepping)
    assert "Ägaren får ett brev" in err.getvalue()
    assert "second_step_gone" in letters_to(stepping)
    assert trail("access.second_step_taken_off") == [("access.second_step_taken_off", None)]
    for name in (stepping.username, "ingen"):
        with pytest.raises(CommandError):
            call_command("reset_second_step", name)


def test_a_letter_says_no_name_and_no_number(norr: Place, sara: User) -> None:
    changes.change_email(norr.actor("simon"), sara, NEW)
    body = letter_in_outbox(sara.email).body
    for secret in ("Sara", "sara-norr", "Simon", NEW):
        assert secret not in body

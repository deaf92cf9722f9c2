"""Guarded roles: nothing before a yes or a day, whatever door they come through."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from casework.access.actor import Actor
from casework.audit.models import AuditEvent
from casework.models import Absence, Membership, Role, User
from casework.organisation.models import GUARDED_ROLES
from casework.organising import grants
from casework.organising.absences import record_absence
from casework.organising.memberships import add_membership, end_membership
from casework.registers.reading import read_table
from casework.registers.running import import_table
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from casework.tasks import settle_accounts
from tests.accounts.conftest import Later, letters_to, trail
from tests.conftest import Place

pytestmark = pytest.mark.django_db

AsUser = Callable[..., Client]
STAFF = "användarnamn;förnamn;efternamn;e-post;titel;roll;enhet;avdelning;gäller_från;gäller_till"
SAS = "SAS (lex Sarah-utredare)"


def row(who: User, role: str = SAS, start: str = "", end: str = "") -> str:
    return f"{who.username};{who.first_name};{who.last_name};{who.email};;{role};;;{start};{end}"


def take_in(place: Place, tmp_path: Path, *rows: str, by: str = "simon") -> Any:
    path = tmp_path / "personal.csv"
    path.write_text("\n".join([STAFF, *rows]), encoding="utf-8")
    table = read_table(path.name, path.read_bytes())
    return import_table(place.actor(by), "personal", table, place.board)


def roles(place: Place, name: str) -> frozenset[str]:
    return Actor.of(User.objects.get(pk=place.user(name).pk)).roles


@pytest.mark.parametrize("role", GUARDED_ROLES)
@pytest.mark.parametrize("door", ["page", "file", "command"])
def test_a_guarded_role_gives_nothing_before_its_time(
    norr: Place, as_user: AsUser, tmp_path: Path, later: Later, door: str, role: Role
) -> None:
    amina = norr.user("amina")
    if door == "page":
        answer = as_user("simon").post(f"/organisation/personer/{amina.pk}/", {"role": role})
        assert answer.status_code == 302
    elif door == "file":
        assert not take_in(norr, tmp_path, row(amina, role.label)).problems
    else:
        path = tmp_path / "personal.csv"
        path.write_text("\n".join([STAFF, row(amina, role.label)]), encoding="utf-8")
        options = {"board": norr.board.name, "stdout": StringIO(), "stderr": StringIO()}
        call_command("import_register", "personal", str(path), **options)
    assert roles(norr, "amina") == {Role.WORKER}
    later(hours=23, minutes=59)
    assert roles(norr, "amina") == {Role.WORKER}
    later(hours=24)
    # No sweep has come by: the time alone is what counts.
    assert roles(norr, "amina") == {Role.WORKER, role}
    assert trail("organisation.grant_in_force") == []
    settle_accounts()
    settle_accounts()
    assert trail("organisation.grant_in_force") == [("organisation.grant_in_force", None)]
    for name in ("sara", "anna", "amina", "simon"):
        assert "grant_in_force" in letters_to(norr.user(name)), name


@pytest.mark.parametrize("name", ["sara", "vera", "birgit", "anna", "arne"])
def test_any_other_holder_or_head_says_yes(norr: Place, name: str) -> None:
    given = add_membership(norr.actor("simon"), norr.user("amina"), role=Role.SAS)
    assert "grant_asked" in letters_to(norr.user(name))
    grants.answer(norr.actor(name), Membership, given.pk, yes=True)
    assert Role.SAS in roles(norr, "amina")
    assert [actor for _, actor in trail("organisation.grant_in_force")] == [norr.user(name).pk]
    with pytest.raises(ConflictError):
        grants.answer(norr.actor("sara"), Membership, given.pk, yes=False)


def test_neither_the_asker_nor_the_receiver_nor_anybody_else_does(
    norr: Place, other_place: Place
) -> None:
    given = add_membership(norr.actor("simon"), norr.user("vera"), role=Role.SAS)
    for name in ("simon", "vera"):
        with pytest.raises(NotAllowed):
            grants.answer(norr.actor(name), Membership, given.pk, yes=True)
    for actor in (norr.actor("eva"), norr.actor("rut"), other_place.actor("sara")):
        with pytest.raises(NotVisible):
            grants.answer(actor, Membership, given.pk, yes=True)
    assert Role.SAS not in roles(norr, "vera")


def test_a_no_holds_for_good_and_is_told(norr: Place, later: Later) -> None:
    given = add_membership(norr.actor("simon"), norr.user("amina"), role=Role.SAS)
    grants.answer(norr.actor("sara"), Membership, given.pk, yes=False)
    later(hours=48)
    settle_accounts()
    assert roles(norr, "amina") == {Role.WORKER}
    assert trail("organisation.grant_refused", "organisation.grant_in_force") == [
        ("organisation.grant_refused", norr.user("sara").pk)
    ]
    for name in ("simon", "amina", "birgit"):
        assert "grant_refused" in letters_to(norr.user(name))
    # It may be asked for again.
    add_membership(norr.actor("simon"), norr.user("amina"), role=Role.SAS)


def test_a_head_that_the_asker_has_just_appointed_does_not_answer(
    norr: Place, later: Later
) -> None:
    add_membership(
        norr.actor("simon"), norr.user("nils"), role=Role.HEAD, department=norr.department
    )
    given = add_membership(norr.actor("simon"), norr.user("amina"), role=Role.SAS)
    with pytest.raises(NotAllowed):
        grants.answer(norr.actor("nils"), Membership, given.pk, yes=True)


def only_simon(place: Place) -> None:
    """Leave a board with its Systemförvaltare alone, as it is on its first day."""
    Membership.objects.filter(board=place.board).exclude(user=place.user("simon")).delete()


def test_at_once_while_there_is_but_one(norr: Place) -> None:
    only_simon(norr)
    add_membership(norr.actor("simon"), norr.user("sara"), role=Role.SAS)
    assert Role.SAS in roles(norr, "sara")
    assert len(trail("organisation.grant_in_force")) == 1
    add_membership(norr.actor("simon"), norr.user("vera"), role=Role.DEVELOPER)
    assert Role.DEVELOPER not in roles(norr, "vera")


def test_a_first_file_gives_all_its_roles_at_once(norr: Place, tmp_path: Path) -> None:
    only_simon(norr)
    rows = [row(norr.user("sara")), row(norr.user("birgit"), "Beslutsfattare")]
    assert not take_in(norr, tmp_path, *rows).problems
    assert roles(norr, "sara") == {Role.SAS}
    assert roles(norr, "birgit") == {Role.DECIDER}


def test_ending_the_roles_of_the_others_does_not_make_one_the_only_one(norr: Place) -> None:
    yesterday = clock.today() - timedelta(days=400)
    simon = norr.actor("simon")
    for held in Membership.objects.filter(board=norr.board, role__in=[*GUARDED_ROLES, Role.HEAD]):
        if held.user_id != simon.user_id:
            end_membership(simon, held.pk, last_day=yesterday)
    add_membership(simon, norr.user("amina"), role=Role.SAS)
    assert roles(norr, "amina") == {Role.WORKER}
    assert "grant_asked" in letters_to(norr.user("sara"))


def test_closing_the_log_in_of_the_others_keeps_no_letter_from_them(norr: Place) -> None:
    User.objects.filter(board=norr.board).exclude(pk=norr.user("simon").pk).update(is_active=False)
    add_membership(norr.actor("simon"), norr.user("amina"), role=Role.SAS)
    assert roles(norr, "amina") == {Role.WORKER}
    assert "grant_asked" in letters_to(norr.user("sara"))


def test_an_ended_role_is_not_lengthened_past_the_others(norr: Place, tmp_path: Path) -> None:
    sara = Membership.objects.get(user=norr.user("sara"))
    end_membership(norr.actor("simon"), sara.pk, last_day=clock.today() - timedelta(days=1))
    with pytest.raises(InvalidInput, match="ge den på nytt"):
        end_membership(norr.actor("simon"), sara.pk, last_day=clock.today() + timedelta(days=9))
    problems = take_in(norr, tmp_path, row(norr.user("sara"), end="2099-01-01")).problems
    assert [problem.column for problem in problems] == ["gäller_till"]
    assert Role.SAS not in roles(norr, "sara")


def test_standing_in_for_a_holder_waits_too(norr: Place, later: Later) -> None:
    today = clock.today()
    days = {"valid_from": today, "valid_to": today + timedelta(days=9)}
    for by in ("simon", "sara"):
        absence = record_absence(
            norr.actor(by), norr.user("sara"), substitute=norr.user("amina"), **days
        )
        assert roles(norr, "amina") == {Role.WORKER}
        assert norr.actor("amina").stands_in_for == frozenset()
        grants.answer(norr.actor("birgit"), Absence, absence.pk, yes=True)
        assert Role.SAS in roles(norr, "amina")
        absence.delete()
    record_absence(norr.actor("sara"), norr.user("sara"), substitute=norr.user("amina"), **days)
    later(hours=24)
    assert Role.SAS in roles(norr, "amina")


def test_standing_in_begun_before_the_role_waits_with_it(norr: Place) -> None:
    today = clock.today()
    record_absence(
        norr.actor("simon"),
        norr.user("nils"),
        substitute=norr.user("amina"),
        valid_from=today,
        valid_to=today + timedelta(days=9),
    )
    given = add_membership(norr.actor("simon"), norr.user("nils"), role=Role.SAS)
    grants.answer(norr.actor("birgit"), Membership, given.pk, yes=True)
    assert Role.SAS in roles(norr, "nils")
    assert Role.SAS not in roles(norr, "amina")


def test_standing_in_for_one_without_such_a_role_needs_nobody(norr: Place) -> None:
    today = clock.today()
    absence = record_absence(
        norr.actor("eva"), norr.user("eva"), substitute=norr.user("erik"),
        valid_from=today, valid_to=today,
    )  # fmt: skip
    assert absence.in_force_at is None
    assert norr.unit.pk in norr.actor("erik").managed_units


def test_the_page_says_who_asked_who_may_answer_and_when(norr: Place, as_user: AsUser) -> None:
    given = add_membership(norr.actor("simon"), norr.user("amina"), role=Role.SAS)
    for name, buttons in (("sara", True), ("simon", False)):
        html = as_user(name).get("/organisation/konton/").content.decode()
        for words in ("Amina Norr", "Simon Norr", "Sara Norr, ", "Arne Norr"):
            assert words in html
        assert (f"/organisation/konton/roll/{given.pk}/" in html) == buttons
    for path in ("/organisation/personer/", f"/organisation/personer/{norr.user('amina').pk}/"):
        assert "Väntar på ja" in as_user("simon").get(path).content.decode()
    assert "väntar på ditt svar" in as_user("sara").get("/").content.decode()
    answer = as_user("sara").post(f"/organisation/konton/roll/{given.pk}/", {"verb": "no"})
    assert answer.status_code == 302
    assert "Fick nej" in as_user("anna").get("/organisation/konton/").content.decode()


def test_the_trail_says_what_was_asked(norr: Place) -> None:
    given = add_membership(norr.actor("simon"), norr.user("amina"), role=Role.SAS)
    event = AuditEvent.objects.get(action="organisation.grant_asked")
    assert event.actor_id == norr.user("simon").pk
    assert event.subject_ids == [given.pk]
    assert event.data["role"] == Role.SAS
    assert event.data["to"] == norr.user("amina").pk

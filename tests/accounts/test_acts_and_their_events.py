"""Acts upon organisation, rules and accounts, and their events: both are there, or neither.

Whoever adds an event of these to ``casework.audit_actions`` adds the act that says it here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction

from casework.access.actor import Actor
from casework.accounts import changes, resets, voiding
from casework.api import authentication
from casework.deadlines import calendar_links, duty, failures, local_setting
from casework.deadlines.local_setting import Wish
from casework.deadlines.models import FailedRow
from casework.models import AccountChange, Membership, Role, User
from casework.organising import absences, grants, handover, memberships, units
from casework.registers.reading import read_table
from casework.registers.running import import_table
from casework.shared import clock
from tests.conftest import Place
from tests.factories.events import Walk

pytestmark = pytest.mark.django_db

STAFF = "användarnamn;förnamn;efternamn;e-post;titel;roll;enhet;avdelning"


def second_step(actor: Actor, user: User) -> None:
    """Add one, in the transaction that each request is."""
    with transaction.atomic():
        Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})


def new_password(user: User) -> None:
    """Choose one, as the pages of the library do."""
    user.set_password("ett nytt långt lösenord")
    user.save()


class Course:
    """Acts upon what a board has and who works there."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.walk = Walk(place)
        self.today = clock.today()
        self.tomorrow = self.today + timedelta(days=1)

    def do(self, says: str, who: str, act: Callable[..., Any], *keys: Any, **given: Any) -> Any:
        """Do one act of the walk."""
        return self.walk.do(says, who, lambda actor: act(actor, *keys, **given))

    def units(self) -> None:
        """Units begin, get another name, are merged and closed."""
        place, says = self.place, "organisation.changed"
        where = {"department": place.department, "area": place.area}
        founded = self.do(says, "simon", units.found_unit, name="Nya enheten", **where)
        on = {"on": self.today}
        other = self.do(says, "simon", units.found_unit, name="Andra enheten", **where)
        self.do(says, "simon", units.rename_unit, place.far_unit.pk, name="Långt bort", **on)
        both = [founded.pk, other.pk]
        self.do(says, "simon", units.merge_units, both, name="Båda", **where, **on)
        closing = {"last_day": self.today, "successor": place.unit}
        self.do(says, "simon", units.close_unit, place.sister_unit.pk, **closing)
        self.do(says, "eva", memberships.let_forste_help, place.unit.pk, helps=True)

    def roles(self) -> None:
        """Roles are given, ended, named for the protected; guarded ones are answered."""
        place, says = self.place, "organisation.membership_changed"
        sven, amina = place.user("sven"), place.user("amina")
        give = memberships.add_membership
        given = {"role": Role.WORKER, "unit": place.unit}
        role = self.do(says, "simon", give, sven, **given)
        self.do(says, "eva", memberships.name_for_protected, role.pk, named=True)
        self.do(says, "simon", memberships.end_membership, role.pk, last_day=self.tomorrow)
        for user, says, yes in (
            (sven, "organisation.grant_refused", False),
            (amina, "organisation.grant_in_force", True),
        ):
            asked = self.do("organisation.grant_asked", "simon", give, user, role=Role.SAS)
            self.do(says, "sara", grants.answer, Membership, asked.pk, yes=yes)

    def people(self) -> None:
        """People are away, come in by a file, and leave."""
        place, says = self.place, "organisation.absence_recorded"
        eva, frida, amina = (place.user(name) for name in ("eva", "frida", "amina"))
        days = {"valid_from": self.today, "valid_to": self.tomorrow}
        away = self.do(says, "eva", absences.record_absence, eva, substitute=frida, **days)
        self.do(says, "eva", absences.end_absence, away.pk)
        content = f"{STAFF}\nny;Ny;Person;ny@nord.example;;Medarbetare;Enheten;"
        table = read_table("personal.csv", content.encode())
        self.do("register.imported", "simon", import_table, "personal", table, place.board)
        self.do("organisation.handed_over", "eva", handover.hand_over, frida, to=amina)

    def rules(self) -> None:
        """The board's own times, those on duty, calendars, and what failed."""
        place, day = self.place, self.tomorrow
        wish = Wish("deviation_handling", 45, "days", "standard", day)
        row = self.do("deadline.rule_changed", "simon", local_setting.set_rule, wish)
        self.do("deadline.rule_changed", "simon", local_setting.take_back, row.pk)
        says, name = "deadline.duty_changed", {"name": "Socialjouren", "valid_from": day}
        function = self.do(says, "simon", duty.found, **name)
        self.do(says, "simon", duty.add_member, function.pk, user=place.user("amina"))
        self.do(says, "simon", duty.remove_member, function.pk, place.user("amina").pk)
        self.do(says, "simon", duty.end, function.pk, last_day=day)
        self.do("deadline.calendar_changed", "amina", calendar_links.renew)
        self.do("deadline.calendar_changed", "amina", calendar_links.revoke)
        now = clock.now()
        failed = FailedRow.objects.create(
            board=place.board, act=FailedRow.Act.SWEEP, row_id=1, error="x",
            first_failed_at=now, failed_at=now, retry_at=now + timedelta(hours=1),
        )  # fmt: skip
        self.do("deadline.retried", "simon", failures.retry, failed.pk)

    def accounts(self) -> None:
        """Addresses, second steps, tokens, and what is voided."""
        place, do = self.place, self.do
        sara, eva, nils = (place.user(name) for name in ("sara", "eva", "nils"))
        do("access.email_changed", "simon", changes.change_email, nils, "annan@nord.example")
        resets.prove_address(sara)
        for stopped in ("first@nord.example", "second@nord.example"):
            do("access.change_asked", "simon", changes.change_email, sara, stopped)
        waiting = AccountChange.objects.get(user=sara, stopped_at=None)
        do("access.change_stopped", "sara", changes.stop, waiting.pk)
        do("access.second_step_added", "eva", second_step, eva)
        asked = do("access.change_asked", "sara", changes.ask_second_step_off, eva)
        agree = "access.change_agreed"
        do(agree, "birgit", changes.agree, asked.pk)
        do("access.token_made", "eva", lambda actor: authentication.make_token(eva))
        do("access.token_revoked", "eva", lambda actor: authentication.revoke_token(eva))
        service = Actor.system(place.board)
        self.walk.do("access.voided", service, lambda actor: voiding.void_access(eva, "left"))
        self.walk.do("access.voided", service, lambda actor: new_password(eva))


def test_each_act_upon_organisation_rules_and_accounts(norr: Place) -> None:
    course = Course(norr)
    course.units()
    course.roles()
    course.rules()
    course.accounts()
    course.people()
    # An earlier release said it of a file; now it is ``register.imported``.
    earlier = "organisation.imported"
    assert not course.walk.unsaid("organisation.", "deadline.", elsewhere=earlier)
    # Log-ins and the steps of one's own account are tried in ``test_trail``.
    own = "logged_in login_failed logged_out password_chosen second_step_failed"
    own += " recovery_codes_made recovery_code_used employer_login_tied employer_login_untied"
    elsewhere = " ".join(f"access.{name}" for name in own.split())
    assert not course.walk.unsaid("access.", elsewhere=elsewhere)

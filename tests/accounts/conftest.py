"""A board where everybody has an address, and whoever is away from it can be reached."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from casework.audit.models import AuditEvent
from casework.models import User
from tests.conftest import Place

Later = Callable[..., Any]


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def norr(place: Place) -> Place:
    """The board with an address for everybody, and nobody logged in yet."""
    for name, person in place.people.items():
        person.email = f"{name}@nord.example"
    User.objects.bulk_update(place.people.values(), ["email"])
    return place


@pytest.fixture
def later() -> Any:
    """Let hours pass: ``later(hours=24)``, counted from the moment the test began."""
    began = timezone.now()
    travellers: list[Any] = []

    def travel(**given: float) -> None:
        traveller = time_machine.travel(began + timedelta(**given), tick=False)
        travellers.append(traveller)
        traveller.start()

    travel(hours=0)
    yield travel
    for traveller in reversed(travellers):
        traveller.stop()


_KINDS = {
    "En roll väntar på ja": "grant_asked",
    "En roll har börjat gälla": "grant_in_force",
    "En roll fick nej": "grant_refused",
    "Någon vill byta e-postadressen": "change_asked",
    "Någon vill ta bort det andra steget": "change_asked",
    "Din e-postadress är bytt": "change_done",
    "En ändring av ett konto är stoppad": "change_stopped",
    "Ditt andra steg är borttaget": "second_step_gone",
    "Välj ett lösenord": "reset",
}


def letters_to(user: User) -> list[str]:
    """Return the kinds of letters that a person has got."""
    return [_KINDS[letter.subject] for letter in mail.outbox if letter.to == [user.email]]


def letter_in_outbox(address: str) -> Any:
    """Return the one letter to an address, but for links to a password."""
    found = [letter for letter in mail.outbox if letter.to == [address]]
    (one,) = [letter for letter in found if letter.subject != "Välj ett lösenord"]
    return one


def links_to() -> list[list[str]]:
    """Return to whom links to a password have gone, and forget them."""
    found = [letter.to for letter in mail.outbox if letter.subject == "Välj ett lösenord"]
    mail.outbox[:] = [letter for letter in mail.outbox if letter.subject != "Välj ett lösenord"]
    return found


def trail(*actions: str) -> list[tuple[str, int | None]]:
    """Return what the audit trail has of some actions, and who did it, in order."""
    events = AuditEvent.objects.filter(action__in=actions).order_by("at", "pk")
    return list(events.values_list("action", "actor_id"))

"""Named people and the places they work in, for every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client, override_settings

from casework.access.actor import Actor
from casework.models import (
    Administration,
    Board,
    Department,
    Membership,
    Role,
    ServiceArea,
    Unit,
    User,
)
from casework.shared import clock
from config.celery import app as celery
from deviations.models import Category, Cause, Deviation, SafeNow
from deviations.services.reporting import Report, report
from tests.plugins.databases import django_db_modify_db_settings
from tests.plugins.emptying import empty_what_was_written

# A fixture of this folder goes before pytest-django's of the same name.
__all__ = ["django_db_modify_db_settings", "empty_what_was_written"]


@dataclass
class Place:
    """A board with two departments of two units each, and its people by name."""

    board: Board
    administration: Administration
    area: ServiceArea
    other_area: ServiceArea
    department: Department
    other_department: Department
    unit: Unit
    sister_unit: Unit
    far_unit: Unit
    people: dict[str, User]

    def user(self, name: str) -> User:
        """The person by name."""
        return self.people[name]

    def actor(self, name: str) -> Actor:
        """The person by name, with the roles of today."""
        return Actor.of(self.people[name])


def make_place(name: str) -> Place:
    """Build a board: everybody's surname is the board's name, so that two boards can be told apart.

    In "enheten" work Amina (medarbetare), Frida (förste), Eva (enhetschef, sees protected) and
    Nils (medarbetare, named for protected); in the sister unit Sven (medarbetare) and Erik
    (enhetschef); in the far unit of the other department Farid (enhetschef). Anna heads the
    department, Arne the other. Sara is SAS, Vera verksamhetsutvecklare, Rut registrator,
    Birgit beslutsfattare, Gun granskare, Simon systemförvaltare.
    """
    board = Board.objects.create(name=f"Nämnden {name}")
    administration = Administration.objects.create(board=board, name=f"Förvaltningen {name}")
    area = ServiceArea.objects.create(board=board, name="Barn och unga", for_children=True)
    other_area = ServiceArea.objects.create(board=board, name="Vuxna")
    department = Department.objects.create(administration=administration, name="Avdelning Barn")
    other = Department.objects.create(administration=administration, name="Avdelning Vuxna")

    def unit(title: str, where: Department, what: ServiceArea) -> Unit:
        return Unit.objects.create(board=board, department=where, area=what, name=title)

    home = unit("Enheten", department, area)
    sister = unit("Systerenheten", department, area)
    far = unit("Fjärrenheten", other, other_area)
    roster: list[tuple[str, str, dict[str, Any]]] = [
        ("amina", Role.WORKER, {"unit": home}),
        ("nils", Role.WORKER, {"unit": home, "sees_protected": True}),
        ("frida", Role.SENIOR, {"unit": home}),
        ("eva", Role.MANAGER, {"unit": home, "sees_protected": True}),
        ("sven", Role.WORKER, {"unit": sister}),
        ("erik", Role.MANAGER, {"unit": sister}),
        ("farid", Role.MANAGER, {"unit": far}),
        ("anna", Role.HEAD, {"department": department}),
        ("arne", Role.HEAD, {"department": other}),
        ("sara", Role.SAS, {}),
        ("vera", Role.DEVELOPER, {}),
        ("rut", Role.REGISTRAR, {}),
        ("birgit", Role.DECIDER, {}),
        ("gun", Role.REVIEWER, {}),
        ("simon", Role.ADMINISTRATOR, {}),
    ]
    people = {}
    for who, _, _ in roster:
        people[who] = User(
            username=f"{who}-{name.lower()}", first_name=who.title(), last_name=name, board=board
        )
        people[who].set_unusable_password()
    # Nearly every test builds a place: two statements for its people, not thirty.
    User.objects.bulk_create(people.values())
    Membership.objects.bulk_create(
        Membership(user=people[who], board=board, role=role, **where) for who, role, where in roster
    )
    return Place(
        board, administration, area, other_area, department, other, home, sister, far, people
    )


@pytest.fixture(autouse=True)
def _work_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what a page hands over to the worker before the page answers."""
    import_module("casework.tasks")
    monkeypatch.setattr(celery.conf, "task_always_eager", True)
    monkeypatch.setattr(celery.conf, "task_eager_propagates", True)


@pytest.fixture
def place(db: None) -> Place:
    """The board most tests play in."""
    return make_place("Norr")


@pytest.fixture
def other_place(db: None) -> Place:
    """Another board, on the far side of the wall."""
    return make_place("Söder")


@pytest.fixture
def as_user(place: Place) -> Callable[..., Client]:
    """Return a browser logged in as a named person: ``as_user("eva")``."""

    def login(name: str, where: Place | None = None) -> Client:
        client = Client()
        client.force_login((where or place).user(name))
        return client

    return login


@pytest.fixture
def category(place: Place) -> Category:
    """Utreda/besluta i SoL-ärende, Utredningstid överskridits."""
    parent = Category.objects.create(board=place.board, name="Utreda/besluta i SoL-ärende")
    return Category.objects.create(
        board=place.board, name="Utredningstid överskridits", parent=parent
    )


@pytest.fixture
def cause(place: Place) -> Cause:
    """Problem med bemanning."""
    return Cause.objects.create(board=place.board, name="Problem med bemanning")


def make_report(place: Place, by: str = "amina", **given: Any) -> Deviation:
    """Report a deviation in the unit as Amina does, with what differs in ``given``."""
    fields: dict[str, Any] = {
        "description": "Utredningen blev klar efter fyra månader och elva dagar.",
        "occurred_on": clock.today() - timedelta(days=1),
        "unit": place.unit,
        "safe_now": SafeNow.YES,
    }
    return report(place.actor(by), Report(**(fields | given)))


@pytest.fixture
def deviation(place: Place) -> Deviation:
    """A deviation that Amina has just reported."""
    return make_report(place)


@pytest.fixture
def at() -> Iterator[Callable[[date | datetime], time_machine.Coordinates]]:
    """Travel: ``at(date(2026, 3, 2))`` makes it that day (noon in UTC) until the test ends."""
    travellers: list[time_machine.travel] = []

    def travel(when: date | datetime) -> time_machine.Coordinates:
        if not isinstance(when, datetime):
            when = datetime(when.year, when.month, when.day, 12, tzinfo=UTC)
        traveller = time_machine.travel(when, tick=False)
        travellers.append(traveller)
        return traveller.start()

    yield travel
    for traveller in reversed(travellers):
        traveller.stop()


@pytest.fixture(autouse=True, scope="session")
def _plain_static_files() -> Iterator[None]:
    """Serve static files by their own names: the hashed ones exist only after collectstatic."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        yield

"""Pages of cases in the largest board against the same pages in the smallest that has any.

They show as many rows in both, so what differs is how much there is to choose from.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.management import call_command
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from casework.cases.models import Case, Investigation
from casework.kit.bench import Result, compare
from casework.organisation.models import Membership, Role, Unit, User
from casework.shared import clock

GOAL = 2.0


@dataclass(frozen=True)
class Page:
    """A page as somebody in a role opens it."""

    what: str
    name: str
    role: Role
    query: str = ""


PAGES = (
    Page("ärenden, enhetschef", "case-list", Role.MANAGER),
    Page("ärenden, avdelningschef", "case-list", Role.HEAD),
    Page("ärenden, SAS", "case-list", Role.SAS),
    Page("ärenden, SAS, alla", "case-list", Role.SAS, "?state=all&sort=number"),
    Page("Bevakning, enhetschef", "watch", Role.MANAGER),
    Page("Bevakning, avdelningschef", "watch", Role.HEAD),
    Page("veckolistan, enhetschef", "investigation-week", Role.MANAGER),
    Page("veckolistan, avdelningschef", "investigation-week", Role.HEAD),
    Page("prognos, avdelningschef", "forecast", Role.HEAD),
    Page("enheter, SAS", "unit-standing", Role.SAS),
    Page("sena utredningar, SAS", "late-months", Role.SAS),
)


def pages() -> list[Result]:
    """Open each page; nothing where there are not two boards with cases and people in the roles."""
    sizes = dict(Case.objects.values_list("board").annotate(n=Count("pk")))
    people = {board: people_of(board) for board in sizes}
    boards = sorted(
        (board for board in sizes if people[board].keys() >= {page.role for page in PAGES}),
        key=sizes.__getitem__,
    )
    if len(boards) < 2:
        return []
    # The pages name their static files as they are served.
    call_command("collectstatic", interactive=False, verbosity=0)
    smallest, largest = boards[0], boards[-1]
    return [
        compare(
            page.what,
            opening(people[largest][page.role], page),
            opening(people[smallest][page.role], page),
            goal=GOAL,
            rows=sizes[largest],
        )
        for page in PAGES
    ]


def people_of(board: int) -> dict[Role, User]:
    """Return who leads the unit with the most open investigations, who leads that, and the SAS."""
    fullest = (
        Investigation.objects.filter(board=board, closed_on__isnull=True)
        .values_list("unit")
        .annotate(n=Count("pk"))
        .order_by("-n")
        .first()
    )
    if fullest is None:
        return {}
    unit = Unit.objects.get(pk=fullest[0])
    today = Membership.objects.valid_on(clock.today()).filter(board=board).select_related("user")
    wanted = {
        Role.MANAGER: today.filter(unit=unit),
        Role.HEAD: today.filter(department=unit.department_id),
        Role.SAS: today,
    }
    found = {role: mine.filter(role=role).order_by("pk").first() for role, mine in wanted.items()}
    return {role: one.user for role, one in found.items() if one is not None}


def opening(user: User, page: Page) -> Callable[[], object]:
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)

    def open_page() -> object:
        response = browser.get(reverse(page.name) + page.query)
        if response.status_code != 200:
            raise RuntimeError(f"{page.what} answered {response.status_code}")
        return response

    return open_page

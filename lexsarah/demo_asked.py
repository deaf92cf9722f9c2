"""What SAS asks of managers in the demo, what they answer, and what still awaits an answer."""

from datetime import timedelta

from casework.demo.agenda import Story
from casework.demo.world import World
from casework.organisation.models import User
from casework.shared import clock
from lexsarah import states
from lexsarah.asked import OPEN
from lexsarah.models import Report, Request
from lexsarah.services import requests
from lexsarah.services.requests import Asked

QUESTION = (
    "Hur var bemanningen när det hände, och vilken rutin gällde för överlämning? Beskriv också vad "
    "enheten har gjort sedan dess."
)
ANSWER = (
    "Två i personalen var sjuka och en vikarie saknades. Rutinen för överlämning finns, men "
    "vikarien kände inte till den. Vi har gått igenom den på APT."
)
SAFETY = "Se till att någon besöker den enskilde varje kväll tills utredningen är klar."


def plan(world: World) -> None:
    """Put what is asked on the agenda."""
    world.agenda.start(world.days_ago(480), _weekly(world))
    world.agenda.start(world.days_ago(0.1), _of_home(world))


def _weekly(world: World) -> Story:
    """Each week those who were asked answer, and a manager is asked about what is investigated."""
    while True:
        now = clock.now()
        long_ago = now - timedelta(days=6)
        asked = Request.objects.filter(OPEN, report__board=world.board, asked_at__lt=long_ago)
        for request in asked.select_related("asked_of").order_by("pk"):
            requests.answer(world.actor(request.asked_of), request.pk, text=ANSWER)
        unasked = Report.objects.filter(
            board=world.board, status=states.INVESTIGATING, requests__isnull=True
        )
        for report in unasked.order_by("pk"):
            manager = world.place_of(report.unit_id).manager
            _ask(world, report, manager, QUESTION)
        yield now + timedelta(days=7)


def _of_home(world: World) -> Story:
    """This morning the log-in of the Enhetschef was asked for what cannot wait."""
    found = Report.objects.filter(
        board=world.board, status__in=states.WRITING, protected=False
    ).order_by("-pk")
    report = found.filter(unit=world.home.unit).first() or found.first()
    if report is not None:
        _ask(world, report, world.home.manager, SAFETY, kind=Request.Kind.SAFETY)
    yield from ()


def _ask(
    world: World,
    report: Report,
    manager: User,
    text: str,
    *,
    kind: str = Request.Kind.STATEMENT,
) -> None:
    unit, _ = requests.unit_asked(manager, report, clock.today())
    if unit is None or report.investigator is None:
        return
    verb = requests.request_safety if kind == Request.Kind.SAFETY else requests.request_statement
    given = Asked(manager, text, requests.last_day_for(kind))
    verb(world.actor(report.investigator), report.pk, given)

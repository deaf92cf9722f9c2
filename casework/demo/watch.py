"""The watch in the demo: the board's own times, who is on duty, times begun by hand, told of daily.

The watch runs here as it does in the service, on each of the last working mornings, so that what
it has told and proposed lies there when the demo begins.
"""

from datetime import date, datetime, timedelta

from casework.cases.models import Case
from casework.cases.services.door import Person
from casework.cases.services.investigations import NewInvestigation, open_investigation
from casework.cases.services.watched import begin_time
from casework.cases.services.weekly import note_weekly_review
from casework.deadlines import duty, local_setting
from casework.deadlines.calendar import is_working_day
from casework.deadlines.local_setting import Wish
from casework.deadlines.models import Outbox
from casework.deadlines.outbox import deliver
from casework.deadlines.sweep import sweep
from casework.deadlines.working_time import morning
from casework.demo.agenda import Story, office_hours
from casework.demo.world import World
from casework.organisation.models import Board
from casework.shared import clock

# So many days back the watch has told of what fell due.
MORNINGS = 14
# (rule, days since it began, days since the latest review or None), each in a case of its own.
TIMES = (
    ("placement_review", 400, 196),
    ("lvu_consideration", 300, 170),
    ("emergency_home", 55, None),
    ("lvu_application", 24, None),
    ("contact_restriction", 80, None),
    ("follow_up_after_care", 40, None),
    ("delay_request", 20, None),
    ("appeal", 12, None),
)


def plan(world: World) -> None:
    """Put the board's settings and the watch's mornings on the agenda."""
    world.agenda.start(world.days_ago(160), _settings(world))
    world.agenda.start(office_hours(world.days_ago(97)), _three_months_ago(world))
    # The times of a real board beside it are told of by the service itself, in its own time.
    if not Board.objects.filter(is_demo=False).exists():
        world.agenda.start(world.days_ago(MORNINGS + 1), _begin())
        for instant in _mornings(world):
            world.agenda.start(instant, _watch())


def _mornings(world: World) -> list[datetime]:
    today = clock.local_day(world.present)
    days = (today - timedelta(days=number) for number in range(MORNINGS + 1))
    # After the service's own half past seven; what lies ahead of the present is left to it.
    found = [morning(day) + timedelta(minutes=15) for day in days if is_working_day(day)]
    return [instant for instant in found if instant < world.present]


def _three_months_ago(world: World) -> Story:
    """Let the log-in of the Socialsekreterare have an investigation that was told of lately."""
    home = world.home
    person = Person("DEMO-BARN-1", "male", clock.today().year - 9)
    mine = world.people["socialsekreterare"]
    given = NewInvestigation(home.unit, person, clock.today(), handler=mine)
    open_investigation(world.actor(home.senior), given)
    yield from ()


def _begin() -> Story:
    """Let the watch catch up with all that fell due before; it is told to nobody any more."""
    sweep()
    waiting = Outbox.objects.filter(state=Outbox.State.WAITING)
    waiting.update(state=Outbox.State.DROPPED, done_at=clock.now())
    yield from ()


def _watch() -> Story:
    sweep()
    deliver()
    yield from ()


def _settings(world: World) -> Story:
    """Set two own times, one of them in force, and put Socialjouren on duty."""
    actor, today = world.actor(world.people["admin"]), clock.today()
    areas = {place.area.name: place.area for place in world.places}
    local_setting.set_rule(
        actor, _wish("adult_investigation", 4, "months", "Vuxna", today + timedelta(days=1), areas)
    )
    function = duty.found(actor, name="Socialjouren", valid_from=today)
    for place in world.places[:3]:
        duty.add_member(actor, function.pk, user=place.senior)
    yield world.days_ago(1)
    coming = clock.today() + timedelta(days=30)
    local_setting.set_rule(
        world.actor(world.people["admin"]),
        _wish("economic_assistance", 14, "days", "Ekonomiskt bistånd", coming, areas),
    )


def _wish(key: str, amount: int, unit: str, area: str, since: date, areas: dict) -> Wish:
    return Wish(
        key=key, amount=amount, unit=unit, preset="standard", valid_from=since, area=areas[area]
    )


def finish(world: World) -> None:
    """Begin times by hand in cases at home, open two adults' investigations, sweep once more."""
    home, today = world.home, clock.local_day(world.present)
    actor = world.actor(home.senior)
    cases = Case.objects.visible_to(actor).filter(unit=home.unit, protected=False).order_by("-pk")
    for (rule, began, reviewed), case in zip(TIMES, cases[: len(TIMES)], strict=True):
        begin_time(
            actor,
            case.pk,
            rule,
            today - timedelta(days=began),
            reviewed_on=None if reviewed is None else today - timedelta(days=reviewed),
        )
    adults = next(place for place in world.places if place.unit.name == "Utredning vuxna")
    for number, days in enumerate((95, 20), start=1):
        person = Person(f"DEMO-VUXEN-{number}", "female", 1979)
        opened_on = today - timedelta(days=days)
        given = NewInvestigation(adults.unit, person, opened_on, handler=adults.workers[0])
        open_investigation(world.actor(adults.senior), given)
    sister = world.places[1]
    note_weekly_review(world.actor(sister.senior), sister.unit.pk)
    if not Board.objects.filter(is_demo=False).exists():
        sweep()

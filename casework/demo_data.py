"""What the ground floor adds to the demo: cases, read in from files as from a case system."""

from datetime import datetime, time, timedelta

from casework.access.actor import Actor
from casework.cases.models import Investigation
from casework.cases.services import care
from casework.cases.services.door import Person
from casework.cases.services.intakes import NewIntake, register_intake
from casework.demo import watch
from casework.demo.agenda import Story
from casework.demo.cases import COLUMNS, CaseSystem
from casework.demo.registry import DEMO_PARTS, DemoPart
from casework.demo.scale import scale
from casework.demo.world import World
from casework.registers.reading import read_table
from casework.registers.running import import_table
from casework.shared import clock
from casework.shared.tabular import csv_bytes

# The first file is a month old, so that what has run out since is missed and proposed. The next
# come so close that what was done in time is hardly ever read too late; the last came last night.
DAYS = (30.0, 26.0, 22.0, 18.0, 14.0, 10.0, 6.0, 3.0, 0.3)
ASSIGNED = 24


def plan(world: World) -> None:
    """Put the files on the agenda."""
    system = CaseSystem(world)
    for days in DAYS:
        kinds = list(COLUMNS) if days in (DAYS[0], DAYS[-1]) else ["aktualiseringar", "utredningar"]
        world.agenda.start(world.days_ago(days), _read(world, system, kinds))


def _read(world: World, system: CaseSystem, kinds: list[str]) -> Story:
    as_of = clock.today() - timedelta(days=1)
    for kind in kinds:
        content = csv_bytes(COLUMNS[kind].split(), system.rows(kind, as_of))
        table = read_table(f"{kind}-{as_of}.csv", content)
        outcome = import_table(Actor.system(world.board), kind, table, world.board)
        if outcome.problems:
            raise ValueError(f"The demo's own file is refused: {outcome.problems[0]}")
    yield from ()


def finish(world: World) -> None:
    """Give open investigations at home to those who work there; let siblings be reported."""
    home = world.home
    mine = Investigation.objects.filter(
        unit=home.unit, closed_on__isnull=True, protected=False
    ).order_by("opened_on")
    for number, investigation in enumerate(mine[:ASSIGNED]):
        # Now and then one is left for the Förste to give out.
        if number % 6 != 5:
            to = home.workers[0 if number % 3 == 0 else number % len(home.workers)]
            care.assign(world.actor(home.senior), "investigation", investigation.pk, to=to)
    register_intake(
        world.actor(world.people["socialsekreterare"]),
        NewIntake(
            unit=home.unit,
            # Yesterday, so that the skyddsbedömning is to be made today.
            received_at=datetime.combine(
                clock.local_day(world.present) - timedelta(days=1), time(14), clock.STOCKHOLM
            ),
            kind="report",
            people=[Person("DEMO-SYSKON-1", "female", 2014), Person("DEMO-SYSKON-2", "male", 2018)],
            source="Skola",
            feedback_asked=True,
            handler=world.people["socialsekreterare"],
        ),
    )


DEMO_PARTS.register("casework.cases", DemoPart(plan=plan, finish=finish, scale=scale))
DEMO_PARTS.register("casework.watch", DemoPart(plan=watch.plan, finish=watch.finish))

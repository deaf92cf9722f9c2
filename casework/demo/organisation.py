"""The demo board: one administration, three areas, thirty units, people in every role."""

import random
from datetime import timedelta

from casework.access.actor import Actor
from casework.demo.agenda import Story
from casework.demo.people import Staff
from casework.demo.world import Place, World
from casework.organisation.models import (
    Administration,
    Board,
    Department,
    Membership,
    Role,
    ServiceArea,
    Unit,
    User,
)
from casework.organising.absences import record_absence
from casework.organising.units import merge_units, rename_unit
from casework.shared import clock

BOARD = "Demonämnden"
AREAS = {
    "Barn och unga": (
        "Barn och unga 1|Barn och unga 2|Barn och unga 3|Barn och unga 4|Mottagning barn|"
        "Placering|Familjehem|Familjerätt|Öppenvård unga|Ungdomsjouren"
    ),
    "Ekonomiskt bistånd": (
        "Mottagning ekonomi|Ekonomiskt bistånd 1|Ekonomiskt bistånd 2|Ekonomiskt bistånd 3|"
        "Etablering|Unga vuxna|Budget- och skuldrådgivning|Hyresråd|Dödsboutredning|Kontroll"
    ),
    "Vuxna": (
        "Mottagning vuxna|Utredning vuxna|Våld i nära relation|Skyddat boende|Beroendevård öst|"
        "Beroendevård väst|Boendestöd norr|Boendestöd söder|Sysselsättning|Bostadssociala "
        "gruppen|Jouren vuxna"
    ),
}
# Units that hardly register anything: a silence that the head should notice.
SILENT = ("Dödsboutredning", "Familjerätt", "Jouren vuxna")
WORKERS_PER_UNIT = 4


def build_board(name: str, *, seed: int = 1) -> World:
    """Make a demo board with its organisation and people, as it was when the demo begins."""
    board = Board.objects.create(name=name, is_demo=True)
    return World(board=board, present=clock.now(), rng=random.Random(seed))  # noqa: S311


def fill_organisation(world: World, administration_name: str) -> None:
    """Add the administration, departments, areas, units and people to the world."""
    administration = Administration.objects.create(board=world.board, name=administration_name)
    staff = Staff(world.board)
    for area_name, unit_names in AREAS.items():
        area = ServiceArea.objects.create(
            board=world.board, name=area_name, for_children=area_name == "Barn och unga"
        )
        department = Department.objects.create(
            administration=administration, name=f"Avdelning {area_name}"
        )
        if not world.places:
            head = staff.log_in("avdelningschef")
        else:
            (head,) = staff.colleagues(["Avdelningschef"])
        _give(world, head, Role.HEAD, department=department)
        for unit_name in unit_names.split("|"):
            unit = Unit.objects.create(
                board=world.board,
                department=department,
                area=area,
                name=unit_name,
                forste_helps_with_inbox=not world.places or world.rng.random() < 0.4,
            )
            world.places.append(_people_of(world, staff, unit, head))
    _people_of_the_board(world, staff)


def _people_of(world: World, staff: Staff, unit: Unit, head: User) -> Place:
    titles = ["Enhetschef", "Förste socialsekreterare", *["Socialsekreterare"] * WORKERS_PER_UNIT]
    manager, senior, *workers = staff.colleagues(titles)
    if not world.places:
        manager, senior = staff.log_in("enhetschef"), staff.log_in("forste")
        workers[0] = staff.log_in("socialsekreterare")
        world.people |= {
            "avdelningschef": head,
            "enhetschef": manager,
            "forste": senior,
            "socialsekreterare": workers[0],
        }
    _give(world, manager, Role.MANAGER, unit=unit, sees_protected=True)
    _give(world, senior, Role.SENIOR, unit=unit, sees_protected=True)
    for worker in workers:
        _give(world, worker, Role.WORKER, unit=unit)
    return Place(
        unit=unit,
        area=unit.area,
        department=unit.department,
        manager=manager,
        senior=senior,
        workers=workers,
        head=head,
        eagerness=0.04 if unit.name in SILENT else world.rng.uniform(0.6, 1.5),
    )


def _people_of_the_board(world: World, staff: Staff) -> None:
    roles = {
        "sas": Role.SAS,
        "beslutsfattare": Role.DECIDER,
        "utvecklare": Role.DEVELOPER,
        "registrator": Role.REGISTRAR,
        "admin": Role.ADMINISTRATOR,
    }
    for username, role in roles.items():
        world.people[username] = staff.log_in(username)
        _give(world, world.people[username], role)
    second_sas, reviewer = staff.colleagues(["Socialt ansvarig samordnare", "Granskare"])
    _give(world, second_sas, Role.SAS)
    _give(world, reviewer, Role.REVIEWER)
    # Several roles and units per person: one worker also helps out in a sister unit.
    _give(world, world.places[1].workers[0], Role.WORKER, unit=world.places[2].unit)
    # A role that soon ends, for the Systemförvaltare to see.
    leaving = world.places[3].workers[1]
    Membership.objects.filter(user=leaving).update(
        valid_to=clock.local_day(world.present + timedelta(days=16))
    )


def _give(
    world: World,
    user: User,
    role: Role,
    *,
    unit: Unit | None = None,
    department: Department | None = None,
    sees_protected: bool = False,
) -> None:
    Membership.objects.create(
        user=user,
        board=world.board,
        role=role,
        unit=unit,
        department=department,
        sees_protected=sees_protected,
    )


def fill_to_scale(
    board: Board, administration_name: str = "Skalförvaltningen", prefix: str = "skala."
) -> None:
    """Add the same areas and units: a manager and a worker in each unit, a head of each department.

    And one SAS and one developer. ``prefix`` begins their user names.
    """
    administration = Administration.objects.create(board=board, name=administration_name)
    staff = Staff(board, prefix=prefix)
    given: list[tuple[User, Role, Unit | None]] = []
    heads: list[tuple[User, Department]] = []
    for area_name, unit_names in AREAS.items():
        area = ServiceArea.objects.create(
            board=board, name=area_name, for_children=area_name == "Barn och unga"
        )
        department = Department.objects.create(
            administration=administration, name=f"Avdelning {area_name}"
        )
        (head,) = staff.colleagues(["Avdelningschef"])
        heads.append((head, department))
        for unit_name in unit_names.split("|")[:10]:
            unit = Unit.objects.create(
                board=board, department=department, area=area, name=unit_name
            )
            manager, worker = staff.colleagues(["Enhetschef", "Socialsekreterare"])
            given += [(manager, Role.MANAGER, unit), (worker, Role.WORKER, unit)]
    sas, developer = staff.colleagues(["Socialt ansvarig samordnare", "Verksamhetsutvecklare"])
    given += [(sas, Role.SAS, None), (developer, Role.DEVELOPER, None)]
    Membership.objects.bulk_create(
        [
            *(
                Membership(user=user, board=board, role=role, unit=unit)
                for user, role, unit in given
            ),
            *(
                Membership(user=head, board=board, role=Role.HEAD, department=department)
                for head, department in heads
            ),
        ]
    )


def plan_changes(world: World) -> None:
    """Put what happens to the organisation itself on the agenda."""
    places = {place.unit.name: place for place in world.places}
    world.agenda.start(world.days_ago(330), _rename(world, places["Unga vuxna"]))
    sisters = [places["Beroendevård öst"], places["Beroendevård väst"]]
    world.agenda.start(world.days_ago(200), _merge(world, sisters))
    world.agenda.start(world.days_ago(2), _absences(world))


def _rename(world: World, place: Place) -> Story:
    unit = rename_unit(
        Actor.system(world.board), place.unit.pk, name="Unga 18–25", on=clock.today()
    )
    world.replaced([place], unit)
    yield from ()


def _merge(world: World, places: list[Place]) -> Story:
    unit = merge_units(
        Actor.system(world.board),
        [place.unit.pk for place in places],
        name="Beroendevård",
        department=places[0].department,
        area=places[0].area,
        on=clock.today(),
    )
    world.replaced(places, unit)
    yield from ()


def _absences(world: World) -> Story:
    """A manager away now, with a colleague of hers standing in; another away next week."""
    today = clock.today()
    away, standing_in = world.places[1], world.places[2]
    for place, substitute, first, last in (
        (away, standing_in.manager, 0, 9),
        (standing_in, world.home.manager, 14, 21),
    ):
        record_absence(
            Actor.system(world.board),
            place.manager,
            substitute=substitute,
            valid_from=today + timedelta(days=first),
            valid_to=today + timedelta(days=last),
        )
    yield from ()

"""What the demo board brought with it from an earlier system: a file, read in like anybody's."""

from datetime import timedelta

from casework.demo.agenda import Story
from casework.demo.world import World
from casework.registers.reading import read_table
from casework.registers.running import import_table
from casework.shared import clock
from casework.shared.tabular import csv_bytes
from deviations.demo.events import KINDS
from deviations.demo.phrases import CAUSES

ROWS = 90
COLUMNS = (
    "id enhet rapporterad inträffad upptäckt kategori underkategori beskrivning ärende status "
    "avslutad orsaker åtgärd effekt"
).split()
# Names that the board's own lists do not know: they are added, and wait to be reviewed.
UNKNOWN_CATEGORIES = (("Post", "Rekommenderat brev ej utlöst"), ("IT-system", "E-tjänst nere"))
UNKNOWN_CAUSE = "Bristande överlämning"
ACTIONS = ("Genomgång på APT", "Handledning", "Rutin uppdaterad", "Checklista införd")
EFFECTS = ("Förbättring", "Förbättring", "Går inte att avgöra", "Ingen effekt")


def plan_import(world: World) -> None:
    """Put the import on the agenda, a few days after the beginning."""
    world.agenda.start(world.days_ago(540), _import(world))


def _import(world: World) -> Story:
    name = "avvikelser-tidigare-system.csv"
    table = read_table(name, csv_bytes(COLUMNS, [_row(world, number) for number in range(ROWS)]))
    actor = world.actor(world.people["admin"])
    outcome = import_table(actor, "avvikelser", table, world.board)
    if outcome.problems:
        raise ValueError(f"The demo's own file is refused: {outcome.problems[0]}")
    yield from ()


def _row(world: World, number: int) -> list[str]:
    rng = world.rng
    place = rng.choice(world.places)
    kind = rng.choice([kind for kind in KINDS if place.area.name in kind.areas])
    main, sub = kind.main, kind.sub
    cause = rng.choice(list(CAUSES))
    if number < len(UNKNOWN_CATEGORIES):
        main, sub = UNKNOWN_CATEGORIES[number]
        cause = UNKNOWN_CAUSE
    reported = clock.today() - timedelta(days=rng.randint(60, 400))
    happened = reported - timedelta(days=rng.randint(0, 6))
    closed = reported + timedelta(days=rng.randint(5, 58))
    week = reported.isocalendar().week
    return [
        f"GAMMAL-{number + 1:04d}",
        place.unit.name,
        reported.isoformat(),
        happened.isoformat(),
        reported.isoformat(),
        main,
        sub,
        rng.choice(kind.texts).format(
            antal=rng.randint(2, 6), dagar=rng.randint(8, 45), vecka=week
        ),
        f"Ä{reported.year}-{rng.randint(1000, 9999)}",
        "Avslutad",
        closed.isoformat(),
        cause,
        rng.choice(ACTIONS),
        rng.choice(EFFECTS),
    ]

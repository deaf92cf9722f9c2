"""The demo's lex Sarah: decided reports from an earlier system, and SAS taking on new ones."""

import random
from datetime import timedelta

from casework.demo.agenda import Story
from casework.demo.world import World
from casework.registers.reading import read_table
from casework.registers.running import import_table
from casework.shared import clock
from casework.shared.tabular import csv_bytes
from lexsarah import demo_investigation, states
from lexsarah.demo_turns import turn_of
from lexsarah.models import Report, Statute
from lexsarah.services import investigating
from lexsarah.services.reporting import NewReport, submit
from lexsarah.web.rows import COLUMNS

ROWS = 12
SEED = 27
EVENTS = (
    "Den enskilde fick inte sina läkemedel under en helg när vikarien saknade delegering.",
    "En anmälan om våld blev liggande i elva dagar utan skyddsbedömning.",
    "Uppgifter om ett skyddat boende lämnades till fel part.",
    "Kontaktfamiljen hade inte fått veta att barnet har epilepsi.",
    "Den enskilde föll när lyften användes av en person i stället för två.",
    "Beslutad ledsagning uteblev fem veckor i rad utan att någon följde upp.",
)
ACTIONS = (
    "Genomgång av rutin på APT|Uppföljning efter tre månader",
    "Ny checklista vid överlämning",
    "Utbildning för vikarier|Egenkontroll varje kvartal",
)
# How often each is decided, in twelve.
OUTCOMES = (
    *[states.MISCONDUCT] * 6,
    *[states.RISK] * 3,
    states.SERIOUS,
    states.SERIOUS_RISK,
    states.NO_MISCONDUCT,
)
UNSAFE = "Den äldre mannen har inte fått hjälp att äta sedan i går. Ingen öppnar dörren nu."


def plan(world: World) -> None:
    """Put what happens with lex Sarah on the agenda."""
    world.agenda.start(world.days_ago(530), _import(world))
    world.agenda.start(world.days_ago(500), _take_on(world))
    world.agenda.start(world.days_ago(0.2), _hand_in(world))


def _import(world: World) -> Story:
    chance = random.Random(SEED)  # noqa: S311  the same each time
    rows = [_row(world, chance, number) for number in range(ROWS)]
    table = read_table("lex-sarah-tidigare-system.csv", csv_bytes(COLUMNS, rows))
    outcome = import_table(world.actor(world.people["admin"]), "lexsarah", table, world.board)
    if outcome.problems:
        raise ValueError(f"The demo's own file is refused: {outcome.problems[0]}")
    yield from ()


def _row(world: World, chance: random.Random, number: int) -> list[str]:
    reported = clock.today() - timedelta(days=chance.randint(70, 380))
    decided = reported + timedelta(days=chance.randint(20, 58))
    outcome = OUTCOMES[number]
    notified = reported + timedelta(days=2) if outcome in states.TO_IVO else None
    return [
        f"LS-GAMMAL-{number + 1:03d}",
        chance.choice(world.places).unit.name,
        str(reported - timedelta(days=chance.randint(0, 9))),
        str(reported),
        chance.choice(EVENTS),
        states.OUTCOMES[outcome],
        str(decided),
        chance.choice(ACTIONS),
        str(notified) if notified else "",
        f"3.2.1-{1000 + number}/{reported.year}" if notified else "",
        "",
    ]


def _take_on(world: World) -> Story:
    """Once a week SAS begins what has come in; one in four is serious and goes to IVO."""
    sas = world.actor(world.people["sas"])
    while True:
        now = clock.now()
        old_enough = now - timedelta(days=2)
        waiting = Report.objects.filter(
            board=world.board, status=states.RECEIVED, reported_at__lt=old_enough
        )
        for report in waiting.order_by("pk"):
            investigating.start_investigation(sas, report.pk, statute=Statute.SOL)
            number = f"SN {now.year}/{400 + turn_of(report) % 500}"
            investigating.set_registry_number(sas, report.pk, number=number)
            demo_investigation.write(sas, Report.objects.get(pk=report.pk))
            if turn_of(report) % 4 == 0:
                today = clock.today()
                reason = "Den enskilde kunde ha kommit till allvarlig skada."
                investigating.assess_serious(sas, report.pk, on=today, reason=reason)
                investigating.record_ivo_notification(sas, report.pk, on=today)
        yield now + timedelta(days=7)


def _hand_in(world: World) -> Story:
    """This morning a colleague at the log-ins' own unit handed in one that is urgent."""
    home = world.home
    given = NewReport(
        UNSAFE,
        clock.today(),
        home.unit,
        "no",
        done_at_once="Ringde jouren, som är på väg.",
    )
    submit(world.actor(home.workers[0]), given)
    yield from ()

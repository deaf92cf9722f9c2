"""The demo's going round: lessons, the yearly duty, what providers told, words for the outside."""

from datetime import timedelta

from casework.access.actor import Actor
from casework.demo.agenda import Story
from casework.demo.world import World
from casework.organisation.models import UNIT_ROLES, Membership, Role, Unit, User
from casework.shared import clock
from lexsarah import states
from lexsarah.models import Report
from lexsarah.services import duty, lessons, outside, providers
from lexsarah.services.providers import Information

LESSONS = (
    (
        "Vikarier och läkemedel",
        "När en vikarie saknar delegering kan läkemedel bli stående. Lägg listan över vem som har "
        "delegering där passet börjar, och ring den som har jour i stället för att vänta.",
    ),
    (
        "Förhöjd risk när någon är ledig",
        "En anmälan som kommer på en fredag behöver en mottagare med namn. Skriv i rutinen vem som "
        "tar den när den ordinarie är borta.",
    ),
)
PROVIDERS = (
    (
        "Hemtjänst Gryning AB",
        "En larmknapp var ur funktion under en helg. Utföraren utreder.",
        "no",
    ),
    ("HVB Tallbacken", "Två unga lämnades utan personal under en kväll. Utföraren utreder.", "yes"),
    ("Daglig verksamhet Ateljén", "En deltagare föll från en ramp. Räcket är lagat.", "unknown"),
)


def plan(world: World) -> None:
    """Put what goes round on the agenda."""
    world.agenda.start(world.days_ago(12), _confirm(world))
    world.agenda.start(world.days_ago(40), _inform(world))
    world.agenda.start(world.days_ago(20), _teach(world))


def _confirm(world: World) -> Story:
    """Let three of four confirm; those who log in to look around have not."""
    shown = {person.pk for person in world.people.values()}
    people = User.objects.filter(board=world.board, is_active=True).exclude(pk__in=shown)
    held = Membership.objects.valid_on(clock.today()).filter(role__in=UNIT_ROLES)
    for place, user in enumerate(people.filter(pk__in=held.values("user")).order_by("pk")):
        if place % 4:
            duty.confirm(Actor.of(user))
    yield from ()


def _inform(world: World) -> Story:
    registrar, sas = world.people["registrator"], world.people["sas"]
    for days, (name, text, notified) in enumerate(PROVIDERS):
        came_on = clock.today() - timedelta(days=3 * days)
        told = Information(name, text, came_on, provider_notified_ivo=notified)
        entered = providers.take_in(world.actor(registrar), told)
        if days:
            follow_up = "Samtal med utföraren; avtalet följs upp."
            providers.follow_up(world.actor(sas), entered.pk, text=follow_up)
        if days > 1:
            providers.finish(world.actor(sas), entered.pk, on=clock.today())
    yield from ()


def _teach(world: World) -> Story:
    sas = world.actor(world.people["sas"])
    decided = Report.objects.filter(board=world.board, status__in=states.DECIDED_ONES)
    reports = list(decided.filter(protected=False).order_by("pk")[: len(LESSONS)])
    for report, (title, text) in zip(reports, LESSONS, strict=False):
        outside.write(sas, report.pk, event=text.split(".")[0] + ".", measures="Rutinen skrevs om.")
        lesson = lessons.publish(sas, report.pk, title=title, text=text, anyway=True)
        for unit in Unit.objects.valid_on(clock.today()).filter(board=world.board)[:18]:
            leaders = Membership.objects.valid_on(clock.today()).filter(
                unit=unit, role=Role.MANAGER
            )
            leader = leaders.exclude(user=world.people["enhetschef"]).first()
            if leader is not None:
                lessons.review(Actor.of(leader.user), lesson.pk, unit=unit, held_on=clock.today())
    yield from ()

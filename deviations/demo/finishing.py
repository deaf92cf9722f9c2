"""What stands beside the deviations of the demo: reviews, drafts, files, what has been seen."""

import uuid
from datetime import timedelta

from casework.demo.agenda import Story, office_hours
from casework.demo.world import DAYS, Place, World
from casework.shared import clock
from casework.shared.uploads import Upload
from deviations.models import Deviation, Seen
from deviations.services.cooperation import record_unit_review
from deviations.services.drafts import save_draft
from deviations.services.reporting import Report, report

# What has happened since is news to the person who reported it.
NEWS_DAYS = 21
# One white pixel: enough to be a picture.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000"
    "01f15c4890000000d49444154789c63f8ffffff7f0009fb03fd05434537de"
    "0000000049454e44ae426082"
)


def plan_reviews(world: World) -> None:
    """Let the units of the log-ins' department go through theirs at an APT once a month."""
    department = world.home.department
    for number, place in enumerate(world.places):
        if place.department != department or number % 4 == 3:
            continue
        for days in range(DAYS - 40 - number, 3, -35):
            world.agenda.start(office_hours(world.days_ago(days)), _review(world, place))


def _review(world: World, place: Place) -> Story:
    today = clock.today()
    listed = list(
        Deviation.objects.filter(
            unit=place.unit,
            protected=False,
            about_manager=False,
            registered_on__gte=today - timedelta(days=40),
        ).values_list("pk", flat=True)[:8]
    )
    if listed:
        record_unit_review(
            world.actor(place.manager), place.unit, held_on=today, deviation_ids=listed
        )
    yield from ()


def finish(world: World) -> None:
    """Add drafts, a report with a picture, and what the reporters have looked at."""
    me = world.people["socialsekreterare"]
    yesterday = clock.local_day(world.present) - timedelta(days=1)
    for author, text in (
        (me, "Skolan ringde om ett möte som vi inte fått kallelse till. Mer när jag hört av"),
        (world.people["forste"], "Två utredningar saknar beslut om förlängning, jag kontrollerar"),
    ):
        fields = {
            "description": text,
            "occurred_on": yesterday.isoformat(),
            "unit": str(world.home.unit.pk),
        }
        save_draft(world.actor(author), uuid.uuid4(), fields)
    with clock.at(world.days_ago(0.2)):
        given = Report(
            description="Blanketten på väggen i väntrummet har fel telefonnummer. Bild bifogas.",
            occurred_on=yesterday,
            unit=world.home.unit,
            safe_now="nobody",
            files=[Upload("vantrummet.png", PICTURE)],
        )
        report(world.actor(me), given)
    _seen(world)


def _seen(world: World) -> None:
    """Let the log-ins have looked at their reports some time ago; what came later is news."""
    looked = world.days_ago(NEWS_DAYS)
    Seen.objects.bulk_create(
        [
            Seen(deviation=deviation, user=person, at=looked)
            for person in world.people.values()
            for deviation in Deviation.objects.filter(reporter=person, reported_at__lt=looked)
        ]
    )

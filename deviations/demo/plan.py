"""Which stories the demo tells, where and when."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from casework.demo.agenda import Story, office_hours
from casework.demo.world import DAYS, Place, World
from casework.organisation.models import User
from casework.shared.clock import STOCKHOLM
from deviations.demo import earlier, finishing, proposals, stories
from deviations.demo.cases import Case
from deviations.demo.registers import Registers, fill_registers

# Reports per unit of usual eagerness over the eighteen months.
PER_UNIT = 16
# July is quiet, autumn and spring are busy.
SEASON = {1: 9, 2: 10, 3: 11, 4: 10, 5: 10, 6: 7, 7: 3, 8: 6, 9: 11, 10: 12, 11: 11, 12: 6}
# The log-ins' own unit: with the rare ones some forty open, by the day they were reported; half
# of them old.
OPEN_AT_HOME = [
    *(95 + 15 * number for number in range(17)),
    *(35 + 9 * number for number in range(6)),
    *(1, 2, 6, 13, 22),
]


def plan(world: World) -> None:
    """Put every deviation of the demo on the agenda."""
    registers = fill_registers(world.board)
    earlier.plan_import(world)
    teller = Teller(world, registers)
    for place in world.places:
        for _ in range(max(1, round(PER_UNIT * place.eagerness))):
            # At home, what is recent and open is told one by one below.
            last = 150 if place is world.home else 0
            teller.ordinary(place, teller.some_day(last))
    teller.at_home()
    teller.rare()
    teller.of_the_log_ins()
    finishing.plan_reviews(world)


def finish(world: World) -> None:
    """Add what stands beside the deviations: drafts, files, what is seen, what was proposed."""
    finishing.finish(world)
    proposals.finish(world)


class Teller:
    """Starts stories with a case each."""

    def __init__(self, world: World, registers: Registers) -> None:
        self.world = world
        self.registers = registers
        self.rng = world.rng

    def case(self, place: Place, *, reporter: User | None = None, stop_after: str = "") -> Case:
        """Return a case of the place, of a kind that occurs in its area."""
        kinds = self.registers.kinds_in(place.area.name)
        return Case(
            world=self.world,
            registers=self.registers,
            place=place,
            kind=self.rng.choices(kinds, weights=[kind.weight for kind in kinds])[0],
            reporter=reporter or self.rng.choice([*place.workers, *place.workers, place.senior]),
            # Chances of its own: what befalls one case turns on nothing that befalls another, and
            # so not on the hour at which the demo is loaded.
            rng=random.Random(self.rng.random()),  # noqa: S311
            stop_after=stop_after,
        )

    def some_day(self, last: int = 0) -> datetime:
        """Return an instant between the beginning and ``last`` days ago, by season."""
        while True:
            instant = self.day(self.rng.uniform(last, DAYS))
            if self.rng.random() * 12 < SEASON[instant.month]:
                return instant

    def day(self, days_ago: float) -> datetime:
        """Return an instant in office hours so many days ago, never one to come."""
        local = (self.world.present - timedelta(days=days_ago)).astimezone(STOCKHOLM)
        instant = local.replace(hour=self.rng.randint(8, 16), minute=self.rng.randint(0, 59))
        instant = office_hours(instant)
        return instant if instant < self.world.present else instant - timedelta(days=4)

    def start(self, at: datetime, story: Story) -> None:
        """Begin a story."""
        self.world.agenda.start(at, story)

    def ordinary(self, place: Place, at: datetime) -> None:
        """Begin a story of the usual kinds, in their usual proportions."""
        kinds: list[tuple[int, str, Callable[[Case], Story]]] = [
            (42, "", stories.simple),
            (10, "", lambda case: stories.simple(case, act=False)),
            (26, "", stories.full),
            (4, "assign", stories.full),
            (3, "plan", stories.full),
            (3, "receive", stories.simple),
            (2, "close", stories.simple),
            (5, "", stories.dismissed),
            (3, "", stories.asked),
            (2, "", stories.waiting),
        ]
        if place is self.world.home:
            # What lies and waits at home is told one by one.
            kinds = [kind for kind in kinds if not kind[1] and kind[2] is not stories.waiting]
        _, stop_after, story = self.rng.choices(kinds, weights=[kind[0] for kind in kinds])[0]
        self.start(at, story(self.case(place, stop_after=stop_after)))

    def at_home(self) -> None:
        """Fill the Inkorg of the log-ins' own unit, and the effects that are due there."""
        home = self.world.home
        me = self.world.people["socialsekreterare"]
        steps: list[Callable[[], Story]] = [
            lambda: stories.waiting(self.case(home)),
            lambda: stories.simple(self.case(home, stop_after="receive")),
            lambda: stories.full(self.case(home, stop_after="assign")),
            lambda: stories.waiting(self.case(home)),
            lambda: stories.full(self.case(home, stop_after="plan"), owner=me, handler=me),
        ]
        for number, days in enumerate(OPEN_AT_HOME):
            # Within the last days only the first steps can have been taken.
            step = steps[number % len(steps)] if days > 30 else steps[number % 2]
            self.start(self.day(days), step())
        # A close takes eight weeks at most, and the effect three months: the last three are due.
        for days in (117, 131, 149, 156, 163):
            self.start(self.day(days), stories.simple(self.case(home, stop_after="close")))

    def rare(self) -> None:
        """Begin what seldom happens, at home and elsewhere, so that every state is there."""
        home, places = self.world.home, self.world.places
        sisters = [place for place in places if place.department == home.department]
        for days in (60, 210, 390):
            self.start(self.day(days), stories.about_manager(self.case(home)))
        self.start(self.day(12), stories.about_manager(self.case(home, stop_after="receive")))
        self.start(self.day(4), stories.about_manager(self.case(home, stop_after="report")))
        for days in (25, 140, 300):
            self.start(self.day(days), stories.protected(self.case(home, stop_after="assign")))
        for days, decided in ((40, False), (75, False), (160, True), (330, True)):
            case = self.case(home)
            self.start(self.day(days), stories.moved(case, sisters[1:3], decided=decided))
        self.start(self.day(120), stories.reopened(self.case(home), again=False))
        for days in (4, 35, 110):
            self.start(self.day(days), stories.asked(self.case(home), answers=False))
        for place in self.rng.sample(places[1:], 12):
            self.start(self.some_day(), stories.protected(self.case(place)))
            self.start(self.some_day(20), stories.reopened(self.case(place)))
            self.start(self.some_day(20), stories.doubled(self.case(place), self.case(place)))
            self.start(self.some_day(10), stories.misconduct(self.case(place), returned=True))
        for days in (1, 3, 8, 16, 33, 70, 150):
            self.start(self.day(days), stories.misconduct(self.case(self.rng.choice(places))))
        for lately in (0.5, 2):
            case = self.case(home, stop_after="report")
            self.start(self.day(lately), stories.misconduct(case))

    def of_the_log_ins(self) -> None:
        """Let each who logs in have reported something, with news of what it led to."""
        for name, reported in (
            ("socialsekreterare", (5, 45, 60, 80, 130, 260)),
            ("forste", (11, 90)),
            ("registrator", (50, 140)),
            ("beslutsfattare", (70, 170)),
            ("utvecklare", (95,)),
            ("sas", (120,)),
            ("admin", (65, 190)),
        ):
            for days in reported:
                case = self.case(self.world.home, reporter=self.world.people[name])
                self.start(self.day(days), stories.simple(case))
        me = self.world.people["socialsekreterare"]
        for days in (3, 20):
            case = self.case(self.world.home, reporter=me)
            self.start(self.day(days), stories.asked(case, answers=False))

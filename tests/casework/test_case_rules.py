"""Who takes which step with a case, written out: whoever works in the unit, its leaders, SAS."""

import pytest

from casework.access import policy
from casework.cases.models import Decision, Intake, Investigation
from casework.cases.rules import RULES
from casework.models import Absence
from casework.shared import clock
from tests.conftest import Place
from tests.factories.case_steps import come_in, granted, opened

pytestmark = pytest.mark.django_db

# Gun has the record though she works elsewhere, Erik stands in for Eva today; Sven, Farid and
# Arne are of other units, and whoever follows the whole board does nothing in a case.
MAY = """
                       amina frida eva anna gun erik sven farid arne sara vera rut simon
assess_protection        x     x    x   x    x   x    .    .     .    .    .    .    .
decide_intake            x     x    x   x    x   x    .    .     .    .    .    .    .
ask_feedback             x     x    x   x    x   x    .    .     .    .    .    .    .
give_feedback            x     x    x   x    x   x    .    .     .    .    .    .    .
waive_feedback           x     x    x   x    x   x    .    .     .    .    .    .    .
extend_investigation     x     x    x   x    x   x    .    .     .    .    .    .    .
close_investigation      x     x    x   x    x   x    .    .     .    .    .    .    .
begin_follow_up          x     x    x   x    x   x    .    .     .    .    .    .    .
end_follow_up            x     x    x   x    x   x    .    .     .    .    .    .    .
execute                  x     x    x   x    x   x    .    .     .    .    .    .    .
interrupt                x     x    x   x    x   x    .    .     .    .    .    .    .
resume                   x     x    x   x    x   x    .    .     .    .    .    .    .
end_without_execution    x     x    x   x    x   x    .    .     .    .    .    .    .
give_reason              x     x    x   x    x   x    .    .     .    .    .    .    .
begin_time               x     x    x   x    x   x    .    .     .    .    .    .    .
review_time              x     x    x   x    x   x    .    .     .    .    .    .    .
extend_time              x     x    x   x    x   x    .    .     .    .    .    .    .
time_done                x     x    x   x    x   x    .    .     .    .    .    .    .
drop_time                x     x    x   x    x   x    .    .     .    .    .    .    .
take                     x     x    x   x    x   x    .    .     .    .    .    .    .
assign                   .     x    x   x    x   x    .    .     .    .    .    .    .
move_unit                .     x    x   x    .   x    .    .     .    .    .    .    .
protect                  x     x    x   x    x   x    .    .     .    x    .    .    .
"""


@pytest.mark.parametrize("kind", ["intake", "investigation", "decision"])
def test_who_takes_which_step(place: Place, other_place: Place, kind: str) -> None:
    record: Intake | Investigation | Decision = {
        "intake": lambda: come_in(place)[0],
        "investigation": lambda: opened(place),
        "decision": lambda: granted(place),
    }[kind]()
    record.handler = place.user("gun")
    Absence.objects.create(
        user=place.user("eva"),
        substitute=place.user("erik"),
        board=place.board,
        valid_from=clock.today(),
        valid_to=clock.today(),
    )
    head, *rows = (line.split() for line in MAY.strip().splitlines())
    expected = {
        who: {row[0] for row in rows if row[place + 1] == "x"} for place, who in enumerate(head)
    }
    assert {row[0] for row in rows} == RULES.keys()
    for who, steps in expected.items():
        assert policy.allowed(place.actor(who), record, RULES) == steps, who
    for who in other_place.people:
        assert policy.allowed(other_place.actor(who), record, RULES) == set(), who

"""Who does what with a lex Sarah report, written out from SOSFS 2011:5 and the delegation."""

import pytest

from casework.access import policy
from casework.models import Membership, Role
from lexsarah import states
from lexsarah.models import Report
from lexsarah.rules import PROVIDER_RULES, RULES
from tests.conftest import Place
from tests.lexsarah.factory import handed_in

pytestmark = pytest.mark.django_db

# Sara is SAS; Gun investigates and is no SAS; Birgit is to decide; Erik is SAS and has a case in
# hand that examines him (he works in the unit as well). Nobody else does anything.
MAY = """
                        sara gun birgit erik
start_investigation      x    .    .     .
assign_investigator      x    .    .     .
set_registry_number      x    x    .     .
assess_serious           x    x    .     .
notify_ivo               x    x    .     .
supplement_ivo           x    x    .     .
make_safe                x    x    .     x
protect                  x    x    .     .
move                     x    .    .     .
classify                 x    x    .     .
point_to_mas             x    x    .     .
write_document           x    x    .     .
add_note                 x    x    .     .
read_notes               x    x    x     .
read_document            x    x    x     .
judge_earlier_event      x    x    .     .
name_examined            x    .    .     .
request_statement        x    x    .     .
request_safety           x    x    .     .
withdraw_request         x    x    .     .
read_requests            x    x    x     .
propose                  x    x    .     .
take_back_proposal       x    x    .     .
assign_decider           x    x    .     .
return_proposal          .    .    x     .
decide                   .    .    x     .
close_short              x    x    x     .
reopen                   x    .    x     .
deliver                  x    x    .     .
propose_measure          x    x    .     .
withdraw_measure         x    x    .     .
reassign_measure         x    x    .     .
decide_measure           .    .    x     .
follow_measures          x    x    .     .
finish_measure           x    x    .     .
assess_measure           x    x    .     .
close                    x    x    .     .
store_document           x    x    .     .
register_document        x    x    .     .
ivo_letter               x    x    .     .
read_outside_text        x    x    x     .
write_outside_text       x    x    .     .
approve_outside_text     x    .    x     .
publish_lesson           x    .    .     .
"""

# State after each act, in the order of the states: "=" it stays, "." the act does not fit.
SHORT = ("rec", "inv", "sta", "pro", "dec", "act", "clo")
BECOMES = """
                        rec inv sta pro dec act clo
start_investigation     inv  .   .   .   .   .   .
assign_investigator      =   =   =   =   =   =   .
assess_serious           =   =   =   =   .   .   .
notify_ivo               =   =   =   =   =   =   =
supplement_ivo           =   =   =   =   =   =   =
set_registry_number      =   =   =   =   =   =   =
make_safe                =   =   =   =   =   =   .
protect                  =   =   =   =   =   =   =
move                     =   =   =   =   .   .   .
classify                 =   =   =   =   =   =   =
point_to_mas             =   =   =   =   =   =   .
write_document           .   =   =   .   .   .   .
add_note                 =   =   =   =   =   =   .
judge_earlier_event      .   =   =   .   .   .   .
name_examined            =   =   =   =   .   .   .
request_statement        .  sta  =   .   .   .   .
request_safety           =   =   =   =   =   =   .
withdraw_request         =   =   =   =   =   =   .
statements_in            .   .  inv  .   .   .   .
statements_awaited       .  sta  .   .   .   .   .
propose                  .  pro pro  .   .   .   .
take_back_proposal       .   .   .  inv  .   .   .
return_proposal          .   .   .  inv  .   .   .
assign_decider           .   .   .   =   =   =   .
decide                   .   .   .  dec  .   .   .
close_short             clo clo clo  .   .   .   .
reopen                   .   .   .   .  inv inv inv
deliver                  .   .   .   .   =   =   =
propose_measure          .   =   =   .   =   =   .
withdraw_measure         .   =   =   .   =   =   .
reassign_measure         .   =   =   =   =   =   .
decide_measure           .   .   .   .   =   =   .
follow_measures          .   .   .   .  act  .   .
finish_measure           .   =   =   =   =   =   .
assess_measure           .   =   =   =   =   =   .
close                    .   .   .   .  clo clo  .
store_document           =   =   =   =   =   =   =
register_document        =   =   =   =   =   =   =
ivo_letter               =   =   =   =   =   =   =
write_outside_text       .   .   .   .   =   =   =
approve_outside_text     .   .   .   .   =   =   =
publish_lesson           .   .   .   .   =   =   =
"""


def _table(text: str) -> dict[str, dict[str, str]]:
    head, *rows = (line.split() for line in text.strip().splitlines())
    return {name: dict(zip(head, cells, strict=True)) for name, *cells in rows}


def test_who_does_what(place: Place, other_place: Place) -> None:
    report = handed_in(place)
    Report.objects.filter(pk=report.pk).update(
        investigator=place.user("gun"), decider=place.user("birgit")
    )
    Membership.objects.filter(user=place.user("erik")).update(unit=place.unit)
    Membership.objects.create(user=place.user("erik"), board=place.board, role=Role.SAS)
    report = Report.objects.get()
    expected = _table(MAY)
    assert expected.keys() == RULES.keys()
    for who in place.people:
        acts = {act for act, row in expected.items() if row.get(who) == "x"}
        assert policy.allowed(place.actor(who), report, RULES) == acts, who
    for who in other_place.people:
        assert policy.allowed(other_place.actor(who), report, RULES) == set(), who


def test_what_each_act_makes_of_each_state() -> None:
    names = dict(zip(SHORT, states.LABELS, strict=True))
    expected = _table(BECOMES)
    assert expected.keys() == states.REPORT.acts.keys()
    found = {}
    for act in expected:
        found[act] = dict.fromkeys(SHORT, ".")
        for short, state in names.items():
            if states.REPORT.allows(act, state):
                target = states.REPORT.target(act, state)
                after = {code: key for key, code in names.items()}[target]
                found[act][short] = "=" if after == short else after
    assert found == expected


def test_which_states_and_outcomes_are_what() -> None:
    assert list(states.LABELS) == [
        "received",
        "investigating",
        "statements",
        "proposed",
        "decided",
        "actions",
        "closed",
    ]
    assert {"investigating", "statements"} == states.WRITING
    assert {"decided", "actions", "closed"} == states.DECIDED_ONES
    assert {"received", "investigating", "statements", "proposed"} == states.UNDECIDED
    assert states.UNDECIDED | {"decided", "actions"} == states.OPEN_STATES
    # SoL 27:6: what is serious goes to IVO, and a risk of what is.
    assert {"serious", "serious_risk"} == states.TO_IVO
    assert list(states.OUTCOMES) == ["none", "misconduct", "risk", "serious", "serious_risk"]


def test_information_from_providers_is_followed_by_whoever_entered_it_and_sas() -> None:
    works = {policy.Relation.SAS, policy.Relation.HANDLER}
    assert dict.fromkeys(["follow_up", "finish", "correct"], works) == PROVIDER_RULES

"""Every act in every state and by everyone: the two tables hold, and nothing else does."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from casework.access import policy
from casework.models import AuditEvent
from casework.shared.errors import ConflictError, NotAllowed, NotVisible
from deviations import states
from deviations.models import Deviation, DeviationVersion, StatusRow
from deviations.rules import CONFIDENTIAL_PROPOSAL_RULES, PROPOSAL_RULES, RULES
from deviations.services import inbox
from deviations.services.rebuilding import rebuilt_versions
from tests.conftest import Place, make_report
from tests.factories.handling import Registers, acts, in_state, make_registers

pytestmark = pytest.mark.django_db

ACTS = sorted(states.DEVIATION.acts)

# Somebody who may, for each act.
BY = dict.fromkeys(ACTS, "eva") | {
    "answer": "amina",
    "decide_unit": "anna",
    "return_from_sas": "sara",
}

# Who stands in which relation to what Amina reported in the unit and Nils handles.
PEOPLE = {
    "reporter": "amina",
    "handler": "nils",
    "manager": "eva",
    "helper": "frida",
    "head": "anna",
    "sas": "sara",
    "developer": "vera",
}

# A state in which the act fits.
FITS = dict.fromkeys(ACTS, states.RECEIVED) | {
    "receive": states.REPORTED,
    "return_from_sas": states.WITH_SAS,
    "assess_effect": states.CLOSED_FOLLOW_UP,
    "postpone_effect": states.CLOSED_FOLLOW_UP,
    "reopen": states.CLOSED,
}

# What becomes of a deviation by an act, in the order of ``STATES``: "=" it stays as it is,
# "." the act does not fit. Written from what the unit and SAS do with one, not from the code:
# what is reported or open again is worked with, what SAS has waits for SAS, what is closed is
# followed up or opened again, and what is merged is handled with the other.
STATES = {
    "rep": "reported",
    "rec": "received",
    "inv": "investigating",
    "act": "actions",
    "fol": "closed_follow_up",
    "clo": "closed",
    "not": "not_deviation",
    "mer": "merged",
    "sas": "with_sas",
    "reo": "reopened",
}
BECOMES = """
                      rep rec inv act fol clo not mer sas reo
receive               rec  .   .   .   .   .   .   .   .  rec
assign                inv inv inv act  .   .   .   .   .  inv
classify               =   =   =   =   .   .   .   .   =   =
investigate           inv inv inv act  .   .   .   .   .  inv
plan_action           act act act act  .   .   .   .   .  act
finish_action          =   =   =   =   =   =   =   .   .   =
move                  rep rep rep rep  .   .   .   .   .  rep
decide_unit           rep rep rep rep  .   .   .   .   .  rep
ask                    =   =   =   =   .   .   .   .   .   =
answer                 =   =   =   =   .   .   .   .   =   =
dismiss               not not not not  .   .   .   .   .  not
merge                 mer mer mer mer  .   .   .   .   .  mer
send_to_sas           sas sas sas sas  .   .   .   .   .  sas
return_from_sas        .   .   .   .   .   .   .   .  inv  .
close                 fol fol fol fol  .   .   .   .   .  fol
close_without_action  clo clo clo clo  .   .   .   .   .  clo
assess_effect          .   .   .   .  clo clo  .   .   .   .
postpone_effect        .   .   .   .   =   .   .   .   .   .
reopen                 .   .   .   .  reo reo reo  .   .   .
exchange               =   =   =   =   =   =   =   .   =   =
protect                =   =   =   =   =   =   =   .   =   =
"""

# Who does it, by what they are to the deviation. Whoever handles one works it out and closes
# nothing; the Förste who helps sorts the Inkorg; the chefer decide; SAS has what is SAS's own.
MAY = """
                      reporter handler manager helper head sas developer
receive                  .        .       x      x     x    .      .
assign                   .        .       x      x     x    .      .
classify                 .        x       x      x     x    x      x
investigate              .        x       x      .     x    .      .
plan_action              .        x       x      .     x    .      .
finish_action            .        x       x      .     x    .      .
move                     .        .       x      x     x    .      .
decide_unit              .        .       .      .     x    .      .
ask                      .        x       x      x     x    x      .
answer                   x        .       .      .     .    .      .
dismiss                  .        .       x      .     x    .      .
merge                    .        .       x      x     x    .      .
send_to_sas              .        x       x      x     x    .      .
return_from_sas          .        .       .      .     .    x      .
close                    .        .       x      .     x    .      .
close_without_action     .        .       x      .     x    .      .
assess_effect            .        .       x      .     x    .      .
postpone_effect          .        .       x      .     x    .      .
reopen                   .        .       x      .     x    x      .
exchange                 .        x       x      .     x    x      .
protect                  .        x       x      x     x    x      .
"""


def table(text: str) -> dict[str, dict[str, str]]:
    """Return a table of words as row → column → cell."""
    head, *rows = (line.split() for line in text.strip().splitlines())
    return {name: dict(zip(head, cells, strict=True)) for name, *cells in rows}


@pytest.fixture
def registers(place: Place) -> Registers:
    return make_registers(place)


def test_every_act_and_state_has_its_place_in_the_tables() -> None:
    assert set(states.DEVIATION.acts) == table(BECOMES).keys() == table(MAY).keys()
    assert RULES.keys() == table(MAY).keys()
    assert set(STATES.values()) == set(states.LABELS)
    assert all(row.keys() == STATES.keys() for row in table(BECOMES).values())
    assert all(row.keys() == PEOPLE.keys() for row in table(MAY).values())


@pytest.mark.parametrize("act", ACTS)
def test_act_in_each_state(place: Place, registers: Registers, act: str) -> None:
    expected = table(BECOMES)[act]
    assert {short: _becomes(place, registers, act, short) for short in STATES} == expected


def _becomes(place: Place, registers: Registers, act: str, short: str) -> str:
    """Do ``act`` in a state, take it back, and say what became of it as the table does."""
    with _taken_back():
        deviation = in_state(place, registers, STATES[short])
        actor, do = place.actor(BY[act]), acts(place, registers)[act]
        try:
            do(actor, deviation)
        except ConflictError:
            deviation.refresh_from_db()
            return "." if deviation.status == STATES[short] else f"refused, but {deviation.status}"
        deviation.refresh_from_db()
        assert _is_counted_as_told(deviation)
        stays = deviation.status == STATES[short]
        # Written out where an act always leads to one state, also when it was in it already.
        named = {code: key for key, code in STATES.items()}[deviation.status]
        return "=" if stays and named not in table(BECOMES)[act].values() else named


def _is_counted_as_told(deviation: Deviation) -> bool:
    """Say whether what counting reads is exactly what the history says."""
    kept = DeviationVersion.objects.filter(deviation=deviation)
    key = ("effective_from", "effective_to", "recorded_from", "recorded_to", "status", "unit_id")
    rebuilt = [tuple(getattr(row, name) for name in key) for row in rebuilt_versions(deviation)]
    now = {row[4:] for row in rebuilt if row[3].year == 9999}
    return now == set(kept.filter(recorded_to__year=9999).values_list("status", "unit_id"))


@pytest.mark.parametrize("act", ACTS)
def test_act_by_each_relation(place: Place, registers: Registers, act: str) -> None:
    place.unit.forste_helps_with_inbox = True
    place.unit.save()
    expected = table(MAY)[act]
    assert {who: _may(place, registers, act, who) for who in PEOPLE} == expected


def _may(place: Place, registers: Registers, act: str, relation: str) -> str:
    with _taken_back():
        deviation = in_state(place, registers, FITS[act])
        Deviation.objects.filter(pk=deviation.pk).update(handler=place.user("nils"))
        actor, do = place.actor(PEOPLE[relation]), acts(place, registers)[act]
        # Of a merging they do not even see the one it would be merged with.
        unseen = act == "merge" and relation in {"reporter", "handler"}
        refused = (NotAllowed, NotVisible) if unseen else (NotAllowed,)
        try:
            do(actor, deviation)
        except refused:
            return "."
        return "x"


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# "Det gäller min chef": to the manager and to the Förste who helps it is not theirs, though they
# wrote it themselves and so read it. The head has it, SAS and the developer as ever.
@pytest.mark.parametrize("by", ["frida", "eva"])
def test_whoever_wrote_it_on_the_manager_does_nothing_but_answer(place: Place, by: str) -> None:
    place.unit.forste_helps_with_inbox = True
    place.unit.save()
    deviation = make_report(place, by=by, about_manager=True)
    assert policy.allowed(place.actor(by), deviation, RULES) == {"answer"}
    with pytest.raises(NotAllowed):
        inbox.receive(place.actor(by), deviation.pk)
    inbox.receive(place.actor("anna"), deviation.pk)
    # Nor one who does both without having written it.
    other = make_report(place, by="amina", about_manager=True)
    for who in ("frida", "eva"):
        with pytest.raises(NotVisible):
            inbox.receive(place.actor(who), other.pk)


@pytest.mark.parametrize("act", ACTS)
def test_what_cannot_be_seen_cannot_be_acted_on(
    place: Place, registers: Registers, act: str
) -> None:
    deviation = in_state(place, registers, FITS[act])
    with pytest.raises(NotVisible):
        acts(place, registers)[act](place.actor("sven"), deviation)


@pytest.mark.parametrize("act", ACTS)
def test_no_act_reaches_over_the_wall_between_boards(
    place: Place, other_place: Place, registers: Registers, act: str
) -> None:
    deviation = in_state(place, registers, FITS[act])
    for who in ("eva", "anna", "sara", "vera"):
        with pytest.raises(NotVisible):
            acts(place, registers)[act](other_place.actor(who), deviation)


@pytest.mark.parametrize("act", sorted(set(ACTS) - {"finish_action", "merge"}))
def test_each_act_leaves_one_audit_event_without_text(
    place: Place, registers: Registers, act: str
) -> None:
    deviation = in_state(place, registers, FITS[act])
    before = AuditEvent.objects.count()
    acts(place, registers)[act](place.actor(BY[act]), deviation)
    events = list(AuditEvent.objects.order_by("pk")[before:])
    if act == "send_to_sas":
        # From that moment it is a lex Sarah report as well, which has an event of its own.
        assert events.pop(0).action == "lexsarah.received"
    assert [event.subject_ids for event in events] == [[deviation.pk]]
    assert "Rutin" not in str(events[0].data)


def test_a_new_handler_does_not_stop_actions_under_way(place: Place, registers: Registers) -> None:
    deviation = in_state(place, registers, states.ACTIONS)
    inbox.assign(place.actor("eva"), deviation.pk, to=place.user("nils"))
    deviation.refresh_from_db()
    assert (deviation.status, deviation.handler) == (states.ACTIONS, place.user("nils"))


def test_only_colleagues_of_the_unit_are_assigned(place: Place) -> None:
    deviation = make_report(place)
    from casework.shared.errors import InvalidInput

    with pytest.raises(InvalidInput) as refused:
        inbox.assign(place.actor("eva"), deviation.pk, to=place.user("sven"))
    assert refused.value.field == "to"


def test_a_protected_one_is_assigned_to_named_people_alone(place: Place) -> None:
    from casework.shared.errors import InvalidInput

    deviation = make_report(place, by="eva", protected=True)
    with pytest.raises(InvalidInput):
        inbox.assign(place.actor("eva"), deviation.pk, to=place.user("amina"))
    inbox.assign(place.actor("eva"), deviation.pk, to=place.user("nils"))
    deviation.refresh_from_db()
    assert deviation.handler == place.user("nils")


def test_several_are_received_as_one_event_or_not_at_all(place: Place) -> None:
    first, second, third = (make_report(place) for _ in range(3))
    eva = place.actor("eva")
    inbox.receive(eva, second.pk)
    with pytest.raises(ConflictError, match=second.number):
        inbox.receive_several(eva, [first.pk, second.pk, third.pk])
    first.refresh_from_db()
    assert first.status == states.REPORTED
    before = AuditEvent.objects.count()
    inbox.receive_several(eva, [third.pk, first.pk])
    (event,) = AuditEvent.objects.order_by("pk")[before:]
    assert event.subject_ids == [first.pk, third.pk]
    assert set(Deviation.objects.values_list("status", flat=True)) == {states.RECEIVED}


def test_a_reason_is_kept_where_the_state_stays_the_same(place: Place) -> None:
    deviation = make_report(place)
    inbox.move(place.actor("eva"), deviation.pk, to=place.sister_unit, reason="Deras ärende")
    assert StatusRow.objects.filter(deviation=deviation).last().reason == "Deras ärende"


def test_who_decides_on_what_the_watch_proposes() -> None:
    """Of lex Sarah the examined unit knows nothing, so SAS alone; none of them together."""
    inbox_of_unit, decides = {"manager", "helper", "head"}, {"manager", "head"}
    assert {
        "confirm": inbox_of_unit,
        "confirm_together": decides,
        "decline": decides,
    } == PROPOSAL_RULES
    assert {
        "confirm": {"sas"},
        "confirm_together": set(),
        "decline": {"sas"},
    } == CONFIDENTIAL_PROPOSAL_RULES

"""Every act in every state and by everyone: the two tables hold, and nothing else does."""

import pytest

from casework.models import AuditEvent
from casework.shared.errors import ConflictError, NotAllowed, NotVisible
from deviations import states
from deviations.models import Deviation, DeviationVersion, StatusRow
from deviations.rules import RULES
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


@pytest.fixture
def registers(place: Place) -> Registers:
    return make_registers(place)


def test_the_two_tables_name_the_same_acts() -> None:
    assert RULES.keys() == states.DEVIATION.acts.keys()


@pytest.mark.parametrize("state", sorted(states.LABELS))
@pytest.mark.parametrize("act", ACTS)
def test_act_in_state(place: Place, registers: Registers, act: str, state: str) -> None:
    deviation = in_state(place, registers, state)
    actor = place.actor(BY[act])
    do = acts(place, registers)[act]
    if not states.DEVIATION.allows(act, state):
        with pytest.raises(ConflictError):
            do(actor, deviation)
        deviation.refresh_from_db()
        assert deviation.status == state
        return
    do(actor, deviation)
    deviation.refresh_from_db()
    assert deviation.status == states.DEVIATION.target(act, state)
    # What counting reads is exactly what the history says.
    kept = DeviationVersion.objects.filter(deviation=deviation)
    key = ("effective_from", "effective_to", "recorded_from", "recorded_to", "status", "unit_id")
    rebuilt = [tuple(getattr(row, name) for name in key) for row in rebuilt_versions(deviation)]
    now = {row[4:] for row in rebuilt if row[3].year == 9999}
    assert now == set(kept.filter(recorded_to__year=9999).values_list("status", "unit_id"))


@pytest.mark.parametrize("relation", sorted(PEOPLE))
@pytest.mark.parametrize("act", ACTS)
def test_act_by_relation(place: Place, registers: Registers, act: str, relation: str) -> None:
    place.unit.forste_helps_with_inbox = True
    place.unit.save()
    deviation = in_state(place, registers, FITS[act])
    Deviation.objects.filter(pk=deviation.pk).update(handler=place.user("nils"))
    actor = place.actor(PEOPLE[relation])
    do = acts(place, registers)[act]
    if relation in RULES[act]:
        do(actor, deviation)
    elif act == "merge" and relation in {"reporter", "handler"}:
        # They do not even see the one it would be merged with.
        with pytest.raises((NotAllowed, NotVisible)):
            do(actor, deviation)
    else:
        with pytest.raises(NotAllowed):
            do(actor, deviation)


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

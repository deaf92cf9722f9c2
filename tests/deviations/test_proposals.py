"""Förslag från bevakning: who decides, what a confirmed one becomes, and what is counted."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from casework.deadlines import services
from casework.models import AuditEvent
from casework.organising import units
from casework.reports.selection import select
from casework.reports.tables import QUALITY_TABLES
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from deviations import states
from deviations.models import Action, Category, Deviation, Proposal, ProposalDecision
from deviations.queries import inbox
from deviations.queries import proposals as queries
from deviations.queries.inbox import Section
from deviations.services import closing, cooperation, proposals
from tests.conftest import Place, make_report
from tests.factories.handling import Registers, make_registers, planned, simple
from tests.factories.proposals import missed

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]


@pytest.fixture
def registers(place: Place) -> Registers:
    return make_registers(place)


def waiting(place: Place, name: str) -> list[int]:
    return [proposal.pk for proposal in queries.waiting(place.actor(name))]


def test_a_confirmed_proposal_is_an_ordinary_deviation_born_of_the_watch(
    place: Place, at: Travel
) -> None:
    at(date(2026, 3, 30))
    proposal = missed(place, days_ago=28)
    deviation = proposals.confirm(place.actor("eva"), proposal.pk)
    assert deviation.number.startswith("AVV-2026-")
    assert (deviation.status, deviation.unit, deviation.reporter) == ("reported", place.unit, None)
    assert deviation.from_watch
    assert deviation.category == proposal.category
    assert (deviation.registered_on, deviation.occurred_on, deviation.noticed_on) == (
        date(2026, 3, 30),
        date(2026, 3, 16),
        date(2026, 3, 30),
    )
    subject = Deviation.objects.get(pk=proposal.deadline.subject_id)
    assert deviation.case_number == subject.number
    assert deviation in inbox.waiting(place.actor("eva"))
    assert deviation.versions.get().from_watch
    decision = ProposalDecision.objects.get()
    assert (decision.outcome, decision.deviation) == ("confirmed", deviation)
    assert decision.actor == place.user("eva")
    assert waiting(place, "eva") == []
    for action in ("deviation.reported", "deviation.proposal_confirmed"):
        assert AuditEvent.objects.filter(action=action, actor_id=place.user("eva").pk).exists()


def test_the_text_says_rule_and_dates_and_nothing_of_whom_it_concerned(
    place: Place, at: Travel
) -> None:
    at(date(2026, 3, 30))
    proposal = missed(place, days_ago=28, description="Lisa Svensson", case_number="2026-4711")
    text = proposals.confirm(place.actor("eva"), proposal.pk).description
    assert text.startswith(
        "Förhandsbedömning blev inte klar i tid. Sista dag var måndag 16 mars 2026. Det var inte "
        "registrerat som klart måndag 30 mars 2026, 14 dagar efter sista dag."
    )
    assert "inom 14 dagar enligt" in text
    assert "Lisa" not in text
    assert "4711" not in text
    assert "AVV" not in text


def test_it_says_how_late_it_was_done(place: Place, at: Travel) -> None:
    at(date(2026, 3, 30))
    proposal = missed(place, days_ago=28)
    _meet(proposal, date(2026, 3, 17))
    text = proposals.confirm(place.actor("eva"), proposal.pk).description
    assert "Det blev klart tisdag 17 mars 2026, 1 dag för sent." in text


def test_the_category_can_be_another_of_today(
    place: Place, registers: Registers, at: Travel
) -> None:
    proposal = missed(place)
    gone = Category.objects.create(
        board=place.board, name="Gammal", valid_to=clock.today() - timedelta(days=1)
    )
    eva = place.actor("eva")
    with pytest.raises(InvalidInput, match="används i dag"):
        proposals.confirm(eva, proposal.pk, category=gone)
    other = proposals.confirm(eva, proposal.pk, category=registers.category)
    assert other.category == registers.category
    # What was proposed while it was used may stay.
    second = missed(place)
    Category.objects.filter(pk=second.category_id).update(
        valid_to=clock.today() - timedelta(days=1)
    )
    assert proposals.confirm(eva, second.pk).category == second.category


def test_it_is_decided_once_for_ever(place: Place) -> None:
    first, second = missed(place), missed(place)
    eva = place.actor("eva")
    proposals.confirm(eva, first.pk)
    proposals.decline(eva, second.pk, reason="Fel dag i systemet.")
    for proposal, what in ((first, "bekräftat"), (second, "avböjt")):
        with pytest.raises(ConflictError, match=f"är redan {what}") as refused:
            proposals.confirm(place.actor("anna"), proposal.pk)
        assert refused.value.code == "already_decided"
        with pytest.raises(ConflictError):
            proposals.decline(eva, proposal.pk, reason="Nej.")
    assert Deviation.objects.filter(from_watch=True).count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        ProposalDecision.objects.update(reason="Ändrat")


def test_declining_wants_a_reason_and_is_not_counted(place: Place) -> None:
    proposal = missed(place)
    eva = place.actor("eva")
    with pytest.raises(InvalidInput) as refused:
        proposals.decline(eva, proposal.pk, reason="  ")
    assert refused.value.field == "reason"
    proposals.decline(eva, proposal.pk, reason="Rätt dag, fel ärende.")
    assert ProposalDecision.objects.get().reason == "Rätt dag, fel ärende."
    assert not Deviation.objects.filter(from_watch=True).exists()
    assert waiting(place, "eva") == []
    assert AuditEvent.objects.filter(action="deviation.proposal_declined").count() == 1


@pytest.mark.parametrize("way", ["met", "void", "extended"])
def test_what_was_kept_after_all_can_only_be_declined(place: Place, at: Travel, way: str) -> None:
    at(date(2026, 3, 30))
    proposal = missed(place, days_ago=28)
    (time,) = services.open_for(Q(pk=proposal.deadline_id))
    if way == "met":
        services.meet(time, date(2026, 3, 10), clock.now())
    elif way == "void":
        services.void(time, clock.now())
    else:
        services.extend(time, date(2026, 4, 20), date(2026, 3, 12), clock.now())
    (row,) = queries.rows(place.actor("eva"), list(queries.waiting(place.actor("eva"))))
    assert row.settled
    with pytest.raises(ConflictError, match="Avböj förslaget"):
        proposals.confirm(place.actor("eva"), proposal.pk)
    proposals.decline(place.actor("eva"), proposal.pk, reason="Registrerades sent.")


def test_skydd_and_lvu_ask_for_lex_sarah_and_yes_reaches_sas_at_once(place: Place) -> None:
    no, yes = missed(place, "lvu_referral"), missed(place, "protection_assessment")
    eva = place.actor("eva")
    with pytest.raises(InvalidInput) as refused:
        proposals.confirm(eva, no.pk)
    assert refused.value.field == "possible_misconduct"
    assert not proposals.confirm(eva, no.pk, possible_misconduct=False).possible_misconduct
    marked = proposals.confirm(eva, yes.pk, possible_misconduct=True)
    for_sas = inbox.summary(place.actor("sara")).by_section
    assert for_sas == {Section.FOR_SAS: 1}
    assert list(inbox.waiting(place.actor("sara"))) == [marked]


def test_who_may_decide(place: Place) -> None:
    proposal = missed(place)
    for name in ("amina", "nils", "frida", "erik", "arne", "rut", "birgit", "gun", "simon"):
        with pytest.raises(NotVisible):
            proposals.confirm(place.actor(name), proposal.pk)
        assert waiting(place, name) == []
    for name in ("sara", "vera"):
        assert waiting(place, name) == [proposal.pk]
        for act in (
            lambda who: proposals.confirm(who, proposal.pk),
            lambda who: proposals.decline(who, proposal.pk, reason="Nej."),
        ):
            with pytest.raises(NotAllowed):
                act(place.actor(name))
    place.unit.forste_helps_with_inbox = True
    place.unit.save()
    with pytest.raises(NotAllowed):
        proposals.decline(place.actor("frida"), proposal.pk, reason="Nej.")
    proposals.confirm(place.actor("frida"), proposal.pk)
    proposals.confirm(place.actor("anna"), missed(place).pk)


def test_another_board_knows_nothing_of_it(place: Place, other_place: Place) -> None:
    proposal = missed(place)
    for name in ("eva", "sara", "vera"):
        with pytest.raises(NotVisible):
            proposals.confirm(other_place.actor(name), proposal.pk)


def test_protected_ones_are_for_the_named_people_and_sas(place: Place) -> None:
    proposal, later = missed(place, protected=True), missed(place)
    # The time has ended when the record becomes protected: the proposal follows all the same.
    _meet(later, clock.today())
    cooperation.set_protection(place.actor("eva"), later.deadline.subject_id, protected=True)
    for name, seen in (("anna", []), ("vera", []), ("eva", 2), ("sara", 2)):
        assert len(waiting(place, name)) == (seen or 0)
    for one in (proposal, later):
        assert proposals.confirm(place.actor("eva"), one.pk).protected


def test_the_unit_of_that_day_answers_also_where_another_has_replaced_it(place: Place) -> None:
    first, simon = missed(place), place.actor("simon")
    old = place.unit
    new = units.rename_unit(simon, old.pk, name="Nya enheten", on=clock.today())
    deviation = proposals.confirm(place.actor("eva"), first.pk)
    assert (deviation.unit, deviation.reporting_unit) == (new, old)


def test_a_unit_that_is_gone_leaves_it_with_the_head(place: Place) -> None:
    proposal = missed(place, unit=place.sister_unit, by="sven")
    place.sister_unit.valid_to = clock.today() - timedelta(days=1)
    place.sister_unit.save()
    deviation = proposals.confirm(place.actor("anna"), proposal.pk)
    assert deviation.unit == place.sister_unit


def test_twelve_are_confirmed_with_one_cause_analysis_and_one_action(
    place: Place, registers: Registers
) -> None:
    many = [missed(place) for _ in range(10)] + [
        missed(place, "unexecuted_decision"),
        missed(place),
    ]
    given = simple(
        registers,
        category=None,
        causes=[registers.cause, registers.other_cause],
        main_cause=registers.other_cause,
        analysis="Två tjänster stod tomma hela våren.",
        done="",
        planned=planned(place, registers),
    )
    made = proposals.confirm_together(place.actor("eva"), [proposal.pk for proposal in many], given)
    assert len(made) == ProposalDecision.objects.count() == 12
    for deviation, proposal in zip(made, many, strict=True):
        deviation.refresh_from_db()
        assert deviation.from_watch
        assert (deviation.status, deviation.category) == (states.ACTIONS, proposal.category)
        assert deviation.main_cause == registers.other_cause
        assert deviation.analysis == "Två tjänster stod tomma hela våren."
        assert deviation.versions.get().status == states.ACTIONS
    assert Action.objects.values_list("text", "deviation").distinct().count() == 12
    assert waiting(place, "eva") == []
    event = AuditEvent.objects.get(action="deviation.proposal_confirmed")
    assert (event.subject_kind, event.subject_ids) == ("proposal", [one.pk for one in many])
    assert event.data == {"deviations": [deviation.pk for deviation in made]}


def test_together_the_successor_of_a_unit_is_asked_for_once(
    place: Place, registers: Registers
) -> None:
    some, old = [missed(place) for _ in range(4)], place.unit
    new = units.rename_unit(place.actor("simon"), old.pk, name="Nya enheten", on=clock.today())
    given = simple(registers, done="", planned=planned(place, registers))
    with CaptureQueriesContext(connection) as queries:
        made = proposals.confirm_together(place.actor("eva"), [one.pk for one in some], given)
    assert {(one.unit, one.reporting_unit) for one in made} == {(new, old)}
    asked = [one for one in queries if "unit_replaces" in one["sql"] and "ORDER BY" in one["sql"]]
    assert len(asked) == 1


def test_together_all_or_none(place: Place, registers: Registers) -> None:
    eva = place.actor("eva")
    some = [missed(place) for _ in range(3)]
    ids = [proposal.pk for proposal in some]
    proposals.confirm(eva, ids[1])
    with pytest.raises(ConflictError, match="Ett förslag av 3 är redan") as refused:
        proposals.confirm_together(eva, ids, simple(registers))
    assert refused.value.code == "already_decided"
    assert waiting(place, "eva") == [ids[0], ids[2]]
    with pytest.raises(InvalidInput):
        proposals.confirm_together(eva, [], simple(registers))
    with pytest.raises(NotVisible):
        proposals.confirm_together(eva, [ids[0], 10**9], simple(registers))
    with pytest.raises(InvalidInput):
        proposals.confirm_together(eva, [ids[0], ids[2]], simple(registers, causes=[]))
    assert waiting(place, "eva") == [ids[0], ids[2]]
    assert Deviation.objects.filter(from_watch=True).count() == 1


def test_together_is_for_those_who_close(place: Place, registers: Registers) -> None:
    place.unit.forste_helps_with_inbox = True
    place.unit.save()
    proposal = missed(place)
    with pytest.raises(NotAllowed):
        proposals.confirm_together(place.actor("frida"), [proposal.pk], simple(registers))
    (deviation,) = proposals.confirm_together(place.actor("eva"), [proposal.pk], simple(registers))
    deviation.refresh_from_db()
    assert deviation.status == states.CLOSED_FOLLOW_UP


def test_together_what_may_be_a_missforhallande_is_not_closed(
    place: Place, registers: Registers
) -> None:
    eva = place.actor("eva")
    asks, plain = missed(place, "lvu_referral"), missed(place)
    ids = [asks.pk, plain.pk]
    with pytest.raises(InvalidInput, match="lex Sarah"):
        proposals.confirm_together(eva, ids, simple(registers))
    with pytest.raises(InvalidInput, match="Planera en åtgärd"):
        proposals.confirm_together(eva, ids, simple(registers), possible_misconduct={asks.pk: True})
    given = simple(registers, done="", planned=planned(place, registers))
    made = proposals.confirm_together(eva, ids, given, possible_misconduct={asks.pk: True})
    assert [deviation.possible_misconduct for deviation in made] == [True, False]


def test_a_handling_without_category_is_for_those_that_have_one(
    place: Place, registers: Registers
) -> None:
    with pytest.raises(InvalidInput) as refused:
        closing.close_simply(
            place.actor("eva"), make_report(place).pk, simple(registers, category=None)
        )
    assert refused.value.field == "category"


def test_the_start_page_counts_what_one_may_decide(place: Place) -> None:
    missed(place)
    missed(place, unit=place.sister_unit, by="sven")
    counts = {name: queries.own(place.actor(name)).count() for name in ("eva", "anna", "sara")}
    assert counts == {"eva": 1, "anna": 2, "sara": 0}


def test_a_row_leads_to_the_case_only_where_one_may_open_it(place: Place) -> None:
    proposal = missed(place)
    subject = Deviation.objects.get(pk=proposal.deadline.subject_id)
    (row,) = queries.rows(place.actor("eva"), list(queries.waiting(place.actor("eva"))))
    assert (row.number, row.url) == (subject.number, f"/avvikelser/{subject.pk}/")
    assert row.may == {"confirm", "confirm_together", "decline"}
    Deviation.objects.filter(pk=subject.pk).update(
        unit=place.far_unit, reporting_unit=place.far_unit
    )
    (row,) = queries.rows(place.actor("eva"), list(queries.waiting(place.actor("eva"))))
    assert (row.number, row.url) == (subject.number, "")


def _meet(proposal: Proposal, on: date) -> None:
    (time,) = services.open_for(Q(pk=proposal.deadline_id))
    services.meet(time, on, clock.now())


def test_it_is_counted_when_confirmed_and_told_apart_under_both_clocks(
    place: Place, at: Travel
) -> None:
    at(date(2026, 3, 30))
    proposal = missed(place, days_ago=28)
    at(datetime(2026, 4, 8, 9, tzinfo=UTC))
    before = clock.now()
    at(datetime(2026, 4, 8, 10, tzinfo=UTC))
    proposals.confirm(place.actor("eva"), proposal.pk)
    assert _counted(place, known_at=before) == (1, 0)
    assert _counted(place, known_at=clock.now()) == (2, 1)
    # Counted from the day it was confirmed, not from the day the time ran out.
    assert _counted(place, known_at=clock.now(), as_of=date(2026, 4, 7)) == (1, 0)
    assert _counted(place, known_at=clock.now(), period_to=date(2026, 4, 7)) == (1, 0)


def _counted(place: Place, **given: Any) -> tuple[int | None, int | None]:
    """Return how many there are, what the proposal concerns included, and how many of the watch."""
    asked: dict[str, Any] = {
        "period_from": date(2026, 1, 1),
        "period_to": date(2026, 4, 8),
        "as_of": date(2026, 4, 8),
        "area": "Barn och unga",
    }
    selection = select(place.actor("sara"), place.board, **asked | given)
    content = QUALITY_TABLES["deviations.status"].build(selection, place.area)
    return content.total, content.facts["from_watch"]

"""The decision: complete, delegated, in one piece; handed back, short, reopened, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from casework.models import Absence, AuditEvent, Deadline, Membership, Role
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from lexsarah import parts, states
from lexsarah.models import Decision, DelegationRule, Examined, Proposal, Reopening, Report
from lexsarah.services import closing, deciding, delegation, investigating, measures
from tests.conftest import Place
from tests.lexsarah.deciding import (
    REASONS,
    decided,
    delegate,
    delivered,
    document,
    investigated,
    measure,
    proposed,
)
from tests.lexsarah.factory import handed_in, running
from tests.lexsarah.test_import import agree_with_the_history

pytestmark = pytest.mark.django_db

Travel = Callable[[date], object]
Login = Callable[..., Client]
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(TODAY)


def propose(place: Place, report: Report, **given: Any) -> Report:
    fields = {"outcome": "misconduct", "reasons": REASONS, "decider": place.user("birgit")}
    return deciding.propose(place.actor("sara"), report.pk, **(fields | given))


def decide(place: Place, report: Report, who: str = "birgit", **given: Any) -> Report:
    fields = {"outcome": "misconduct", "reasons": REASONS}
    return deciding.decide(place.actor(who), report.pk, **(fields | given))


@pytest.mark.parametrize("part", parts.PARTS, ids=lambda part: part.key)
def test_with_any_part_lacking_nothing_is_completed(place: Place, part: parts.Part) -> None:
    delegate(place)
    report = investigating.start_investigation(place.actor("sara"), handed_in(place).pk)
    document(report, without=part.key)
    with pytest.raises(deciding.Incomplete) as error:
        propose(place, report)
    assert list(error.value.missing) == [part.key]
    assert part.missing in error.value.message
    # Nor by the decision, should it have come so far.
    Report.objects.filter(pk=report.pk).update(decider=place.user("birgit"))
    tell_proposed(place, report)
    with pytest.raises(deciding.Incomplete):
        decide(place, report)
    assert not Decision.objects.exists()


def tell_proposed(place: Place, report: Report) -> None:
    """Let a report be proposed whose document lacks something."""
    short = propose(place, report, outcome="none", short=True)
    assert short.status == "proposed"


def test_without_a_cause_of_the_register_nothing_is_completed(place: Place) -> None:
    delegate(place)
    report = investigated(place)
    report.causes.update(removed_at="2026-03-02T12:00Z")
    with pytest.raises(deciding.Incomplete) as error:
        propose(place, report)
    assert list(error.value.missing) == ["causes"]


def test_decided_it_names_its_delegation_and_the_time_is_met(place: Place, at: Travel) -> None:
    report = proposed(place)
    assert (report.status, report.decider) == ("proposed", place.user("birgit"))
    at(date(2026, 4, 10))
    report = decide(place, report, outcome="risk", reasons="Det hann inte bli så.")
    decision = Decision.objects.get()
    assert (decision.label, decision.delegation_name, decision.decider_role) == (
        "Påtaglig risk för missförhållande",
        "Punkt 4.3",
        Role.DECIDER,
    )
    assert decision.proposal.outcome == "misconduct"
    assert (report.status, report.outcome, report.decided_on) == (
        "decided",
        "risk",
        date(2026, 4, 10),
    )
    assert running(report) == {}
    assert Deadline.objects.get(rule="lex_sarah_investigation").met_on == date(2026, 4, 10)
    assert AuditEvent.objects.latest("id").data["delegation"] == decision.delegation_id
    agree_with_the_history()


def test_decided_as_serious_ivo_is_to_be_notified_the_next_working_day(place: Place) -> None:
    report = decided(place, states.SERIOUS)
    time = running(report)["lex_sarah_ivo"]
    assert (time.trigger_date, time.last_day) == (TODAY, date(2026, 3, 3))


def test_after_a_notification_the_decided_investigation_is_sent(place: Place, at: Travel) -> None:
    report = proposed(place, states.SERIOUS)
    sara = place.actor("sara")
    investigating.record_ivo_notification(sara, report.pk, on=TODAY)
    at(date(2026, 3, 20))
    report = decide(place, report, outcome=states.SERIOUS)
    assert set(running(report)) == {"lex_sarah_ivo_supplement"}
    with pytest.raises(ConflictError, match="IVO"):
        closing.close(sara, report.pk)
    investigating.record_ivo_supplement(sara, report.pk, on=date(2026, 3, 20))
    assert closing.close(sara, report.pk).status == "closed"
    agree_with_the_history()


def test_who_may_decide_is_tried_on_the_day(place: Place, at: Travel) -> None:
    report = proposed(place)
    Membership.objects.filter(user=place.user("birgit")).update(valid_to=date(2026, 3, 10))
    at(date(2026, 3, 11))
    with pytest.raises(InvalidInput, match="Beslutsfattare") as error:
        decide(place, report)
    assert (error.value.code, error.value.field) == ("not_delegated", "outcome")
    Membership.objects.filter(user=place.user("birgit")).update(valid_to=None)
    DelegationRule.objects.filter(outcome="misconduct").update(valid_to=date(2026, 3, 10))
    with pytest.raises(InvalidInput, match="systemförvaltaren"):
        decide(place, report)
    # Another outcome is within what still holds.
    assert decide(place, report, outcome="none").outcome == "none"


def test_the_investigator_decides_only_where_the_row_says_so(place: Place) -> None:
    rules = delegate(place, role=Role.SAS)
    report = investigated(place)
    with pytest.raises(InvalidInput, match="Den som utreder får inte") as error:
        propose(place, report, decider=place.user("sara"))
    assert error.value.field == "decider"
    assert list(delegation.deciders(report, ["misconduct"], TODAY)) == []
    DelegationRule.objects.filter(pk=rules[1].pk).update(by_investigator=True)
    assert list(delegation.deciders(report, ["misconduct"], TODAY)) == [place.user("sara")]
    report = propose(place, report, decider=place.user("sara"))
    with pytest.raises(InvalidInput):
        decide(place, report, "sara", outcome="serious")
    assert decide(place, report, "sara").status == "decided"


def test_who_made_the_proposal_is_no_way_round_that(place: Place) -> None:
    rules = delegate(place, role=Role.SAS)
    report, sara = investigated(place), place.actor("sara")
    investigating.assign_investigator(sara, report.pk, to=None)
    put = {"outcome": states.MISCONDUCT, "reasons": REASONS}
    with pytest.raises(InvalidInput, match="Den som utreder får inte"):
        deciding.propose(sara, report.pk, **put, decider=place.user("sara"))
    # Nor put before another first.
    other = place.user("birgit")
    Membership.objects.create(user=other, board=place.board, role=Role.SAS)
    deciding.propose(sara, report.pk, **put, decider=other)
    with pytest.raises(InvalidInput, match="Den som utreder får inte"):
        deciding.assign_decider(sara, report.pk, decider=place.user("sara"))
    deciding.take_back_proposal(sara, report.pk)
    with pytest.raises(InvalidInput, match="Den som utreder får inte"):
        deciding.close_short(sara, report.pk, reasons=REASONS)
    DelegationRule.objects.filter(pk=rules[0].pk).update(by_investigator=True)
    assert deciding.close_short(sara, report.pk, reasons=REASONS).status == "closed"


def test_whose_role_has_ended_decides_nothing_that_follows(place: Place, as_user: Login) -> None:
    report = decided(place)
    one = measure(place, report)
    held = Membership.objects.filter(user=place.user("birgit"))
    held.update(valid_to=clock.today() - timedelta(days=1))
    birgit = place.actor("birgit")
    with pytest.raises(InvalidInput) as error:
        measures.decide_measure(birgit, one.pk, verdict="approved")
    assert error.value.code == "not_delegated"
    with pytest.raises(InvalidInput):
        closing.reopen(birgit, report.pk, reason="Nytt vittne.")
    delivered(place, report, "eva")
    shown = as_user("sara").get(f"/lex-sarah/{report.pk}/").content.decode()
    assert "Birgit Norr får inte besluta det." in shown
    assert "Lägg fram det för någon annan." in shown


def test_nobody_who_is_examined_decides(place: Place) -> None:
    delegate(place, role=Role.HEAD)
    report = investigated(place)
    with pytest.raises(InvalidInput, match="granskas"):
        propose(place, report, decider=place.user("anna"))
    assert list(delegation.deciders(report, states.OUTCOMES, TODAY)) == [place.user("arne")]
    report = propose(place, report, decider=place.user("arne"))
    Examined.objects.create(report=report, user=place.user("arne"), added_at="2026-03-02T12:00Z")
    with pytest.raises(NotAllowed, match="granskas"):
        decide(place, report, "arne")


def test_an_ersattare_may_be_asked_and_decides_in_the_role(place: Place) -> None:
    delegate(place)
    Absence.objects.create(
        user=place.user("birgit"),
        substitute=place.user("vera"),
        board=place.board,
        valid_from=TODAY,
        valid_to=TODAY,
    )
    report = investigated(place)
    offered = set(delegation.deciders(report, ["misconduct"], TODAY))
    assert offered == {place.user("birgit"), place.user("vera")}
    report = propose(place, report, decider=place.user("vera"))
    decide(place, report, "vera")
    assert Decision.objects.get().decided_by == place.user("vera")


def test_to_others_than_the_one_asked_there_is_nothing_to_decide(place: Place) -> None:
    report = proposed(place)
    with pytest.raises(NotAllowed):
        decide(place, report, "sara")
    for name in "amina frida eva erik anna arne vera rut gun simon".split():
        with pytest.raises(NotVisible):
            decide(place, report, name)


def test_a_decision_on_an_old_page_is_refused_and_changes_nothing(place: Place) -> None:
    report = proposed(place)
    seen = report.version
    investigating.set_registry_number(place.actor("sara"), report.pk, number="SN 7")
    with pytest.raises(ConflictError) as error:
        decide(place, report, expected_version=seen)
    assert error.value.code == "stale"
    deciding.take_back_proposal(place.actor("sara"), report.pk)
    with pytest.raises(NotVisible):
        decide(place, report)
    assert not Decision.objects.exists()


def test_handed_back_it_says_what_is_wanting_and_can_be_proposed_again(place: Place) -> None:
    report = proposed(place)
    with pytest.raises(InvalidInput) as error:
        deciding.return_proposal(place.actor("birgit"), report.pk, because=" ")
    assert error.value.field == "because"
    report = deciding.return_proposal(
        place.actor("birgit"), report.pk, because="Varför märktes det inte?"
    )
    assert (report.status, report.decider) == ("investigating", None)
    assert not Report.objects.visible_to(place.actor("birgit")).exists()
    again = propose(place, report)
    assert again.status == "proposed"
    assert [p.returned_because for p in Proposal.objects.order_by("pk")] == [
        "Varför märktes det inte?",
        "",
    ]
    agree_with_the_history()


def test_another_decider_takes_over(place: Place) -> None:
    report = proposed(place)
    Membership.objects.create(user=place.user("gun"), board=place.board, role=Role.DECIDER)
    with pytest.raises(InvalidInput, match="Vera Norr får inte"):
        deciding.assign_decider(place.actor("sara"), report.pk, decider=place.user("vera"))
    deciding.assign_decider(place.actor("sara"), report.pk, decider=place.user("gun"))
    with pytest.raises(NotVisible):
        decide(place, report)
    assert decide(place, report, "gun").status == "decided"


@pytest.mark.parametrize("state", ["received", "investigating"])
def test_what_clearly_is_none_is_closed_with_reasons_alone(place: Place, state: str) -> None:
    sara = place.actor("sara")
    report = handed_in(place)
    if state == "investigating":
        report = investigating.start_investigation(sara, report.pk)
    with pytest.raises(InvalidInput, match="systemförvaltaren"):
        deciding.close_short(sara, report.pk, reasons=REASONS)
    delegate(place, role=Role.SAS, by_investigator=True)
    with pytest.raises(InvalidInput):
        deciding.close_short(sara, report.pk, reasons="")
    report = deciding.close_short(sara, report.pk, reasons=REASONS)
    assert (report.status, report.outcome, report.decided_on) == ("closed", "none", TODAY)
    assert Decision.objects.get().short
    assert running(report) == {}
    agree_with_the_history()


def test_what_is_serious_or_not_safe_is_not_closed_short(place: Place) -> None:
    delegate(place, role=Role.SAS, by_investigator=True)
    sara = place.actor("sara")
    unsafe = handed_in(place, safe_now="no")
    with pytest.raises(ConflictError, match="trygg"):
        deciding.close_short(sara, unsafe.pk, reasons=REASONS)
    serious = handed_in(place)
    investigating.assess_serious(sara, serious.pk, on=TODAY, reason="Fara för liv.")
    with pytest.raises(ConflictError, match="allvarligt"):
        deciding.close_short(sara, serious.pk, reasons=REASONS)


def test_a_short_proposal_is_decided_as_none_or_completed(place: Place) -> None:
    delegate(place)
    report = investigating.start_investigation(place.actor("sara"), handed_in(place).pk)
    with pytest.raises(InvalidInput, match="uppenbart"):
        propose(place, report, short=True)
    report = propose(place, report, outcome="none", short=True)
    with pytest.raises(deciding.Incomplete):
        decide(place, report)
    decide(place, report, outcome="none")
    assert Decision.objects.get().short


def test_reopened_the_decision_stays_and_the_time_runs_on(place: Place, at: Travel) -> None:
    report = decided(place)
    at(date(2026, 3, 9))
    with pytest.raises(InvalidInput):
        closing.reopen(place.actor("sara"), report.pk, reason="")
    report = closing.reopen(place.actor("birgit"), report.pk, reason="Ett nytt vittne.")
    assert (report.status, report.outcome, report.decided_on) == ("investigating", "", None)
    assert Reopening.objects.get().decision == Decision.objects.get()
    assert running(report)["lex_sarah_investigation"].trigger_date == TODAY
    agree_with_the_history()
    report = propose(place, report)
    report = decide(place, report, outcome="risk")
    assert [d.outcome for d in Decision.objects.all()] == ["misconduct", "risk"]
    assert running(report) == {}
    agree_with_the_history()


def test_reopening_is_no_way_round_the_notification(place: Place, at: Travel) -> None:
    report = decided(place, states.SERIOUS)
    at(date(2026, 3, 3))
    report = closing.reopen(place.actor("sara"), report.pk, reason="Fel enhet.")
    time = running(report)["lex_sarah_ivo"]
    assert (time.trigger_date, report.serious_on) == (TODAY, TODAY)
    agree_with_the_history()


def test_closed_only_when_everything_is_settled(place: Place, at: Travel) -> None:
    sara, birgit = place.actor("sara"), place.actor("birgit")
    report = decided(place, states.SERIOUS, safe_now="no")
    with pytest.raises(ConflictError, match="Anmäl till IVO"):
        closing.close(sara, report.pk)
    investigating.record_ivo_notification(sara, report.pk, on=TODAY)
    with pytest.raises(ConflictError, match="trygg"):
        closing.close(sara, report.pk)
    investigating.record_safe(sara, report.pk, on=TODAY, how="Flyttad.")
    one = measure(place, report)
    with pytest.raises(ConflictError, match=r"Ny rutin.*väntar på beslut"):
        closing.close(sara, report.pk)
    measures.decide_measure(birgit, one.pk, verdict="approved")
    with pytest.raises(ConflictError, match="inte utförd"):
        closing.close(sara, report.pk)
    closing.follow_measures(sara, report.pk)
    measures.finish_measure(sara, one.pk, on=TODAY, how="Rutinen gäller.")
    with pytest.raises(ConflictError, match="effekten är inte bedömd"):
        closing.close(sara, report.pk)
    at(date(2026, 6, 2))
    measures.assess_measure(sara, one.pk, effect="better", text="Ingen utebliven tillsyn.")
    report = closing.close(sara, report.pk)
    assert (report.status, report.actions) == ("closed", "Ny rutin för tillsyn på natten.")
    agree_with_the_history()


@pytest.mark.parametrize("by", ["assessed", "notified"])
def test_found_serious_since_a_short_proposal_is_not_decided_as_such(place: Place, by: str) -> None:
    delegate(place)
    report, sara = handed_in(place), place.actor("sara")
    investigating.start_investigation(sara, report.pk)
    put = {"outcome": states.NO_MISCONDUCT, "reasons": REASONS}
    deciding.propose(sara, report.pk, **put, decider=place.user("birgit"), short=True)
    if by == "assessed":
        investigating.assess_serious(sara, report.pk, on=clock.today(), reason="Det kan ske igen.")
    else:
        investigating.record_ivo_notification(sara, report.pk, on=clock.today())
    with pytest.raises(ConflictError, match="Utred det"):
        deciding.decide(place.actor("birgit"), report.pk, **put)
    assert not Decision.objects.exists()

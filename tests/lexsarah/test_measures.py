"""Measures: proposed, decided, done by their owner, and what they led to; and their times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from casework.models import Absence, AuditEvent, Deadline
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from lexsarah.asked import own_measures
from lexsarah.events.log import events_of
from lexsarah.models import Measure, Report
from lexsarah.services import causes, closing, handing_over, measures
from lexsarah.services.measure_times import KIND
from tests.conftest import Place
from tests.lexsarah.deciding import decided, delivered, investigated, measure, proposed
from tests.lexsarah.test_import import agree_with_the_history

pytestmark = pytest.mark.django_db

Travel = Callable[[date], object]
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(TODAY)


def times(one: Measure) -> dict[str, Deadline]:
    found = Deadline.objects.filter(kind=KIND, subject_id=one.pk)
    return {time.rule: time for time in found}


def approved(place: Place) -> Measure:
    """One that Eva, whose unit is examined and who has had the decision, is to do."""
    report = decided(place)
    delivered(place, report, "eva")
    return measures.decide_measure(
        place.actor("birgit"), measure(place, report).pk, verdict="approved"
    )


def test_proposed_with_the_investigation_it_is_decided_with_the_report(place: Place) -> None:
    report = proposed(place)
    with pytest.raises(ConflictError):
        measure(place, report)
    closed_to_sara = investigated(place)
    one = measure(place, closed_to_sara)
    assert (one.stage, times(one)) == ("proposed", {})
    with pytest.raises(NotAllowed):
        measures.decide_measure(place.actor("sara"), one.pk, verdict="approved")
    with pytest.raises(NotVisible):
        measures.decide_measure(place.actor("birgit"), one.pk, verdict="approved")


def test_approved_its_owner_does_it_without_seeing_the_report(place: Place, at: Travel) -> None:
    one = approved(place)
    due = times(one)["action_due"]
    assert (due.trigger_date, due.last_day, due.handler) == (TODAY, one.due_on, place.user("eva"))
    eva = place.actor("eva")
    assert list(own_measures(eva)) == [one]
    assert not Report.objects.visible_to(eva).exists()
    at(date(2026, 3, 20))
    with pytest.raises(InvalidInput):
        measures.finish_own(eva, one.pk, on=date(2026, 3, 21), how="Klart.")
    with pytest.raises(InvalidInput):
        measures.finish_own(eva, one.pk, on=date(2026, 3, 19), how="")
    done = measures.finish_own(eva, one.pk, on=date(2026, 3, 19), how="Rutinen gäller.")
    assert (done.stage, done.effect_due_on) == ("done", date(2026, 6, 19))
    report = Report.objects.get()
    assert report.status == "actions"
    assert AuditEvent.objects.latest("id").action == "lexsarah.measure_finished"
    found = times(one)
    assert (found["action_due"].state, found["action_due"].met_on) == ("met", date(2026, 3, 19))
    effect = found["effect_follow_up"]
    assert (effect.last_day, effect.handler) == (date(2026, 6, 19), place.user("sara"))
    agree_with_the_history()


@pytest.mark.parametrize("name", "amina frida erik anna arne vera rut gun simon".split())
def test_to_others_than_the_owner_it_does_not_exist(place: Place, name: str) -> None:
    one = approved(place)
    with pytest.raises(NotVisible):
        measures.finish_own(place.actor(name), one.pk, on=TODAY, how="Klart.")


def test_the_ersattare_of_the_day_does_it(place: Place) -> None:
    one = approved(place)
    Absence.objects.create(
        user=place.user("eva"),
        substitute=place.user("erik"),
        board=place.board,
        valid_from=TODAY,
        valid_to=TODAY,
    )
    assert measures.finish_own(place.actor("erik"), one.pk, on=TODAY, how="Klart.").done_on


@pytest.mark.parametrize("verdict", ["partly", "rejected"])
def test_less_than_approved_says_why(place: Place, verdict: str) -> None:
    one = measure(place, decided(place))
    birgit = place.actor("birgit")
    with pytest.raises(InvalidInput) as error:
        measures.decide_measure(birgit, one.pk, verdict=verdict)
    assert error.value.field == "comment"
    one = measures.decide_measure(birgit, one.pk, verdict=verdict, comment="Bara på natten.")
    assert set(times(one)) == ({"action_due"} if verdict == "partly" else set())
    assert one.is_settled == (verdict == "rejected")


def test_what_is_decided_is_never_edited(place: Place) -> None:
    one = approved(place)
    with pytest.raises(ConflictError, match="ändras inte"):
        measures.decide_measure(place.actor("birgit"), one.pk, verdict="rejected", comment="Nej.")
    with pytest.raises(ConflictError, match="ändras inte"):
        measures.withdraw_measure(place.actor("sara"), one.pk)
    with pytest.raises(ConflictError, match="beslutad"):
        measures.assess_measure(place.actor("sara"), one.pk, effect="better", text="Bra.")


def test_on_an_old_page_nothing_is_done(place: Place) -> None:
    one = measure(place, decided(place))
    measures.withdraw_measure(place.actor("sara"), one.pk, expected_version=1)
    with pytest.raises(ConflictError) as error:
        measures.decide_measure(
            place.actor("birgit"), one.pk, verdict="approved", expected_version=1
        )
    assert error.value.code == "stale"
    with pytest.raises(ConflictError, match="återtagen"):
        measures.decide_measure(place.actor("birgit"), one.pk, verdict="approved")


def test_what_is_proposed_says_who_when_and_against_which_cause(place: Place) -> None:
    report, other = decided(place), investigated(place)
    for given, field in (
        ({"text": " "}, "text"),
        ({"due_on": TODAY - timedelta(days=1)}, "due_on"),
        ({"cause": other.causes.get()}, "cause"),
    ):
        with pytest.raises(InvalidInput) as error:
            measure(place, report, **given)
        assert error.value.field == field


def test_the_effect_is_assessed_when_it_has_had_time(place: Place, at: Travel) -> None:
    one, sara = approved(place), place.actor("sara")
    measures.finish_measure(sara, one.pk, on=TODAY, how="Klart.", effect_due_on=date(2026, 4, 1))
    with pytest.raises(ConflictError, match="2026-04-01"):
        measures.assess_measure(sara, one.pk, effect="better", text="Bra.")
    at(date(2026, 4, 2))
    with pytest.raises(InvalidInput):
        measures.assess_measure(sara, one.pk, effect="better", text="")
    done = measures.assess_measure(sara, one.pk, effect="none", text="Det händer ännu.")
    assert (done.stage, times(one)["effect_follow_up"].met_on) == ("assessed", date(2026, 4, 2))


def test_what_is_decided_is_what_the_register_says(place: Place, at: Travel) -> None:
    report = decided(place)
    first, second = measure(place, report), measure(place, report, text="Utbilda\nvikarierna.")
    birgit = place.actor("birgit")
    at(date(2026, 3, 9))
    measures.decide_measure(birgit, first.pk, verdict="approved")
    measures.decide_measure(birgit, second.pk, verdict="partly", comment="I två grupper.")
    report.refresh_from_db()
    assert report.actions == (
        "Ny rutin för tillsyn på natten.\nUtbilda vikarierna. Delvis godkänd: I två grupper."
    )
    assert report.decided_on == TODAY
    agree_with_the_history()


def test_while_taken_up_again_what_was_decided_is_done_all_the_same(place: Place) -> None:
    one = approved(place)
    closing.reopen(place.actor("sara"), one.report_id, reason="Nytt vittne.")
    done = measures.finish_own(place.actor("eva"), one.pk, on=TODAY, how="Klart.")
    assert (done.stage, Report.objects.get().status) == ("done", "investigating")


def test_who_leaves_hands_measures_over(place: Place) -> None:
    one = approved(place)
    moved = handing_over.hand_over_measures(
        place.actor("simon"), place.user("eva"), place.user("erik")
    )
    one.refresh_from_db()
    assert (moved, one.owner) == (1, place.user("erik"))
    assert times(one)["action_due"].handler == place.user("erik")
    told = AuditEvent.objects.get(action="lexsarah.measures_handed_over")
    assert told.subject_ids == [one.report_id]
    said = {event.what for event in events_of(place.actor("sara"), Report.objects.get())}
    assert "Ansvaret för åtgärder lämnades över till Erik Norr" in said


def test_against_a_cause_that_was_taken_away_meanwhile_nothing_is_proposed(place: Place) -> None:
    report = investigated(place)
    cause = report.causes.get()
    causes.remove_cause(place.actor("sara"), report.pk, cause.pk)
    # As it was read before it was taken away.
    with pytest.raises(InvalidInput, match="orsaker"):
        measure(place, report, cause=cause)

"""The times of deviations: begun, met, moved and dropped by the acts that cause it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from casework.deadlines.subjects import ON_MISSED, Missed
from casework.deadlines.sweep import sweep
from casework.models import AuditEvent, Deadline, FailedRow, Membership, Miss, Notice, Role
from casework.organising import handover, units
from deviations.models import Action, Deviation, Proposal
from deviations.services import closing, cooperation, inbox, investigating, proposing
from tests.conftest import Place, make_report
from tests.factories.handling import Registers, equipped, make_registers, planned
from tests.factories.times import begin, instant

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
DAY = date(2026, 3, 2)


@pytest.fixture
def registers(place: Place) -> Registers:
    """Category and causes of the place."""
    return make_registers(place)


def times(record: Deviation | Action) -> list[tuple[str, str, date]]:
    kind = "deviation" if isinstance(record, Deviation) else "action"
    found = Deadline.objects.filter(kind=kind, subject_id=record.pk).order_by("pk")
    return list(found.values_list("rule", "state", "last_day"))


def running(record: Deviation | Action) -> Deadline:
    kind = "deviation" if isinstance(record, Deviation) else "action"
    return Deadline.objects.get(kind=kind, subject_id=record.pk, ended_at__isnull=True)


def test_a_report_is_to_be_handled_in_thirty_days(place: Place, at: Travel) -> None:
    at(DAY)
    deviation = make_report(place)
    assert times(deviation) == [("deviation_handling", "running", date(2026, 4, 1))]


def test_closing_meets_it_and_the_effect_is_followed_up(
    place: Place, registers: Registers, at: Travel
) -> None:
    at(DAY)
    deviation = equipped(place, registers)
    at(DAY + timedelta(days=10))
    closing.close(place.actor("eva"), deviation.pk, outcome="Ny rutin.")
    assert times(deviation) == [
        ("deviation_handling", "met", date(2026, 4, 1)),
        ("effect_follow_up", "running", date(2026, 6, 12)),
    ]
    closing.postpone_effect(
        place.actor("eva"), deviation.pk, until=date(2026, 7, 1), reason="För tidigt."
    )
    assert times(deviation)[1:] == [
        ("effect_follow_up", "extended", date(2026, 6, 12)),
        ("effect_follow_up", "running", date(2026, 7, 1)),
    ]
    closing.assess_effect(place.actor("eva"), deviation.pk, effect="improved")
    assert times(deviation)[-1][1] == "met"
    closing.reopen(place.actor("eva"), deviation.pk, reason="Det hände igen.")
    # Handling runs from the report again, and what has been told once is not told again.
    assert times(deviation)[-1] == ("deviation_handling", "running", date(2026, 4, 1))
    assert sweep(instant("2026-03-24 12:00")).notices == 0


def test_closed_too_late_is_missed_and_proposes_nothing(
    place: Place, registers: Registers, at: Travel
) -> None:
    at(DAY)
    deviation = equipped(place, registers)
    at(DAY + timedelta(days=40))
    closing.close_without_action(place.actor("eva"), deviation.pk, reason="Rutinen fanns.")
    assert times(deviation) == [("deviation_handling", "missed", date(2026, 4, 1))]
    assert sweep(instant("2026-12-01 12:00")).proposals == 0
    assert Miss.objects.get().try_at is None


def test_a_local_time_goes_up_the_ladder_and_proposes_nothing(place: Place, at: Travel) -> None:
    at(DAY)
    make_report(place)
    tally = sweep(instant("2026-06-01 12:00"))
    assert str(tally) == "notices: 5, escalations: 2, missed: 1, proposals: 0, failed: 0"
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("verb", ["dismiss", "merge"])
def test_what_is_none_or_another_is_no_longer_watched(place: Place, at: Travel, verb: str) -> None:
    at(DAY)
    deviation, other = make_report(place), make_report(place)
    eva = place.actor("eva")
    if verb == "dismiss":
        inbox.dismiss(eva, deviation.pk, reason="Rätt gjort.")
        assert times(deviation)[0][1] == "met"
    else:
        inbox.merge(eva, deviation.pk, into=other.pk)
        assert times(deviation)[0][1] == "void"
    assert times(other)[0][1] == "running"


def test_an_atgard_has_a_day_of_its_own_and_follows_when_merged(
    place: Place, registers: Registers, at: Travel
) -> None:
    at(DAY)
    eva, deviation, other = place.actor("eva"), equipped(place, registers), make_report(place)
    action = investigating.plan_action(eva, deviation.pk, planned(place, registers))
    second = investigating.plan_action(eva, deviation.pk, planned(place, registers))
    assert running(action).handler == place.user("amina")
    inbox.merge(eva, deviation.pk, into=other.pk)
    investigating.finish_action(place.actor("amina"), action.pk)
    assert times(action) == [("action_due", "met", date(2026, 4, 1))]
    assert running(second).last_day == date(2026, 4, 1)
    inbox.dismiss(eva, other.pk, reason="Rätt gjort.")
    assert times(second)[0][1] == "void"
    closing.reopen(eva, other.pk, reason="Ändå inte.")
    assert times(second)[-1][1] == "running"


def test_unit_handler_and_protection_are_copied_as_they_change(place: Place, at: Travel) -> None:
    at(DAY)
    deviation, eva = make_report(place), place.actor("eva")
    inbox.assign(eva, deviation.pk, to=place.user("nils"))
    assert running(deviation).handler == place.user("nils")
    cooperation.set_protection(eva, deviation.pk, protected=True)
    assert running(deviation).protected
    cooperation.set_protection(eva, deviation.pk, protected=False)
    inbox.move(eva, deviation.pk, to=place.sister_unit, reason="Deras ärende.")
    time = running(deviation)
    assert (time.unit, time.handler, time.protected) == (place.sister_unit, None, False)


def test_the_times_go_with_open_work_and_with_the_unit(
    place: Place, registers: Registers, at: Travel
) -> None:
    at(DAY)
    eva, deviation = place.actor("eva"), equipped(place, registers)
    action = investigating.plan_action(eva, deviation.pk, planned(place, registers))
    inbox.assign(eva, deviation.pk, to=place.user("amina"))
    handover.hand_over(place.actor("simon"), place.user("amina"), to=place.user("nils"))
    assert running(deviation).handler == place.user("nils")
    assert running(action).handler == place.user("nils")
    new = units.rename_unit(place.actor("simon"), place.unit.pk, name="Nya enheten", on=DAY)
    assert running(deviation).unit == new
    assert running(action).unit == new


def test_imported_history_is_computed_and_what_is_open_watched_from_now_on(
    place: Place, at: Travel, tmp_path: Path
) -> None:
    at(date(2026, 5, 4))
    file = tmp_path / "avvikelser.csv"
    head = (
        "id;enhet;rapporterad;inträffad;upptäckt;kategori;underkategori;beskrivning;ärende;status;"
        "avslutad;orsaker;åtgärd;effekt"
    )
    rows = [
        "1;Enheten;2026-01-07;;;;;Sen;;Avslutad;2026-03-20;;;",
        "2;Enheten;2026-01-07;;;;;I tid;;Avslutad;2026-01-20;;;",
        "3;Enheten;2026-02-25;;;;;Öppen sedan länge;;Pågående;;;;",
        "4;Enheten;2026-04-20;;;;;Öppen;;Pågående;;;;",
    ]
    file.write_text("\n".join([head, *rows]), encoding="utf-8")
    call_command("import_register", "avvikelser", str(file), "--board", place.board.name)
    states = dict(
        Deadline.objects.filter(rule="deviation_handling").values_list("trigger_date", "state")
    )
    assert Deadline.objects.count() == 4
    assert states[date(2026, 2, 25)] == "missed"
    assert states[date(2026, 4, 20)] == "running"
    assert str(sweep()).startswith("notices: 0, escalations: 0, missed: 0, proposals: 0")
    sweep(instant("2026-05-29 12:00"))
    # The second line of what is old already; all of what is not.
    assert set(Notice.objects.values_list("deadline__trigger_date", "step", "rung")) == {
        (date(2026, 2, 25), "second_line", "manager"),
        (date(2026, 2, 25), "second_line", "head"),
        (date(2026, 4, 20), "before_7", "handler"),
        (date(2026, 4, 20), "last_day", "handler"),
        (date(2026, 4, 20), "last_day", "senior"),
    }
    assert Miss.objects.get().deadline.trigger_date == date(2026, 4, 20)


@pytest.mark.parametrize(
    ("rule", "category", "asks"),
    [
        ("preliminary_assessment", "Förhandsbedömning ej gjord inom tidsfrist", False),
        ("protection_assessment", "Utebliven skyddsbedömning", True),
        ("child_investigation", "Utredningstid överskridits", False),
        ("unexecuted_decision", "Insats inte blivit av", False),
        ("lvu_referral", "Lagstadgad tid överskriden", True),
        ("complaint_answer", None, False),
        ("lex_sarah_investigation", None, False),
        ("appeal", None, False),
    ],
)
def test_a_missed_time_of_the_law_is_proposed_once(
    place: Place, at: Travel, rule: str, category: str | None, *, asks: bool
) -> None:
    at(DAY)
    begin(place, rule, DAY)
    later = instant("2026-12-01 12:00")
    tally = sweep(later)
    assert tally.proposals == (category is not None)
    assert sweep(later + timedelta(days=30)).proposals == 0
    found = Proposal.objects.first()
    assert (found.category.name if found else None) == category
    if found:
        assert (found.asks_lex_sarah, found.unit) == (asks, place.unit)
        assert AuditEvent.objects.filter(action="deviation.proposed").count() == 1


def test_a_proposal_that_fails_is_tried_again_and_stops_nothing(
    place: Place, at: Travel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_for_the_first(missed: Missed) -> bool:
        if missed.deadline.subject_id == 1:
            raise ValueError("Hemligt")
        return proposing.propose(missed)

    at(instant("2026-04-01 12:00"))
    begin(place, "lvu_referral", DAY, subject=1)
    begin(place, "lvu_referral", DAY, subject=2)
    with monkeypatch.context() as patch:
        patch.setitem(ON_MISSED._items, "deviations", fails_for_the_first)
        tally = sweep()
    assert (tally.missed, tally.proposals, tally.failed) == (2, 1, 1)
    failed = FailedRow.objects.get()
    assert (failed.act, failed.error) == ("propose", "ValueError")
    assert sweep(instant("2026-04-01 12:05")).proposals == 1
    assert Proposal.objects.count() == 2


def test_a_forste_who_does_not_help_is_not_told_of_what_is_hidden(place: Place, at: Travel) -> None:
    assert Membership.objects.filter(user=place.user("frida"), role=Role.SENIOR).exists()
    at(DAY)
    deviation = make_report(place)
    assert not Deadline.objects.visible_to(place.actor("frida")).exists()
    assert Deadline.objects.visible_to(place.actor("eva")).get() == running(deviation)

"""Each number of the work lists: who is in which part, the pace, the forecast, how it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from casework.cases.services import care, investigations
from casework.cases.services.several import assign_investigations
from casework.cases.worklists import forecast, week
from casework.cases.worklists.outlook import Verdict
from casework.cases.worklists.pace import paces
from casework.cases.worklists.week import Part, checkpoint, rows, the_week
from casework.deadlines.sweep import sweep
from casework.models import Absence, AuditEvent
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed
from tests.conftest import Place
from tests.factories.inquiries import Inquiry, investigated

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
TODAY = date(2026, 5, 4)  # a Monday


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(TODAY)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def closed(place: Place, lengths: list[int], prefix: str = "K", **given: object) -> None:
    """Investigations closed yesterday, of these lengths in days."""
    investigated(
        place,
        *(
            Inquiry(f"{prefix}{n}", days_ago(1 + days), days_ago(1), **given)  # type: ignore[arg-type]
            for n, days in enumerate(lengths)
        ),
    )


@pytest.fixture
def full(place: Place) -> Place:
    """Enheten with one of each sort, and others beside that are in nobody's way."""
    closed(place, [40, 50, 60, 70, 80, 90, 100, 110])
    investigated(
        place,
        Inquiry("SEN", days_ago(140), handler="amina"),
        Inquiry("SNART", days_ago(110), handler="amina"),
        Inquiry("NY", days_ago(10)),
        Inquiry("BORTA", days_ago(20), handler="nils"),
        Inquiry("FÖRLÄNGD", days_ago(130), handler="amina", extended=(TODAY, days_ago(30))),
        Inquiry("VUXEN", days_ago(140), kind="Vuxenutredning"),
        Inquiry("SKYDD", days_ago(140), protected=True),
        Inquiry("SYSTER", days_ago(10), unit=place.sister_unit),
        Inquiry("FJÄRRAN", days_ago(10), unit=place.far_unit),
    )
    Absence.objects.create(
        board=place.board,
        user=place.user("nils"),
        substitute=place.user("eva"),
        valid_from=date(2026, 5, 7),
        valid_to=date(2026, 5, 20),
    )
    return place


def numbers(place: Place, name: str, part: Part = Part.ALL) -> list[str]:
    found = the_week(place.actor(name))
    records = rows(found.of(part), found.today)
    return [row.record.case.number for row in records if row.record.case]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Part.ALL, ["SEN", "FÖRLÄNGD", "SNART", "BORTA", "NY"]),
        (Part.LATE, ["SEN"]),
        (Part.SOON, ["FÖRLÄNGD", "SNART"]),
        (Part.NOBODY, ["NY"]),
        (Part.AWAY, ["BORTA"]),
        # Half took at most 75 days, eight of ten 96: both have gone on for longer.
        (Part.AT_RISK, ["FÖRLÄNGD", "SNART"]),
    ],
)
def test_each_part_by_days_left(full: Place, part: Part, expected: list[str]) -> None:
    assert numbers(full, "frida", part) == expected


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("frida", {"NY"}),
        ("eva", {"NY", "SKYDD"}),
        ("anna", {"NY", "SYSTER"}),
        ("erik", {"SYSTER"}),
        ("sara", {"NY", "SKYDD", "SYSTER"}),
        ("farid", set()),
        ("amina", set()),
        ("vera", set()),
    ],
)
def test_whose_list_holds_what(full: Place, name: str, seen: set[str]) -> None:
    assert set(numbers(full, name)) & {"NY", "SKYDD", "SYSTER", "VUXEN"} == seen


def test_a_row_says_what_is_known(full: Place) -> None:
    found = the_week(full.actor("frida"))
    by_number = {
        row.record.case.number: row
        for row in rows(found.everything, found.today)
        if row.record.case
    }
    late, extended, away = by_number["SEN"], by_number["FÖRLÄNGD"], by_number["BORTA"]
    assert (late.days_left, late.handler, late.checkpoint) == (-19, "Amina Norr", None)
    assert extended.extended_from == date(2026, 4, 25)
    assert extended.last_step == ("Förlängd", days_ago(30))
    assert extended.days_left == 0
    assert away.checkpoint == (30, date(2026, 5, 14))
    assert away.open.away is not None
    assert (away.open.away.today, away.open.away.substitute) == (False, "Eva Norr")


@pytest.mark.parametrize(
    ("since", "until", "here"),
    [
        (date(2026, 5, 4), date(2026, 5, 4), True),
        (date(2026, 5, 10), None, True),
        (date(2026, 5, 11), None, False),  # the Monday after
        (date(2026, 4, 1), date(2026, 5, 3), False),
    ],
)
def test_who_is_away_this_week(place: Place, since: date, until: date | None, here: bool) -> None:
    Absence.objects.create(
        board=place.board,
        user=place.user("nils"),
        substitute=place.user("eva"),
        valid_from=since,
        valid_to=until,
    )
    assert (place.user("nils").pk in week.away_this_week(place.board.pk, TODAY)) is here


@pytest.mark.parametrize(
    ("elapsed", "expected"),
    [(0, 30), (30, 30), (31, 60), (60, 60), (61, 90), (90, 90), (91, None)],
)
def test_the_next_checkpoint(elapsed: int, expected: int | None) -> None:
    found = checkpoint(TODAY - timedelta(days=elapsed), TODAY)
    assert (found[0] if found else None) == expected


def test_the_pace_is_the_units_own_where_it_has_enough(place: Place) -> None:
    closed(place, [40, 50, 60, 70, 80, 90, 100, 110])
    closed(place, [10] * 3, "S", unit=place.sister_unit)
    closed(place, [500] * 3, "P", protected=True)
    closed(place, [500] * 3, "V", kind="Vuxenutredning")
    investigated(place, Inquiry("GAMMAL", days_ago(500), days_ago(180)))
    found = paces(place.board.pk, [place.unit, place.sister_unit, place.far_unit], TODAY)
    own = found[place.unit.pk]
    assert (own.number, own.median, own.eightieth, own.whose) == (8, 75, 96, "Enheten")
    lent = found[place.sister_unit.pk]
    assert (lent.number, lent.median) == (11, 60)
    assert lent.whose == "verksamhetsområdet Barn och unga"
    assert place.far_unit.pk not in found


def test_what_closes_on_the_180th_day_back_counts_no_more(place: Place) -> None:
    investigated(place, Inquiry("A", days_ago(300), days_ago(179)))
    assert paces(place.board.pk, [place.unit], TODAY)[place.unit.pk].number == 1
    investigated(place, Inquiry("B", days_ago(300), days_ago(180)))
    assert paces(place.board.pk, [place.unit], TODAY)[place.unit.pk].number == 1


def test_too_few_closed_ones_say_nothing(place: Place) -> None:
    closed(place, [10] * 7)
    investigated(place, Inquiry("A", days_ago(100)))
    (one,) = the_week(place.actor("frida")).everything
    assert one.outlook.verdict is Verdict.UNKNOWN


def test_several_are_assigned_together_as_one_event(place: Place) -> None:
    records = investigated(place, Inquiry("A", days_ago(9)), Inquiry("B", days_ago(8)))
    ids = [record.pk for record in records]
    assign_investigations(place.actor("frida"), ids, to=place.user("amina"))
    assert [one.time.handler_id for one in the_week(place.actor("frida")).everything] == [
        place.user("amina").pk
    ] * 2
    event = AuditEvent.objects.get(action="case.assigned")
    assert event.subject_ids == sorted(ids)


def test_all_are_assigned_or_none(place: Place) -> None:
    first, second = investigated(place, Inquiry("A", days_ago(9)), Inquiry("B", days_ago(8)))
    frida = place.actor("frida")
    investigations.close_investigation(frida, second.pk, on=TODAY, outcome="no_measure")
    with pytest.raises(ConflictError, match="B: utredningen är avslutad"):
        assign_investigations(frida, [first.pk, second.pk], to=place.user("amina"))
    with pytest.raises(InvalidInput, match="A: Välj någon som arbetar i enheten"):
        assign_investigations(frida, [first.pk], to=place.user("sven"))
    with pytest.raises(NotAllowed):
        assign_investigations(place.actor("amina"), [first.pk], to=place.user("amina"))
    with pytest.raises(InvalidInput, match="Markera minst en"):
        assign_investigations(place.actor("erik"), [first.pk], to=place.user("sven"))
    first.refresh_from_db()
    assert first.handler_id is None


def test_what_closes_leaves_the_list(place: Place) -> None:
    (record,) = investigated(place, Inquiry("A", days_ago(9)))
    care.assign(place.actor("frida"), "investigation", record.pk, to=place.user("amina"))
    investigations.close_investigation(
        place.actor("amina"), record.pk, on=TODAY, outcome="no_measure"
    )
    assert numbers(place, "frida") == []


def ending(place: Place, number: str, days: int, **given: object) -> None:
    """An investigation whose time ends in so many days."""
    opened = date(2026, 1, 4) + timedelta(days=days)
    assert opened.day == (TODAY + timedelta(days=days)).day, "the same day four months later"
    investigated(place, Inquiry(number, opened, **given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "short", "long"),
    [(-1, 0, 0), (0, 1, 1), (14, 1, 1), (15, 0, 1), (27, 0, 1)],
)
def test_the_forecast_counts_by_the_raw_date(
    place: Place, days: int, short: int, long: int
) -> None:
    ending(place, "A", days)
    units = {unit.name: unit for unit in forecast.forecast(place.actor("frida"))}
    assert list(units) == ["Enheten"]
    assert (units["Enheten"].short, units["Enheten"].long) == (short, long)
    assert forecast.coming(place.actor("frida"), days=14).count() == short


def test_the_forecast_ends_on_the_thirtieth_day(place: Place) -> None:
    # The 3rd of February and four months is the 3rd of June, thirty days from now.
    investigated(place, Inquiry("A", date(2026, 2, 3)), Inquiry("B", date(2026, 2, 4)))
    assert [unit.long for unit in forecast.forecast(place.actor("frida"))] == [1]


def test_each_leader_has_the_own_units(place: Place) -> None:
    ending(place, "A", 3)
    ending(place, "B", 3, unit=place.sister_unit)
    ending(place, "S", 3, protected=True)

    def counts(name: str) -> dict[str, int]:
        return {unit.name: unit.long for unit in forecast.forecast(place.actor(name))}

    assert counts("frida") == {"Enheten": 1}
    assert counts("eva") == {"Enheten": 2}
    assert counts("anna") == {"Enheten": 1, "Systerenheten": 1}
    assert counts("arne") == {"Fjärrenheten": 0}


def test_how_it_stands_in_each_unit(full: Place) -> None:
    sweep()
    found = {unit.name: unit for unit in forecast.standing(full.actor("vera"))}
    own = found["Enheten"]
    # SEN, FÖRLÄNGD, SNART, NY, BORTA; nothing of SKYDD, and VUXEN has no time of the law.
    assert (own.running, own.week, own.late) == (5, 1, 1)
    assert (found["Systerenheten"].running, found["Fjärrenheten"].running) == (1, 1)
    assert [unit.name for unit in forecast.standing(full.actor("anna"))] == [
        "Enheten",
        "Systerenheten",
    ]


def test_what_was_missed_this_year_counts_on_the_unit_of_that_day(place: Place, at: Travel) -> None:
    at(date(2026, 1, 12))
    (record,) = investigated(place, Inquiry("A", date(2026, 1, 2)))
    at(date(2026, 5, 10))
    sweep()
    (own, *_) = forecast.standing(place.actor("vera"))
    assert (own.name, own.late, own.missed) == ("Enheten", 1, 1)
    care.move_unit(place.actor("eva"), "investigation", record.pk, to=place.sister_unit)
    found = {unit.name: (unit.late, unit.missed) for unit in forecast.standing(place.actor("vera"))}
    assert found["Enheten"] == (0, 1)
    assert found["Systerenheten"] == (1, 0)
    at(date(2027, 1, 2))
    assert {unit.missed for unit in forecast.standing(place.actor("vera"))} == {0}


def test_a_case_protected_after_its_time_ended_leaves_the_figures_of_its_unit(
    place: Place, at: Travel
) -> None:
    at(date(2026, 1, 12))
    (record,) = investigated(place, Inquiry("A", date(2026, 1, 2)))
    at(date(2026, 5, 10))
    eva = place.actor("eva")
    investigations.close_investigation(eva, record.pk, on=date(2026, 5, 10), outcome="no_measure")
    (own, *_) = forecast.standing(place.actor("vera"))
    assert (own.name, own.missed) == ("Enheten", 1)
    care.set_protection(eva, record.case_id, protected=True)
    (own, *_) = forecast.standing(place.actor("vera"))
    assert (own.name, own.missed) == ("Enheten", 0)

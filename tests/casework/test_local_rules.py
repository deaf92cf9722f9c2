"""Egna tider: a board's own lengths, from a day to come, for the board or one area."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from casework.deadlines import local_setting, services
from casework.deadlines.copies import from_data
from casework.deadlines.explain import explain
from casework.deadlines.local_rules import editable_keys, rule_for
from casework.deadlines.local_setting import Wish
from casework.deadlines.rules import rule_on
from casework.models import AuditEvent, Deadline, LocalRule
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from tests.conftest import Place
from tests.factories.times import begin, instant, owner

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
Travel = Callable[[date | datetime], object]
NOW = instant("2026-11-22 10:00")
DECEMBER = date(2026, 12, 1)
URL = "/organisation/egna-tider/"


@pytest.fixture(autouse=True)
def _now(at: Travel) -> None:
    at(NOW)


def wish(**given: object) -> Wish:
    usual = {
        "key": "deviation_handling",
        "amount": 45,
        "unit": "days",
        "preset": "standard",
        "valid_from": DECEMBER,
    }
    return Wish(**usual | given)  # type: ignore[arg-type]


def put(place: Place, **given: object) -> LocalRule:
    return local_setting.set_rule(place.actor("simon"), wish(**given))


def length(place: Place, day: date, key: str = "deviation_handling", area: object = None) -> str:
    area_id = getattr(area, "pk", None)
    return str(rule_for(key, day, board_id=place.board.pk, area_id=area_id).term)


def test_it_holds_for_what_begins_from_its_day(place: Place, other_place: Place) -> None:
    put(place)
    assert length(place, date(2026, 11, 30)) == "30 dagar"
    assert length(place, DECEMBER) == "45 dagar"
    assert length(other_place, DECEMBER) == "30 dagar"
    # The register itself stays as it ships.
    assert str(rule_on("deviation_handling", DECEMBER).term) == "30 dagar"


def test_a_running_time_keeps_the_rule_of_its_day(place: Place, at: Travel) -> None:
    before = begin(place, "deviation_handling", date(2026, 11, 20), subject=1)
    put(place, amount=10)
    at(instant("2026-12-05 09:00"))
    after = begin(place, "deviation_handling", DECEMBER, subject=2)
    late = begin(place, "deviation_handling", date(2026, 11, 30), subject=3)
    assert (before.last_day, after.last_day) == (date(2026, 12, 20), date(2026, 12, 11))
    assert late.last_day == date(2026, 12, 30)
    put(place, amount=5, valid_from=date(2026, 12, 10))
    after.refresh_from_db()
    assert after.last_day == date(2026, 12, 11)
    kept = from_data(after.copy.content)
    steps = explain(kept, after.trigger_date).steps
    assert "Avvikelsen ska vara hanterad inom 10 dagar. Det är nämndens egen tid, inte lagens." in (
        steps
    )
    assert any("bestämd av nämnden och gäller det som börjar 2026-12-01" in step for step in steps)


def test_an_areas_own_goes_before_the_boards(place: Place) -> None:
    put(place, amount=45)
    put(place, amount=20, area=place.other_area)
    assert length(place, DECEMBER, area=place.area) == "45 dagar"
    assert length(place, DECEMBER, area=place.other_area) == "20 dagar"
    given = services.Start("deviation", 1, "deviation_handling", DECEMBER, owner(place))
    far = services.Owner(place.board.pk, place.far_unit.pk, None, protected=False)
    away = services.Start("deviation", 2, "deviation_handling", DECEMBER, far)
    home, there = services.start_many([given, away], NOW)
    assert (home.last_day, there.last_day) == (date(2027, 1, 15), date(2026, 12, 21))


def test_adults_have_a_time_only_where_the_board_sets_one(place: Place) -> None:
    assert length(place, DECEMBER, "adult_investigation") == "None"
    given = services.Start("deviation", 1, "adult_investigation", DECEMBER, owner(place))
    assert services.start(given, NOW) is None
    put(place, key="adult_investigation", amount=3, unit="months", area=place.area)
    time = services.start(given, NOW)
    assert time is not None
    assert time.last_day == date(2027, 3, 1)
    assert length(place, DECEMBER, "adult_investigation", place.other_area) == "None"
    # Late ones are told up the ladder; no law is broken, so nothing is proposed.
    assert time.next_action_at is not None


def test_the_next_ends_the_one_before(place: Place) -> None:
    first = put(place)
    put(place, amount=60, valid_from=date(2027, 1, 1))
    first.refresh_from_db()
    assert first.valid_to == date(2026, 12, 31)
    assert length(place, date(2026, 12, 31)) == "45 dagar"
    assert length(place, date(2027, 1, 1)) == "60 dagar"


def test_one_with_an_end_gives_way_to_what_ships(place: Place) -> None:
    put(place, valid_to=date(2026, 12, 31))
    assert length(place, date(2027, 1, 1)) == "30 dagar"


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"valid_from": date(2026, 11, 22)}, "valid_from", "från och med i morgon"),
        ({"valid_from": date(2025, 1, 1)}, "valid_from", "från och med i morgon"),
        ({"valid_from": date(1950, 1, 1)}, "valid_from", "från och med i morgon"),
        ({"valid_from": date(2098, 1, 1)}, "valid_from", "Kalendern räcker inte så långt"),
        ({"valid_from": date(2200, 1, 1)}, "valid_from", "Kalendern räcker inte så långt"),
        ({"valid_to": date(2026, 11, 30)}, "valid_to", "före den första"),
        ({"amount": 0}, "amount", "minst 1"),
        ({"amount": 40, "unit": "months"}, "amount", "längst tre år"),
        ({"amount": 99999, "unit": "weeks"}, "amount", "längst tre år"),
        ({"key": "child_investigation"}, None, "står i lagen"),
        ({"key": "appeal"}, None, "står i lagen"),
        ({"key": "investigation_checkpoint_30"}, None, "ändras inte här"),
    ],
)
def test_what_cannot_be_set_is_said(
    place: Place, given: dict[str, object], field: str | None, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message) as refused:
        put(place, **given)
    assert refused.value.field == field
    assert not LocalRule.objects.exists()


def test_two_do_not_overlap(place: Place) -> None:
    put(place, valid_from=date(2027, 1, 1))
    for given in ({"valid_from": date(2027, 1, 1)}, {"valid_from": DECEMBER}):
        with pytest.raises(ConflictError, match="redan en tid som gäller från 2027-01-01"):
            put(place, **given)
    put(place, valid_to=date(2026, 12, 31))
    assert length(place, date(2026, 12, 31)) == "45 dagar"


def test_another_boards_area_is_no_choice(place: Place, other_place: Place) -> None:
    with pytest.raises(InvalidInput, match="egna verksamhetsområden"):
        put(place, area=other_place.area)


def test_what_has_not_begun_is_withdrawn_and_what_has_is_ended(place: Place, at: Travel) -> None:
    simon = place.actor("simon")
    row = put(place)
    local_setting.take_back(simon, row.pk)
    assert length(place, DECEMBER) == "30 dagar"
    row = put(place, amount=50)
    at(instant("2026-12-10 09:00"))
    local_setting.take_back(simon, row.pk)
    assert length(place, date(2026, 12, 10)) == "50 dagar"
    assert length(place, date(2026, 12, 11)) == "30 dagar"
    with pytest.raises(ConflictError, match="inget att ta bort"):
        local_setting.take_back(simon, row.pk)


def test_only_the_systemforvaltare_of_the_board(place: Place, other_place: Place) -> None:
    row = put(place)
    for name in ("eva", "vera", "sara"):
        with pytest.raises(NotAllowed):
            local_setting.set_rule(place.actor(name), wish())
        with pytest.raises(NotAllowed):
            local_setting.take_back(place.actor(name), row.pk)
    with pytest.raises(NotVisible):
        local_setting.take_back(other_place.actor("simon"), row.pk)


def test_each_change_is_audited(place: Place) -> None:
    row = put(place)
    local_setting.take_back(place.actor("simon"), row.pk)
    events = AuditEvent.objects.filter(action="deadline.rule_changed").order_by("pk")
    assert [event.data["act"] for event in events] == ["set", "withdrawn"]
    assert events[0].data["amount"] == 45
    assert events[0].actor_id == place.user("simon").pk


def test_every_rule_that_may_be_set_says_what_a_change_means(place: Place) -> None:
    said = {
        key: local_setting.preview(place.actor("simon"), wish(key=key, amount=7)).meaning
        for key in editable_keys(DECEMBER)
    }
    assert len(said) == 8
    assert all("2026-12-01" in one[0] and "7 dagar" in one[0] for one in said.values())
    assert said["deviation_handling"][0] == (
        "Avvikelser rapporterade från 2026-12-01 ska vara hanterade inom 7 dagar."
    )
    assert "Utan ändringen gäller 30 dagar." in said["deviation_handling"]
    assert "Utan ändringen gäller ingen tid." in said["adult_investigation"]


def test_reminders_follow_the_choice_and_skydd_is_told_at_once_all_the_same(place: Place) -> None:
    put(place, preset="months", amount=3, unit="months")
    put(place, key="protection_assessment", preset="day", amount=2)
    board = place.board.pk
    months = rule_for("deviation_handling", DECEMBER, board_id=board)
    assert months.steps[0].key == "before_21"
    urgent = rule_for("protection_assessment", DECEMBER, board_id=board)
    assert all(step.at_once for step in urgent.steps)


def test_the_command_asks_for_the_boards_own_only_where_one_is_named(place: Place) -> None:
    put(place, area=place.other_area)

    def days(*more: str) -> int:
        out = StringIO()
        call_command("explain_deadline", "deviation_handling", "2026-12-01", *more, stdout=out)
        return int(json.loads(out.getvalue())["amount"])

    assert days() == 30
    assert days("--board", place.board.name) == 30
    assert days("--board", place.administration.name, "--area", "Vuxna") == 45
    assert days("--board", place.board.name, "--area", "Vuxna") == 45
    own = ["--board", place.board.name]
    for wrong in (["--board", "Ingen"], ["--area", "Vuxna"], [*own, "--area", "Ingen"]):
        with pytest.raises(CommandError) as refused:
            days(*wrong)
        assert refused.value.returncode == 2


def form(**given: object) -> dict[str, object]:
    usual = {"amount": 45, "unit": "days", "area": "", "valid_from": "2026-12-01", "valid_to": ""}
    return usual | {"preset": "standard", "verb": "preview"} | given


def test_a_change_is_shown_before_it_is_made(place: Place, as_user: Login) -> None:
    simon = as_user("simon")
    page = f"{URL}deviation_handling/"
    shown = simon.post(page, form(area=place.area.pk)).content.decode()
    assert "Avvikelser rapporterade från 2026-12-01 ska vara hanterade inom 45 dagar." in shown
    assert "Det gäller bara verksamhetsområdet Barn och unga." in shown
    assert not LocalRule.objects.exists()
    again = simon.post(page, form(verb="edit"))
    assert 'value="45"' in again.content.decode()
    saved = simon.post(page, form(area=place.area.pk, verb="save"), follow=True).content.decode()
    assert "Avvikelse hanterad: tiden är ändrad." in saved
    assert "45 dagar" in saved
    assert LocalRule.objects.get().area == place.area
    history = simon.get(page).content.decode()
    assert "Kommande" in history
    assert "Simon" in history


def test_a_mistake_is_said_at_its_field(as_user: Login) -> None:
    answer = as_user("simon").post(f"{URL}deviation_handling/", form(valid_from="2026-11-01"))
    assert answer.status_code == 422
    assert "Välj en dag från och med i morgon." in answer.content.decode()


def test_the_law_has_no_page_here(as_user: Login) -> None:
    simon = as_user("simon")
    assert simon.get(f"{URL}child_investigation/").status_code == 404
    shown = simon.get(URL).content.decode()
    assert "Barnutredning" not in shown
    assert "Lagen säger genast" in shown


def test_taken_back_on_the_page(place: Place, as_user: Login) -> None:
    row = put(place)
    simon = as_user("simon")
    shown = simon.post(f"{URL}{row.pk}/ta-bort/", follow=True).content.decode()
    assert "Återtagen" in shown
    as_file = simon.get(f"{URL}?format=csv").content.decode("utf-8-sig")
    assert "Avvikelse hanterad;Hela nämnden;45 dagar;2026-12-01;;Återtagen" in as_file


def test_few_queries(place: Place, as_user: Login, django_assert_max_num_queries: Callable) -> None:
    for number in range(12):
        put(place, valid_from=DECEMBER + timedelta(days=number), amount=number + 1)
    simon = as_user("simon")
    simon.get(URL)
    for url in (URL, f"{URL}deviation_handling/"):
        with django_assert_max_num_queries(15):
            assert simon.get(url).status_code == 200
    given = [
        services.Start("deviation", n, "deviation_handling", DECEMBER, owner(place, None))
        for n in range(50)
    ]
    with django_assert_max_num_queries(10):
        services.start_many(given, NOW)
    assert Deadline.objects.count() == 50


def test_a_time_that_ends_beyond_the_calendar_is_refused(place: Place) -> None:
    wish = Wish("deviation_handling", 11, "days", "standard", date(2100, 12, 20))
    with pytest.raises(InvalidInput):
        local_setting.preview(place.actor("simon"), wish)

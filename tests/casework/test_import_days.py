"""Days of a register file on the day itself; what a file leaves out; what a search may tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from casework.access.actor import Actor
from casework.kit.search import parse
from casework.registers.reading import Table, TableRow
from casework.registers.running import Outcome, import_table
from casework.searches import find as find_cases
from casework.shared.uploads import Upload
from deviations.models import Cause, Deviation
from deviations.searches import find
from deviations.services import cooperation, inbox, investigating
from tests.conftest import Place, make_report
from tests.deviations.test_reporting import PDF
from tests.factories.case_steps import opened

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]
ONE = timedelta(days=1)
TODAY = date(2026, 3, 4)
HEADERS = tuple(
    "id enhet rapporterad inträffad upptäckt kategori underkategori beskrivning ärende status "
    "avslutad orsaker åtgärd effekt skyddad".split()
)


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(TODAY)


def _take_in(place: Place, without: str = "", **cells: str) -> Outcome:
    given = {
        "id": "1",
        "enhet": "Enheten",
        "rapporterad": str(TODAY),
        "beskrivning": "Text",
        "status": "Pågående",
    } | cells
    headers = tuple(name for name in HEADERS if name != without)
    row = TableRow(2, tuple(given.get(name, "") for name in headers))
    actor = Actor.system(place.board)
    return import_table(actor, "avvikelser", Table("a.csv", headers, (row,)), place.board)


def _refused(outcome: Outcome) -> set[str]:
    return {problem.column for problem in outcome.problems}


def test_a_file_tells_of_days_until_today(place: Place) -> None:
    for days, refused in ((-1, set()), (0, set()), (1, {"rapporterad"})):
        day = str(TODAY + days * ONE)
        assert _refused(_take_in(place, id=f"r{days}", rapporterad=day)) == refused
    for days, refused in ((-1, set()), (0, set()), (1, {"avslutad"})):
        cells = {"status": "Avslutad", "avslutad": str(TODAY + days * ONE)}
        before = str(TODAY - 9 * ONE)
        assert _refused(_take_in(place, id=f"a{days}", rapporterad=before, **cells)) == refused
    # Of a file with a fault nothing is kept.
    assert set(Deviation.objects.values_list("external_id", flat=True)) == {
        "r-1",
        "r0",
        "a-1",
        "a0",
    }


ORDER = [
    ("rapporterad", "inträffad"),
    ("rapporterad", "upptäckt"),
    ("upptäckt", "inträffad"),
    ("avslutad", "rapporterad"),
]


@pytest.mark.parametrize(("later", "earlier"), ORDER)
def test_a_file_tells_of_days_in_their_order(place: Place, later: str, earlier: str) -> None:
    closed = {"status": "Avslutad"} if later == "avslutad" else {}
    first = TODAY - 9 * ONE
    for days, refused in ((-1, {later}), (0, set()), (1, set())):
        cells = {earlier: str(first), later: str(first + days * ONE)} | closed
        assert _refused(_take_in(place, id=f"{days}", **cells)) == refused, days


def test_a_column_that_is_lacking_says_nothing(place: Place) -> None:
    _take_in(place, skyddad="Ja")
    assert Deviation.objects.get().protected
    # The same row from a file without the column: nothing changes.
    again = _take_in(place, without="skyddad")
    assert (again.problems, again.unchanged) == ([], 1)
    assert Deviation.objects.get().protected
    # With the column, and empty, it says that the person is so no more.
    _take_in(place, skyddad="")
    assert not Deviation.objects.get().protected


@pytest.mark.parametrize("number", ["SN-2026-77", "SN 2026 77"])
@pytest.mark.parametrize("typed", ["SN-2026-77", "SN 2026 77", "sn-2026-77"])
def test_a_developer_finds_nothing_by_a_case_number(place: Place, number: str, typed: str) -> None:
    deviation = make_report(place, case_number=number)
    opened(place, opened_on=TODAY)
    both = {"eva": number == typed or number == typed.upper(), "vera": False}
    for who, finds in both.items():
        hits = find(place.actor(who), parse(typed))[0:5]
        assert (deviation.pk in [hit.key for hit in hits]) is finds, who
    assert find_cases(place.actor("eva"), parse("Ä1")).count() == 1
    assert find_cases(place.actor("vera"), parse("Ä1")).count() == 0


@pytest.mark.parametrize(
    ("day", "found"), [(date(2026, 1, 31), 0), (date(2026, 2, 1), 1), (date(2026, 2, 28), 1)]
)
@pytest.mark.parametrize("typed", ["2026-02", "februari 2026"])
def test_a_month_is_searched_through_its_last_day(
    place: Place, at: Travel, day: date, found: int, typed: str
) -> None:
    at(day)
    make_report(place, occurred_on=day)
    assert find(place.actor("eva"), parse(typed)).count() == found


def test_ten_files_are_taken(place: Place, settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    files = [Upload(f"Foto {number}.pdf", PDF) for number in range(10)]
    assert make_report(place, files=files).attachments.count() == 10


HANDLED: dict[str, Callable[[Place, int, Cause], object]] = {
    "exchange": lambda place, pk, cause: cooperation.record_exchange(
        place.actor("eva"), pk, authority="Regionen"
    ),
    "classify": lambda place, pk, cause: investigating.classify(
        place.actor("eva"), pk, severity=1, probability=1
    ),
    "assign": lambda place, pk, cause: inbox.assign(place.actor("eva"), pk, to=place.user("nils")),
    "investigate": lambda place, pk, cause: investigating.investigate(
        place.actor("eva"), pk, causes=[cause], main_cause=None, analysis="Brist"
    ),
    "dismiss": lambda place, pk, cause: inbox.dismiss(
        place.actor("eva"), pk, reason="Det var rätt gjort."
    ),
    "protect": lambda place, pk, cause: cooperation.set_protection(
        place.actor("eva"), pk, protected=True
    ),
}


@pytest.mark.parametrize("act", HANDLED)
def test_what_was_handled_here_is_not_changed_by_a_file(
    place: Place, cause: Cause, act: str
) -> None:
    _take_in(place, id="1")
    _take_in(place, id="2")
    one, other = Deviation.objects.order_by("external_id")
    HANDLED[act](place, one.pk, cause)
    refused = _take_in(place, id="1", beskrivning="Annan text")
    assert [one.number in problem.message for problem in refused.problems] == [True]
    assert "har handlagts här" in refused.problems[0].message
    assert _take_in(place, id="2", beskrivning="Annan text").problems == []
    assert Deviation.objects.get(pk=one.pk).description == "Text"
    assert Deviation.objects.get(pk=other.pk).description == "Annan text"
    # The same row again says nothing new of it.
    assert _take_in(place, id="1").problems == []

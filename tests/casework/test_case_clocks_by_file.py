"""The times of cases that come by file, and of those from before the watch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from casework.cases.models import Decision, Intake, Investigation
from casework.cases.services import investigations
from casework.cases.services.door import Person
from casework.deadlines.sweep import sweep
from casework.models import Deadline, Miss, Notice
from casework.shared import clock
from deviations.models import Proposal
from tests.casework.case_files import Ran, written
from tests.conftest import Place, make_report
from tests.factories.case_clocks import DAY, arrive, times
from tests.factories.case_steps import granted, opened
from tests.factories.times import instant

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]


@pytest.fixture(autouse=True)
def _monday(at: Travel) -> None:
    at(DAY)


def read(folder: Path, place: Place, kind: str, *given: dict[str, str]) -> Ran:
    """Take in rows for Enheten, each differing as given from the plain one of its kind."""
    plain = {
        "aktualiseringar": {"id": "A1", "inkommen": "2026-03-01 10:00", "typ": "Anmälan"},
        "utredningar": {"id": "U1", "inledd": "2026-02-02"},
        "beslut": {
            "id": "B1", "lagrum": "SoL", "insats": "Kontaktfamilj", "beslutsdatum": "2026-02-02"
        },
    }[kind]  # fmt: skip
    table = [{"enhet": place.unit.name, "ärende": "Ä1"} | plain | row for row in given or ({},)]
    ran = Ran(kind, written(folder, kind, table), f"--board={place.board.name}")
    assert ran.code == 0, ran.err
    return ran


class TestImport:
    """A file is history: computed, and watched from now on."""

    def test_what_lies_before_is_computed_and_nobody_is_told(
        self, place: Place, tmp_path: Path
    ) -> None:
        read(
            tmp_path,
            place,
            "utredningar",
            {"id": "U1", "ärende": "Ä1", "inledd": "2025-09-01"},
            {"id": "U2", "ärende": "Ä2", "inledd": "2025-09-01", "avslutad": "2025-12-01"},
            {"id": "U3", "ärende": "Ä3", "inledd": "2025-09-01", "avslutad": "2026-02-01"},
            {"id": "U4", "ärende": "Ä4", "inledd": "2026-02-02"},
        )
        found = {i.external_id: times(i) for i in Investigation.objects.all()}
        rule = "child_investigation"
        assert found == {
            "U1": [(rule, "missed", date(2026, 1, 2))],
            "U2": [(rule, "met", date(2026, 1, 2))],
            "U3": [(rule, "missed", date(2026, 1, 2))],
            "U4": [(rule, "running", date(2026, 6, 2))],
        }
        sweep(instant("2026-03-02 18:00"))
        assert not Notice.objects.exists()
        sweep(instant("2026-07-01 12:00"))
        assert set(Notice.objects.values_list("deadline__trigger_date", flat=True)) == {
            date(2026, 2, 2)
        }
        assert Proposal.objects.get().deadline.trigger_date == date(2026, 2, 2)

    def test_extensions_count_when_they_were_decided_in_time(
        self, place: Place, tmp_path: Path
    ) -> None:
        plain = {"inledd": "2025-12-01", "förlängd_till": "2026-05-04"}
        read(
            tmp_path,
            place,
            "utredningar",
            plain | {"id": "U1", "ärende": "Ä1", "förlängning_beslutad": "2026-02-20"},
            plain | {"id": "U2", "ärende": "Ä2"},
            plain | {"id": "U3", "ärende": "Ä3", "inledd": "2025-10-01",
                     "förlängning_beslutad": "2026-02-20"},
            plain | {"id": "U4", "ärende": "Ä4", "avslutad": "2026-03-01"},
        )  # fmt: skip
        found = {
            i.external_id: [(state, day) for _, state, day in times(i)]
            for i in Investigation.objects.all()
        }
        extended = [("extended", date(2026, 4, 1)), ("running", date(2026, 5, 4))]
        assert found == {
            "U1": extended,
            "U2": extended,
            "U3": [("missed", date(2026, 2, 2))],
            "U4": [("extended", date(2026, 4, 1)), ("met", date(2026, 5, 4))],
        }
        last = Deadline.objects.get(state="met")
        assert last.extends is not None
        assert last.extends.last_day == date(2026, 4, 1)

    def test_the_next_file_closes_extends_and_opens_again(
        self, place: Place, tmp_path: Path, at: Travel
    ) -> None:
        read(tmp_path, place, "utredningar", {})
        investigation = Investigation.objects.get()
        before = Deadline.objects.get()
        again = read(tmp_path, place, "utredningar", {})
        assert "1 oförändrade" in again.last
        assert (Deadline.objects.get().started_at, times(investigation)[0][1]) == (
            before.started_at,
            "running",
        )
        at(date(2026, 5, 20))
        told = {"förlängd_till": "2026-08-03", "förlängning_beslutad": "2026-05-18"}
        read(tmp_path, place, "utredningar", told)
        assert [state for _, state, _ in times(investigation)] == ["extended", "running"]
        read(tmp_path, place, "utredningar", told | {"avslutad": "2026-05-19"})
        assert [state for _, state, _ in times(investigation)] == ["extended", "met"]
        read(tmp_path, place, "utredningar", told | {"avslutad": "2026-05-20"})
        assert Deadline.objects.get(state="met").met_on == date(2026, 5, 20)
        read(tmp_path, place, "utredningar", told)
        assert times(investigation)[-1] == ("child_investigation", "running", date(2026, 8, 3))
        read(tmp_path, place, "utredningar", {})
        assert times(investigation)[-1] == ("child_investigation", "running", date(2026, 6, 2))
        read(tmp_path, place, "utredningar", {"inledd": "2026-02-03"})
        assert times(investigation)[-1] == ("child_investigation", "running", date(2026, 6, 3))
        assert Deadline.objects.open().count() == 1
        sweep()
        assert not Miss.objects.exists()

    def test_an_investigation_read_later_ends_the_preliminary_assessment(
        self, place: Place, tmp_path: Path
    ) -> None:
        read(tmp_path, place, "aktualiseringar", {"skyddsbedömd": "2026-03-01 12:00"})
        intake = Intake.objects.get()
        assert [state for _, state, _ in times(intake)] == ["met", "running"]
        read(tmp_path, place, "utredningar", {"inledd": "2026-03-02"})
        assert [state for _, state, _ in times(intake)] == ["met", "void"]

    def test_an_open_intake_from_long_ago_is_late_and_proposes_nothing(
        self, place: Place, tmp_path: Path
    ) -> None:
        read(tmp_path, place, "aktualiseringar", {"inkommen": "2025-12-01 10:00"})
        intake = Intake.objects.get()
        assert [state for _, state, _ in times(intake)] == ["missed", "missed"]
        assert Deadline.objects.open().count() == 2
        sweep(instant("2026-12-01 12:00"))
        assert not Proposal.objects.exists()
        decided = {"inkommen": "2025-12-01 10:00", "beslut": "Inled inte",
                   "beslutsdatum": "2026-02-02"}  # fmt: skip
        read(tmp_path, place, "aktualiseringar", decided)
        assert Deadline.objects.open().count() == 0
        assert not Proposal.objects.exists()

    def test_decisions_with_and_without_a_case(self, place: Place, tmp_path: Path) -> None:
        read(
            tmp_path,
            place,
            "beslut",
            {"id": "B1", "ärende": ""},
            {"id": "B2", "ärende": "", "verkställd": "2026-02-10", "avbrott": "2026-02-20"},
            {"id": "B3", "avslutad_utan_verkställighet": "2026-02-20"},
        )
        found = {d.external_id: times(d) for d in Decision.objects.all()}
        assert found["B1"] == [("unexecuted_decision", "running", date(2026, 5, 4))]
        assert [(rule, state) for rule, state, _ in found["B2"]] == [
            ("unexecuted_decision", "met"),
            ("interrupted_decision", "running"),
        ]
        assert found["B3"] == []

    def test_a_corrected_area_begins_the_times_of_children(
        self, place: Place, tmp_path: Path
    ) -> None:
        place.area.for_children = False
        place.area.save()
        read(tmp_path, place, "utredningar", {})
        investigation = Investigation.objects.get()
        assert times(investigation) == []
        place.area.for_children = True
        place.area.save()
        call_command("watch_open_records")
        assert times(investigation) == [("child_investigation", "running", date(2026, 6, 2))]


def test_open_records_from_before_the_watch_are_taken_up_once(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    make_report(place)
    arrive(place, received_at=instant("2026-02-02 10:00"))
    opened(place, person=Person("Ä2"))
    closed = opened(place, person=Person("Ä3"))
    investigations.close_investigation(
        place.actor("amina"), closed.pk, on=DAY, outcome="no_measure"
    )
    granted(place, person=Person("Ä4"))
    Deadline.objects.all().delete()
    call_command("watch_open_records")
    assert capsys.readouterr().out == "times: 5\n"
    states = Deadline.objects.order_by("rule").values_list("rule", "state")
    assert list(states) == [
        ("child_investigation", "running"),
        ("deviation_handling", "running"),
        ("preliminary_assessment", "missed"),
        ("protection_assessment", "missed"),
        ("unexecuted_decision", "running"),
    ]
    call_command("watch_open_records")
    assert capsys.readouterr().out == "times: 0\n"
    sweep(clock.now())
    assert not Proposal.objects.exists()

"""Ten minutes of writing are one audit event, and every version has its author in the trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from casework.audit.verify import verify
from casework.models import AuditEvent, Membership, Role
from lexsarah.models import DocumentPart, Report
from lexsarah.services import deciding, documenting, investigating
from tests.conftest import Place
from tests.lexsarah.deciding import REASONS, delegate, document
from tests.lexsarah.factory import handed_in

pytestmark = pytest.mark.django_db

Travel = Callable[[datetime], Any]
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def report(place: Place, at: Travel) -> Report:
    at(BEGIN)
    Membership.objects.create(user=place.user("gun"), board=place.board, role=Role.SAS)
    return investigating.start_investigation(place.actor("sara"), handed_in(place).pk)


class Writing:
    """Somebody writes, and the authors are noted beside as the truth to compare with."""

    def __init__(self, place: Place, report: Report, at: Travel) -> None:
        self.place, self.report, self.at = place, report, at
        self.written: dict[tuple[str, int], tuple[int, datetime]] = {}

    def __call__(self, minute: float, name: str = "sara", key: str = "event") -> int:
        when = BEGIN + timedelta(minutes=minute)
        self.at(when)
        row = DocumentPart.objects.filter(report=self.report, key=key).first()
        version = row.version if row else 0
        saved = documenting.save_part(
            self.place.actor(name),
            self.report.pk,
            key,
            text=f"{name} i minut {minute}",
            expected_version=version,
        )
        self.written[key, saved.version] = (self.place.user(name).pk, when)
        return saved.version


@pytest.fixture
def write(place: Place, report: Report, at: Travel) -> Writing:
    return Writing(place, report, at)


def events(report: Report) -> list[AuditEvent]:
    return list(
        AuditEvent.objects.filter(
            action="lexsarah.document_saved", subject_ids__contains=[report.pk]
        ).order_by("id")
    )


def author_in_trail(report: Report, key: str, version: int) -> AuditEvent:
    """Who saved a version, as whoever checks the log finds it."""
    of_part = [event for event in events(report) if event.data["part"] == key]
    return max(
        (event for event in of_part if event.data["version"] <= version),
        key=lambda event: event.data["version"],
    )


def test_ten_minutes_of_writing_is_one_event(report: Report, write: Writing) -> None:
    for second in range(0, 590, 15):
        write(second / 60)
    assert DocumentPart.objects.get().version == 40
    assert [event.data for event in events(report)] == [{"part": "event", "from": 1, "version": 1}]


def test_the_next_ten_minutes_are_the_next(report: Report, write: Writing) -> None:
    for minute in (0, 4, 9.9, 10, 15, 19.9, 25):
        write(minute)
    assert [event.data for event in events(report)] == [
        {"part": "event", "from": 1, "version": 1},
        {"part": "event", "from": 2, "version": 4},
        {"part": "event", "from": 5, "version": 7},
    ]


def test_each_person_and_each_part_has_its_own(
    place: Place, report: Report, write: Writing
) -> None:
    write(0)
    write(1)
    write(2, "gun")
    write(3)
    write(3, "sara", "noticed")
    write(4, "gun", "noticed")
    told = [(event.actor_id, event.data["part"], event.data["version"]) for event in events(report)]
    sara, gun = place.user("sara").pk, place.user("gun").pk
    assert told == [
        (sara, "event", 1),
        (gun, "event", 3),
        (sara, "event", 4),
        (sara, "noticed", 1),
        (gun, "noticed", 2),
    ]


def test_every_version_has_its_author_in_the_trail(report: Report, write: Writing) -> None:
    for place, minute in enumerate((0, 1, 2, 3, 8, 11, 12, 13, 13.5, 30, 31, 45, 46, 47, 70)):
        write(minute, "gun" if place % 5 in (2, 3) else "sara", ("event", "noticed")[place % 3 > 1])
    assert len(write.written) == 15
    for (key, version), (author, when) in write.written.items():
        event = author_in_trail(report, key, version)
        assert event.actor_id == author, (key, version)
        # And when, to the sitting.
        assert when - documenting.SITTING < event.at <= when
    # The events of a part follow upon one another, with nothing left between.
    for key in ("event", "noticed"):
        of_part = [event.data for event in events(report) if event.data["part"] == key]
        ends = [0, *(data["version"] for data in of_part)]
        assert [data["from"] - 1 for data in of_part] == ends[:-1]
    assert verify().broken is None


def test_what_is_put_forward_is_told_of_as_it_stands(
    place: Place, report: Report, write: Writing
) -> None:
    delegate(place)
    document(report, without="event")
    for minute in (0, 1, 2):
        write(minute)
    proposed = deciding.propose(
        place.actor("sara"),
        report.pk,
        outcome="risk",
        reasons=REASONS,
        decider=place.user("birgit"),
    )
    event = AuditEvent.objects.latest("id")
    assert event.action == "lexsarah.proposed"
    assert event.data["parts"]["event"] == 3
    assert event.data["parts"] == documenting.versions_of(report)
    deciding.decide(place.actor("birgit"), proposed.pk, outcome="risk", reasons=REASONS)
    decided = AuditEvent.objects.filter(action="lexsarah.decided").get()
    assert decided.data["parts"]["event"] == 3


def test_the_same_text_again_is_nothing(place: Place, report: Report, write: Writing) -> None:
    version = write(0)
    text = DocumentPart.objects.get().text
    write.at(BEGIN + timedelta(minutes=30))
    again = documenting.save_part(
        place.actor("sara"), report.pk, "event", text=text, expected_version=version
    )
    assert again.version == version
    assert len(events(report)) == 1

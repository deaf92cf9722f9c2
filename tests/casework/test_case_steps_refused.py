"""What the steps of a case refuse, and what they say when times collide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from casework.cases.models import Intake, Investigation
from casework.cases.services import care, decisions, intakes, investigations
from casework.cases.services.door import Person
from casework.models import AuditEvent
from casework.shared.errors import ConflictError, DomainError, InvalidInput
from tests.casework.test_cases_import import agree_with_the_history
from tests.conftest import Place
from tests.factories.case_steps import DAY, assessed, come_in, granted, opened
from tests.factories.times import instant

pytestmark = pytest.mark.django_db

Travel = Callable[[date | datetime], object]


@pytest.fixture(autouse=True)
def _spring(at: Travel) -> None:
    at(date(2026, 3, 30))


REFUSED: list[tuple[str, Callable[[Place], object], type[DomainError], str]] = [
    (
        "assessed before it came",
        lambda p: intakes.assess_protection(
            p.actor("amina"), come_in(p)[0].pk, at=instant("2026-03-02 09:59")
        ),
        InvalidInput,
        "kan inte ha gjorts 2026-03-02 09:59: aktualiseringen kom in 2026-03-02 10:00",
    ),
    (
        "assessed tomorrow",
        lambda p: intakes.assess_protection(
            p.actor("amina"), come_in(p)[0].pk, at=instant("2026-03-31 09:00")
        ),
        InvalidInput,
        "den tiden har inte kommit än",
    ),
    (
        "an application assessed",
        lambda p: intakes.assess_protection(
            p.actor("amina"),
            come_in(p, kind="application")[0].pk,
            at=instant("2026-03-02 12:00"),
        ),
        ConflictError,
        "bara av en anmälan som gäller ett barn",
    ),
    (
        "an anmälan about an adult assessed",
        lambda p: intakes.assess_protection(
            p.actor("farid"),
            come_in(p, by="farid", unit=p.far_unit)[0].pk,
            at=instant("2026-03-02 12:00"),
        ),
        ConflictError,
        "bara av en anmälan som gäller ett barn",
    ),
    (
        "assessed twice",
        lambda p: intakes.assess_protection(
            p.actor("amina"), assessed(p).pk, at=instant("2026-03-03 09:00")
        ),
        ConflictError,
        "redan gjord",
    ),
    (
        "decided before it came",
        lambda p: _decide(p, assessed(p), on=date(2026, 3, 1)),
        InvalidInput,
        "Beslutet kan inte fattas 2026-03-01: aktualiseringen kom in 2026-03-02.",
    ),
    (
        "decided tomorrow",
        lambda p: _decide(p, assessed(p), on=date(2026, 3, 31)),
        InvalidInput,
        "Beslutet kan inte fattas 2026-03-31: den dagen har inte kommit än.",
    ),
    (
        "decided without the assessment",
        lambda p: _decide(p, come_in(p)[0]),
        ConflictError,
        "Skyddsbedömningen saknas",
    ),
    (
        "decided without a reason",
        lambda p: _decide(p, assessed(p), reason=" "),
        InvalidInput,
        "varför utredning inte inleds",
    ),
    (
        "decided as nothing",
        lambda p: _decide(p, assessed(p), outcome="maybe"),
        InvalidInput,
        "Välj om utredning",
    ),
    (
        "decided twice",
        lambda p: _decide(p, _decide(p, assessed(p))),
        ConflictError,
        "redan fattat",
    ),
    (
        "a second investigation",
        lambda p: (opened(p), _decide(p, assessed(p), outcome="opened")),
        ConflictError,
        "redan en öppen utredning, inledd 2026-03-02",
    ),
    (
        "in the future",
        lambda p: come_in(p, received_at=instant("2026-04-01 10:00")),
        InvalidInput,
        "framåt",
    ),
    ("no kind", lambda p: come_in(p, kind="letter"), InvalidInput, "hur det kom in"),
    ("nobody", lambda p: come_in(p, people=[]), InvalidInput, "minst ett ärende"),
    (
        "no number",
        lambda p: come_in(p, people=[Person(" ")]),
        InvalidInput,
        "Fyll i ärendets nummer",
    ),
    (
        "twice the same",
        lambda p: come_in(p, people=[Person("Ä1"), Person("Ä1 ")]),
        InvalidInput,
        "står två gånger",
    ),
    (
        "born too late",
        lambda p: come_in(p, people=[Person("Ä1", "", 2028)]),
        InvalidInput,
        "inget rimligt födelseår",
    ),
    (
        "feedback to an applicant",
        lambda p: come_in(p, kind="application", feedback_asked=True),
        InvalidInput,
        "Bara en anmälare",
    ),
    (
        "a personnummer for a case",
        lambda p: come_in(p, people=[Person("20121212-1212")]),
        InvalidInput,
        "ser ut som ett personnummer",
    ),
    (
        "called for before any calendar",
        lambda p: opened(p, intake_on=date(1, 1, 1)),
        InvalidInput,
        "0001-01-01 är före",
    ),
    (
        "an adult followed up without a measure",
        lambda p: _close(p, _adults(p), by="farid", follow_up=True),
        InvalidInput,
        "gäller bara barn",
    ),
    (
        "an adult followed up afterwards",
        lambda p: investigations.begin_follow_up(
            p.actor("farid"), _close(p, _adults(p), by="farid").pk, on=date(2026, 3, 20)
        ),
        ConflictError,
        "gäller bara barn",
    ),
    (
        "ended before it was executed",
        lambda p: _end_executed(p, on=date(2026, 3, 10)),
        InvalidInput,
        "Beslutet kan inte avslutas 2026-03-10: det verkställdes 2026-03-20.",
    ),
    (
        "a handler from elsewhere",
        lambda p: come_in(p, handler=p.user("sven")),
        InvalidInput,
        "arbetar i enheten",
    ),
    (
        "closed before it was opened",
        lambda p: _close(p, opened(p), on=date(2026, 3, 1)),
        InvalidInput,
        "Utredningen kan inte avslutas 2026-03-01: den inleddes 2026-03-02.",
    ),
    (
        "closed without an outcome",
        lambda p: _close(p, opened(p), outcome=""),
        InvalidInput,
        "vad utredningen ledde till",
    ),
    ("closed twice", lambda p: _close(p, _close(p, opened(p))), ConflictError, "redan avslutad"),
    (
        "a measure followed up without one",
        lambda p: _close(p, opened(p), outcome="measure", follow_up=True),
        InvalidInput,
        "Uppföljning utan insats",
    ),
    (
        "followed up while open",
        lambda p: investigations.begin_follow_up(p.actor("amina"), opened(p).pk, on=DAY),
        ConflictError,
        "inte avslutad",
    ),
    (
        "followed up beside an investigation that was open all along",
        lambda p: investigations.begin_follow_up(
            p.actor("amina"), _followed_by_another(p).pk, on=date(2026, 3, 25)
        ),
        ConflictError,
        "har en öppen utredning",
    ),
    (
        "closed with following up beside another",
        lambda p: _close(p, _beside_another(p), follow_up=True),
        ConflictError,
        "har en öppen utredning",
    ),
    (
        "followed up before closed",
        lambda p: investigations.begin_follow_up(p.actor("amina"), _close(p, opened(p)).pk, on=DAY),
        InvalidInput,
        "2026-03-02: utredningen avslutades 2026-03-10",
    ),
    (
        "no following up to end",
        lambda p: investigations.end_follow_up(
            p.actor("amina"), _close(p, opened(p)).pk, on=date(2026, 3, 11)
        ),
        ConflictError,
        "Ingen uppföljning",
    ),
    (
        "opened before it was called for",
        lambda p: opened(p, intake_on=date(2026, 3, 4)),
        InvalidInput,
        "Utredningen kan inte inledas 2026-03-02: aktualiseringen kom in 2026-03-04.",
    ),
    (
        "opened in another century",
        lambda p: opened(p, opened_on=date(1926, 3, 2)),
        InvalidInput,
        "före 1953",
    ),
    (
        "extended without a reason",
        lambda p: _extend(p, opened(p), reason=""),
        InvalidInput,
        "särskilda skälen",
    ),
    (
        "extended backwards",
        lambda p: _extend(p, opened(p), decided_on=date(2026, 3, 1)),
        InvalidInput,
        "2026-03-01: utredningen inleddes 2026-03-02",
    ),
    (
        "extended to an earlier day",
        lambda p: _extend(p, opened(p), until=date(2026, 7, 2)),
        InvalidInput,
        "tiden går redan till 2026-07-02",
    ),
    (
        "extended when it had run out",
        lambda p: _extend(p, opened(p, opened_on=date(2025, 11, 3)), decided_on=date(2026, 3, 4)),
        InvalidInput,
        "2026-03-04: tiden gick ut 2026-03-03",
    ),
    (
        "extended when closed",
        lambda p: _extend(p, _close(p, opened(p))),
        ConflictError,
        "redan avslutad",
    ),
    (
        "an investigation of an adult extended",
        lambda p: _extend(p, opened(p, kind="Vuxenutredning")),
        ConflictError,
        "ingen lagstadgad tid",
    ),
    (
        "executed before it was decided",
        lambda p: decisions.execute(p.actor("amina"), granted(p).pk, on=date(2026, 3, 1)),
        InvalidInput,
        "2026-03-01: det fattades 2026-03-02",
    ),
    (
        "executed twice",
        lambda p: decisions.execute(p.actor("amina"), _executed(p).pk, on=date(2026, 3, 6)),
        ConflictError,
        "redan verkställt",
    ),
    (
        "interrupted before it was executed",
        lambda p: decisions.interrupt(p.actor("amina"), _executed(p).pk, on=date(2026, 3, 4)),
        InvalidInput,
        "2026-03-04: beslutet verkställdes 2026-03-05",
    ),
    (
        "resumed without an interruption",
        lambda p: decisions.resume(p.actor("amina"), _executed(p).pk, on=date(2026, 3, 6)),
        ConflictError,
        "inte avbruten",
    ),
    (
        "ended when executed",
        lambda p: decisions.end_without_execution(
            p.actor("amina"), _executed(p).pk, on=date(2026, 3, 6), reason="Flytt"
        ),
        ConflictError,
        "är verkställt",
    ),
    (
        "ended without a reason",
        lambda p: decisions.end_without_execution(
            p.actor("amina"), granted(p).pk, on=date(2026, 3, 6), reason=""
        ),
        InvalidInput,
        "varför beslutet avslutas",
    ),
    ("no law", lambda p: granted(p, statute="LVU"), InvalidInput, "Välj lagrum"),
    ("no measure", lambda p: granted(p, measure=" "), InvalidInput, "Fyll i insatsen"),
]


def _decide(place: Place, intake: Intake, **given: Any) -> Intake:
    fields = {"outcome": "not_opened", "on": date(2026, 3, 5), "reason": "Ingen oro"} | given
    return intakes.decide_intake(place.actor("amina"), intake.pk, **fields)[0]


def _close(
    place: Place, investigation: Investigation, by: str = "amina", **given: Any
) -> Investigation:
    fields = {"on": date(2026, 3, 10), "outcome": "no_measure"} | given
    return investigations.close_investigation(place.actor(by), investigation.pk, **fields)


def _followed_by_another(place: Place) -> Investigation:
    closed = _close(place, opened(place))
    opened(place, opened_on=date(2026, 3, 12))
    return closed


def _beside_another(place: Place) -> Investigation:
    """An investigation of a child of whom another unit's has come to be one too."""
    other = _adults(place)
    investigation = opened(place, other_unit=True)
    care.move_unit(place.actor("arne"), "investigation", other.pk, to=place.unit)
    return investigation


def _adults(place: Place) -> Investigation:
    return opened(place, by="farid", unit=place.far_unit)


def _extend(place: Place, investigation: Investigation, **given: Any) -> Investigation:
    fields = {"until": date(2026, 9, 1), "decided_on": date(2026, 3, 10), "reason": "Skäl"} | given
    return investigations.extend_investigation(place.actor("amina"), investigation.pk, **fields)


def _executed(place: Place) -> Any:
    return decisions.execute(place.actor("amina"), granted(place).pk, on=date(2026, 3, 5))


def _end_executed(place: Place, on: date) -> Any:
    amina, decision = place.actor("amina"), granted(place)
    decisions.interrupt(amina, decision.pk, on=date(2026, 3, 5))
    decisions.execute(amina, decision.pk, on=date(2026, 3, 20))
    return decisions.end_without_execution(amina, decision.pk, on=on, reason="Skäl")


@pytest.mark.parametrize(
    ("act", "error", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_cannot_be_is_refused_and_said(
    place: Place, act: Callable[[Place], object], error: type[DomainError], message: str
) -> None:
    with pytest.raises(error, match=message):
        act(place)
    agree_with_the_history()


def test_an_investigation_of_something_else_hinders_no_following_up(place: Place) -> None:
    investigation = opened(place)
    opened(place, kind="Familjerätt")
    _close(place, investigation, follow_up=True)
    investigation.refresh_from_db()
    assert investigation.follow_up_on == date(2026, 3, 10)


def test_a_childs_assessment_is_noted_wherever_it_has_been_moved(place: Place) -> None:
    (intake,) = come_in(place)
    care.move_unit(place.actor("eva"), "intake", intake.pk, to=place.far_unit)
    moved = intakes.assess_protection(
        place.actor("farid"), intake.pk, at=instant("2026-03-02 12:00")
    )
    assert moved.assessed_at == instant("2026-03-02 12:00")


def test_nothing_is_left_of_a_step_that_was_refused(place: Place) -> None:
    (intake,) = come_in(place)
    before = AuditEvent.objects.count()
    with pytest.raises(ConflictError):
        _decide(place, intake, outcome="opened")
    intake.refresh_from_db()
    assert (intake.outcome, Investigation.objects.count()) == ("", 0)
    assert AuditEvent.objects.count() == before


def test_a_refusal_tells_nothing_of_what_is_protected(place: Place) -> None:
    investigation = opened(place)
    care.set_protection(place.actor("eva"), investigation.case_id or 0, protected=True)
    with pytest.raises(ConflictError) as refused:
        opened(place)
    assert str(investigation.opened_on) not in refused.value.message
    assert "öppen utredning" not in refused.value.message


def test_a_unit_that_is_no_more_takes_nothing_in(place: Place) -> None:
    place.unit.valid_to = date(2026, 3, 30) - timedelta(days=1)
    place.unit.save()
    with pytest.raises(InvalidInput, match="finns inte längre"):
        come_in(place)

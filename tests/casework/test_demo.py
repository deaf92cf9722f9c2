"""The demo board: loaded once, every state there, nobody's page empty, each day as it was."""

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from casework.access.actor import Actor
from casework.audit.verify import verify
from casework.demo import loading
from casework.demo.people import LOGINS, PASSWORD
from casework.models import (
    Board,
    Case,
    Deadline,
    DutyFunction,
    ImportBatch,
    LocalRule,
    Role,
    ServiceArea,
    Unit,
    User,
    WatchedTime,
)
from casework.shared import clock
from deviations import states
from deviations.models import (
    Action,
    Category,
    Cause,
    Deviation,
    DeviationVersion,
    Draft,
    Exchange,
    Question,
    UnitReview,
)
from deviations.queries import proposals as proposed
from deviations.services import proposals
from deviations.services.closing import Handling
from deviations.services.rebuilding import rebuilt_versions
from lexsarah.models import Report, Request
from lexsarah.states import OUTCOMES
from tests.factories.once import loaded_once, settled

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.every_day,
    pytest.mark.xdist_group("demo"),  # loaded by one worker, once
]


@pytest.fixture(scope="module")
def demo(every_day: None, django_db_setup: None, django_db_blocker: DjangoDbBlocker):
    """The demo, loaded once for the file in a transaction that is rolled back at its end."""
    with loaded_once(django_db_blocker):
        board = loading.load()
        settled()
        yield board


def login(name: str) -> User:
    return User.objects.get(username=name)


def test_there_are_three_areas_and_thirty_units_of_today(demo: Board) -> None:
    assert ServiceArea.objects.filter(board=demo).count() == 3
    assert Unit.objects.valid_on(clock.today()).filter(board=demo).count() == 30
    assert Unit.objects.filter(board=demo, replaces__isnull=False).exists()


def test_each_log_in_works_and_every_role_is_held_by_someone(demo: Board) -> None:
    for name in LOGINS:
        assert authenticate(username=name, password=PASSWORD) == login(name)
    roles = set(demo.memberships.values_list("role", flat=True))
    assert roles == set(Role.values)


def test_every_state_and_every_effect_is_there(demo: Board) -> None:
    found = Counter(Deviation.objects.filter(board=demo).values_list("status", flat=True))
    assert set(found) == set(states.LABELS)
    effects = set(Deviation.objects.filter(board=demo).values_list("effect", flat=True))
    assert effects == {"", *states.EFFECTS}
    assert sum(found.values()) >= 600


def test_the_managers_inbox_has_about_forty_open_half_of_them_old(demo: Board) -> None:
    manager = Actor.of(login("enhetschef"))
    mine = Deviation.objects.visible_to(manager).filter(
        unit__in=manager.units(Role.MANAGER), status__in=states.OPEN_STATES
    )
    old = mine.filter(registered_on__lt=clock.today() - timedelta(days=90)).count()
    assert 38 <= mine.count() <= 60
    assert 0.35 <= old / mine.count() <= 0.65
    due = Deviation.objects.visible_to(manager).filter(effect_due_on__lte=clock.today())
    assert due.count() >= 2


@pytest.mark.parametrize("name", ["socialsekreterare", "forste", "registrator", "beslutsfattare"])
def test_who_reports_has_reported_something(demo: Board, name: str) -> None:
    assert Deviation.objects.filter(reporter=login(name)).exists()


def test_the_worker_has_drafts_questions_and_actions(demo: Board) -> None:
    me = login("socialsekreterare")
    assert Draft.objects.filter(author=me).exists()
    assert Question.objects.filter(deviation__reporter=me, answered_at=None).exists()
    assert Action.objects.filter(owner=me, done_on=None).exists()


def test_the_rare_is_there_too(demo: Board) -> None:
    mine = Deviation.objects.filter(board=demo)
    assert mine.filter(protected=True).exists()
    assert mine.filter(about_manager=True, status__in=states.OPEN_STATES).exists()
    assert mine.filter(moves=2, unit_decided=False, status=states.REPORTED).exists()
    assert mine.filter(moves=2, unit_decided=True).exists()
    assert mine.filter(status=states.REPORTED, possible_misconduct=True).exists()
    assert mine.filter(attachments__isnull=False).exists()
    assert Exchange.objects.filter(answered_on=None).exists()
    assert Question.objects.filter(answered_at__isnull=False).exists()
    assert UnitReview.objects.filter(board=demo).exists()


def test_it_was_worked_day_by_day(demo: Board) -> None:
    """Nothing was recorded on another day than it took effect, so any past day can be asked for.

    Save for what the merging of units moved on.
    """
    half_a_year_ago = clock.now() - timedelta(days=180)
    known_then = DeviationVersion.objects.filter(
        board=demo,
        deviation__external_id="",
        recorded_from__lte=half_a_year_ago,
        recorded_to__gt=half_a_year_ago,
    )
    assert known_then.exists()
    assert not known_then.filter(effective_from__gt=clock.local_day(half_a_year_ago)).exists()
    for deviation in Deviation.objects.filter(board=demo).order_by("?")[:25]:
        stored = DeviationVersion.objects.filter(deviation=deviation)
        assert sorted(map(facts, stored)) == sorted(map(facts, rebuilt_versions(deviation)))


def facts(version: DeviationVersion) -> str:
    values = version.__dict__
    return str([values[f.attname] for f in version._meta.concrete_fields if f.name != "id"])


def test_an_earlier_system_was_read_in_and_left_names_to_review(demo: Board) -> None:
    batch = ImportBatch.objects.get(board=demo, kind="avvikelser")
    assert (batch.kind, batch.added) == ("avvikelser", 90)
    assert Category.objects.filter(board=demo, needs_review=True).count() == 2
    assert Cause.objects.filter(board=demo, needs_review=True).exists()


def test_nothing_is_sent_and_the_trail_holds(demo: Board) -> None:
    assert mail.outbox == []
    verdict = verify()
    assert verdict.broken is None
    assert verdict.events > 1000


def test_a_second_call_changes_nothing(demo: Board) -> None:
    before = Deviation.objects.count()
    said = StringIO()
    call_command("demo", stdout=said)
    assert "finns redan" in said.getvalue()
    assert Deviation.objects.count() == before


def test_lex_sarah_waits_is_investigated_and_was_decided_before(demo: Board) -> None:
    reports = Report.objects.filter(board=demo)
    stands = set(reports.values_list("status", flat=True))
    assert {"received", "investigating", "statements", "closed"} <= stands
    asked = Request.objects.filter(report__in=reports)
    assert asked.filter(kind="statement", answered_at__isnull=False).exists()
    assert asked.filter(kind="safety", answered_at=None, withdrawn_at=None).exists()
    decided = reports.exclude(outcome="")
    assert set(decided.values_list("outcome", flat=True)) == set(OUTCOMES)
    with_sas = reports.filter(status="received")
    assert any(report.is_unsafe for report in with_sas)
    assert reports.filter(deviation__isnull=False, notified_on__isnull=False).exists()
    # Whatever was marked is a report, and none is another's twice.
    marked = Deviation.objects.filter(board=demo, possible_misconduct=True)
    assert reports.filter(deviation__in=marked).count() == marked.count()
    assert not reports.filter(reporter=None, external_id="").exists()


def test_cases_came_by_file_and_have_times_in_every_state(demo: Board) -> None:
    batches = ImportBatch.objects.filter(board=demo).exclude(kind__in=["avvikelser", "lexsarah"])
    assert Counter(batches.values_list("kind", flat=True)) == {
        "aktualiseringar": 9,
        "utredningar": 9,
        "beslut": 2,
    }
    assert Case.objects.filter(board=demo).count() > 300
    times = Deadline.objects.filter(board=demo, kind__in=["intake", "investigation", "decision"])
    states_of = set(times.values_list("rule", "state"))
    for rule in ("protection_assessment", "preliminary_assessment", "child_investigation"):
        assert {(rule, "running"), (rule, "met"), (rule, "missed")} <= states_of
    assert ("child_investigation", "extended") in states_of
    assert {("unexecuted_decision", "running"), ("interrupted_decision", "running")} <= states_of
    mine = times.open().filter(handler=login("socialsekreterare"))
    assert mine.filter(rule="child_investigation").exists()
    assert mine.filter(raw_date=clock.today()).exists()


def test_the_manager_confirms_a_dozen_proposals_together(demo: Board) -> None:
    manager = Actor.of(login("enhetschef"))
    waiting = list(proposed.own(manager).select_related("deadline"))
    assert 10 <= len(waiting) <= 14
    assert not any(one.asks_lex_sarah or proposals.settled(one.deadline) for one in waiting)
    handling = Handling(
        category=None,
        severity=2,
        probability=2,
        causes=[Cause.objects.filter(board=demo, needs_review=False).earliest("pk")],
        analysis="Två handläggare slutade samtidigt.",
        done="Nya utredningar fördelas om varje måndag.",
        outcome="Kön är avarbetad.",
    )
    with transaction.atomic():
        ids = [one.pk for one in waiting]
        assert len(proposals.confirm_together(manager, ids, handling)) == len(waiting)
        transaction.set_rollback(True)


def test_the_watch_is_set_up_and_has_been_at_work(demo: Board) -> None:
    today = clock.today()
    rules = LocalRule.objects.filter(board=demo)
    assert sorted(rule.valid_from > today for rule in rules) == [False, True]
    assert Deadline.objects.open().filter(rule="adult_investigation").count() == 2
    (function,) = DutyFunction.objects.valid_on(today).filter(board=demo)
    assert function.members.count() == 3
    # An address of its own would be written to.
    assert not function.email
    assert WatchedTime.objects.filter(board=demo).values("case").distinct().count() >= 6
    begun = Deadline.objects.open().filter(board=demo, kind="watchedtime")
    assert begun.filter(last_day__lt=today).exists()
    assert begun.filter(last_day__range=(today, today + timedelta(days=10))).exists()


EMPTY = ("Inga tider här", "Inga meddelanden", "Inga utredningar här", "Inga förslag")
LEADS = ("/utredningar/", "/utredningar/prognos/", "/inkorg/forslag/")
SCREENS = {
    "socialsekreterare": ("/bevakning/", "/bevakning/meddelanden/"),
    "forste": ("/bevakning/", "/bevakning/meddelanden/", *LEADS),
    "enhetschef": ("/bevakning/", "/bevakning/meddelanden/", *LEADS),
    "avdelningschef": (
        *("/bevakning/", "/bevakning/meddelanden/", *LEADS),
        *("/utredningar/enheter/", "/utredningar/sena/"),
    ),
    "sas": ("/utredningar/", "/utredningar/enheter/", "/inkorg/forslag/"),
    "utvecklare": ("/utredningar/enheter/", "/utredningar/sena/"),
    "admin": ("/organisation/egna-tider/", "/organisation/beredskap/"),
}


@pytest.mark.parametrize(
    ("name", "url"), [(name, url) for name, urls in SCREENS.items() for url in urls]
)
def test_no_screen_of_the_watch_is_empty(demo: Board, name: str, url: str) -> None:
    client = Client()
    client.force_login(login(name))
    answer = client.get(url)
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert not [words for words in EMPTY if words in shown]
    assert "empty-state" not in shown

"""A lex Sarah decision made by two at once, and one whose process is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from casework.models import AuditEvent, Deadline
from lexsarah.histories import REPORTS
from lexsarah.models import (
    Decision,
    Proposal,
    Report,
    ReportOutcomeRow,
    ReportVersion,
    StoredDocument,
)
from lexsarah.services import deciding
from tests.conftest import Place, make_place
from tests.lexsarah.deciding import REASONS, proposed
from tests.races.overlapping import at_once, refusals

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def place(transactional_db: None) -> Place:
    """The board, kept by real transactions."""
    return make_place("Norr")


def test_of_two_decisions_at_once_one_is_made(place: Place) -> None:
    report = proposed(place)
    birgit = place.actor("birgit")

    def decide(outcome: str) -> Callable[[], object]:
        return lambda: deciding.decide(birgit, report.pk, outcome=outcome, reasons=REASONS)

    refused = refusals(at_once(Report, decide("misconduct"), decide("serious")))
    assert sorted(refused) == ["", "conflict"]
    decision = Decision.objects.get()
    report.refresh_from_db()
    assert (report.status, report.outcome) == ("decided", decision.outcome)
    assert ReportOutcomeRow.objects.count() == 1
    assert AuditEvent.objects.filter(action="lexsarah.decided").count() == 1


def test_decided_and_taken_back_at_once_only_one_of_them_happens(place: Place) -> None:
    report = proposed(place)
    birgit, sara = place.actor("birgit"), place.actor("sara")
    results = at_once(
        Report,
        lambda: deciding.decide(birgit, report.pk, outcome="risk", reasons=REASONS),
        lambda: deciding.take_back_proposal(sara, report.pk),
    )
    refused = refusals(results)
    assert sum(1 for code in refused if code) == 1
    report.refresh_from_db()
    is_decided = Decision.objects.exists()
    assert report.status == ("decided" if is_decided else "investigating")
    assert bool(refused[0]) != is_decided


def standing(report: Report) -> object:
    """All that a decision touches."""
    report.refresh_from_db()
    return (
        [getattr(report, field.attname) for field in Report._meta.concrete_fields],
        Decision.objects.count(),
        list(Proposal.objects.values_list("ended_at")),
        REPORTS.facts([report.pk])[report.pk],
        list(ReportVersion.objects.order_by("pk").values_list("pk", "status", "recorded_to")),
        list(Deadline.objects.order_by("pk").values_list("pk", "state", "met_on", "ended_at")),
        StoredDocument.objects.count(),
        AuditEvent.objects.filter(action__startswith="lexsarah.").count(),
    )


# Decides like the service does, and stops where a process may be killed: all that the step writes
# is written, and nothing of it is committed.
_DECIDE = """
import sys, time
import time_machine
time_machine.travel(float(sys.argv.pop())).start()
import django
django.setup()
from casework.access.actor import Actor
from casework.organisation.models import User
from lexsarah.services import deciding, door
module, step, who, report = sys.argv[1:]
module = {"deciding": deciding, "door": door}[module]
real = getattr(module, step)
def stops(*given):
    real(*given)
    print("reached", flush=True)
    time.sleep(60)
setattr(module, step, stops)
actor = Actor.of(User.objects.get(pk=who))
deciding.decide(actor, int(report), outcome="serious", reasons="Tillsynen uteblev.")
"""


@contextmanager
def deciding_process(place: Place, report: Report, module: str, step: str) -> Iterator[Any]:
    """Run a decision in a process of its own, with the database of the test."""
    given = connection.settings_dict
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**given)
    command = [sys.executable, "-c", _DECIDE, module, step]
    child = subprocess.Popen(
        [*command, str(place.user("birgit").pk), str(report.pk), str(time.time())],
        env=os.environ | {"DATABASE_URL": url},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize(("module", "step"), [("deciding", "store_decision"), ("door", "watch")])
def test_killed_in_the_middle_nothing_is_half_done(place: Place, module: str, step: str) -> None:
    report = proposed(place)
    before = standing(report)
    with deciding_process(place, report, module, step) as child:
        assert child.stdout.readline() == "reached\n"
        assert standing(report) == before
    assert child.returncode == -signal.SIGKILL
    assert standing(report) == before
    # Done again it is done whole.
    deciding.decide(place.actor("birgit"), report.pk, outcome="serious", reasons=REASONS)
    report.refresh_from_db()
    assert (report.status, report.outcome) == ("decided", "serious")
    assert Decision.objects.count() == 1
    running = Deadline.objects.filter(ended_at=None)
    assert set(running.values_list("rule", flat=True)) == {"lex_sarah_ivo"}

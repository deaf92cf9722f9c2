"""What is laid out in a service's own database before it is attacked, and found there afterwards.

Both run in `manage.py shell`, in a process of their own, with the rights of the running service.
"""

import json
import sys
from collections import Counter
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import Count

from casework.audit.changes import is_reading
from casework.cases.models import Decision, Intake, Investigation
from casework.deadlines.models import Deadline, FailedRow, Letter, Miss, Notice, Outbox, Told
from casework.deadlines.plan import plan
from casework.deadlines.recording import version_of
from casework.deadlines.working_time import is_telling_time
from casework.models import AuditEvent, OutgoingMail, User
from casework.shared import clock
from deviations.models import Action, Category, Cause, Deviation, Draft, Proposal
from deviations.services.rebuilding import differing
from lexsarah.models import Report
from tests.casework import test_cases_import
from tests.conftest import make_place
from tests.lexsarah import test_import

PASSWORD = "ett långt lösenord"


def tell(given: object) -> None:
    """Print it for whoever started this process."""
    sys.stdout.write(json.dumps(given))


def lay_out() -> None:
    """Make a board whose people can log in and have an address, and name what writing needs."""
    place = make_place("Norr")
    secret = make_password(PASSWORD)
    for name, user in place.people.items():
        user.password, user.email = secret, f"{name}@example.se"
        user.save()
    tell(
        {
            "unit": place.unit.pk,
            "unit_name": place.unit.name,
            "category": Category.objects.create(board=place.board, name="Utredning").pk,
            "cause": Cause.objects.create(board=place.board, name="Bemanning").pk,
            "people": {name: user.pk for name, user in place.people.items()},
            "logins": {name: user.username for name, user in place.people.items()},
        }
    )


def at_rest() -> None:
    """Tell what the worker has left to do: what has fallen due, and what waits."""
    now = clock.now()
    notices = Outbox.objects.filter(state=Outbox.State.WAITING, send_after__lte=now)
    if not is_telling_time(now):  # the day's letters are written by day
        notices = notices.filter(notice__at_once=True)
    left = {
        "times": Deadline.objects.filter(next_action_at__lte=now),
        "misses": Miss.objects.filter(try_at__lte=now),
        "notices": notices,
        "letters": OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING),
    }
    tell({name: rows.count() for name, rows in left.items() if rows.exists()})


def found() -> None:
    """Tell what is there: of each act how often, and what is half saved (nothing, it is hoped)."""
    tell(
        {
            "events": [[*key, times] for key, times in _events().items()],
            "drafts": {str(d.key): d.submitted_as_id for d in Draft.objects.all()},
            "deviations": _counted(row.description for row in Deviation.objects.all()),
            "actions": _counted(row.text for row in Action.objects.all()),
            "reports": {str(row.submission_key): row.pk for row in Report.objects.all()},
            "imported": _counted(
                row.external_id
                for model in (Intake, Investigation, Decision)
                for row in model.objects.exclude(external_id="")
            ),
            "letters": OutgoingMail.objects.filter(state=OutgoingMail.State.SENT).count(),
            "notices": Notice.objects.count(),
            "half": _half_saved(),
        }
    )


def _counted(values: Any) -> dict[str, int]:
    return dict(Counter(values))


def _events() -> Counter[tuple[str, str, int]]:
    people = dict(User.objects.values_list("pk", "first_name"))
    seen: Counter[tuple[str, str, int]] = Counter()
    for event in AuditEvent.objects.all():
        if not is_reading(event.action):
            who = people.get(event.actor_id, "").lower()
            seen.update((event.action, who, pk) for pk in event.subject_ids or [0])
    return seen


def _half_saved() -> list[str]:
    """Name each record that lacks what belongs to it, or has it twice."""
    half = [f"deviation {pk} and its history" for _, ids in differing(repair=False) for pk in ids]
    for name, agree in (("cases", test_cases_import), ("lex Sarah", test_import)):
        try:
            agree.agree_with_the_history()  # type: ignore[attr-defined]
        except AssertionError:
            half.append(f"{name} and their history")
    half += _without_event() + _times()
    half += [f"failed: {row.error}" for row in FailedRow.objects.all()]
    return half + _notices()


def _without_event() -> list[str]:
    """Name records that came to be without saying so, or said so twice."""
    half = []
    came = {
        Deviation: ("deviation.reported", "deviation"),
        Report: ("lexsarah.reported", "report"),
        Decision: ("case.decision_registered", "decision"),
    }
    for model, (action, kind) in came.items():
        told = Counter(
            pk
            for ids in AuditEvent.objects.filter(action=action, subject_kind=kind).values_list(
                "subject_ids", flat=True
            )
            for pk in ids
        )
        records = model.objects.all()
        if model is Decision:
            records = records.filter(external_id="")
        if told != Counter(records.values_list("pk", flat=True)):
            half.append(f"{action} is not told of each, once")
    return half


def _times() -> list[str]:
    """Name records whose times did not begin with them, or began twice."""
    half = []
    for kind, rule, model in (
        ("deviation", "deviation_handling", Deviation),
        ("lex_sarah", "lex_sarah_investigation", Report),
        ("intake", "protection_assessment", Intake),
        ("investigation", "child_investigation", Investigation),
    ):
        began = Counter(
            Deadline.objects.filter(kind=kind, rule=rule, extends=None).values_list(
                "subject_id", flat=True
            )
        )
        if began != Counter(model.objects.values_list("pk", flat=True)):
            half.append(f"{rule}: not one time for each {kind}")
    return half


def _notices() -> list[str]:
    """Name what was to be told and is not in the outbox exactly once, nor told exactly once."""
    now, half = clock.now(), []
    for time in Deadline.objects.filter(ended_at=None):
        entries = plan(version_of(time.copy_id), time)
        of_record = {"intake": Intake, "investigation": Investigation}.get(time.kind)
        if of_record and of_record.objects.get(pk=time.subject_id).external_id:
            continue  # a register tells of the past: that is nobody's news
        due = {
            (entry.step.key, rung.value)
            for entry in entries
            if entry.step is not None and entry.at <= now
            for rung in entry.step.to
        }
        noted = time.notices.values_list("step", "rung")
        if Counter(due) != Counter(noted):
            half.append(f"{time.rule} {time.pk}: due {sorted(due)}, noted {sorted(noted)}")
    told = Notice.objects.filter(told=True).annotate(queued=Count("outbox"))
    half += [f"notice {row.pk} is not in the outbox" for row in told.exclude(queued=1)]
    # Who stands on two rungs is told of a step once.
    sent = told.filter(outbox__state=Outbox.State.SENT).values_list("deadline", "step")
    of_whom = Counter(Told.objects.values_list("notice__deadline", "notice__step", "user"))
    heard = {(deadline, step) for deadline, step, _ in of_whom}
    half += [f"nobody was told of {step} of {time}" for time, step in set(sent) - heard]
    half += [f"told twice: {key}" for key, times in of_whom.items() if times > 1]
    # What cannot wait comes when it is due; of the day's letters there is one.
    days = Counter(Letter.objects.filter(at_once=False).values_list("user", "day"))
    half += [f"letters {key}: {times}" for key, times in days.items() if times > 1]
    missed = Miss.objects.filter(proposed_at__isnull=False).values_list("deadline", flat=True)
    proposed = Proposal.objects.values_list("deadline", flat=True)
    if Counter(missed) != Counter(proposed):
        half.append("what was missed is not proposed once")
    return half

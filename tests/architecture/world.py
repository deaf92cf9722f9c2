"""The records that the access walk tries to reach: five kinds, each with all that hangs on it."""

import hashlib
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile

from casework.access.actor import Actor
from casework.accounts.letters import stop_path
from casework.cases.services.care import set_protection
from casework.cases.services.decisions import NewDecision, register_decision
from casework.cases.services.door import Person
from casework.cases.services.intakes import NewIntake, register_intake
from casework.cases.services.investigations import NewInvestigation, open_investigation
from casework.cases.services.watched import begin_time
from casework.deadlines import services
from casework.deadlines.services import Owner, Start
from casework.deadlines.subjects import Missed
from casework.models import (
    Absence,
    AccountChange,
    Deadline,
    DutyFunction,
    FailedRow,
    ImportBatch,
    LocalRule,
    Membership,
    Role,
    User,
)
from casework.reports.tokens import Figure, seal
from casework.shared import clock
from casework.shared.fields import cipher
from deviations.models import Action, Attachment, Category, Cause, Deviation, Proposal
from deviations.services import cooperation, drafts, inbox
from deviations.services.proposing import propose
from lexsarah.models import (
    IvoLetter,
    Lesson,
    Note,
    OutsideText,
    RegistryEntry,
    Report,
    ReportCause,
    StoredDocument,
)
from lexsarah.services import drafts as lex_drafts
from lexsarah.services.providers import Information, take_in
from lexsarah.services.reporting import NewReport, submit
from tests.architecture.world_asked import asked
from tests.architecture.world_decided import decided
from tests.conftest import Place, make_place, make_report

# Whose: one's own unit, the sister unit, another board; with protected personal data in one's own
# unit; and in one's own unit but about its manager.
KINDS = ("own", "sister", "elsewhere", "protected", "about_manager")


def build() -> tuple[Place, dict[str, dict[str, Any]]]:
    """Return the place, and for each kind the ids that its addresses take."""
    place, other = make_place("Norr"), make_place("Söder")
    amina, sven, stranger = place.user("amina"), place.user("sven"), other.user("amina")
    return place, {
        "own": _ids(make_report(place), amina),
        "sister": _ids(make_report(place, by="sven", unit=place.sister_unit), sven),
        "elsewhere": _ids(make_report(other), stranger),
        "protected": _ids(make_report(place, protected=True), amina),
        "about_manager": _ids(make_report(place, about_manager=True), amina),
    }


def _ids(deviation: Deviation, person: User) -> dict[str, Any]:
    board, unit = deviation.board, deviation.unit
    system = Actor.system(board)
    question = inbox.ask(system, deviation.pk, text="När på dagen?")
    exchange = cooperation.record_exchange(system, deviation.pk, authority="Regionen")
    # Owned by nobody who walks: the owner of an åtgärd may finish it without seeing more.
    owner, _ = User.objects.get_or_create(username=f"owner-{board.pk}", board=board)
    cause, _ = Cause.objects.get_or_create(board=board, name="Bemanning")
    category, _ = Category.objects.get_or_create(board=board, name="Bemötande")
    action = Action.objects.create(
        deviation=deviation, cause=cause, text="Rutin", owner=owner, created_at=clock.now()
    )
    today = clock.today()
    absence = Absence.objects.create(
        user=person,
        substitute=owner,
        board=board,
        valid_from=today + timedelta(days=5),
        valid_to=today + timedelta(days=9),
    )
    batch = ImportBatch.objects.create(
        board=board,
        kind="avvikelser",
        file_name="avvikelser.csv",
        imported_at=clock.now(),
        **dict.fromkeys(("rows", "added", "unchanged", "updated"), 0),
    )
    key = uuid4()
    drafts.save_draft(Actor.of(person), key, {"description": "Påbörjad"})
    return {
        "deviation_id": deviation.pk,
        "question_id": question.pk,
        "action_id": action.pk,
        "exchange_id": exchange.pk,
        "attachment_id": _attachment(deviation).pk,
        "unit_id": unit.pk,
        "area_id": unit.area_id,
        "department_id": unit.department_id,
        "cause_id": cause.pk,
        "category_id": category.pk,
        "user_id": person.pk,
        "membership_id": Membership.objects.get(user=person).pk,
        "absence_id": absence.pk,
        **_waiting(owner, absence),
        "batch_id": batch.pk,
        "draft_key": key,
        "lex_draft_key": _lex_draft(person),
        **_case(deviation),
        **_going_round(deviation, person),
        "figure": _figure(deviation, today),
        "failed_id": _failed(deviation).pk,
        "proposal_id": _proposal(deviation).pk,
        "local_rule_id": _local_rule(deviation).pk,
        "duty_id": DutyFunction.objects.create(
            board=board, name="Jouren", valid_from=clock.today()
        ).pk,
    }


def _waiting(owner: User, absence: Absence) -> dict[str, Any]:
    """What waits for a yes: to be given to one who walks nowhere."""
    now, soon = clock.now(), clock.now() + timedelta(hours=24)
    board = owner.board
    waits = {"board": board, "asked_at": now, "in_force_at": soon}
    grant = Membership.objects.create(user=owner, role=Role.DECIDER, **waits)
    stand_in = Absence.objects.create(
        user=absence.user,
        substitute=owner,
        valid_from=absence.valid_to,
        valid_to=absence.valid_to,
        **waits,
    )
    change, _ = AccountChange.objects.get_or_create(
        user=owner, kind=AccountChange.Kind.SECOND_STEP, stopped_at=None, defaults=waits
    )
    return {
        "grant_id": grant.pk,
        "stand_in_id": stand_in.pk,
        "step_id": change.pk,
        "stop_token": stop_path(change).rstrip("/").rpartition("/")[2],
    }


def _lex_draft(person: User) -> UUID:
    key = uuid4()
    assert lex_drafts.save_draft(Actor.of(person), key, {"event": "Påbörjad"})
    return key


def _lex_sarah(deviation: Deviation, person: User) -> Report:
    """Return a lex Sarah report about the unit, protected like the deviation."""
    given = NewReport(
        "Barnet fick vänta.",
        clock.today(),
        deviation.unit,
        "no",
        protected=deviation.protected,
    )
    return submit(Actor.of(person), given)


def _going_round(deviation: Deviation, person: User) -> dict[str, int]:
    """Return a report, a lesson of it, and what a provider told, entered by none who walks."""
    board, report = deviation.board, _lex_sarah(deviation, person)
    lesson = Lesson.objects.create(
        board=board, report=report, title="Boka genast", text="Boka.", published_at=clock.now()
    )
    information = take_in(
        Actor.system(board),
        Information("Hemmet AB", "Fel medicin.", clock.today(), protected=deviation.protected),
    )
    return {
        "report_id": report.pk,
        "lesson_id": lesson.pk,
        "information_id": information.pk,
        **_investigated(report),
        **asked(report),
        **decided(report),
        **_papers(report),
    }


def _investigated(report: Report) -> dict[str, int]:
    """Return what its investigation is made of: a note, and a cause that was found."""
    cause = Cause.objects.filter(board=report.board_id).earliest("pk")
    today, now = clock.today(), clock.now()
    note = Note.objects.create(report=report, on=today, nature="fact", written_at=now)
    found = ReportCause.objects.create(report=report, cause=cause, added_at=now)
    return {"note_id": note.pk, "report_cause_id": found.pk}


def _papers(report: Report) -> dict[str, int]:
    """Return a kept file, a line of the list of documents and a question from IVO."""
    today, now = clock.today(), clock.now()
    document = StoredDocument.objects.create(
        report=report,
        number=1,
        kind="ivo",
        title="Anmälan till IVO",
        content_type="application/pdf",
        sha256=hashlib.sha256(b"").hexdigest(),
        made_at=now,
    )
    entry = RegistryEntry.objects.create(report=report, on=today, direction="in", entered_at=now)
    letter = IvoLetter.objects.create(
        report=report, kind="question", came_on=today, recorded_at=now
    )
    text = OutsideText.objects.create(report=report, event="Någon.", written_at=now)
    return {
        "document_id": document.pk,
        "entry_id": entry.pk,
        "letter_id": letter.pk,
        "text_id": text.pk,
    }


def _case(deviation: Deviation) -> dict[str, int]:
    """Return a case of the unit, protected like the deviation, with one record of each kind."""
    system, person = Actor.system(deviation.board), Person(f"Ä-{deviation.pk}")
    unit, today = deviation.unit, clock.today()
    asked = NewIntake(unit, clock.now(), "report", [person], feedback_asked=True)
    (intake,) = register_intake(system, asked)
    investigation = open_investigation(system, NewInvestigation(unit, person, today))
    decided = NewDecision(unit, person, "SoL", "Kontaktfamilj", today)
    decision = register_decision(system, decided)
    assert intake.case is not None
    watched = begin_time(system, intake.case.pk, "moving_ban", today)
    if deviation.protected:
        set_protection(system, intake.case.pk, protected=True)
    return {
        "case_id": intake.case.pk,
        "intake_id": intake.pk,
        "investigation_id": investigation.pk,
        "case_decision_id": decision.pk,
        "watched_time_id": watched.pk,
        "deadline_id": Deadline.objects.get(kind="investigation", subject_id=investigation.pk).pk,
    }


def _attachment(deviation: Deviation) -> Attachment:
    attachment = Attachment(
        deviation=deviation,
        name="bild.png",
        content_type="image/png",
        size=3,
        added_at=clock.now(),
    )
    attachment.file.save("bild.bin", ContentFile(cipher().encrypt(b"png")), save=False)
    attachment.save()
    return attachment


def _failed(deviation: Deviation) -> FailedRow:
    """A row that the watch could not handle; it belongs to the board and names no case."""
    now = clock.now()
    return FailedRow.objects.create(
        board_id=deviation.board_id,
        act=FailedRow.Act.SWEEP,
        row_id=deviation.pk,
        error="ValueError",
        first_failed_at=now,
        failed_at=now,
        retry_at=now,
    )


def _local_rule(deviation: Deviation) -> LocalRule:
    """A time that the board has set for some day to come."""
    later = LocalRule.objects.filter(board_id=deviation.board_id).count() + 1
    return LocalRule.objects.create(
        board_id=deviation.board_id,
        key="complaint_answer",
        amount=5,
        unit="days",
        preset="standard",
        valid_from=clock.today() + timedelta(days=later),
        set_at=clock.now(),
    )


def _proposal(deviation: Deviation) -> Proposal:
    """What the watch proposes for a time of the deviation that the law sets; asks lex Sarah."""
    now = clock.now()
    owner = Owner(deviation.board_id, deviation.unit_id, None, deviation.protected)
    long_ago = clock.today() - timedelta(days=90)
    time = services.start(
        Start("deviation", deviation.pk, "lvu_referral", long_ago, owner), now - timedelta(days=90)
    )
    assert time is not None
    propose(Missed(time, deviation.unit, time.last_day, asks_lex_sarah=True))
    return Proposal.objects.get(deadline=time)


def _figure(deviation: Deviation, today: date) -> str:
    """Return the address of the figure that counts the deviation."""
    return seal(
        Figure(
            board_id=deviation.board_id,
            table="deviations.status",
            area_id=deviation.unit.area_id,
            label="Pågående",
            period_from=today - timedelta(days=30),
            period_to=today,
            as_of=today,
            known_at=clock.now(),
            find={"closed": False},
        )
    )

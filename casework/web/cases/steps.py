"""The page of each step: its address, its words, its form, and when there is such a step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from casework.access import policy
from casework.access.actor import Actor
from casework.cases import watched
from casework.cases.clocks import is_childs
from casework.cases.models import Decision, Intake, IntakeKind, InvestigationOutcome
from casework.cases.rules import RULES
from casework.cases.services.intakes import needs_assessment
from casework.cases.watchable import EXTENDABLE, recurs
from casework.web.cases import (
    decision_forms,
    intake_forms,
    investigation_forms,
    step_forms,
    time_forms,
)
from casework.web.cases.step_forms import StepForm

# The kinds of records, as their addresses name them.
ADDRESSES = {
    "intake": "aktualisering",
    "investigation": "utredning",
    "decision": "beslut",
    watched.KIND: "bevakad-tid",
}
KINDS = {address: kind for kind, address in ADDRESSES.items()}


@dataclass(frozen=True)
class StepPage:
    """One step on screen.

    ``applies`` says whether the record is where the step can be taken; the service has the last
    word. ``main``: it is what one usually does next. ``post``: it is done at once.
    """

    act: str
    kind: str
    slug: str
    label: str
    form: type[StepForm]
    done: str
    applies: Callable[[Any], bool]
    icon: str = ""
    lead: str = ""
    submit: str = ""
    main: bool = False
    post: bool = False


def _undecided(intake: Intake) -> bool:
    return not intake.outcome


def _awaits_assessment(intake: Intake) -> bool:
    return needs_assessment(intake) and intake.assessed_at is None and _undecided(intake)


def _awaits_feedback(intake: Intake) -> bool:
    return intake.feedback_asked and intake.feedback_given_on is None


def _is_open(investigation: Any) -> bool:
    return investigation.closed_on is None


def _is_followed_up(investigation: Any) -> bool:
    return investigation.follow_up_on is not None and investigation.follow_up_ended_on is None


def _may_be_followed_up(investigation: Any) -> bool:
    return (
        not _is_open(investigation)
        and investigation.outcome != InvestigationOutcome.MEASURE
        and investigation.follow_up_on is None
        and investigation.unit.area.for_children
    )


def _has_time(investigation: Any) -> bool:
    children = investigation.unit.area.for_children
    return _is_open(investigation) and is_childs(investigation.kind, in_childrens_area=children)


def _is_interrupted(decision: Decision) -> bool:
    return decision.interrupted_on is not None and decision.resumed_on is None


def _waits(decision: Decision) -> bool:
    return decision.ended_on is None and decision.executed_on is None


def _waits_or_stands_still(decision: Decision) -> bool:
    return decision.ended_on is None and (_waits(decision) or _is_interrupted(decision))


def _is_watched(time: Any) -> bool:
    return time.ended_on is None


def _is_reviewed(time: Any) -> bool:
    return _is_watched(time) and recurs(time.rule, time.counted_from)


def _is_under_way(record: Any) -> bool:
    if isinstance(record, Intake):
        return _undecided(record) or _awaits_feedback(record)
    if isinstance(record, Decision):
        return record.ended_on is None
    return _is_open(record) or _is_followed_up(record)


_STEPS: Sequence[StepPage] = (
    StepPage(
        "assess_protection",
        "intake",
        "skyddsbedomning",
        "Omedelbar skyddsbedömning",
        intake_forms.AssessForm,
        "Skyddsbedömningen är antecknad.",
        _awaits_assessment,
        "shield-alert",
        "Behöver barnet skydd genast? Bedömningen görs samma dag eller senast dagen efter.",
        submit="Spara",
        main=True,
    ),
    StepPage(
        "decide_intake",
        "intake",
        "forhandsbedomning",
        "Förhandsbedömning",
        intake_forms.DecideForm,
        "Beslutet är fattat.",
        lambda intake: _undecided(intake) and not _awaits_assessment(intake),
        "scale",
        submit="Fatta beslut",
        main=True,
    ),
    StepPage(
        "give_feedback",
        "intake",
        "aterkoppling",
        "Återkoppling lämnad",
        intake_forms.GiveFeedbackForm,
        "Återkopplingen är antecknad.",
        lambda intake: _awaits_feedback(intake) and intake.decided_on is not None,
        "message-square",
        submit="Spara",
        main=True,
    ),
    StepPage(
        "ask_feedback",
        "intake",
        "aterkoppling-onskas",
        "Anmälaren vill ha återkoppling",
        intake_forms.AskFeedbackForm,
        "Önskemålet är antecknat.",
        lambda intake: intake.kind == IntakeKind.REPORT and not intake.feedback_asked,
        "message-square",
        submit="Spara",
    ),
    StepPage(
        "waive_feedback",
        "intake",
        "ingen-aterkoppling",
        "Ingen återkoppling",
        intake_forms.WaiveFeedbackForm,
        "Antecknat.",
        _awaits_feedback,
        "x",
        submit="Spara",
    ),
    StepPage(
        "close_investigation",
        "investigation",
        "avsluta",
        "Avsluta utredningen",
        investigation_forms.CloseForm,
        "Utredningen är avslutad.",
        _is_open,
        "circle-check",
        main=True,
    ),
    StepPage(
        "extend_investigation",
        "investigation",
        "forlang",
        "Förläng utredningen",
        investigation_forms.ExtendForm,
        "Utredningen är förlängd.",
        _has_time,
        "calendar-clock",
        "Finns särskilda skäl får tiden förlängas. Beslutet fattas innan tiden har gått ut.",
        submit="Förläng",
    ),
    StepPage(
        "end_follow_up",
        "investigation",
        "avsluta-uppfoljning",
        "Avsluta uppföljningen",
        investigation_forms.EndFollowUpForm,
        "Uppföljningen är avslutad.",
        _is_followed_up,
        "circle-check",
        "Barn som har fyllt 15 år och vårdnadshavarna underrättas om att uppföljningen avslutas.",
        main=True,
    ),
    StepPage(
        "begin_follow_up",
        "investigation",
        "uppfoljning",
        "Besluta om uppföljning",
        investigation_forms.BeginFollowUpForm,
        "Uppföljningen är beslutad.",
        _may_be_followed_up,
        "eye",
        "Nämnden får följa barnets situation efter en utredning som inte ledde till insats.",
        submit="Spara beslutet",
    ),
    StepPage(
        "execute",
        "decision",
        "verkstall",
        "Verkställt",
        decision_forms.ExecuteForm,
        "Verkställigheten är antecknad.",
        _waits,
        "check",
        submit="Spara",
        main=True,
    ),
    StepPage(
        "resume",
        "decision",
        "ateruppta",
        "Återupptagen",
        decision_forms.ResumeForm,
        "Antecknat att verkställigheten har återupptagits.",
        lambda decision: decision.ended_on is None and _is_interrupted(decision),
        "check",
        submit="Spara",
        main=True,
    ),
    StepPage(
        "give_reason",
        "decision",
        "skal",
        "Varför beslutet väntar",
        decision_forms.GiveReasonForm,
        "Skälet är antecknat.",
        _waits_or_stands_still,
        "pencil",
        submit="Spara",
    ),
    StepPage(
        "interrupt",
        "decision",
        "avbrott",
        "Verkställigheten avbruten",
        decision_forms.InterruptForm,
        "Avbrottet är antecknat.",
        lambda decision: decision.ended_on is None and not _is_interrupted(decision),
        "x",
        submit="Spara",
    ),
    StepPage(
        "end_without_execution",
        "decision",
        "avsluta",
        "Avsluta utan verkställighet",
        decision_forms.EndForm,
        "Beslutet är avslutat utan verkställighet.",
        _waits_or_stands_still,
        "x",
        submit="Avsluta",
    ),
)

_TIME_STEPS: Sequence[StepPage] = (
    StepPage(
        "review_time",
        watched.KIND,
        "provad",
        "Omprövad eller övervägd",
        time_forms.ReviewForm,
        "Prövningen är antecknad. Nästa tid räknas från den.",
        _is_reviewed,
        "history",
        "Nästa tid räknas från den dag då prövningen gjordes.",
        submit="Spara",
        main=True,
    ),
    StepPage(
        "time_done",
        watched.KIND,
        "klar",
        "Klar",
        time_forms.DoneForm,
        "Antecknat som klart.",
        lambda time: _is_watched(time) and not _is_reviewed(time),
        "check",
        submit="Spara",
        main=True,
    ),
    StepPage(
        "extend_time",
        watched.KIND,
        "forlangd",
        "Förlängd",
        time_forms.ExtendTimeForm,
        "Förlängningen är antecknad.",
        lambda time: _is_watched(time) and time.rule in EXTENDABLE,
        "calendar-clock",
        "Förlängningen ska vara beslutad innan tiden har gått ut.",
        submit="Spara",
    ),
    StepPage(
        "drop_time",
        watched.KIND,
        "galler-inte",
        "Gäller inte längre",
        time_forms.DropForm,
        "Tiden bevakas inte längre.",
        _is_watched,
        "x",
        submit="Spara",
    ),
)


def _whose(kind: str) -> Sequence[StepPage]:
    return (
        StepPage(
            "take",
            kind,
            "ta",
            "Ta ärendet",
            step_forms.TakeForm,
            "Du handlägger det nu.",
            lambda record: record.handler_id is None and _is_under_way(record),
            "user",
            "Ingen handlägger det än.",
            post=True,
        ),
        StepPage(
            "assign",
            kind,
            "fordela",
            "Fördela till …",
            step_forms.AssignForm,
            "Fördelat.",
            _is_under_way,
            "users",
            submit="Fördela",
        ),
        StepPage(
            "move_unit",
            kind,
            "flytta",
            "Flytta till annan enhet",
            step_forms.MoveForm,
            "Flyttat.",
            _is_under_way,
            "move-right",
            "Den nya enheten ansvarar från i dag, och ingen handlägger det där än.",
            submit="Flytta",
        ),
    )


# Whose a watched time is follows from its case.
_ASSIGNED = tuple(kind for kind in ADDRESSES if kind != watched.KIND)
PAGES = (*_STEPS, *_TIME_STEPS, *(page for kind in _ASSIGNED for page in _whose(kind)))
BY_ADDRESS = {(page.kind, page.slug): page for page in PAGES}


@dataclass(frozen=True)
class Button:
    """A step as a button; ``post``: it is done at once, without a page between."""

    act: str
    label: str
    url: str
    icon: str
    main: bool
    post: bool


def allowed(actor: Actor, kind: str, record: Any) -> list[StepPage]:
    """Return the pages of the steps that the actor may take now, the usual one first."""
    found = [
        page
        for page in PAGES
        if page.kind == kind and page.applies(record) and policy.may(actor, page.act, record, RULES)
    ]
    return sorted(found, key=lambda page: not page.main)


def buttons(actor: Actor, kind: str, record: Any) -> list[Button]:
    """Return the buttons of what may be done with a record."""
    return [
        Button(
            page.act,
            page.label,
            reverse("case-step", args=[ADDRESSES[kind], record.pk, page.slug]),
            page.icon,
            page.main,
            page.post,
        )
        for page in allowed(actor, kind, record)
    ]

"""What the screens of SAS ask for: the list, one report, what has happened to it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast

from casework.access.actor import Actor
from casework.deadlines.models import Deadline
from casework.shared import clock
from casework.shared.errors import NotVisible
from casework.shared.fields import EncryptedTextField
from deviations.models import SafeNow
from lexsarah import states
from lexsarah.histories import (
    NOTIFICATION,
    OUTCOME,
    PROTECTION,
    REGISTRATION,
    REPORTS,
    SERIOUS,
    STATUS,
    UNIT,
)
from lexsarah.models import IvoLetter, Measure, Report
from lexsarah.services.watching import KIND

NEW, WAITING, CLOSED, ALL = "new", "waiting", "closed", "all"
NARROWINGS = {
    NEW: Q(status=states.RECEIVED),
    WAITING: Q(status__in=states.OPEN_STATES - {states.RECEIVED}),
    CLOSED: Q(status=states.CLOSED),
    ALL: Q(),
}


def listed(actor: Actor, narrowing: str) -> QuerySet[Any]:
    """Return the reports with their next last day: where somebody is not safe first, then by age.

    Those that are done with come newest first.
    """
    running = (
        Deadline.objects.open()
        .filter(kind=KIND, subject_id=OuterRef("pk"))
        .order_by()
        .values("subject_id")
        .annotate(next=Min("last_day"))
        .values("next")
    )
    found = (
        Report.objects.visible_to(actor)
        .filter(NARROWINGS[narrowing])
        .select_related("unit", "investigator", "decider")
        .annotate(
            next_day=Subquery(running),
            unsafe=ExpressionWrapper(
                Q(safe_now=SafeNow.NO, safe_on=None, status__in=states.OPEN_STATES),
                output_field=BooleanField(),
            ),
        )
    )
    if narrowing == CLOSED:
        return found.order_by("-registered_on", "-pk")
    return found.order_by("-unsafe", "registered_on", "pk")


def new_ones(actor: Actor) -> QuerySet[Report]:
    """Return what has come in and nobody has begun to investigate."""
    return Report.objects.visible_to(actor).filter(status=states.RECEIVED)


def to_decide(actor: Actor) -> QuerySet[Report]:
    """Return what is before the actor: proposals, and measures that wait for a decision."""
    waiting = Measure.objects.filter(report=OuterRef("pk"), verdict="", withdrawn_at=None)
    decided = Q(status__in=[states.DECIDED, states.ACTIONS]) & Exists(waiting)
    return Report.objects.visible_to(actor).filter(
        Q(status=states.PROPOSED) | decided, decider=actor.user_id or 0
    )


def read_report(actor: Actor, report_id: int) -> Report:
    """Return the report as its page shows it; ``NotVisible`` alike for unknown and hidden ones.

    ``ivo_asks`` on it says whether IVO waits for an answer, ``ivo_answer_due`` until when.
    """
    waiting = IvoLetter.objects.filter(
        report=OuterRef("pk"), kind=IvoLetter.Kind.QUESTION, answered_on=None
    )
    found = (
        Report.objects.visible_to(actor)
        .select_related("unit", "investigator", "decider", "deviation", "board")
        # What each act and each tab of the page is tried against.
        .prefetch_related("examined")
        .annotate(
            ivo_asks=Exists(waiting),
            ivo_answer_due=Subquery(
                waiting.exclude(answer_due_on=None)
                .order_by("answer_due_on")
                .values("answer_due_on")[:1]
            ),
        )
    )
    report = found.filter(pk=report_id).first()
    if report is None:
        raise NotVisible
    return report


@dataclass(frozen=True)
class Event:
    """One line of what happened, on its own day; ``text`` is a reason, or when it was noted."""

    at: datetime | date
    who: str
    what: str
    text: str = ""
    kind: str = ""
    icon: str = ""


# For each table: its word, its day, its second day, its reason (None: it has no such).
_COLUMNS: dict[str, tuple[str | None, str | None, str | None, str | None]] = {
    REGISTRATION: (None, "registered_on", None, None),
    STATUS: ("label", None, None, None),
    UNIT: ("unit_name", None, None, None),
    PROTECTION: ("protected", None, None, None),
    SERIOUS: (None, "assessed_on", None, "reason"),
    OUTCOME: ("outcome", "decided_on", None, None),
    NOTIFICATION: ("ivo_number", "notified_on", "supplemented_on", None),
}


def events_of(report: Report) -> list[Event]:
    """Return what has happened to the report in one query, the latest first."""
    parts = [_part(name, attribute.model, report) for name, attribute in REPORTS.attributes.items()]
    rows = [_Row(*row) for row in parts[0].union(*parts[1:], all=True)]
    corrected = {(row.part, row.corrects) for row in rows}
    held = [row for row in rows if (row.part, row.pk) not in corrected]
    found = []
    seen: set[str] = set()
    decided: tuple[str | None, date | None] = (None, None)
    for row in sorted(held, key=lambda row: (row.effective_on, row.recorded_at, row.pk)):
        what, kind = _words(row, again=row.part in seen)
        seen.add(row.part)
        if row.part == OUTCOME:
            # Told again with what was decided about measures later, it is no decision of its own.
            if row.day and (row.word, row.day) == decided:
                what = "Åtgärderna beslutades"
            decided = row.word, row.day
        if what:
            found.append(_event(row, what, kind))
    return found[::-1]


@dataclass(frozen=True)
class _Row:
    """A history row in the columns that all tables share."""

    part: str
    pk: int
    corrects: int | None
    effective_on: date
    recorded_at: datetime
    first_name: str | None
    last_name: str | None
    username: str | None
    imported: bool
    word: str | None
    day: date | None
    other_day: date | None
    reason: str | None


def _part(name: str, model: Any, report: Report) -> Any:
    word, day, other_day, reason = _COLUMNS[name]
    empty = {"d": DateField, "r": EncryptedTextField}

    def column(given: str | None, kind: str) -> Any:
        if given is not None:
            return F(given)
        return Cast(Value("" if kind == "r" else None), empty[kind]())

    return (
        model.objects.filter(record=report)
        .order_by()
        .annotate(
            e_part=Value(name, output_field=CharField()),
            e_imported=ExpressionWrapper(Q(batch__isnull=False), output_field=BooleanField()),
            e_word=Cast(F(word) if word else Value(None), CharField()),
            e_day=column(day, "d"),
            e_other=column(other_day, "d"),
            e_reason=column(reason, "r"),
        )
        .values_list(
            "e_part",
            "pk",
            "corrects_id",
            "effective_on",
            "recorded_at",
            "actor__first_name",
            "actor__last_name",
            "actor__username",
            "e_imported",
            "e_word",
            "e_day",
            "e_other",
            "e_reason",
        )
    )


def _event(row: _Row, what: str, kind: str) -> Event:
    noted = clock.local_day(row.recorded_at)
    texts = [row.reason or ""]
    if not row.imported and noted > row.effective_on:
        texts.append(f"Antecknat {noted:%Y-%m-%d}.")
    who = f"{row.first_name or ''} {row.last_name or ''}".strip() or row.username or ""
    text = "\n".join(text for text in texts if text)
    return Event(row.effective_on, "Inläst från fil" if row.imported else who, what, text, kind)


def _words(row: _Row, *, again: bool) -> tuple[str, str]:
    """Return what happened in words, and its kind; no words where there is nothing to say."""
    match row.part:
        case "registration":
            return "Rapporten lämnades", ""
        case "status":
            # The decision itself says more than that the state is Beslutad.
            says = again and row.word != states.LABELS[states.DECIDED]
            return (row.word or "", "") if says else ("", "")
        case "unit":
            return (f"Granskad enhet: {row.word}", "") if again else ("", "")
        case "protection":
            return _protection(row.word == "true", again=again)
        case "serious":
            return ("Bedömdes som allvarligt", "warn") if row.day else ("", "")
        case "outcome":
            label = states.OUTCOMES.get(row.word or "", "")
            return (f"Beslutad: {label}", "ok") if row.day else ("", "")
    return _notification(row, again=again)


def _protection(protected: bool, *, again: bool) -> tuple[str, str]:
    if protected:
        return "Märkt med skyddade personuppgifter", "warn"
    return ("Skyddet av personuppgifter togs bort", "") if again else ("", "")


def _notification(row: _Row, *, again: bool) -> tuple[str, str]:
    if row.day is None:
        return "", ""
    if row.other_day is not None and (again or row.other_day == row.effective_on):
        return "Utredningen lämnad till IVO", "ok"
    return f"Anmäld till IVO{f', {row.word}' if row.word else ''}", "ok"

"""What a person sees under Bevakning: the running times of their units, and what they were told."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from casework.access.actor import Actor
from casework.deadlines.calendar import in_words
from casework.deadlines.copies import from_data
from casework.deadlines.explain import explain
from casework.deadlines.letters import named
from casework.deadlines.models import Deadline, Told
from casework.deadlines.rules import RULES, Kind, RuleVersion
from casework.deadlines.subjects import SUBJECTS, Shown
from casework.shared import clock

WEEK = timedelta(days=7)


class Section(StrEnum):
    """When a time ends; by the raw date, so that nobody plans with days the roll may not give."""

    LATE = "sena"
    TODAY = "i-dag"
    WEEK = "veckan"
    LATER = "senare"


TITLES = {
    Section.LATE: "Försenade",
    Section.TODAY: "I dag",
    Section.WEEK: "Närmaste veckan",
    Section.LATER: "Senare",
}


def _conditions(today: date) -> dict[Section, Q]:
    soon = today + WEEK
    return {
        Section.LATE: Q(last_day__lt=today),
        Section.TODAY: Q(raw_date__lte=today, last_day__gte=today),
        Section.WEEK: Q(raw_date__gt=today, raw_date__lte=soon),
        Section.LATER: Q(raw_date__gt=soon),
    }


def others_over() -> Q:
    """Return the condition for somebody else's times that are over: nothing here is late."""
    today = clock.today()
    # By the rule's name and not by its copy: lists ask this of every row.
    others = [key for key, rule in RULES.items() if rule.on(today).kind is Kind.OTHER]
    return Q(rule__in=others, last_day__lt=today)


def watched_by(actor: Actor, *, own: bool = False) -> QuerySet[Deadline]:
    """Return the open times of the actor's units and those of the actor's own.

    ``own``: the latter alone. What belongs to a record the actor may not open is left out.
    """
    theirs = Q(handler=actor.user_id)
    if not own:
        theirs |= Q(unit__in=actor.supervised_units)
    found = Deadline.objects.open().filter(theirs).exclude(others_over())
    return found.visible_to(actor)


def counts(times: QuerySet[Deadline]) -> dict[Section, int]:
    """Return how many of ``times`` there are in each section, in one query."""
    conditions = _conditions(clock.today())
    found = times.aggregate(**{name.name: Count("pk", filter=q) for name, q in conditions.items()})
    return {section: found[section.name] for section in Section}


def in_section(times: QuerySet[Deadline], section: Section) -> QuerySet[Deadline]:
    """Return those of ``times`` that the section holds, the most pressing first."""
    # What most rows have of their own is read for the page alone, not for all that is sorted.
    return (
        times.filter(_conditions(clock.today())[section])
        .select_related("copy", "unit")
        .prefetch_related("handler", "extends")
        .order_by("raw_date", "last_day", "pk")
    )


@dataclass(frozen=True)
class Row:
    """A time as it is shown: what it belongs to, its rule, and why its date is what it is."""

    time: Deadline
    kind: str
    shown: Shown | None
    label: str
    is_law: bool
    why: tuple[str, ...]


def rows(actor: Actor, times: list[Deadline]) -> list[Row]:
    """Return ``times`` with what is shown beside them (see ``named``)."""
    names = named(times, actor)
    versions: dict[int, RuleVersion] = {}
    found = []
    for time in times:
        if time.copy_id not in versions:
            versions[time.copy_id] = from_data(time.copy.content)
        version = versions[time.copy_id]
        found.append(
            Row(
                time,
                SUBJECTS[time.kind].label,
                names.get((time.kind, time.subject_id)),
                version.label,
                version.kind in (Kind.LAW, Kind.GOAL),
                why(time, version),
            )
        )
    return found


def why(time: Deadline, version: RuleVersion) -> tuple[str, ...]:
    """Return in sentences why the time ends when it does."""
    if time.extends is not None:
        return (
            *explain(version, time.trigger_date).steps,
            f"Tiden skulle ha slutat {in_words(time.extends.last_day)} "
            f"och är framflyttad till {in_words(time.last_day)}.",
        )
    if version.term is None:
        steps = explain(version, time.trigger_date).steps
        return (*steps, f"Dagen som sattes är {in_words(time.last_day)}.")
    return explain(version, time.trigger_date).steps


def told_to(actor: Actor) -> QuerySet[Told]:
    """Return what the actor has been told, the latest first, of what may still be seen."""
    return (
        Told.objects.filter(
            user=actor.user_id, notice__deadline__in=Deadline.objects.visible_to(actor)
        )
        .select_related("notice__deadline__copy", "notice__deadline__unit")
        .order_by("-told_at", "-pk")
    )


def unread(actor: Actor) -> QuerySet[Told]:
    """Return the unread notices that concern what is still to be done."""
    return told_to(actor).filter(read_at__isnull=True, notice__deadline__ended_at__isnull=True)


def mark_read(actor: Actor, latest: int) -> int:
    """Mark as read what the actor has been told up to the row ``latest``; return how much."""
    mine = Told.objects.filter(user=actor.user_id, read_at__isnull=True, pk__lte=latest)
    return mine.update(read_at=clock.now())


STEPS = {
    "start": "Tiden har börjat",
    "last_day": "Sista dag",
    "second_line": "Inte klar än",
}


def step_label(step: str) -> str:
    """Return what a step says, in words: "before_7" is "7 dagar kvar"."""
    name, _, days = step.rpartition("_")
    if step in STEPS or not days.isdigit():
        return STEPS.get(step, "Påminnelse")
    count = "1 dag" if days == "1" else f"{days} dagar"
    return {
        "before": f"{count} kvar",
        "over": f"{count} försenad",
        "day": f"{count} har gått",
        "quarter": f"Kvartal {days}: rapporteras till IVO igen",
    }.get(name, "Påminnelse")

"""A rule with a time limit, as dated versions, and the registry that rules are looked up in.

Each app registers its rules in a module ``deadline_rules``. A rule is looked up by the day its
time began, so what applied then still applies to it when the law has changed since. A version
says all about itself: it can be kept beside what it was applied to and explained from that.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Protocol

from casework.deadlines.terms import Term, Unit, raw_date
from casework.shared.hooks import Registry

ONE_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What it means that the time is out."""

    LAW = "law"  # missing it is a breach
    GOAL = "goal"  # the law says "genast" or the like; the number is ours, and editable
    LOCAL = "local"  # the board's own
    OTHER = "other"  # somebody else's time: shown, never a breach


class Anchor(StrEnum):
    """The day a step is counted from."""

    TRIGGER = "trigger"
    RAW_DATE = "raw_date"  # all warnings, so that nobody plans with days the roll may not give
    LAST_DAY = "last_day"  # all that says the time is missed


class Rung(StrEnum):
    """Who gets a notice; who that is on the day is for the sender to find out."""

    HANDLER = "handler"
    SENIOR = "senior"
    MANAGER = "manager"
    HEAD = "head"
    DUTY = "duty"  # the function on duty


class Dates(Protocol):
    """The three dates of a time: a reckoning has them, and so has a time with a day of its own."""

    @property
    def trigger_date(self) -> date: ...

    @property
    def raw_date(self) -> date: ...

    @property
    def last_day(self) -> date: ...


@dataclass(frozen=True)
class Step:
    """A notice on the way: ``days`` after (or, negative, before) ``anchor``, or ``months`` after.

    ``at_once`` is sent when it is due, everything else with the digest of the day.
    """

    key: str
    anchor: Anchor
    days: int
    to: tuple[Rung, ...]
    at_once: bool = False
    months: int = 0

    def day(self, dates: Dates) -> date:
        """Return the day on which the step is due."""
        anchors = {
            Anchor.TRIGGER: dates.trigger_date,
            Anchor.RAW_DATE: dates.raw_date,
            Anchor.LAST_DAY: dates.last_day,
        }
        anchor = anchors[self.anchor]
        if self.months:
            anchor = raw_date(anchor, Term(self.months, Unit.MONTHS))
        return anchor + self.days * ONE_DAY


@dataclass(frozen=True)
class Basis:
    """A provision as lawyers shorten it: law "SoL 2025:400", provision "20:2"."""

    law: str
    provision: str


@dataclass(frozen=True)
class Repeat:
    """The time for each following turn, counted from the latest (``since``: "det senaste …")."""

    term: Term
    since: str


@dataclass(frozen=True)
class RuleVersion:
    """What a rule said for times that began from ``valid_from`` to ``valid_to``.

    Both days are included, None means no bound. ``trigger`` and ``duty`` are clauses: "tiden
    räknas från att {trigger}", "{duty} inom 14 dagar". ``term`` is None where no time is set.
    ``rolls``: whether 2 § lag 1930:173 moves the last day. ``promptly`` is the word that the law
    uses instead of a number. ``unverified`` says what about the version remains to be checked
    against the law. ``grace_working_days`` is how long a late registration is waited for before
    anything is proposed.
    """

    key: str
    label: str
    kind: Kind
    trigger: str
    duty: str
    term: Term | None
    source: str
    rolls: bool = False
    basis: Basis | None = None
    also: tuple[Basis, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    promptly: str = ""
    repeat: Repeat | None = None
    notes: tuple[str, ...] = ()
    unverified: str = ""
    steps: tuple[Step, ...] = ()
    step_of: str = ""
    grace_working_days: int = 0
    asks_lex_sarah: bool = False

    @property
    def next_turn(self) -> "RuleVersion":
        """The rule of a following turn: the time that ``repeat`` gives, from the latest."""
        if self.repeat is None:
            raise ValueError(f"{self.key} runs once")
        return replace(self, term=self.repeat.term, trigger=f"{self.repeat.since} gjordes")

    def applies_on(self, day: date) -> bool:
        """Return whether the version governs a time that begins on ``day``."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True)
class Rule:
    """A rule by its key, with its versions from the oldest to the one in force.

    Raises ``ValueError`` where the versions leave a day out or claim one twice.
    """

    versions: tuple[RuleVersion, ...]

    def __post_init__(self) -> None:
        starts, ends = self.versions[0].valid_from, self.versions[-1].valid_to
        joined = all(
            earlier.valid_to is not None and later.valid_from == earlier.valid_to + ONE_DAY
            for earlier, later in pairwise(self.versions)
        )
        if starts is not None or ends is not None or not joined:
            raise ValueError(f"The versions of {self.key} do not cover every day once")
        if len({version.key for version in self.versions}) > 1:
            raise ValueError(f"The versions of {self.key} have different keys")

    @property
    def key(self) -> str:
        """The name of the rule, the same for ever."""
        return self.versions[0].key

    @property
    def label(self) -> str:
        """What the rule is called now."""
        return self.versions[-1].label

    def on(self, day: date) -> RuleVersion:
        """Return the version for a time that begins on ``day``."""
        return next(version for version in self.versions if version.applies_on(day))


class UnknownRule(LookupError):
    """There is no rule of that name; the message lists those there are."""

    def __init__(self, key: str) -> None:
        super().__init__(f"Regeln {key} finns inte. Regler: {', '.join(sorted(RULES))}.")


RULES: Registry[Rule] = Registry("Deadline rule")


def register(rule: Rule) -> Rule:
    """Make a rule known by its key; raises ``ValueError`` where the key is taken."""
    return RULES.register(rule.key, rule)


def rule_on(key: str, trigger_date: date) -> RuleVersion:
    """Return the version of a rule that applied on the day its time began.

    Raises ``UnknownRule``.
    """
    if key not in RULES:
        raise UnknownRule(key)
    return RULES[key].on(trigger_date)

"""The board's delegationsordning: who may decide which outcome, kept and tried (KL 6:37–38)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from casework.access import policy
from casework.access.actor import Actor
from casework.access.examined import examined_people
from casework.audit.work import unit_of_work
from casework.organisation.models import Absence, Board, Membership, Role, User
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotVisible
from lexsarah import states
from lexsarah.models import DelegationRule, Report

ONE_DAY = timedelta(days=1)
LONGEST_NAME = 80
ENDED = "Raden har upphört. Lägg till en ny i stället."
# Roles that a board may let decide; others do not meet lex Sarah at all.
ROLES = (Role.DECIDER, Role.SAS, Role.HEAD, Role.MANAGER)


@dataclass
class Wish:
    """A row as somebody wants it, from a day on."""

    name: str
    outcome: str
    role: str
    by_investigator: bool
    valid_from: date


def valid_on(board_id: int, day: date) -> QuerySet[DelegationRule]:
    """Return the rows of a board that hold on ``day``."""
    ends_later = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    return DelegationRule.objects.filter(ends_later, board=board_id, valid_from__lte=day)


def find(
    actor: Actor, report: Report, outcome: str, on: date, *, chosen: bool = False
) -> DelegationRule | None:
    """Return the row by which ``actor`` may decide ``outcome`` of the report that day, if any.

    The role is held on the day, by oneself or standing in for somebody. Where it is before
    somebody who is away, the Ersättare decides in a role of their own, unless ``chosen``. Whoever
    investigates, or has made the proposal, may only where the row says so. That the actor is not
    examined is tried at the door of every act.
    """
    rules = _for(actor, report, on, chosen=chosen).filter(outcome=outcome)
    return rules.order_by("valid_from", "pk").first()


def covered(actor: Actor, report: Report, on: date) -> list[str]:
    """Return the outcomes that ``actor`` may decide that day, in the order of the report."""
    may = set(_for(actor, report, on).values_list("outcome", flat=True))
    return [outcome for outcome in states.OUTCOMES if outcome in may]


def _for(
    actor: Actor, report: Report, on: date, *, chosen: bool = False
) -> QuerySet[DelegationRule]:
    unchosen = not chosen and policy.is_before_absent(actor, report)
    rules = valid_on(report.board_id, on).filter(
        role__in=actor.own_roles if unchosen else actor.roles
    )
    if actor.user_id in investigators(report):
        rules = rules.filter(by_investigator=True)
    return rules


def investigators(report: Report) -> set[int | None]:
    """Return those who count as having investigated: who is to, and who made the latest proposal.

    To be replaced as investigator, once it is written, is no way to decide one's own proposal.
    """
    undecided = report.proposals.filter(decision=None).order_by("-pk")
    return {report.investigator_id, undecided.values_list("proposed_by", flat=True).first()}


def require(actor: Actor, report: Report, outcome: str, on: date) -> DelegationRule:
    """Return the row by which ``actor`` may decide ``outcome``.

    Raises ``InvalidInput`` on ``outcome`` (code ``not_delegated``), saying who may instead.
    """
    rule = find(actor, report, outcome, on)
    if rule is None:
        why = who_may_instead(report, outcome, on)
        if policy.is_before_absent(actor, report):
            why += (
                " Du är Ersättare, och då är det din egen roll som räknas. SAS kan lägga fram det "
                "för dig eller någon annan."
            )
        raise InvalidInput(why, field="outcome", code="not_delegated")
    return rule


def require_still(actor: Actor, report: Report, on: date) -> None:
    """Raise unless the actor might make the decision that stands that day: also its maker.

    What follows on a decision is for whoever might have made it: a role may have ended since, and
    an Ersättare decides in a role of their own. Raises as ``require``.
    """
    if report.outcome:
        require(actor, report, report.outcome, on)


def who_may_instead(report: Report, outcome: str, on: date) -> str:
    """Say in a sentence or two who may decide ``outcome``, and what to do where nobody may."""
    label = states.OUTCOMES[outcome]
    rules = list(valid_on(report.board_id, on).filter(outcome=outcome))
    if not rules:
        return (
            f"Delegationsordningen säger inte vem som får besluta ”{label}”. Be systemförvaltaren "
            "lägga in det."
        )
    may = ", ".join(sorted({rule.get_role_display() for rule in rules}))
    not_the_investigator = not any(rule.by_investigator for rule in rules)
    beside = " Den som utreder får inte." if not_the_investigator else ""
    return f"Enligt delegationsordningen beslutas ”{label}” av: {may}.{beside}"


def deciders(report: Report, outcomes: Iterable[str], on: date) -> QuerySet[User]:
    """Return those who may decide any of ``outcomes``: the investigator where that is allowed.

    Whoever stands in for one of them that day is among them, and nobody who is examined.
    """
    rules = valid_on(report.board_id, on).filter(outcome__in=list(outcomes))
    roles = set(rules.values_list("role", "by_investigator"))
    members = Membership.objects.valid_on(on).filter(board=report.board_id)

    def holding(wanted: set[str]) -> Q:
        held = members.filter(role__in=wanted).values("user")
        standing_in = Absence.objects.valid_on(on).filter(
            board=report.board_id, user__in=held, substitute__isnull=False
        )
        return Q(pk__in=held) | Q(pk__in=standing_in.values("substitute"))

    investigator = Q(pk__in=[pk for pk in investigators(report) if pk])
    found = (holding({role for role, _ in roles}) & ~investigator) | (
        holding({role for role, may in roles if may}) & investigator
    )
    return (
        User.objects.filter(found, is_active=True, board=report.board_id)
        .exclude(examined_people(report, on))
        .distinct()
    )


def of_board(actor: Actor) -> QuerySet[DelegationRule]:
    """Return all rows of the actor's board, those that have ended too."""
    return DelegationRule.objects.filter(board=actor.board_id)


@dataclass(frozen=True)
class Gap:
    """Days on which nobody may decide ``outcome``; without an end where ``last`` is None."""

    outcome: str
    first: date
    last: date | None


def gaps(rows: Iterable[DelegationRule], today: date) -> list[Gap]:
    """Return from ``today`` on when nobody may decide what, in the order of the report."""
    in_order = sorted(rows, key=lambda row: row.valid_from)
    found = []
    for outcome in states.OUTCOMES:
        day: date | None = today
        for row in in_order:
            if row.outcome != outcome or day is None:
                continue
            if row.valid_to is not None and row.valid_to < day:
                continue
            if row.valid_from > day:
                found.append(Gap(outcome, day, row.valid_from - ONE_DAY))
            day = row.valid_to + ONE_DAY if row.valid_to else None
        if day is not None:
            found.append(Gap(outcome, day, None))
    return found


def add(actor: Actor, wish: Wish) -> DelegationRule:
    """Add a row. Fields ``name``, ``outcome``, ``role``, ``valid_from``."""
    policy.require_configurer(actor)
    with unit_of_work(actor) as work:
        _one_at_a_time(actor)
        row = _made(actor, wish)
        work.audit("lexsarah.delegation_changed", row, data={"act": "added"})
    return row


def change(actor: Actor, rule_id: int, wish: Wish) -> DelegationRule:
    """Let a row end the day before ``wish`` begins, and another take its place.

    What was decided by the old one still names it. One that has not begun is replaced whole.
    ``InvalidInput`` where nothing would be another.
    """
    policy.require_configurer(actor)
    with unit_of_work(actor) as work:
        _one_at_a_time(actor)
        old = _open_row(actor, rule_id)
        old_key = old.pk
        if _is_as(old, wish):
            raise InvalidInput("Inget är ändrat. Ändra något, eller avbryt.")
        _end(old, wish.valid_from, field="valid_from")
        row = _made(actor, wish)
        work.audit(
            "lexsarah.delegation_changed", row, data={"act": "changed", "instead_of": old_key}
        )
    return row


def end(actor: Actor, rule_id: int, *, last_day: date) -> bool:
    """Let a row hold through ``last_day`` and no longer; return whether it is still there.

    One that has not begun, and by that day would not have, goes altogether.
    """
    policy.require_configurer(actor)
    with unit_of_work(actor) as work:
        _one_at_a_time(actor)
        row = _open_row(actor, rule_id)
        data = {"act": "ended", "last_day": last_day}
        work.audit("lexsarah.delegation_changed", kind="delegationrule", ids=[row.pk], data=data)
        if clock.today() < row.valid_from <= last_day:
            row.valid_to = last_day
            row.save(update_fields=["valid_to"])
        else:
            _end(row, last_day + ONE_DAY, field="last_day")
    return row.pk is not None


def _one_at_a_time(actor: Actor) -> None:
    # Two changes at once could make two rows of one.
    Board.objects.select_for_update(no_key=True).get(pk=actor.board_id)


def _open_row(actor: Actor, rule_id: int) -> DelegationRule:
    row = of_board(actor).filter(pk=rule_id).first()
    if row is None:
        raise NotVisible
    if has_ended(row):
        raise ConflictError(ENDED)
    return row


def has_ended(row: DelegationRule) -> bool:
    """Say whether the row holds no more: it is neither changed nor ended again."""
    return row.valid_to is not None and row.valid_to < clock.today()


def _is_as(row: DelegationRule, wish: Wish) -> bool:
    """Say whether ``wish`` is the row as it stands; the day matters for one that is to come."""
    same = (row.outcome, row.role, row.by_investigator) == (
        wish.outcome,
        wish.role,
        wish.by_investigator,
    )
    begun = row.valid_from <= clock.today()
    same_days = row.valid_to is None and (begun or row.valid_from == wish.valid_from)
    return same and same_days and row.name == wish.name.strip()


def _end(row: DelegationRule, no_more_from: date, *, field: str) -> None:
    """End ``row`` so that it does not hold from the given day, which is today or later."""
    today = clock.today()
    if row.valid_from > today:
        # It has never held, so nothing names it.
        row.delete()
        return
    if no_more_from < today:
        raise InvalidInput("Det som har gällt ändras inte. Välj en dag från i dag.", field=field)
    if no_more_from <= row.valid_from:
        raise InvalidInput(
            "Raden började gälla i dag och kan ha använts. Välj en dag från i morgon.", field=field
        )
    row.valid_to = no_more_from - ONE_DAY
    row.save(update_fields=["valid_to"])


def _made(actor: Actor, wish: Wish) -> DelegationRule:
    name = wish.name.strip()
    if not name:
        raise InvalidInput("Skriv vilken punkt i delegationsordningen det är.", field="name")
    if len(name) > LONGEST_NAME:
        raise InvalidInput("Punkten är längre än 80 tecken. Korta den.", field="name")
    if wish.outcome not in states.OUTCOMES:
        raise InvalidInput("Välj vilken bedömning det gäller.", field="outcome")
    if wish.role not in ROLES:
        raise InvalidInput("Välj vem som får besluta.", field="role")
    same = of_board(actor).filter(outcome=wish.outcome, role=wish.role)
    overlaps = Q(valid_to__isnull=True) | Q(valid_to__gte=wish.valid_from)
    if other := same.filter(overlaps).first():
        raise InvalidInput(
            f"Det finns redan en rad för bedömningen och rollen: {other.name}. Ändra den.",
            field="role",
        )
    return DelegationRule.objects.create(
        board_id=actor.board_id,
        name=name,
        outcome=wish.outcome,
        role=wish.role,
        by_investigator=wish.by_investigator,
        valid_from=wish.valid_from,
    )

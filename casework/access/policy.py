"""The one place that says who may see, count and do what.

Records of quality (deviations, later feedback and lex Sarah) describe which of their columns say
whose they are; the rules here are written against those columns and hold for all of them.

Sources: SoLPUL 10 § (no more access than each needs), OSL 26:1, SOSFS 2011:9 5:4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Q

from casework.access import examined
from casework.access.actor import Actor
from casework.organisation.models import Role
from casework.shared.errors import NotAllowed

NOTHING = Q(pk__in=[])

# Those who work with the quality of the whole board.
BOARD_WIDE = (Role.SAS, Role.DEVELOPER)
# Those who plan a unit's work: its Enhetschef and Förste, and the head of the department.
LEADERS = (Role.SENIOR, Role.MANAGER, Role.HEAD)
# Those who answer who asks for the diarium.
REGISTER_READERS = (Role.REGISTRAR, Role.SAS)


class Relation(StrEnum):
    """What an actor is to a record; a record may be several things to one actor."""

    REPORTER = "reporter"
    HANDLER = "handler"
    DECIDER = "decider"
    WORKER = "worker"
    SENIOR = "senior"
    MANAGER = "manager"
    HELPER = "helper"
    HEAD = "head"
    SAS = "sas"
    DEVELOPER = "developer"
    # In a table of acts: open to the examined too, who else are kept from every act.
    EXAMINED = "examined"
    SYSTEM = "system"


@dataclass(frozen=True)
class RecordColumns:
    """Names of the columns that say whose a record is; an empty name means it has no such.

    ``deciders`` open what is put before them, and handle nothing by it; while its state is one of
    ``before_deciders``, so does whoever stands in for them that day. ``unit_roles`` are roles in
    the record's unit that open it beside the manager's inbox. Where ``confidential``, SAS and
    the record's own handlers and deciders alone open it. ``examined`` are its rows of those whose
    decision or conduct it examines, beside its unit, and ``happened`` the days of what it examines,
    the first that is known (see ``casework.access.examined``). ``record``: what a
    version row is one of.
    """

    unit: str = "unit"
    reporting_unit: str = "reporting_unit"
    reporters: tuple[str, ...] = ("reporter", "on_behalf_of")
    handlers: tuple[str, ...] = ("handler",)
    deciders: tuple[str, ...] = ()
    before_deciders: tuple[str, ...] = ()
    protected: str = "protected"
    about_manager: str = "about_manager"
    unit_roles: tuple[str, ...] = ()
    confidential: bool = False
    examined: str = ""
    happened: tuple[str, ...] = ()
    record: str = ""


def _in_units(columns: RecordColumns, units: frozenset[int]) -> Q:
    places = Q(**{f"{columns.unit}__in": units})
    if columns.reporting_unit:
        places |= Q(**{f"{columns.reporting_unit}__in": units})
    return places


def visible_q(actor: Actor, columns: RecordColumns) -> Q:
    """Return the condition under which ``actor`` may open a record."""
    own_board = Q(board_id=actor.board_id)
    if actor.is_system or actor.has(Role.SAS):
        return own_board
    allowed = NOTHING
    if actor.user_id is not None:
        for column in (*columns.reporters, *columns.handlers, *columns.deciders):
            allowed |= Q(**{column: actor.user_id})
        allowed |= _before_absent_q(actor, columns)
    if columns.confidential:
        if columns.examined:
            # Whoever comes to work in or lead the unit is examined, and it is before them no more.
            allowed &= ~examined.of_unit_q(actor, columns.unit, columns.happened)
        return own_board & allowed
    if units := actor.inbox_units | actor.units(*columns.unit_roles):
        # "Det gäller min chef": such a report passes the unit by and goes to the head.
        in_unit = _in_units(columns, units)
        if columns.about_manager:
            in_unit &= Q(**{columns.about_manager: False})
        allowed |= in_unit
    if heads := actor.headed_units:
        allowed |= _in_units(columns, heads)
    if actor.has(Role.DEVELOPER):
        allowed |= Q(board_id=actor.board_id)
    return own_board & allowed & unprotected_q(actor, columns.protected, columns.unit)


def _before_absent_q(actor: Actor, columns: RecordColumns) -> Q:
    """Return what is before deciders who are away today, in whose place the actor is.

    Nobody has chosen the actor for it: skyddade personuppgifter stay closed, and so does what
    examines, or has examined, the actor.
    """
    if not (actor.stands_in_for and columns.before_deciders):
        return NOTHING
    before = NOTHING
    for column in columns.deciders:
        before |= Q(**{f"{column}__in": actor.stands_in_for})
    if columns.examined:
        before &= ~Q(**{f"{columns.examined}__user": actor.user_id})
    unprotected = unprotected_q(actor, columns.protected, columns.unit)
    return before & unprotected & Q(status__in=columns.before_deciders)


def is_before_absent(actor: Actor, record: Any) -> bool:
    """Say whether the record is before a decider for whom the actor stands in today."""
    columns: RecordColumns = record.record_columns
    deciders = {getattr(record, f"{column}_id") for column in columns.deciders}
    if not (deciders & actor.stands_in_for and record.status in columns.before_deciders):
        return False
    return not closes_protected(actor, record)


def closes_protected(actor: Actor, record: Any) -> bool:
    """Say whether skyddade personuppgifter close the record to ``actor``, who is no SAS."""
    columns: RecordColumns = record.record_columns
    return getattr(record, columns.protected) and record.unit_id not in actor.protected_units


def unprotected_q(actor: Actor, protected: str, unit: str) -> Q:
    """Return what skyddade personuppgifter do not close to ``actor``, who is no SAS.

    They are open to those of the handling unit who are named for them. ``protected`` and ``unit``
    are columns.
    """
    unprotected = Q(**{protected: False})
    if actor.protected_units:
        unprotected |= Q(**{f"{unit}__in": actor.protected_units})
    return unprotected


def official_register_q(actor: Actor, columns: RecordColumns) -> Q:
    """Return which records the diarium shows to ``actor``: that they are there, their documents.

    OSL 5:1–2. SAS and the Registrator answer who asks for it. Skyddade personuppgifter leave no
    trace in the Registrator's. What examines the actor is taken out beside it (``querysets``).
    """
    own_board = Q(board_id=actor.board_id)
    if actor.is_system:
        return own_board
    if not actor.has(*REGISTER_READERS):
        return NOTHING
    return own_board if actor.has(Role.SAS) else own_board & Q(**{columns.protected: False})


def known_of_q(actor: Actor, confidential: Q, unit: str) -> Q:
    """Return what the actor may know of where ``confidential`` rows are unknown to their ``unit``.

    SAS knows of them, but for those of SAS's own units.
    """
    if actor.is_system:
        return Q()
    if not actor.has(Role.SAS):
        return ~confidential
    return ~confidential | ~Q(**{f"{unit}__in": actor.own_units})


def second_eyes_q(actor: Actor, columns: RecordColumns) -> Q:
    """Return of which records the actor tries what another has written for the outside.

    SAS, and whoever the record is before to decide.
    """
    own_board = Q(board_id=actor.board_id)
    if actor.is_system or actor.has(Role.SAS):
        return own_board
    before = _before_absent_q(actor, columns)
    for column in columns.deciders:
        before |= Q(**{column: actor.user_id})
    return own_board & before


def unit_review_q(actor: Actor, columns: RecordColumns) -> Q:
    """Return which records the unit may go through together (APT): no text, no reporter shown."""
    return (
        Q(board_id=actor.board_id)
        & Q(**{f"{columns.unit}__in": actor.own_units})
        & Q(**{columns.protected: False})
        & Q(**{columns.about_manager: False})
    )


def countable_q(actor: Actor, columns: RecordColumns) -> Q:
    """Return the condition under which a record may be counted for ``actor``.

    Those who see the whole board count protected records too, in the totals of an area; a
    smaller circle's count would be a split by unit, so there they are left out.
    """
    own_board = Q(board_id=actor.board_id)
    if counts_protected(actor):
        return own_board
    open_ones = Q(**{columns.protected: False})
    allowed = NOTHING
    if managed := actor.managed_units:
        in_unit = Q(**{f"{columns.unit}__in": managed})
        if columns.about_manager:
            in_unit &= Q(**{columns.about_manager: False})
        allowed |= in_unit
    if heads := actor.headed_units:
        allowed |= Q(**{f"{columns.unit}__in": heads})
    return own_board & allowed & open_ones


def counts_protected(actor: Actor) -> bool:
    """Say whether skyddade personuppgifter are in the totals that the actor has: the board's."""
    return actor.is_system or actor.has(*BOARD_WIDE)


def may_count(actor: Actor) -> bool:
    """Say whether the actor has any figures to see at all."""
    return actor.is_system or actor.has(*BOARD_WIDE, Role.HEAD, Role.MANAGER)


def masks_case_numbers(actor: Actor) -> bool:
    """Say whether case numbers are shown masked: to those who see records only as a developer."""
    return actor.has(Role.DEVELOPER) and not actor.has(Role.SAS)


def require_case_numbers(actor: Actor) -> None:
    """Raise ``NotAllowed`` for whoever reads them masked: to search would tell what is hidden."""
    if masks_case_numbers(actor):
        raise NotAllowed("Din roll ser inte ärendenummer och kan inte söka på dem.")


def shown_case_number(actor: Actor, case_number: str) -> str:
    """Return the case number as the actor may read it: whole, or that there is one."""
    return "•••" if case_number and masks_case_numbers(actor) else case_number


def relations(actor: Actor, record: Any) -> frozenset[Relation]:
    """Return what ``actor`` is to ``record`` (any model with the usual columns)."""
    if actor.board_id != record.board_id:
        return frozenset()
    if actor.is_system:
        return frozenset({Relation.SYSTEM})
    columns: RecordColumns = record.record_columns
    # "Det gäller min chef": to the manager and the manager's helper it is not theirs.
    for_manager = not (columns.about_manager and getattr(record, columns.about_manager))
    reporters = {getattr(record, f"{column}_id") for column in columns.reporters}
    handlers = {getattr(record, f"{column}_id") for column in columns.handlers}
    deciders = {getattr(record, f"{column}_id") for column in columns.deciders}
    # Where the unit's own people open its records, they are something to them too.
    worked = set(columns.unit_roles)
    holds = {
        Relation.REPORTER: actor.user_id in reporters,
        Relation.HANDLER: actor.user_id in handlers,
        Relation.DECIDER: actor.user_id in deciders or is_before_absent(actor, record),
        Relation.WORKER: record.unit_id in actor.units(*worked & {Role.WORKER}),
        Relation.SENIOR: record.unit_id in actor.units(*worked & {Role.SENIOR}),
        Relation.MANAGER: for_manager and record.unit_id in actor.managed_units,
        Relation.HELPER: for_manager and record.unit_id in actor.helped_units,
        Relation.HEAD: record.unit_id in actor.headed_units,
        Relation.SAS: actor.has(Role.SAS),
        Relation.DEVELOPER: actor.has(Role.DEVELOPER),
        Relation.EXAMINED: examined.is_examined(actor, record),
    }
    return frozenset(relation for relation, true in holds.items() if true)


Rules = Mapping[str, frozenset[Relation]]


def _why_not(held: frozenset[Relation], opening: frozenset[Relation]) -> str:
    """Return why who holds ``held`` may not do what ``opening`` is for; empty where they may."""
    if not held & (opening | {Relation.SYSTEM}) - {Relation.EXAMINED}:
        return "Din roll får inte göra detta i ärendet."
    return examined.WHY_NOT if Relation.EXAMINED in held - opening else ""


def allowed(actor: Actor, record: Any, rules: Rules) -> frozenset[str]:
    """Return all that ``actor`` may do to ``record``, by a table of act → relations."""
    held = relations(actor, record)
    return frozenset(act for act, opening in rules.items() if not _why_not(held, opening))


def may(actor: Actor, act: str, record: Any, rules: Rules) -> bool:
    """Say whether ``actor`` may do ``act`` to ``record``, by a table of act → relations."""
    return not _why_not(relations(actor, record), rules[act])


def require(actor: Actor, act: str, record: Any, rules: Rules) -> None:
    """Raise ``NotAllowed`` unless the actor may do the act to the record it sees."""
    if why_not := _why_not(relations(actor, record), rules[act]):
        raise NotAllowed(why_not)


def require_role(actor: Actor, *roles: str) -> None:
    """Raise ``NotAllowed`` unless the actor is the system or has one of ``roles``."""
    if not (actor.is_system or actor.has(*roles)):
        raise NotAllowed("Din roll får inte göra detta.")


def may_configure(actor: Actor) -> bool:
    """Say whether the actor keeps the board's configuration: units, roles and registers.

    Configuration alone: this gives no sight of any case.
    """
    return actor.is_system or actor.has(Role.ADMINISTRATOR)


def require_configurer(actor: Actor) -> None:
    """Raise ``NotAllowed`` unless the actor keeps the board's configuration."""
    if not may_configure(actor):
        raise NotAllowed("Det gör systemförvaltaren.")


def may_import(actor: Actor, *, administrator_only: bool = False) -> bool:
    """Say whether the actor may take in registers, or those that say who works where."""
    if actor.is_system or actor.has(Role.ADMINISTRATOR):
        return True
    return actor.has(Role.DEVELOPER) and not administrator_only


def require_import(actor: Actor, *, administrator_only: bool = False) -> None:
    """Raise ``NotAllowed`` unless the actor may take in such a register."""
    if not may_import(actor, administrator_only=administrator_only):
        raise NotAllowed("Din roll får inte läsa in registret. Vänd dig till systemförvaltaren.")


def may_keep_registers(actor: Actor) -> bool:
    """Say whether the actor keeps the lists of categories and causes."""
    return actor.is_system or actor.has(Role.ADMINISTRATOR, Role.DEVELOPER)


def require_register_keeper(actor: Actor) -> None:
    """Raise ``NotAllowed`` unless the actor keeps the lists of categories and causes."""
    if not may_keep_registers(actor):
        raise NotAllowed("Det gör verksamhetsutvecklaren eller systemförvaltaren.")

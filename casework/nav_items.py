"""What the ground floor adds to the menu."""

from casework.access import granting, policy
from casework.access.actor import Actor
from casework.deadlines import lists
from casework.kit.nav import NAV, NavItem
from casework.kit.organisation_tabs import ORGANISATION_TABS
from casework.organisation.models import UNIT_ROLES, Role


def _everybody(actor: Actor) -> bool:
    return actor.user_id is not None


def _meets_cases(actor: Actor) -> bool:
    return actor.has(*UNIT_ROLES, Role.HEAD, Role.SAS, Role.DEVELOPER)


def _is_watched(actor: Actor) -> bool:
    return actor.has(*UNIT_ROLES, Role.HEAD)


def _plans(actor: Actor) -> bool:
    return actor.has(*policy.LEADERS)


def _follows_alone(actor: Actor) -> bool:
    """Whoever follows the whole board without leading a unit begins with how its units stand."""
    return actor.has(*policy.BOARD_WIDE) and not _plans(actor)


NAV.register("start", NavItem("Start", "start", 0, _everybody, icon="house"))
NAV.register(
    "registers", NavItem("Register", "register-index", 80, policy.may_import, icon="upload")
)
NAV.register(
    "watch",
    NavItem("Bevakning", "watch", 15, _is_watched, waiting=lists.unread, icon="calendar-clock"),
)
NAV.register("case-list", NavItem("Ärenden", "case-list", 18, _meets_cases, icon="folder-open"))
NAV.register(
    "investigations",
    NavItem("Utredningar", "investigation-week", 17, _plans, icon="list-checks"),
)
NAV.register(
    "units-watched",
    NavItem("Utredningar", "unit-standing", 17, _follows_alone, icon="list-checks"),
)
NAV.register(
    "quality-report",
    NavItem("Kvalitetsrapport", "quality-report", 60, policy.may_count, icon="chart-column"),
)
NAV.register(
    "organisation", NavItem("Organisation", "organisation", 90, _everybody, icon="building-2")
)
NAV.register(
    "operation", NavItem("Drift", "operation", 95, policy.may_configure, icon="circle-check")
)

ORGANISATION_TABS.register("units", NavItem("Enheter", "organisation", 10, _everybody))
ORGANISATION_TABS.register("people", NavItem("Personer", "people", 20, policy.may_configure))
ORGANISATION_TABS.register(
    "accounts", NavItem("Väntar på ja", "account-list", 25, granting.sees_waiting)
)
ORGANISATION_TABS.register("absences", NavItem("Frånvaro", "absence-list", 30, _everybody))
ORGANISATION_TABS.register("rules", NavItem("Egna tider", "rule-list", 60, policy.may_configure))
ORGANISATION_TABS.register("duty", NavItem("Beredskap", "duty-list", 65, policy.may_configure))

"""What deviations add to the menu."""

from casework.access.actor import Actor
from casework.kit.nav import NAV, NavItem
from casework.kit.organisation_tabs import ORGANISATION_TABS
from casework.organisation.models import UNIT_ROLES, Role
from deviations.queries import inbox
from deviations.services import reporter


def _everybody(actor: Actor) -> bool:
    return actor.user_id is not None


NAV.register(
    "report-new", NavItem("Rapportera avvikelse", "report-new", 20, _everybody, icon="pencil")
)
NAV.register(
    "my-reports",
    NavItem(
        "Mina rapporter",
        "my-reports",
        30,
        _everybody,
        waiting=reporter.news,
        icon="file-text",
    ),
)


def _meets_deviations(actor: Actor) -> bool:
    return actor.has(*UNIT_ROLES, Role.HEAD, Role.SAS, Role.DEVELOPER)


def _in_a_unit(actor: Actor) -> bool:
    return actor.has(*UNIT_ROLES, Role.HEAD)


NAV.register(
    "inbox", NavItem("Inkorg", "inbox", 10, inbox.has_inbox, waiting=inbox.waiting, icon="inbox")
)
NAV.register(
    "deviation-list",
    NavItem("Avvikelser", "deviation-list", 40, _meets_deviations, icon="folder"),
)
NAV.register(
    "my-actions", NavItem("Mina åtgärder", "my-actions", 50, _meets_deviations, icon="list-checks")
)
NAV.register("unit-review", NavItem("APT", "unit-review", 60, _in_a_unit, icon="users"))

ORGANISATION_TABS.register("categories", NavItem("Kategorier", "category-list", 40, _everybody))
ORGANISATION_TABS.register("causes", NavItem("Orsaker", "cause-list", 50, _everybody))

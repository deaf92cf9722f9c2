"""What lex Sarah adds to the menu: the reports for SAS, one's own for everybody else."""

from casework.access import policy
from casework.access.actor import Actor
from casework.kit.nav import NAV, NavItem
from casework.kit.organisation_tabs import ORGANISATION_TABS
from casework.organisation.models import Role
from lexsarah import asked, queries


def _is_sas(actor: Actor) -> bool:
    return actor.has(Role.SAS)


def _is_another(actor: Actor) -> bool:
    return actor.user_id is not None and not _is_sas(actor)


NAV.register(
    "lex-sarah",
    NavItem(
        "Lex Sarah", "lex-sarah-list", 15, _is_sas, waiting=queries.new_ones, icon="shield-alert"
    ),
)
NAV.register(
    "lex-sarah-own",
    NavItem(
        "Lex Sarah",
        "lex-sarah-own",
        35,
        _is_another,
        icon="shield-alert",
        within="lex-sarah-list",
    ),
)


def _is_registrar(actor: Actor) -> bool:
    return actor.has(Role.REGISTRAR) and not _is_sas(actor)


# SAS finds it under "Mer om lex Sarah".
NAV.register(
    "lex-sarah-register",
    NavItem("Diarium, lex Sarah", "lex-sarah-register", 36, _is_registrar, icon="file-text"),
)

# SAS has it in the list that the first line leads to.
NAV.register(
    "lex-sarah-decide",
    NavItem(
        "Att besluta i lex Sarah",
        "lex-sarah-list",
        11,
        _is_another,
        waiting=queries.to_decide,
        icon="scale",
        only_waiting=True,
    ),
)


def _is_somebody(actor: Actor) -> bool:
    return actor.user_id is not None


NAV.register(
    "lex-sarah-asked",
    NavItem(
        "Det som begärs av mig",
        "lex-sarah-asked",
        12,
        _is_somebody,
        waiting=asked.open_ones,
        icon="message-square",
        only_waiting=True,
    ),
)
ORGANISATION_TABS.register(
    "delegation", NavItem("Delegation", "delegation-list", 70, policy.may_configure)
)

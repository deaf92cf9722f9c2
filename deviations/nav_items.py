"""What deviations add to the menu."""

from casework.access.actor import Actor
from casework.kit.nav import NAV, NavItem
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
        count=reporter.count_news,
        icon="file-text",
    ),
)

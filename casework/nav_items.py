"""What the ground floor adds to the menu."""

from casework.access import policy
from casework.kit.nav import NAV, NavItem

NAV.register(
    "registers", NavItem("Register", "register-index", 80, policy.may_import, icon="upload")
)

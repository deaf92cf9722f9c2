"""Which times of the law can be begun in a case by hand, and what each allows."""

from datetime import date

from casework.deadlines.rules import rule_on

# By the law they stand in, as one looks for them.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Placerade barn (SoL)", ("placement_review", "custody_transfer", "emergency_home")),
    (
        "LVU",
        (
            "lvu_referral",
            "lvu_application",
            "lvu_consideration",
            "lvu_reconsideration",
            "contact_restriction",
            "intermediate_order",
            "moving_ban",
            "travel_ban_review",
            "follow_up_after_care",
        ),
    ),
    ("LVM", ("lvm_referral", "lvm_application")),
    ("Förvaltningslagen", ("delay_request", "appeal")),
)
WATCHABLE = frozenset(key for _, keys in GROUPS for key in keys)

# LVU 8 § (the court), SoL 22:4 (särskilda skäl); the other times cannot be made longer.
EXTENDABLE = frozenset({"lvu_application", "emergency_home"})
# FL 12 §: once in each case.
ONCE = frozenset({"delay_request"})


def recurs(key: str, day: date) -> bool:
    """Say whether the time begins anew from each review, by what applied on ``day``."""
    return rule_on(key, day).repeat is not None

"""Roles, standing in, addresses and passwords are given in one place each, whatever the door."""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
# The demo makes a board of invented people in one go; models and migrations define the tables.
APART = ("demo", "benchmarks", "migrations", "models.py")
MADE = r"(?:\.objects(?:\.\w+\([^)]*\))*\.(?:create|bulk_create|get_or_create|update_or_create))?\("

PLACES = {
    "a role": (
        rf"\bMembership{MADE}",
        {
            "casework/organising/memberships.py",
            "casework/registers/staff.py",
            # The same unit roles in the unit that replaces theirs.
            "casework/organising/units.py",
        },
    ),
    "standing in": (rf"\bAbsence{MADE}", {"casework/organising/absences.py"}),
    "an address": (r"\b\w*user\w*\.email(?:,[^=\n]*)? = ", {"casework/accounts/changes.py"}),
    "a proof of an address": (r"EmailAddress\.objects\.\w*create", {"casework/accounts/resets.py"}),
    "a password": (r"\.set_password\(", set()),
    "power over the administration": (r"is_superuser\s*=|is_staff\s*=", set()),
    "an end to waiting": (
        r"in_force_at\s*=(?!=)(?!\s*models)",
        {
            "casework/organising/grants.py",
            "casework/accounts/changes.py",
        },
    ),
}


def sources() -> list[Path]:
    return [
        path
        for app in ("casework", "config", "deviations", "lexsarah")
        for path in sorted((TOP / app).rglob("*.py"))
        if not set(APART) & set(path.relative_to(TOP).parts)
    ]


@pytest.mark.parametrize("what", PLACES)
def test_each_is_given_in_one_place(what: str) -> None:
    pattern, allowed = PLACES[what]
    found = {
        str(path.relative_to(TOP))
        for path in sources()
        if re.search(pattern, path.read_text(encoding="utf-8"))
    }
    # A class that only inherits or a queryset that only reads is none of them.
    assert found - allowed == set()
    assert allowed - found == set()

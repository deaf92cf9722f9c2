"""The rules of the ground floor: the whole register of statutory and local times."""

from casework.deadlines.rules import register
from casework.deadlines.statutes import STATUTES

for rule in STATUTES:
    register(rule)

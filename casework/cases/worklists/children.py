"""Which investigations the four months of SoL 20:3 hold for."""

from django.db.models import Q

from casework.cases.models import CHILD_INVESTIGATION


def childrens() -> Q:
    """Return the condition: said to be a child's, or nothing said in an area of children's."""
    return Q(kind=CHILD_INVESTIGATION) | Q(kind="", unit__area__for_children=True)

"""Whether what a time belongs to is protected now.

A time that has ended no longer follows its record, so what is counted or shown of ended times asks
the record itself.
"""

from django.db.models import Exists, OuterRef, Q

from casework.access.actor import Actor
from casework.access.policy import RecordColumns
from casework.deadlines.subjects import SUBJECTS


def protected_now(board_id: int, time: str = "deadline") -> Q:
    """Return the condition on rows of a board whose ``time`` belongs to what is protected."""
    found = Q(**{f"{time}__protected": True})
    whole_board = Actor(user_id=None, board_id=board_id, is_system=True)
    for kind, subject in SUBJECTS.items():
        records = subject.visible(whole_board)
        columns: RecordColumns | None = getattr(records.model, "record_columns", None)
        if columns is not None and columns.protected:
            hidden = records.filter(pk=OuterRef(f"{time}__subject_id"))
            hidden = hidden.filter(**{columns.protected: True})
            found |= Q(**{f"{time}__kind": kind}) & Q(Exists(hidden))
    return found

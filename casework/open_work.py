"""What of cases is somebody's open work, and what follows a unit to its successor."""

from casework.cases.services import following
from casework.organisation.hooks import OPEN_WORK, UNIT_RECORDS, OpenWork, UnitRecords

OPEN_WORK.register(
    "casework.cases",
    OpenWork(
        label="Ärenden att handlägga",
        rows=following.open_handled_by,
        transfer=following.hand_over,
    ),
)
UNIT_RECORDS.register(
    "casework.cases",
    UnitRecords(
        label="Öppna ärenden",
        count_open=following.open_in_unit,
        follow=following.follow_unit,
        regroup=following.regroup,
    ),
)

"""What of cases follows a unit to its successor."""

from casework.cases.services import following
from casework.organisation.hooks import UNIT_RECORDS, UnitRecords

UNIT_RECORDS.register(
    "casework.cases",
    UnitRecords(
        label="Öppna ärenden",
        count_open=following.open_in_unit,
        follow=following.follow_unit,
        regroup=following.regroup,
    ),
)

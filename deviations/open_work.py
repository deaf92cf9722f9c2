"""What of deviations is somebody's open work, and what follows a unit to its successor."""

from casework.organisation.hooks import OPEN_WORK, UNIT_RECORDS, OpenWork, UnitRecords
from deviations.services import following
from deviations.services.regrouping import regroup

OPEN_WORK.register(
    "deviations.handled",
    OpenWork(
        label="Avvikelser att handlägga",
        rows=lambda user: [following.open_handled_by(user)],
        transfer=following.hand_over_deviations,
    ),
)
OPEN_WORK.register(
    "deviations.actions",
    OpenWork(
        label="Åtgärder att utföra",
        rows=lambda user: [following.open_actions_of(user)],
        transfer=following.hand_over_actions,
    ),
)
UNIT_RECORDS.register(
    "deviations",
    UnitRecords(
        label="Öppna avvikelser",
        count_open=following.open_in_unit,
        follow=following.follow_unit,
        regroup=regroup,
    ),
)

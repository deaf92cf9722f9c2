"""What of lex Sarah is somebody's open work, and what follows a unit to its successor."""

from casework.organisation.hooks import OPEN_WORK, UNIT_RECORDS, OpenWork, UnitRecords
from lexsarah.services import following, handing_over

OPEN_WORK.register(
    "lexsarah.investigated",
    OpenWork(
        label="Lex Sarah att utreda",
        rows=lambda user: [following.open_investigated_by(user)],
        transfer=following.hand_over,
        confidential=True,
    ),
)
OPEN_WORK.register(
    "lexsarah.asked",
    OpenWork(
        label="Lex Sarah att svara på",
        rows=lambda user: [following.open_asked_of(user)],
        transfer=following.hand_over_requests,
        confidential=True,
    ),
)
UNIT_RECORDS.register(
    "lexsarah",
    UnitRecords(
        label="Öppna lex Sarah-rapporter",
        count_open=following.open_in_unit,
        follow=following.follow_unit,
        regroup=following.regroup,
    ),
)
OPEN_WORK.register(
    "lexsarah.measures",
    OpenWork(
        label="Lex Sarah-åtgärder att utföra",
        rows=lambda user: [handing_over.open_measures_of(user)],
        transfer=handing_over.hand_over_measures,
        confidential=True,
    ),
)
OPEN_WORK.register(
    "lexsarah.decided",
    OpenWork(
        label="Lex Sarah att besluta",
        rows=lambda user: [handing_over.to_decide(user.pk)],
        transfer=handing_over.hand_over_decisions,
        confidential=True,
    ),
)

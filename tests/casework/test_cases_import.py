"""Taking in aktualiseringar, utredningar and beslut, as the operator sees it."""

import time

import pytest

from casework.cases.models import Intake, IntakeVersion, Investigation
from tests.casework.case_files import PACK, ROWS, Ran, read_pack

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("kind", "rows"), ROWS.items())
def test_the_pack_is_taken_in_once(kind: str, rows: int) -> None:
    read_pack("organisation")
    start = time.perf_counter()
    ran = Ran(kind, PACK / f"{kind}.csv")
    print(kind, time.perf_counter() - start)
    assert (ran.code, ran.err) == (0, "")
    assert ran.last == f"{kind}: {rows} rader, {rows} nya, 0 oförändrade, 0 uppdaterade, 0 fel"
    again = Ran(kind, PACK / f"{kind}.csv")
    assert again.last == f"{kind}: {rows} rader, 0 nya, {rows} oförändrade, 0 uppdaterade, 0 fel"

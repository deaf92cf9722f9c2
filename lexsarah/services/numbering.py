"""Numbers of our own; the board's diarienummer stands beside."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model

from lexsarah.models import Report

REPORT, PROVIDER_INFORMATION = "LS", "LU"


def next_numbers(
    years: Sequence[int], model: type[Model] = Report, prefix: str = REPORT
) -> list[tuple[int, str]]:
    """Return a primary key and the number on screen for each of ``years``, in their order.

    The sequence is the table's own, so that reporting at the same time never waits.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, len(years)],
        )
        keys = [key for (key,) in cursor.fetchall()]
    return [(key, f"{prefix}-{year}-{key:05d}") for key, year in zip(keys, years, strict=True)]

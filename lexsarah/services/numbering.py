"""Numbers of our own for reports; the board's diarienummer stands beside."""

from collections.abc import Sequence

from django.db import connection


def next_numbers(years: Sequence[int]) -> list[tuple[int, str]]:
    """Return a primary key and the number on screen for each of ``years``, in their order.

    The sequence is the table's own, so that reporting at the same time never waits.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('lexsarah_report', 'id'))"
            " FROM generate_series(1, %s)",
            [len(years)],
        )
        keys = [key for (key,) in cursor.fetchall()]
    return [(key, f"LS-{year}-{key:05d}") for key, year in zip(keys, years, strict=True)]

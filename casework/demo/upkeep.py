"""Upkeep of tables that were filled in one go, as the database itself would do it later."""

from collections.abc import Iterable

from django.db import connection, models


def vacuum(filled: Iterable[type[models.Model]]) -> None:
    """Give the planner statistics of the tables, and index-only scans their map of visible rows.

    Until autovacuum has come round the planner believes the tables to be nearly empty. On a
    connection of its own, since VACUUM runs in no transaction. The service may since PostgreSQL
    17 (MAINTAIN); an older one passes by, with a warning, what the role does not own.
    """
    own = connection.copy()
    tables = sorted({own.ops.quote_name(model._meta.db_table) for model in filled})
    if not tables:
        return
    try:
        with own.cursor() as cursor:
            # Nothing is to be given back: for that it would wait, at each table, for all readers.
            cursor.execute(f"VACUUM (ANALYZE, TRUNCATE FALSE) {', '.join(tables)}")
    finally:
        own.close()

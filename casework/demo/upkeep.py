"""Upkeep of tables that were filled in one go, as the database itself would do it later."""

import os
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper


def vacuum(filled: Iterable[type[models.Model]]) -> None:
    """Give the planner statistics of the tables, and index-only scans their map of visible rows.

    Until autovacuum has come round the planner believes the tables to be nearly empty. On a
    connection of its own, since VACUUM runs in no transaction. Only the owner may: where
    ``MIGRATION_DATABASE_URL`` names no other role than the service's, that is the service.
    PostgreSQL passes by, with a warning, what the role does not own.
    """
    owner = _owners_connection()
    tables = sorted({owner.ops.quote_name(model._meta.db_table) for model in filled})
    if not tables:
        return
    try:
        with owner.cursor() as cursor:
            # Nothing is to be given back: for that it would wait, at each table, for all readers.
            cursor.execute(f"VACUUM (ANALYZE, TRUNCATE FALSE) {', '.join(tables)}")
    finally:
        owner.close()


def _owners_connection() -> BaseDatabaseWrapper:
    """Return a new connection to the same database, which commits each statement by itself."""
    own: BaseDatabaseWrapper = connection.copy()
    url = urlsplit(os.environ.get("MIGRATION_DATABASE_URL", ""))
    if url.username:
        own.settings_dict |= {
            "USER": unquote(url.username),
            "PASSWORD": unquote(url.password or ""),
            "HOST": url.hostname or "",
            "PORT": str(url.port or ""),
        }
    return own

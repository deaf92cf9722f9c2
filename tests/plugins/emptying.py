"""After a test with real transactions, empty what it wrote into, and nothing else.

Django would empty all tables, fill those of content types and permissions anew and grant the
service's role everything again: most of a second, where a handful of rows are to go.
"""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

# Filled by the migrations, once.
KEPT = ["django_migrations", "django_content_type", "auth_permission"]
TABLES = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname != ALL (%s)
    ORDER BY 1
"""
GUARDED = """
    SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger
    WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY (%s)
"""


def filled() -> list[str]:
    """Return the tables that hold any row."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES, [KEPT])
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT FROM {t})" for t in tables)
        )
        return [name for (name,) in cursor.fetchall()]


def empty() -> None:
    """Delete every row; append-only tables let their owner, the service's own login never."""
    tables = filled()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(GUARDED, [tables])
        guarded = [name for (name,) in cursor.fetchall()]
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")
        # Foreign keys wait until all is gone; a table with checks to come cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture(autouse=True, scope="session")
def empty_what_was_written() -> Iterator[None]:
    """Take the place of Django's flush."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty())
        yield

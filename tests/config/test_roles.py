"""What the running service may do in the database, asked of PostgreSQL itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from config.models import Milestone
from config.servers.commands import pending
from config.servers.grants import append_only_tables

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        "not __import__('os').environ.get('DATABASE_APP_ROLE')",
        reason="the database that the environment names has no role for the service",
    ),
]


@contextmanager
def as_the_service() -> Iterator[None]:
    """Do as the running service does: log in as a role that owns nothing."""
    with connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{settings.DATABASE_APP_ROLE}"')
        try:
            yield
        finally:
            cursor.execute("RESET ROLE")


def refused(statement: str) -> bool:
    """Run the statement as the service; whether PostgreSQL says that it may not."""
    with as_the_service():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except ProgrammingError as error:
            return "permission denied" in str(error) or "must be owner" in str(error)
    return False


def test_it_reads_and_writes_ordinary_rows() -> None:
    with as_the_service():
        Milestone.objects.create(name="test")
        Milestone.objects.filter(name="test").update(name="tested")
        assert Milestone.objects.filter(name="tested").delete()[0] == 1


def test_there_is_something_that_never_changes() -> None:
    assert "casework_auditevent" in append_only_tables()


@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_it_cannot_change_or_remove_what_is_append_only(verb: str) -> None:
    for table in append_only_tables():
        assert refused(verb.format(table)), table
        assert not refused(f"SELECT 1 FROM {table} LIMIT 1"), table


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TABLE {} ADD COLUMN extra int",
        "DROP TABLE {}",
        "CREATE INDEX extra ON {} ((1))",
    ],
)
def test_it_cannot_change_tables(statement: str) -> None:
    for table in (*append_only_tables(), Milestone._meta.db_table):
        assert refused(statement.format(table)), table


def test_it_cannot_say_what_has_been_migrated() -> None:
    assert refused("DELETE FROM django_migrations")


@pytest.mark.django_db(transaction=True)
def test_what_is_still_being_migrated_by_another_counts_as_pending() -> None:
    role = settings.DATABASE_APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute(f'REVOKE SELECT ON django_migrations FROM "{role}"')
        cursor.execute(f'SET ROLE "{role}"')
    try:
        assert pending()
    finally:
        with connection.cursor() as cursor:  # of a new connection: ``pending`` closed the other
            cursor.execute(f'GRANT SELECT ON django_migrations TO "{role}"')
    assert not pending()

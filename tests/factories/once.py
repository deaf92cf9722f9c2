"""What takes long to load, loaded once for the tests of a file."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker


@contextmanager
def loaded_once(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Hold a transaction open from the loading until the last test; nothing of it is kept.

    Call ``settled`` when all is loaded. Each test still takes back what it did itself. The tests
    belong to one ``xdist_group``: otherwise every worker loads it.
    """
    with blocker.unblock():
        transaction.set_autocommit(False)
        try:
            yield
        finally:
            transaction.rollback()
            transaction.set_autocommit(True)


def settled() -> None:
    """Let the database know what there is, as it would come round to by itself after a commit."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    # Once for all tests: each would otherwise check every foreign key again when it is over.
    connection.check_constraints()

"""Acting with the rights of the running service, where tests otherwise own the tables."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def as_the_service() -> Iterator[None]:
    """Do as the service does, as a role that owns nothing, where the database has one for it."""
    with connection.cursor() as cursor:
        if settings.DATABASE_APP_ROLE:
            cursor.execute(f'SET ROLE "{settings.DATABASE_APP_ROLE}"')
        try:
            yield
        finally:
            cursor.execute("RESET ROLE")

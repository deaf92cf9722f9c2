"""Removing what lapsed in the cache: Django leaves it until it is asked for."""

from django.conf import settings
from django.db import connection

from casework.shared import clock


def forget_lapsed() -> int:
    """Remove lapsed entries (files between upload and import among them); return how many."""
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [clock.now()])  # noqa: S608
        return int(cursor.rowcount)

"""Removing what nobody asks for any more."""

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection

from casework.shared import clock
from casework.shared.storage import WholeFiles


def forget_lapsed() -> int:
    """Remove what lapsed in the cache, files that wait for an import too; return how many."""
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [clock.now()])  # noqa: S608
        return int(cursor.rowcount)


def forget_parts() -> int:
    """Remove files that a killed process had half written; return how many."""
    storage = storages["default"]
    return storage.forget_parts() if isinstance(storage, WholeFiles) else 0

"""One database is migrated for all workers: each works in a copy of it.

Migrating takes half a minute of a processor, copying less than a second. Only on the throw-away
server, which takes the original with it; with one worker there is nothing to share.
"""

import fcntl
import os
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from config.servers.pair import EMBEDDED

ORIGINAL = "test_original"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Let the worker's database be copied from one that the first worker here migrates."""
    if not (os.environ.get("PYTEST_XDIST_WORKER") and os.environ.get(EMBEDDED)):
        return
    var = Path(os.environ["VAR_DIR"])
    made = var / "database.made"
    with (var / "database.lock").open("w") as lock, django_db_blocker.unblock():
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _migrate_original()
            made.touch()
    connection.settings_dict["TEST"]["TEMPLATE"] = ORIGINAL


def _migrate_original() -> None:
    given = connection.settings_dict
    name, test_name = given["NAME"], given["TEST"]["NAME"]
    given["TEST"]["NAME"] = ORIGINAL
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        # Nobody may be connected to what is copied.
        connection.close()
        given["NAME"], given["TEST"]["NAME"] = name, test_name

"""Real servers for the tests: a throw-away pair, or those that the environment names.

Loaded by ``-p`` in ``pyproject.toml``, since the addresses must be in the environment before
pytest-django reads the settings.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from config.servers import keys
from config.servers.pair import missing, throwaway


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """Start what is missing; it is stopped when pytest ends, and killed with it at the latest."""
    # Playwright keeps a loop running in the thread of the test, which Django takes for its own.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        _own_redis(int(worker.removeprefix("gw")) + 1)
    else:
        _start(early_config)
    return (yield)


def pytest_configure() -> None:
    """Serve static files as they lie in the code: collecting them would take longer than a test."""
    from django.conf import settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"


def _start(config: pytest.Config) -> None:
    if not os.environ.get("VAR_DIR"):  # uploads of the tests are not the clone's
        var = Path(tempfile.mkdtemp(prefix="kvalitet-tests-"))
        (var / "static").mkdir()
        os.environ["VAR_DIR"] = str(var)
        config.add_cleanup(lambda: shutil.rmtree(var, ignore_errors=True))
    for name, value in keys.fresh().items():
        os.environ.setdefault(name, value)
    # Most tests are about what comes after the log-in; tests/config/test_two_steps.py is not.
    os.environ.setdefault("MFA_REQUIRED", "0")
    wanted = missing(os.environ)
    if wanted:
        stack = ExitStack()
        config.add_cleanup(stack.close)
        os.environ.update(stack.enter_context(throwaway(wanted)))
    # Tests make databases and tables of their own: they run as the owner.
    os.environ["SERVICE_DATABASE_URL"] = os.environ["DATABASE_URL"]
    owner = os.environ.get("MIGRATION_DATABASE_URL")
    os.environ["DATABASE_URL"] = owner or os.environ["DATABASE_URL"]


def _own_redis(number: int) -> None:
    """Give each worker a database of its own, so that one's queue is never another's."""
    url = urlsplit(os.environ["REDIS_URL"])
    os.environ["REDIS_URL"] = urlunsplit(url._replace(path=f"/{number}"))

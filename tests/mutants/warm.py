"""A process that has the libraries loaded already, and forks one for each run of pytest.

Loading them takes longer than most of the runs. Nothing of the project is loaded here: each fork
reads it from the copy of the tree that it is given. Started by ``run`` as a script; each line of
its input is a run to make, each line of its output the exit code of one.
"""

import importlib
import json
import os
import signal
import sys
from contextlib import suppress

LIBRARIES = """
    _pytest.python pytest pytest_django.plugin pytest_django.fixtures xdist time_machine
    hypothesis hypothesis.strategies hypothesis.stateful schemathesis
    django django.core.management django.db.backends.postgresql.base django.db.models
    django.db.migrations.executor django.test django.test.client django.forms django.template
    django.contrib.postgres.fields django.contrib.postgres.search django.views.debug
    psycopg psycopg_binary celery celery.app.task kombu redis redis.asyncio
    rest_framework rest_framework.fields drf_spectacular.plumbing django_filters
    cryptography.fernet cryptography.hazmat.primitives.kdf.hkdf
    openpyxl openpyxl.reader.excel xlsxwriter docx typst holidays holidays.countries.sweden
    dateutil.relativedelta snowballstemmer structlog icalendar requests jwt fido2.webauthn
    environ csp whitenoise PIL.Image asyncio concurrent.futures
""".split()


def main() -> None:
    """Load what does not depend on the project; then make the runs that are asked for."""
    # Not the folder of this script: its modules would be taken for the project's.
    sys.path.pop(0)
    for name in LIBRARIES:
        # Some ask for settings, some are not there: they are loaded by the run that needs them.
        with suppress(Exception):
            importlib.import_module(name)
    for line in sys.stdin:
        given = json.loads(line)
        child = os.fork()
        if not child:
            _run(**given)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(top: str, environ: dict[str, str], arguments: list[str], log: str, longest: int) -> None:
    """Be one run of pytest in ``top``; ends by itself, or by the alarm."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(top)
    os.environ.update(environ)
    sys.path.insert(0, top)
    signal.alarm(longest)
    code = 3
    try:
        import pytest

        code = int(pytest.main(arguments))
    finally:
        # What is at exit in the parent is not this one's to do.
        os._exit(code)


if __name__ == "__main__":
    main()

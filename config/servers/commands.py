"""What happens before a management command: servers, secrets, the right role, migrations."""

import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Sequence
from types import FrameType

from config.env import BASE_DIR, VAR
from config.servers import keys, pair
from config.servers.children import StartError, dying_with_parent, say
from config.servers.sharing import Addresses, Lock, Share
from config.servers.valkey import answers

# Need no database: they start nothing, and run in a clone that has none.
OFFLINE = frozenset(
    """
    check collectstatic compilemessages diffsettings explain_deadline findstatic help
    makemessages makemigrations spectacular startapp version --help -h --version
    """.split()
)
# With one of these they do need it: a board's own times are rows.
_ASKS_FOR_DATABASE = frozenset({"--database", "--board"})
# Change or show the schema: they run as the role that owns it, before migrations too. No other
# command is given the owner's address.
SCHEMA = frozenset(
    """
    dbshell flush inspectdb migrate pgtrigger showmigrations sqlflush sqlmigrate sqlsequencereset
    """.split()
)
# How `set_up` leaves where the owner has to migrate first: `make run` has that done and asks again.
MIGRATE_FIRST = 3
# A lock lasts as long as its object: those joined are held until the process ends.
_held: list[Share] = []


def needs_database(arguments: Sequence[str]) -> bool:
    """Return whether ``manage.py`` with these arguments (its own name left out) needs servers."""
    if not arguments or arguments[0] in OFFLINE:
        return any(argument.partition("=")[0] in _ASKS_FOR_DATABASE for argument in arguments)
    return not {"-h", "--help", "--version"} & set(arguments)


def prepare(argv: list[str]) -> None:
    """Make the environment that the command in ``argv`` needs, starting servers if nobody has.

    Returns in the process that is to run the command. Where servers had to be started, that
    is a child: this one then looks after the servers and leaves with the child's exit code.
    """
    arguments = argv[1:]
    schema = bool(arguments) and arguments[0] in SCHEMA
    if not schema:
        _forget_owner()
    if not needs_database(arguments):
        _prepare_offline()
        return
    _reach_servers(argv, schema)
    if schema:
        os.environ["SERVICE_DATABASE_URL"] = os.environ["DATABASE_URL"]
        os.environ["DATABASE_URL"] = os.environ.get(pair.OWNER) or os.environ["DATABASE_URL"]
    elif arguments[0] != "set_up":
        require_migrated()


def _forget_owner() -> None:
    """Begin anew without the owner's address where we were given it.

    Taking it out of ``os.environ`` alone would leave it in ``/proc/self/environ``.
    """
    if os.environ.pop(pair.OWNER, None) is not None:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606


def _prepare_offline() -> None:
    if not os.environ.get("DATABASE_URL"):
        keys.provide(os.environ, keys.file_for(VAR, None), create=False)
        keys.provide_passing(os.environ)
    # Nothing listens there: a command that turns out to need a server fails at once.
    for name, scheme in (("DATABASE_URL", "postgresql"), ("REDIS_URL", "redis")):
        os.environ[name] = os.environ.get(name) or f"{scheme}://127.0.0.1:1/0"
    # makemigrations looks whether the database agrees, and goes on without.
    warnings.filterwarnings("ignore", message="Got an error checking a consistent migration")


def _reach_servers(argv: list[str], schema: bool) -> None:
    names = pair.missing(os.environ)
    database_url = os.environ.get("DATABASE_URL")
    keys.provide(os.environ, keys.file_for(VAR, database_url), create=not database_url)
    if not names:
        return
    try:
        share = Share(VAR)
        if share.enter(answering):
            sys.exit(_own(share, names, argv, schema))
        environ = join(share, names)
    except StartError as error:
        say(str(error))
        sys.exit(1)
    os.environ.update(environ if schema else pair.of_service(environ))


def answering(addresses: Addresses) -> bool:
    """Return whether every server with an address answers there."""
    checks = {"DATABASE_URL": _database_answers, "REDIS_URL": answers}
    return all(checks[name](environ[name]) for name, environ in addresses.items())


def _database_answers(url: str) -> bool:
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def join(share: Share, names: set[str]) -> dict[str, str]:
    """Return the environment of servers that another process owns; ``StartError`` if too few."""
    addresses = share.addresses()
    lacking = names - set(addresses)
    if lacking:
        named = ", ".join(sorted(lacking))
        share.leave()
        raise StartError(f"Servrarna som redan är i gång startades med en egen {named}: ange den.")
    _held.append(share)
    return pair.environ_of({name: addresses[name] for name in names})


def _own(share: Share, names: set[str], argv: list[str], schema: bool) -> int:
    """Start the servers, run the command as a child, and stop them when nobody uses them."""
    servers = pair.Pair()
    child: subprocess.Popen[bytes] | None = None
    impatient = False

    def pass_on(number: int, frame: FrameType | None) -> None:
        nonlocal impatient
        if child is None or child.poll() is not None:
            impatient = True
        # A terminal sends Ctrl-C to the child as well; only what was meant for us is passed on.
        elif not (number == signal.SIGINT and os.isatty(0)):
            child.send_signal(number)

    def patient() -> bool:
        servers.revive()
        return not impatient

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, pass_on)
    try:
        servers.start(names, VAR)
        share.open(servers.addresses)
        environ = pair.environ_of(servers.addresses)
        child = subprocess.Popen(
            [sys.executable, *argv],
            env=os.environ | (environ if schema else pair.of_service(environ)),
            preexec_fn=dying_with_parent(signal.SIGTERM),
        )
        while child.poll() is None:
            try:
                child.wait(0.2)
            except subprocess.TimeoutExpired:
                servers.revive()
        return child.returncode if child.returncode >= 0 else 128 - child.returncode
    finally:
        share.close(patient)
        servers.stop()
        share.leave()


def require_migrated() -> None:
    """Apply pending migrations on embedded servers; elsewhere name ``migrate`` and exit 1."""
    import django

    django.setup()
    if not pending():
        return
    if not os.environ.get(pair.EMBEDDED):
        say("Databasen saknar migreringar. Kör först: manage.py migrate")
        sys.exit(1)
    migrate()


def pending() -> bool:
    """Return whether the database lacks a migration of this code, or what it grants the service.

    Needs ``django.setup()``.
    """
    from django.db import ProgrammingError, connection
    from django.db.migrations.executor import MigrationExecutor
    from psycopg.errors import InsufficientPrivilege

    from config.servers import grants

    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        return bool(plan) or not grants.current()
    except ProgrammingError as error:
        if not isinstance(error.__cause__, InsufficientPrivilege):
            raise
        # Another process is in the middle of the first migration: the rights come last.
        return True
    finally:
        connection.close()


def migrate() -> None:
    """Apply migrations to the embedded database in a process of its own, which alone is its owner.

    One such process at a time; exit 1 on failure.
    """
    owner = pair.environ_of(Share(VAR).addresses()).get(pair.OWNER)
    if not owner:
        say("Databasen saknar migreringar och dess ägare är okänd. Kör först: manage.py migrate")
        sys.exit(1)
    lock = Lock(VAR / "run" / "migrate.lock")
    lock.take(wait=True)
    command = [sys.executable, str(BASE_DIR / "manage.py"), "migrate", "--no-input", "-v0"]
    environ = os.environ | {pair.OWNER: owner}
    done = subprocess.run(command, env=environ, stdout=sys.stderr, check=False)
    lock.release()
    if done.returncode:
        say("Migreringen misslyckades.")
        sys.exit(1)

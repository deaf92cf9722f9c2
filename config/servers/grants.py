"""What the running service may do in the database: rows, never tables; some rows never change.

The owner of a table can alter it and take its triggers away. The service therefore logs in as
a role that owns nothing; what it may do is granted anew after each migration.
"""

import hashlib
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import sql

from config.servers.rights import changeable, own_tables, rights_of

_KNOWS_MAINTAIN = 170000


def append_only_tables() -> list[str]:
    """Return the tables of models with ``append_only = True``: their rows never change."""
    return sorted(
        model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)
    )


def grant(using: str = DEFAULT_DB_ALIAS) -> None:
    """Grant ``settings.DATABASE_APP_ROLE`` what it may do; nothing where no such role is set.

    Raises ``ImproperlyConfigured`` if the role does not exist.
    """
    role = settings.DATABASE_APP_ROLE
    if not role:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT current_user, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role]
        )
        owner, exists = cursor.fetchone()
        if owner == role:
            raise ImproperlyConfigured(
                f"DATABASE_APP_ROLE är {role}, som också äger tabellerna: använd två roller."
            )
        if not exists:
            raise ImproperlyConfigured(f"DATABASE_APP_ROLE är {role}, en roll som inte finns.")
        for statement in _statements(cursor.connection.info.server_version):
            cursor.execute(statement.format(role=sql.Identifier(role)))
        note = sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(sql.Literal(_digest()))
        cursor.execute(note)


def current(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Return whether what this code grants has been granted; true where nothing ever was.

    The last migration left a note that the owner alone can write.
    """
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass('django_migrations'), 'pg_class')")
        (note,) = cursor.fetchone()
    return note is None or note == _digest()


def grant_after_migrate(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Receive ``post_migrate``."""
    grant(using)


def _digest() -> str:
    """Return a short sign of all that is granted, the same on each version of the server."""
    text = "".join(statement.as_string(None) for statement in _statements(0))
    return f"rights {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _statements(server_version: int) -> list[sql.SQL]:
    statements = [
        "GRANT USAGE ON SCHEMA public TO {role}",
        # Tables without a model of their own (the cache) are the service's own affair.
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        # What has been migrated is the owner's to say.
        "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    ]
    for table, model in sorted(own_tables().items()):
        rights = rights_of(model)
        if rights is None:
            continue
        changing = changeable(model, rights)
        statements.append(f"REVOKE UPDATE, TRUNCATE ON {table} FROM {{role}}")
        if not rights.removable:
            statements.append(f"REVOKE DELETE ON {table} FROM {{role}}")
        if changing:
            columns = ", ".join(f'"{name}"' for name in changing)
            statements.append(f"GRANT UPDATE ({columns}) ON {table} TO {{role}}")
    if server_version >= _KNOWS_MAINTAIN:
        # For the planner's figures after many rows at once.
        statements.append("GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {role}")
    return [sql.SQL(text) for text in statements]

"""Migration operations of our own."""

from django.db import migrations

REFUSE_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def refuse_changes(*tables: str) -> migrations.RunSQL:
    """Return the operation that makes ``tables`` append-only, by triggers of our own.

    Plain triggers, not those of a library, because a library's can be switched off by a session
    variable that any login may set.
    """
    forward = [REFUSE_FUNCTION]
    backward = []
    for table in tables:
        forward.append(
            f"CREATE TRIGGER refuse_row_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change();"
            f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();"
        )
        backward.append(
            f"DROP TRIGGER refuse_row_change ON {table}; DROP TRIGGER refuse_truncate ON {table};"
        )
    return migrations.RunSQL("\n".join(forward), "\n".join(backward))


REPORTED_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_reported_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.external_id = '' AND current_user <> (
        SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RAISE EXCEPTION '% is kept as it was reported: % refused', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


def keep_as_reported(table: str, *columns: str) -> migrations.RunSQL:
    """Return the operation that keeps ``columns`` of what was reported here as they are.

    The service may not change them; a register corrects the rows that it told of itself
    (``external_id``, which the service may not change either), the owner by hand.
    """
    differs = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)
    return migrations.RunSQL(
        REPORTED_FUNCTION
        + f"CREATE TRIGGER refuse_reported_change BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN ({differs}) EXECUTE FUNCTION refuse_reported_change();",
        f"DROP TRIGGER refuse_reported_change ON {table};",
    )

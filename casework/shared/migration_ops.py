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

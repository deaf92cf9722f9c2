"""What the running service may do in the database, asked of PostgreSQL itself."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.db.models import CASCADE

from config.models import Milestone
from config.servers.commands import pending
from config.servers.grants import append_only_tables
from config.servers.rights import RIGHTS, changeable, own_tables, rights_of
from deviations.models import Category, Cause
from deviations.services import closing, drafts
from deviations.services.closing import Handling
from tests.conftest import Place, make_report
from tests.factories.rights import as_the_service

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        "not __import__('os').environ.get('DATABASE_APP_ROLE')",
        reason="the database that the environment names has no role for the service",
    ),
]


def refused(statement: str) -> bool:
    """Run the statement as the service; whether PostgreSQL says that it may not."""
    with as_the_service():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except ProgrammingError as error:
            return "permission denied" in str(error) or "must be owner" in str(error)
    return False


def test_it_reads_and_writes_ordinary_rows() -> None:
    with as_the_service():
        Milestone.objects.create(name="test")
        Milestone.objects.filter(name="test").update(name="tested")
    assert Milestone.objects.filter(name="tested").exists()


def test_there_is_something_that_never_changes() -> None:
    assert "casework_auditevent" in append_only_tables()


def test_every_table_says_what_the_service_may_do_with_its_rows() -> None:
    tables = own_tables()
    silent = [table for table, model in tables.items() if rights_of(model) is None]
    assert silent == [], "add them to config/servers/rights.py"
    assert RIGHTS.keys() - tables.keys() == set()
    for table, rights in RIGHTS.items():
        columns = {field.column for field in tables[table]._meta.concrete_fields}
        assert {name.removeprefix("-") for name in rights.fixed or ()} <= columns, table


def test_what_goes_with_a_removed_row_may_be_removed() -> None:
    for table, model in own_tables().items():
        rights = rights_of(model)
        if rights and rights.removable:
            for relation in model._meta.related_objects:
                if relation.on_delete is CASCADE:
                    along = rights_of(relation.related_model)
                    assert along is not None
                    assert along.removable, (table, relation.related_model)


def test_postgresql_holds_the_service_to_it() -> None:
    """Each column of each table, and removing and emptying, tried as the service."""
    wrong = []
    for table, model in own_tables().items():
        rights = rights_of(model)
        if rights is None:
            continue
        changing = set(changeable(model, rights))
        tries = {
            f'UPDATE {table} SET "{column}" = "{column}" WHERE false': column in changing
            for column in (field.column for field in model._meta.concrete_fields)
        }
        tries[f"DELETE FROM {table} WHERE false"] = rights.removable
        tries[f"TRUNCATE {table} CASCADE"] = False
        wrong += [one for one, may in tries.items() if refused(one) == may]
    assert wrong == []


@pytest.mark.parametrize(
    "table",
    """
    casework_membershipevent casework_unitevent casework_absenceevent casework_serviceareaevent
    deviations_categoryevent deviations_causeevent lexsarah_delegationruleevent
    lexsarah_decision lexsarah_storeddocument casework_notice deviations_statusrow
    """.split(),
)
def test_the_history_of_configuration_and_decisions_is_out_of_its_reach(table: str) -> None:
    assert refused(f"DELETE FROM {table}")
    assert refused(f"UPDATE {table} SET {'pgh_id = pgh_id' if 'event' in table else 'id = id'}")
    assert not refused(f"SELECT 1 FROM {table} LIMIT 1")


def changed(table: str, key: int, column: str, value: str) -> str:
    """Change a value as the service; return what PostgreSQL says, empty where it let it be."""
    statement = f'UPDATE {table} SET "{column}" = %s WHERE id = %s'
    with as_the_service():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, [value, key])
        except DatabaseError as error:
            return str(error)
    return ""


def test_a_reported_text_is_not_changed_and_its_handling_goes_on(
    place: Place, category: Category, cause: Cause
) -> None:
    deviation = make_report(place)
    for column in ("description", "done_at_once"):
        assert "as it was reported" in changed("deviations_deviation", deviation.pk, column, "x")
    moment = "2020-01-01T00:00Z"
    assert "as it was" in changed("deviations_deviation", deviation.pk, "reported_at", moment)
    assert "permission denied" in changed("deviations_deviation", deviation.pk, "external_id", "1")
    assert changed("deviations_deviation", deviation.pk, "analysis", "") == ""
    deviation.refresh_from_db()
    with as_the_service():
        given = Handling(category, 1, 1, [cause], no_action_reason="Redan åtgärdat")
        closing.close_simply(place.actor("eva"), deviation.pk, given)
    deviation.refresh_from_db()
    assert deviation.status == "closed"


def test_what_a_register_told_it_may_correct(place: Place) -> None:
    deviation = make_report(place)
    type(deviation).objects.filter(pk=deviation.pk).update(external_id="R-1")
    assert changed("deviations_deviation", deviation.pk, "description", "x") == ""


def test_reporting_and_drafts_go_on_as_the_service(place: Place) -> None:
    with as_the_service():
        deviation = make_report(place)
        key = uuid4()
        drafts.save_draft(place.actor("amina"), key, {"description": "Börjat"})
        drafts.save_draft(place.actor("amina"), key, {"description": "Mer"})
    assert deviation.pk


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TABLE {} ADD COLUMN extra int",
        "DROP TABLE {}",
        "CREATE INDEX extra ON {} ((1))",
    ],
)
def test_it_cannot_change_tables(statement: str) -> None:
    for table in (*append_only_tables(), Milestone._meta.db_table):
        assert refused(statement.format(table)), table


def test_it_cannot_say_what_has_been_migrated() -> None:
    assert refused("DELETE FROM django_migrations")


@pytest.mark.django_db(transaction=True)
def test_what_is_still_being_migrated_by_another_counts_as_pending() -> None:
    role = settings.DATABASE_APP_ROLE
    with connection.cursor() as cursor:
        cursor.execute(f'REVOKE SELECT ON django_migrations FROM "{role}"')
        cursor.execute(f'SET ROLE "{role}"')
    try:
        assert pending()
    finally:
        with connection.cursor() as cursor:  # of a new connection: ``pending`` closed the other
            cursor.execute(f'GRANT SELECT ON django_migrations TO "{role}"')
    assert not pending()

"""No act without its event: both are there or neither, and all of it as the service's own role."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from casework.models import AuditEvent
from deviations.models import Action, Deviation
from deviations.services import inbox, investigating
from tests.conftest import Place, make_report
from tests.deviations.test_handling_acts import BY, FITS
from tests.factories.handling import acts, in_state, make_registers

pytestmark = pytest.mark.django_db

REFUSE = """
CREATE FUNCTION refuse_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'no room for the event'; END $$;
CREATE TRIGGER refuse_event BEFORE INSERT ON casework_auditevent
FOR EACH ROW EXECUTE FUNCTION refuse_event();
"""
ALLOW = "DROP TRIGGER refuse_event ON casework_auditevent; DROP FUNCTION refuse_event();"


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        # A table cannot be altered while its foreign keys wait to be checked at the commit.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


@contextmanager
def as_the_service() -> Iterator[None]:
    """Act with the rights of the running service, where the database has a role for it."""
    with connection.cursor() as cursor:
        if settings.DATABASE_APP_ROLE:
            cursor.execute(f'SET ROLE "{settings.DATABASE_APP_ROLE}"')
        try:
            yield
        finally:
            cursor.execute("RESET ROLE")


def everything() -> dict[str, str]:
    """A digest of the rows of each table that an act here writes to."""
    tables = [
        model._meta.db_table
        for model in apps.get_app_config("deviations").get_models(include_auto_created=True)
    ]
    tables += "casework_deadline casework_notice casework_outbox casework_auditevent".split()
    parts = [
        f"SELECT '{table}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
        f" FROM {table} t"
        for table in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def prepared(place: Place, name: str, deviation: Deviation, known: Callable[..., Any]) -> Any:
    """The act, with what it needs beside the deviation made before and not within it."""
    if name == "merge":
        other = make_report(place)
        return lambda who, it: inbox.merge(who, it.pk, into=other.pk)
    if name == "finish_action":
        action = Action.objects.create(
            deviation=deviation, text="Ring", due_on="2026-12-31", created_at="2026-11-01T00:00Z"
        )
        return lambda who, it: investigating.finish_action(who, action.pk)
    return known


def test_each_act_and_its_event_are_there_or_neither(place: Place) -> None:
    registers = make_registers(place)
    tried = 0
    for name, known in acts(place, registers).items():
        start = transaction.savepoint()
        deviation = in_state(place, registers, FITS[name])
        act = prepared(place, name, deviation, known)
        actor = place.actor(BY[name])
        run(REFUSE)
        before = everything()
        with pytest.raises(DatabaseError, match="no room"), transaction.atomic(), as_the_service():
            act(actor, deviation)
        run("RESET ROLE")
        changed = {table for table, digest in everything().items() if before[table] != digest}
        assert changed == set(), f"{name} was done without its event"
        run(ALLOW)

        last = AuditEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        with as_the_service():
            act(actor, deviation)
        added = AuditEvent.objects.filter(id__gt=last)
        assert any(
            event.actor_id == actor.user_id and event.action.startswith("deviation.")
            for event in added
        ), f"{name} left no event"
        transaction.savepoint_rollback(start)
        tried += 1
    assert tried >= 20

"""No act without its event: each is done once where no event can be written, and then in earnest.

All of it with the rights of the running service, so that each act is also one that it may do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from django.db import DatabaseError, connection

from casework.access.actor import Actor
from casework.audit.actions import AUDIT_ACTIONS
from casework.audit.changes import is_reading
from casework.models import AuditEvent
from tests.conftest import Place
from tests.factories.rights import as_the_service

T = TypeVar("T")

_WATCH = """
CREATE FUNCTION refuse_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('tests.no_events', true) = 'yes' THEN
        RAISE EXCEPTION 'no room for the event';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse_event BEFORE INSERT ON casework_auditevent
FOR EACH ROW EXECUTE FUNCTION refuse_event();

CREATE TABLE written_to (name text);
CREATE FUNCTION note_writing() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN INSERT INTO public.written_to VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
DO $$ DECLARE one regclass; BEGIN
    FOR one IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relname != 'written_to'
        AND relnamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('CREATE TRIGGER note_writing AFTER INSERT OR UPDATE OR DELETE ON %s'
            ' FOR EACH ROW EXECUTE FUNCTION note_writing()', one);
    END LOOP;
END $$;
"""


class Walk:
    """Acts of the people of a place, one after the other, and what was said of them."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.said: set[str] = set()
        self.acts = 0
        _run(_WATCH)

    def do(self, says: str, who: str | Actor, act: Callable[[Actor], T]) -> T:
        """Do the act as ``who``; without its event nothing of it is done, and it ``says`` that."""
        actor = self.place.actor(who) if isinstance(who, str) else who
        _run("DELETE FROM written_to")
        # Whatever the act does outside of the event's own transaction stays, or breaks this one.
        with pytest.raises(DatabaseError, match="no room"), _unheard(), as_the_service():
            act(actor)
        assert not _run("SELECT DISTINCT name FROM written_to"), f"{says} was done, unheard of"

        last = AuditEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        with as_the_service():
            done = act(actor)
        added = AuditEvent.objects.filter(id__gt=last)
        self.said |= set(added.values_list("action", flat=True))
        of_actor = added.filter(actor_id=actor.user_id, action=says)
        assert of_actor.exists(), f"{says} was not said of the act"
        self.acts += 1
        return done

    def unsaid(self, *prefixes: str, elsewhere: str = "") -> set[str]:
        """Return what an act can say and none here did, but for what is walked ``elsewhere``."""
        known = {
            action
            for action in AUDIT_ACTIONS
            if action.startswith(prefixes) and not is_reading(action)
        }
        assert set(elsewhere.split()) <= known, "there is no such event"
        return known - self.said - set(elsewhere.split())


@contextmanager
def _unheard() -> Iterator[None]:
    _run("SELECT set_config('tests.no_events', 'yes', false)")
    try:
        yield
    finally:
        _run("SELECT set_config('tests.no_events', '', false)")


def _run(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        # A table cannot be altered while its foreign keys wait to be checked at the commit.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []

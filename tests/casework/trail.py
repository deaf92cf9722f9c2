"""Events in lanes with anchors and their log, and what their owner does to them."""

import logging
from pathlib import Path

import structlog
from django.db import connection

from casework.audit.anchors import anchor
from casework.audit.work import unit_of_work
from casework.models import AuditAnchor, AuditEvent
from tests.conftest import Place, make_report

EVENTS, ANCHORS = "casework_auditevent", "casework_auditanchor"
# What an attacker who has read the code does after a change: the chain made whole again.
REHASH = """
DO $$ DECLARE e record; last bytea := ''; BEGIN
    FOR e IN SELECT * FROM casework_auditevent WHERE lane = {lane} ORDER BY seq LOOP
        last := sha256(last || convert_to(jsonb_build_array(2, e.id, e.lane, e.seq,
            (extract(epoch from e.at) * 1000000)::bigint, e.actor_id, e.board_id, e.action,
            e.subject_kind, e.subject_ids, e.data)::text, 'UTF8'));
        UPDATE casework_auditevent SET hash = last, form = 2 WHERE lane = e.lane AND seq = e.seq;
    END LOOP;
END $$
"""
REMAKE = """
UPDATE casework_auditanchor a SET hash = e.hash
  FROM casework_auditevent e WHERE e.lane = a.lane AND e.seq = a.seq
"""


class Trail:
    """Two rounds of events in several lanes, each round anchored, and the log of the anchors."""

    def __init__(self, place: Place, log: Path) -> None:
        self.place, self.log = place, log
        make_report(place)
        self.write(80)
        handler = logging.FileHandler(log)
        handler.setFormatter(
            next(
                one.formatter
                for one in logging.getLogger().handlers
                if isinstance(one.formatter, structlog.stdlib.ProcessorFormatter)
            )
        )
        logger = logging.getLogger("casework.audit.anchors")
        logger.addHandler(handler)
        try:
            self.first_round = anchor()
            self.write(60)
            anchor()
        finally:
            logger.removeHandler(handler)
            handler.close()
        late = AuditAnchor.objects.filter(number__gt=self.first_round).order_by("-number")
        last = next(one for one in late if one.seq > 4)
        self.lane, self.number = last.lane, last.number or 0
        self.other = next(one for one in late if one.lane != self.lane and one.seq > 4).lane

    def write(self, count: int) -> None:
        for number in range(count):
            with unit_of_work(self.place.actor("eva")) as work:
                work.audit("search.made", kind="search", ids=[number, number + 100])

    def places(self) -> dict[str, object]:
        """What the statements of the table name."""
        lane = list(AuditEvent.objects.filter(lane=self.lane).order_by("seq"))
        other = list(AuditEvent.objects.filter(lane=self.other).order_by("seq"))
        return {
            "e": EVENTS,
            "a": ANCHORS,
            "lane": self.lane,
            "other": self.other,
            "seq": len(lane) - 1,
            "id": lane[-2].pk,
            "before": lane[-3].pk,
            "far": other[-1].pk,
            "top": other[-1].seq,
            "round": self.first_round,
            "number": self.number,
        }

    def do(self, *statements: str) -> None:
        """Do as the owner, triggers off."""
        with connection.cursor() as cursor:
            for table in (EVENTS, ANCHORS):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            places = self.places()
            for statement in statements:
                cursor.execute(statement.format(**places))

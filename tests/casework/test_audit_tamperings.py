"""What the owner of the tables does to the trail, triggers off, and what verify_audit names."""

import base64
import gzip
import json
import random
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.db import connection, transaction

from casework.audit import anchors
from casework.audit.anchors import Anchor, anchor
from casework.audit.verify import verify
from casework.audit.work import unit_of_work
from casework.models import AuditAnchor, AuditEvent
from config.servers.keys import anchor_keys
from tests.casework.trail import REHASH, REMAKE, Trail
from tests.conftest import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail(place: Place, tmp_path: Path) -> Trail:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.25)")  # the same lanes each time
    return Trail(place, tmp_path / "worker.log")


SWAP = "UPDATE {e} SET id = CASE id WHEN {id} THEN {%s} ELSE {id} END WHERE id IN ({id}, {%s})"
NO_KEY = "ALTER TABLE {e} DROP CONSTRAINT casework_auditevent_pkey"
NO_PLACE = "ALTER TABLE {e} DROP CONSTRAINT audit_place_in_lane"
NO_NUMBER = "ALTER TABLE {a} DROP CONSTRAINT casework_auditanchor_number_key"
MOVE = "UPDATE {e} SET lane = {other}, seq = {top} + 1 WHERE lane = {lane} AND seq = {seq} + 1"
CHANGE = "UPDATE {e} SET %s WHERE id = {id}"

# What is done; what is named with the log; whether it is named without it too.
TAMPERINGS: dict[str, tuple[tuple[str, ...], str, bool]] = {
    "actor": ((CHANGE % "actor_id = 4711",), "händelse {id}", True),
    "nobody": ((CHANGE % "actor_id = NULL",), "händelse {id}", True),
    "board": ((CHANGE % "board_id = NULL",), "händelse {id}", True),
    "action": ((CHANGE % "action = 'deviation.read'",), "händelse {id}", True),
    "kind": ((CHANGE % "subject_kind = 'case'",), "händelse {id}", True),
    "data": ((CHANGE % """data = '{{"unit": 0}}'""",), "händelse {id}", True),
    "timestamp": ((CHANGE % "at = at + interval '1 microsecond'",), "händelse {id}", True),
    "timestamp without end": ((CHANGE % "at = 'infinity'",), "händelse {id}", True),
    "ids longer": ((CHANGE % "subject_ids = subject_ids || 9::bigint",), "händelse {id}", True),
    "ids turned": (
        (CHANGE % "subject_ids = ARRAY[subject_ids[2], subject_ids[1]]",),
        "händelse {id}",
        True,
    ),
    "NULL in ids": ((CHANGE % "subject_ids = subject_ids || NULL::bigint",), "enkel lista", True),
    "NULL first in ids": ((CHANGE % "subject_ids = NULL::bigint || subject_ids",), "enkel", True),
    "ids nested": ((CHANGE % "subject_ids = ARRAY[subject_ids]",), "enkel lista", True),
    "ids from elsewhere": (
        (
            CHANGE
            % "subject_ids = ('[0:1]={{' || array_to_string(subject_ids, ',') || '}}')::bigint[]",
        ),
        "enkel lista",
        True,
    ),
    "ids NULL": (
        ("ALTER TABLE {e} ALTER subject_ids DROP NOT NULL", CHANGE % "subject_ids = NULL"),
        "enkel lista",
        True,
    ),
    "form": ((CHANGE % "form = 1",), "händelse {id}", True),
    "form unknown": ((CHANGE % "form = 7",), "händelse {id}", True),
    "hash NULL": (
        ("ALTER TABLE {e} ALTER hash DROP NOT NULL", CHANGE % "hash = NULL"),
        "{id}",
        True,
    ),
    "removed in the middle": (("DELETE FROM {e} WHERE id = {id}",), "kedja {lane}", True),
    "removed in the middle, seq closed": (
        (
            NO_PLACE,
            "DELETE FROM {e} WHERE id = {id}",
            "UPDATE {e} SET seq = seq - 1 WHERE lane = {lane} AND seq > {seq}",
        ),
        "kedja {lane}",
        True,
    ),
    "removed in the middle, rehashed, anchors remade": (
        (
            NO_PLACE,
            "DELETE FROM {e} WHERE id = {before}",
            "UPDATE {e} SET seq = seq - 1 WHERE lane = {lane} AND seq >= {seq}",
            REHASH,
            REMAKE,
        ),
        "ankare nr {number}",
        True,
    ),
    "sequence shifted": (
        (NO_PLACE, "UPDATE {e} SET seq = seq + 1 WHERE lane = {lane} AND seq >= {seq}"),
        "kedja {lane}",
        True,
    ),
    "sequence swapped": (
        (
            NO_PLACE,
            "UPDATE {e} SET seq = CASE seq WHEN {seq} THEN {seq} - 1 ELSE {seq} END "
            "WHERE lane = {lane} AND seq IN ({seq}, {seq} - 1)",
        ),
        "kedja {lane}",
        True,
    ),
    "ids of two lanes swapped": ((NO_KEY, SWAP % ("far", "far")), "händelse", True),
    "ids within a lane swapped": ((NO_KEY, SWAP % ("before", "before")), "händelse", True),
    "ids swapped, rehashed, anchors remade": (
        (NO_KEY, SWAP % ("far", "far"), REHASH, REHASH.replace("{lane}", "{other}"), REMAKE),
        "ankare nr",
        True,
    ),
    "id renumbered": ((CHANGE % "id = id + 100000",), "händelse", True),
    "twice": (
        (NO_KEY, NO_PLACE, "INSERT INTO {e} SELECT * FROM {e} WHERE id = {id}"),
        "finns två gånger",
        True,
    ),
    "added at the end": (
        (
            "INSERT INTO {e} (lane, seq, at, action, subject_kind, subject_ids, data, hash) "
            "SELECT lane, seq + 1, at, action, subject_kind, subject_ids, data, "
            "casework_audit_digest(hash, lane, seq + 1, at, NULL, NULL, action, subject_kind, "
            "subject_ids, data) FROM {e} WHERE lane = {lane} ORDER BY seq DESC LIMIT 1",
        ),
        "äldre slags kontrollsumma",
        True,
    ),
    "in a lane that is none": (
        ("UPDATE {e} SET lane = 99 WHERE lane = {lane}", REHASH.replace("{lane}", "99")),
        "kedja 99",
        True,
    ),
    "moved to another lane": (
        (MOVE,),
        "kedja {lane}",
        True,
    ),
    "moved to another lane, rehashed, anchors of both gone": (
        (
            MOVE,
            REHASH.replace("{lane}", "{other}"),
            "DELETE FROM {a} WHERE lane IN ({lane}, {other})",
        ),
        "saknas före det",
        True,
    ),
    "a lane's tail with its anchors": (
        (
            "DELETE FROM {e} WHERE lane = {lane} AND seq >= {seq}",
            "DELETE FROM {a} WHERE lane = {lane} AND seq >= {seq}",
        ),
        "ankare nr {number} från",
        False,
    ),
    "all since the first anchors, with the later ones": (
        (
            "DELETE FROM {e} e WHERE seq > coalesce((SELECT max(seq) FROM {a} a "
            "WHERE a.lane = e.lane AND number <= {round}), 0)",
            "DELETE FROM {a} WHERE number > {round}",
        ),
        "ankare nr {number} från",
        False,
    ),
    "a tail, anchors kept": (("DELETE FROM {e} WHERE lane = {lane} AND seq > 1",), "saknar", True),
    "a lane with its anchors": (
        ("DELETE FROM {e} WHERE lane = {lane}", "DELETE FROM {a} WHERE lane = {lane}"),
        "ankare nr {number} från",
        True,
    ),
    "a lane with its anchors, renumbered": (
        (
            NO_NUMBER,
            "DELETE FROM {e} WHERE lane = {other}",
            "DELETE FROM {a} WHERE lane = {other}",
            "UPDATE {a} a SET number = n FROM (SELECT id, row_number() OVER (ORDER BY id) AS n "
            "FROM {a}) r WHERE r.id = a.id",
        ),
        "ankare nr",
        True,
    ),
    "everything": (("TRUNCATE {e}", "TRUNCATE {a}"), "tom trots att", True),
    "every event": (("TRUNCATE {e}",), "saknar händelse", True),
    "every anchor": (("TRUNCATE {a}",), "från", False),
    "everything but a fresh start": (
        (
            "DELETE FROM {e} WHERE seq > 1",
            "TRUNCATE {a}",
        ),
        "saknas i databasen",
        False,
    ),
    "a lane rewritten with correct hashes": (
        (CHANGE % "actor_id = 4711", REHASH),
        "ankare nr {number}",
        True,
    ),
    "a lane rewritten, anchors remade": (
        (CHANGE % "actor_id = 4711", REHASH, REMAKE),
        "ankare nr {number}",
        True,
    ),
    "a lane rewritten, anchors unsigned": (
        (
            CHANGE % "actor_id = 4711",
            REHASH,
            REMAKE,
            "UPDATE {a} SET number = NULL, previous = NULL, key = NULL, signature = NULL",
        ),
        "saknas i databasen",
        False,
    ),
    "the checking function says yes": (
        (
            CHANGE % "actor_id = 4711",
            "CREATE FUNCTION public.convert_to(text, text) RETURNS bytea LANGUAGE sql AS "
            "$$ SELECT ''::bytea $$",
        ),
        "händelse {id}",
        True,
    ),
    "anchor removed in the middle": (
        ("DELETE FROM {a} WHERE number = {number} - 1",),
        "ankare nr {number}: ankare saknas",
        True,
    ),
    "first anchor removed": (("DELETE FROM {a} WHERE number = 1",), "ska vara 1", True),
    "anchors reordered": (
        (
            NO_NUMBER,
            "UPDATE {a} SET number = CASE number WHEN 1 THEN 2 ELSE 1 END WHERE number < 3",
        ),
        "ankare nr 1",
        True,
    ),
    "anchor twice": (
        (
            NO_NUMBER,
            "INSERT INTO {a} (at, lane, seq, hash, number, previous, key, signature) SELECT at, "
            "lane, seq, hash, number, previous, key, signature FROM {a} WHERE number = {number}",
        ),
        "finns två gånger",
        True,
    ),
    "ids of anchors swapped": (
        (
            "ALTER TABLE {a} DROP CONSTRAINT casework_auditanchor_pkey",
            "UPDATE {a} SET id = (SELECT min(id) + max(id) FROM {a}) - id "
            "WHERE number IN (1, {number})",
        ),
        "id är inte högre",
        True,
    ),
    "anchor's time": (("UPDATE {a} SET at = at - interval '1 day'",), "underskriften", True),
    "anchor's key": (("UPDATE {a} SET key = 'ffffffffffffffff'",), "underskriften", True),
    "anchor's signature": (("UPDATE {a} SET signature = NULL",), "underskriften", True),
    "anchor without number": (
        (
            "INSERT INTO {a} (at, lane, seq, hash) "
            "SELECT at, lane, seq, hash FROM {e} WHERE id = {id}",
        ),
        "underskrift saknas",
        True,
    ),
}


def test_each_tampering_is_named(trail: Trail) -> None:
    untouched = verify([trail.log])
    assert (untouched.broken, untouched.findings) == (None, [])
    places = trail.places()
    assert len(TAMPERINGS) >= 50
    for name, (statements, named, seen_without) in TAMPERINGS.items():
        point = transaction.savepoint()
        trail.do(*statements)
        found = "\n".join(verify([trail.log]).findings)
        assert named.format(**places) in found, f"{name}: {found}"
        alone = verify()
        assert (alone.broken is not None) == seen_without, f"{name}: {alone.findings}"
        transaction.savepoint_rollback(point)
    assert verify([trail.log]).broken is None


def resign(trail: Trail, private: str) -> None:
    """Sign every anchor anew, whole chain, with another key."""
    rows = list(AuditAnchor.objects.order_by("number"))
    key = Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(private))
    name = anchors.identity(key.public_key().public_bytes_raw())
    trail.do(REMAKE)
    previous = bytes(rows[0].previous or b"").hex()
    for row in rows:
        row.refresh_from_db()
        row.previous, row.key = bytes.fromhex(previous), name
        made = Anchor.of(row)
        row.signature, previous = key.sign(made.text()), made.digest()
        row.save()


def test_anchors_made_again_with_another_key_are_named(trail: Trail) -> None:
    trail.do(CHANGE % "actor_id = 4711", REHASH)
    resign(trail, anchor_keys()["ANCHOR_KEY"])
    assert "känd nyckel" in str(verify().broken)


def test_the_log_shows_what_whoever_holds_database_and_key_made_again(
    trail: Trail, settings: Any
) -> None:
    trail.do(CHANGE % "actor_id = 4711", REHASH)
    resign(trail, settings.ANCHOR_KEY)
    assert verify().broken is None, "what the key protects, its holder can forge"
    assert "är ett annat i databasen" in "".join(verify([trail.log]).findings)


def changed(lines: list[str], which: int, **fields: object) -> list[str]:
    return [
        json.dumps(json.loads(line) | fields) if json.loads(line)["number"] == which else line
        for line in lines
    ]


def without(lines: list[str], number: int) -> list[str]:
    return [line for line in lines if json.loads(line)["number"] != number]


LOGS: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "as it was": (lambda lines: lines, ""),
    "shuffled": (lambda lines: random.sample(lines, len(lines)), ""),
    "twice": (lambda lines: lines * 2, ""),
    "among other lines": (
        lambda lines: ["Tjänsten finns på …", '{"event": "x"}', *lines, "audit.anchor?"],
        "",
    ),
    "with a collector's words": (lambda lines: [f"Dec 01 kvalitet: {line}" for line in lines], ""),
    "a line gone in the middle": (lambda lines: without(lines, 3), "ankare nr 3 till 3 saknas"),
    "a hash changed": (lambda lines: changed(lines, 2, hash="00"), "log:2: ankaret är inte"),
    "a number changed": (lambda lines: changed(lines, 2, number=2000), "inte undertecknat"),
    "a signature of another line": (
        lambda lines: changed(lines, 2, signature=json.loads(lines[0])["signature"]),
        "inte undertecknat",
    ),
    "with half a line, of a process that was killed": (lambda lines: [*lines, lines[-1][:80]], ""),
    "a line cut in the middle": (
        lambda lines: [line[:80] if '"number": 4,' in line else line for line in lines],
        "ankare nr 4 till 4 saknas",
    ),
    "an odd number": (lambda lines: changed(lines, 2, number="två"), "inte undertecknat"),
    "an anchor from before the signing that was none": (
        lambda lines: [*lines, '{"event":"audit.anchor","lane":1,"seq":1,"hash":"00"}'],
        "saknar händelse",
    ),
    "no anchors": (lambda lines: ["nothing"], "innehåller inga ankare"),
}


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_done_to_the_log_is_named(trail: Trail, packed: bool) -> None:
    lines = trail.log.read_text().splitlines()
    for name, (change, named) in LOGS.items():
        text = "\n".join(change(lines)) + "\n"
        file = trail.log.with_suffix(".log")
        file.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
        found = "\n".join(verify([file]).findings)
        assert (named in found) if named else not found, f"{name}: {found}"


def test_several_files_make_one_log(trail: Trail, tmp_path: Path) -> None:
    lines = trail.log.read_text().splitlines(keepends=True)
    parts = [tmp_path / "worker.log.2.gz", tmp_path / "worker.log.1"]
    parts[0].write_bytes(gzip.compress("".join(lines[:5]).encode()))
    parts[1].write_text("".join(lines[5:]))
    assert verify(parts).broken is None
    late = [line for line in lines if json.loads(line)["number"] > trail.first_round]
    parts[1].write_text("".join(late))
    assert any("Loggen börjar vid ankare nr" in note for note in verify(parts[1:]).notes)
    assert any("Loggen slutar vid ankare nr 5" in note for note in verify(parts[:1]).notes)


def test_the_command_names_it_and_exits_1(trail: Trail, tmp_path: Path) -> None:
    out, err = StringIO(), StringIO()
    call_command("verify_audit", "--anchors", str(trail.log), stdout=out, stderr=err)
    assert out.getvalue() == f"{AuditEvent.objects.count()}\n"
    trail.do(*TAMPERINGS["all since the first anchors, with the later ones"][0])
    for files in ([trail.log], [trail.log, tmp_path / "none.log"]):
        with pytest.raises(SystemExit) as stopped:
            call_command("verify_audit", "--anchors", *map(str, files), stdout=out, stderr=err)
        assert stopped.value.code == 1
    assert "saknas i databasen" in err.getvalue()
    assert "Loggen kan inte läsas" in err.getvalue()


def test_a_key_is_replaced_and_never_signs_again(trail: Trail, settings: Any) -> None:
    old, new = (settings.ANCHOR_KEY, settings.ANCHOR_PUBLIC_KEYS[0]), anchor_keys()
    settings.ANCHOR_KEY = new["ANCHOR_KEY"]
    settings.ANCHOR_PUBLIC_KEYS = [new["ANCHOR_PUBLIC_KEYS"], old[1]]
    trail.write(3)
    assert anchor() > 0
    assert verify([trail.log]).broken is None
    settings.ANCHOR_KEY = old[0]
    trail.write(3)
    anchor()
    assert "nyckel som var utbytt" in str(verify().broken)
    settings.ANCHOR_PUBLIC_KEYS = [new["ANCHOR_PUBLIC_KEYS"]]
    assert "känd nyckel" in str(verify().broken)
    settings.ANCHOR_PUBLIC_KEYS = []
    assert "ANCHOR_PUBLIC_KEYS saknas" in "".join(verify().findings)


def test_without_the_key_nothing_is_anchored(trail: Trail, settings: Any) -> None:
    settings.ANCHOR_KEY = ""
    trail.write(2)
    assert anchor() == 0
    assert any("2 händelser är inte förankrade" in note for note in verify().notes)


OLD_EVENT = """
INSERT INTO casework_auditevent (lane, seq, at, action, subject_kind, subject_ids, data, hash)
SELECT 1, n, now(), 'search.made', 'search', ARRAY[n, n + 1], '{}', ''
  FROM generate_series(1, 4) AS n
"""
OLD_HASH = """
UPDATE casework_auditevent e SET hash = casework_audit_digest(
    coalesce((SELECT hash FROM casework_auditevent b WHERE b.seq = e.seq - 1), ''), lane, seq, at,
    actor_id, board_id, action, subject_kind, subject_ids, data) WHERE seq = %s
"""


def test_what_was_written_before_anchors_were_signed_stays_provable(place: Place) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE casework_auditevent DISABLE TRIGGER USER")
        cursor.execute(OLD_EVENT)
        for seq in range(1, 5):
            cursor.execute(OLD_HASH, [seq])
        cursor.execute(
            "INSERT INTO casework_auditanchor (at, lane, seq, hash)"
            " SELECT at, lane, seq, hash FROM casework_auditevent WHERE seq IN (2, 4)"
        )
        assert verify().broken is None
        with unit_of_work(place.actor("eva")) as work:
            work.audit("search.made", kind="search", ids=[])
        assert anchor() == 2
        assert verify().broken is None
        cursor.execute("ALTER TABLE casework_auditanchor DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM casework_auditanchor WHERE number IS NULL AND seq = 2")
    assert "före det första undertecknade" in str(verify().broken)

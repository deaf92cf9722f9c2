"""Checking the audit chain: events against each other, anchors against them, a log against both."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from casework.audit import anchor_log, sql
from casework.audit.anchors import Anchor, Trusted
from casework.audit.models import AuditAnchor, AuditEvent
from casework.shared.models import AppendOnly

_MOST = 20
_WHY = {
    "lane": "kedjan finns inte",
    "gap": "numret följer inte på det före; en händelse saknas eller finns två gånger",
    "list": "listan av poster är inte en enkel lista av tal",
    "content": "innehållet stämmer inte med kontrollsumman",
    "order": "id är inte högre än händelsens före; id har bytts",
    "form": "äldre slags kontrollsumma efter den nyare",
}


@dataclass
class Verdict:
    """The number of events, what is wrong first (None: nothing), all of it, and what to know."""

    events: int
    broken: str | None = None
    findings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def find(self, name: str, what: str) -> None:
        """Note a fault in ``name``; an event is named by its id alone."""
        full = f"{name}: {what}"
        self.broken = self.broken or (name if name.startswith("händelse ") else full)
        if len(self.findings) < _MOST:
            self.findings.append(full)


def verify(logs: Sequence[Path] = ()) -> Verdict:
    """Check every event against its predecessor, every anchor, and the anchors told in ``logs``.

    Raises ``OSError`` where a log cannot be read.
    """
    with transaction.atomic():
        # What is checked here and a moment later must be the same trail.
        with connection.cursor() as cursor:
            if not connection.savepoint_ids:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        ((events,),) = _asked("SELECT count(*) FROM public.casework_auditevent")
        verdict = Verdict(events)
        _events(verdict)
        trusted = Trusted()
        known = _anchors(verdict, trusted)
        if logs:
            _logs(verdict, trusted, known, anchor_log.read(logs))
        _unanchored(verdict)
    return verdict


def _asked(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Return the rows; only PostgreSQL's own functions are seen.

    Whoever owns the database may have made one that fits the call better, and says yes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path TO pg_catalog")
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.execute("SET LOCAL search_path TO public")
    return rows


def _events(verdict: Verdict) -> None:
    for key, lane, seq, why in _asked(sql.BROKEN, [_MOST]):
        verdict.find(f"händelse {key}", f"kedja {lane}, nr {seq}: {_WHY[why]}")
    if not verdict.events and _something_was_done():
        verdict.find("händelseloggen", "den är tom trots att det finns poster som har registrerats")


def _something_was_done() -> bool:
    return any(
        model._default_manager.exists()
        for model in apps.get_models()
        if issubclass(model, AppendOnly)
        and model not in (AuditEvent, AuditAnchor)
        and any(one.name == "recorded_at" for one in model._meta.fields)
    )


def _anchors(verdict: Verdict, trusted: Trusted) -> dict[int, Anchor]:
    """Check the anchors in the table; return those that are signed by their numbers."""
    known: dict[int, Anchor] = {}
    heads: list[tuple[str, Anchor]] = []
    before: AuditAnchor | None = None
    first: AuditAnchor | None = None
    for row in AuditAnchor.objects.exclude(number=None).order_by("number", "id").iterator():
        made = Anchor.of(row)
        name = f"ankare nr {made.number}"
        first = first or row
        for fault in (
            _follows(made, Anchor.of(before)) if before else _begins(made),
            "id är inte högre än id på ankaret före" if before and row.pk <= before.pk else "",
            _signature(trusted, made, before),
        ):
            if fault:
                verdict.find(name, fault)
        known[made.number] = made
        heads.append((name, made))
        before = row
    if known and not trusted:
        verdict.find("ankare", "ANCHOR_PUBLIC_KEYS saknas, underskrifterna kan inte kontrolleras")
    for row in AuditAnchor.objects.filter(number=None).order_by("id"):
        if first and row.pk > first.pk:
            verdict.find(f"ankare {row.pk}", "underskrift saknas")
        heads.append((f"ankare {row.pk}", Anchor.of(row)))
    _heads(verdict, heads)
    return known


def _begins(made: Anchor) -> str:
    if made.number != 1:
        return "det första numret ska vara 1; ankare saknas före det"
    if made.previous != _before_signing():
        return "det som skrevs före det första undertecknade ankaret är ändrat"
    return ""


def _follows(made: Anchor, before: Anchor) -> str:
    if made.number == before.number:
        return "det finns två gånger"
    if made.number != before.number + 1:
        return "ankare saknas före det"
    return "" if made.previous == before.digest() else f"det följer inte på nr {before.number}"


def _signature(trusted: Trusted, made: Anchor, before: AuditAnchor | None) -> str:
    if not trusted:
        return ""
    if not trusted.signed(made):
        return "underskriften är inte gjord med en känd nyckel"
    if before is not None and trusted.age(made) < trusted.age(Anchor.of(before)):
        return "det är undertecknat med en nyckel som var utbytt"
    return ""


def _before_signing() -> str:
    ((digest,),) = _asked(sql.BEFORE_SIGNING)
    return bytes(digest).hex()


def _heads(verdict: Verdict, heads: Sequence[tuple[str, Anchor]]) -> None:
    """Find the anchors, each with its name, whose event is not there."""
    try:
        hashes = [bytes.fromhex(made.hash) for _, made in heads]
    except ValueError:
        hashes = [b""] * len(heads)
    lanes, seqs = [made.lane for _, made in heads], [made.seq for _, made in heads]
    for (place,) in _asked(sql.WITHOUT_EVENT, [lanes, seqs, hashes]):
        name, made = heads[place - 1]
        verdict.find(name, f"kedja {made.lane} saknar händelse nr {made.seq}, eller den är ändrad")


def _logs(
    verdict: Verdict, trusted: Trusted, known: dict[int, Anchor], lines: Iterator[anchor_log.Line]
) -> None:
    told: dict[int, Anchor] = {}
    heads: list[tuple[str, Anchor]] = []
    count = 0
    for line in lines:
        count += 1
        name, made = f"loggen {line.where}", line.anchor
        if line.unsigned:
            heads.append((name, made))
        elif told.get(made.number) == made:
            continue
        elif made != known.get(made.number) and not trusted.signed(made):
            verdict.find(name, "ankaret är inte undertecknat med en känd nyckel")
        elif made.number in told:
            verdict.find(name, f"ett annat ankare med nr {made.number} finns också i loggen")
        else:
            told[made.number] = made
            heads.append((f"{name}, ankare nr {made.number}", made))
            if made.number not in known:
                verdict.find(name, f"ankare nr {made.number} från {made.at} saknas i databasen")
            elif made != known[made.number]:
                verdict.find(name, f"ankare nr {made.number} är ett annat i databasen")
    _heads(verdict, heads)
    _gaps(verdict, told, known)
    if not count and known:
        verdict.find("loggen", "den innehåller inga ankare")


def _gaps(verdict: Verdict, told: Iterable[int], known: Iterable[int]) -> None:
    numbers = sorted(told)
    for one, following in pairwise(numbers):
        if following != one + 1:
            verdict.find("loggen", f"ankare nr {one + 1} till {following - 1} saknas i den")
    if numbers and (earlier := sum(number < numbers[0] for number in known)):
        verdict.notes.append(
            f"Loggen börjar vid ankare nr {numbers[0]}; {earlier} är äldre än den."
        )
    if numbers and (later := sum(number > numbers[-1] for number in known)):
        verdict.notes.append(f"Loggen slutar vid ankare nr {numbers[-1]}; {later} är nyare än den.")


def _unanchored(verdict: Verdict) -> None:
    ((count, since),) = _asked(sql.UNANCHORED)
    if count:
        verdict.notes.append(f"{count} händelser är inte förankrade än, den äldsta från {since}.")

"""Anchors: the heads of the lanes, chained and signed, in a table and in the log (ADR 109).

The signing key is in the environment of the worker alone; whoever checks needs the public half.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction

from casework.audit import sql
from casework.audit.models import AuditAnchor
from casework.shared import clock

log = structlog.get_logger(__name__)

EVENT = "audit.anchor"


@dataclass(frozen=True)
class Anchor:
    """One anchor as it was signed; digests and signature as hexadecimal text."""

    number: int
    at: str
    lane: int
    seq: int
    hash: str
    previous: str
    key: str = ""
    signature: str = ""

    @classmethod
    def of(cls, row: AuditAnchor) -> Self:
        """Return the anchor that a row of the table holds."""
        return cls(
            row.number or 0,
            row.at.astimezone(UTC).isoformat(timespec="microseconds"),
            row.lane,
            row.seq,
            bytes(row.hash).hex(),
            bytes(row.previous or b"").hex(),
            row.key or "",
            bytes(row.signature or b"").hex(),
        )

    def text(self) -> bytes:
        """Return what is signed."""
        parts = (EVENT, self.number, self.at, self.lane, self.seq, self.hash, self.previous)
        return json.dumps(parts, separators=(",", ":")).encode()

    def digest(self) -> str:
        """Return what the next anchor names."""
        return hashlib.sha256(self.text()).hexdigest()


def identity(public: bytes) -> str:
    """Return the short name of a public key that stands in each anchor it signed."""
    return hashlib.sha256(public).hexdigest()[:16]


class Trusted:
    """The public keys that are believed, the newest first."""

    def __init__(self, keys: Sequence[str] | None = None) -> None:
        found = settings.ANCHOR_PUBLIC_KEYS if keys is None else keys
        raw = [base64.urlsafe_b64decode(key) for key in found]
        self._keys = {identity(key): Ed25519PublicKey.from_public_bytes(key) for key in raw}
        # The higher, the newer.
        self._age = {name: age for age, name in enumerate(reversed(list(self._keys)))}

    def __bool__(self) -> bool:
        return bool(self._keys)

    def signed(self, anchor: Anchor) -> bool:
        """Return whether one of the keys, the one it names, signed this anchor."""
        key = self._keys.get(anchor.key)
        if key is None:
            return False
        try:
            key.verify(bytes.fromhex(anchor.signature), anchor.text())
        except (InvalidSignature, ValueError):
            return False
        return True

    def age(self, anchor: Anchor) -> int:
        """Return the place of the key in time; a key that was replaced never signs again."""
        return self._age.get(anchor.key, -1)


def anchor() -> int:
    """Sign the head of every lane that has moved; return how many.

    The heads also go to the log, which leaves the database's reach. Those of the last time are
    told again: a process killed between the commit and the log leaves no gap in it. Without the
    signing key nothing is anchored, and the log says so as an error.
    """
    if not settings.ANCHOR_KEY:
        log.error("audit.not_anchored", reason="ANCHOR_KEY is not in the environment")
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.LOCK_ANCHORS)
        cursor.execute(sql.HEADS)
        heads = cursor.fetchall()
        if not heads:
            return 0
        signed = AuditAnchor.objects.exclude(number=None)
        last = signed.order_by("-number").first()
        told = list(signed.filter(at=last.at).order_by("number")) if last else []
        if last is None:
            cursor.execute(sql.BEFORE_SIGNING)
            (previous,) = cursor.fetchone()
            rows = _signed(heads, 1, bytes(previous).hex())
        else:
            rows = _signed(heads, (last.number or 0) + 1, Anchor.of(last).digest())
        AuditAnchor.objects.bulk_create(rows)
    for row in [*told, *rows]:
        _tell(Anchor.of(row))
    return len(rows)


def _signed(
    heads: Sequence[tuple[int, int, bytes]], number: int, previous: str
) -> list[AuditAnchor]:
    key = Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(settings.ANCHOR_KEY))
    name = identity(key.public_key().public_bytes_raw())
    at: datetime = clock.now()
    rows = []
    for place, (lane, seq, digest) in enumerate(heads):
        row = AuditAnchor(
            at=at,
            lane=lane,
            seq=seq,
            hash=digest,
            number=number + place,
            previous=bytes.fromhex(previous),
            key=name,
        )
        made = Anchor.of(row)
        row.signature = key.sign(made.text())
        previous = made.digest()
        rows.append(row)
    return rows


def _tell(made: Anchor) -> None:
    fields: dict[str, Any] = vars(made)
    log.info(EVENT, **fields)

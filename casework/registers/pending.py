"""Files between upload and import: kept encrypted, for a while, for whoever uploaded them."""

import base64
import json
import secrets
from dataclasses import dataclass, field, replace

from django.core.cache import cache

from casework.access.actor import Actor
from casework.shared.fields import cipher

# Long enough to mend a mapping and show a colleague, short enough to leave nothing lying.
_KEPT_FOR = 2 * 60 * 60


@dataclass(frozen=True)
class Pending:
    """An uploaded file that waits for its columns to be matched and its import confirmed."""

    token: str
    kind: str
    file_name: str
    content: bytes
    mapping: dict[str, str] = field(default_factory=dict)


def keep(
    actor: Actor, kind: str, file_name: str, content: bytes, mapping: dict[str, str]
) -> Pending:
    """Keep an uploaded file under a new token."""
    pending = Pending(secrets.token_urlsafe(16), kind, file_name, content, mapping)
    _store(actor, pending)
    return pending


def remap(actor: Actor, pending: Pending, mapping: dict[str, str]) -> Pending:
    """Change which column each header stands for."""
    pending = replace(pending, mapping=mapping)
    _store(actor, pending)
    return pending


def fetch(actor: Actor, kind: str, token: str) -> Pending | None:
    """Return the actor's own file, None where it is gone or another's."""
    stored = cache.get(_key(actor, token))
    if stored is not None:
        found = json.loads(cipher().decrypt(stored))
        if found["kind"] == kind:
            content = base64.b64decode(found["content"])
            return Pending(token, kind, found["file_name"], content, found["mapping"])
    return None


def forget(actor: Actor, token: str) -> None:
    """Throw the file away."""
    cache.delete(_key(actor, token))


def _key(actor: Actor, token: str) -> str:
    return f"register-file:{actor.board_id}:{actor.user_id}:{token}"


def _store(actor: Actor, pending: Pending) -> None:
    text = json.dumps(
        {
            "kind": pending.kind,
            "file_name": pending.file_name,
            "content": base64.b64encode(pending.content).decode(),
            "mapping": pending.mapping,
        }
    )
    cache.set(_key(actor, pending.token), cipher().encrypt(text.encode()), _KEPT_FOR)

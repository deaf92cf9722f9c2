"""Secrets for a clone that has been given none: made once, kept in ``var/``, never committed."""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import MutableMapping
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from config.env import public_half
from config.servers.postgres import private_file

# Signs anchors of the audit trail: for the worker alone, everybody else checks with the public one.
SIGNING = "ANCHOR_KEY"
PUBLIC = "ANCHOR_PUBLIC_KEYS"
NAMES = ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", PUBLIC)


def fresh() -> dict[str, str]:
    """Return new secrets, one for each of ``NAMES``, and the key for anchors."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_KEYS": Fernet.generate_key().decode(),
        "INDEX_KEY": secrets.token_urlsafe(48),
        **anchor_keys(),
    }


def anchor_keys() -> dict[str, str]:
    """Return a new key for anchors and its public half."""
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return {SIGNING: key, PUBLIC: public_half(key)}


def file_for(var: Path, database_url: str | None) -> Path:
    """Return where the secrets lie that belong to a database (``None``: the embedded one).

    One file per database: what is encrypted in one must never be met with another's keys.
    """
    if not database_url:
        return var / "secrets.json"
    url = urlsplit(database_url)
    target = f"{url.hostname}:{url.port or 5432}{url.path}"
    return var / f"secrets-{hashlib.sha256(target.encode()).hexdigest()[:12]}.json"


def provide(environ: MutableMapping[str, str], file: Path, *, create: bool) -> None:
    """Fill in the secrets absent from ``environ`` from ``file``, made first where ``create``.

    Not the one that signs anchors, which ``signing_key`` returns.
    """
    if all(environ.get(name) for name in NAMES):
        return
    found = _kept(file, create=create)
    if environ.get("FIELD_KEYS"):
        found.pop("INDEX_KEY", None)  # keys of one's own bring their own: config.env.index_key
    if environ.get(SIGNING):
        found.pop(PUBLIC, None)  # likewise: config.env.anchor_public_keys
    for name in found.keys() & set(NAMES):
        environ[name] = environ.get(name) or found[name]


def signing_key(environ: MutableMapping[str, str], file: Path) -> str:
    """Take the key that signs anchors out of ``environ``, else return the one kept by ``file``.

    Its public half is left in ``environ``. Empty where an operator gave other public keys alone.
    """
    given, kept = environ.pop(SIGNING, ""), _beside(file)
    public = [key for key in environ.get(PUBLIC, "").split(",") if key]
    if given and public_half(given) not in public:
        environ[PUBLIC] = ",".join([public_half(given), *public])
    if given or not kept.exists():
        return given
    found = kept.read_text().strip()
    return found if public_half(found) in public else ""


def _kept(file: Path, *, create: bool) -> dict[str, str]:
    """Return the secrets in ``file``; those of an earlier version lack the anchors' keys."""
    found: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    if (create or found) and PUBLIC not in found:
        made = fresh()
        file.parent.mkdir(parents=True, exist_ok=True)
        private_file(_beside(file), made.pop(SIGNING) + "\n")
        found = {PUBLIC: made[PUBLIC]} | found if found else made
        private_file(file, json.dumps(found, indent=2) + "\n")
    return found


def _beside(file: Path) -> Path:
    """Return where the key that signs anchors is kept, apart from what the others are given."""
    return file.with_suffix(".anchor-key")


def provide_passing(environ: MutableMapping[str, str]) -> None:
    """Fill in secrets for a command that neither reads nor writes anything lasting."""
    for name, value in fresh().items():
        if not os.environ.get(name):
            environ[name] = value


if __name__ == "__main__":  # a new pair, to be put into the environment
    print("\n".join(f"{name}={value}" for name, value in anchor_keys().items()))

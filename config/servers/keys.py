"""Secrets for a clone that has been given none: made once, kept in ``var/``, never committed."""

import hashlib
import json
import os
import secrets
from collections.abc import MutableMapping
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from config.servers.postgres import private_file

NAMES = ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY")


def fresh() -> dict[str, str]:
    """Return new secrets, one for each of ``NAMES``."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_KEYS": Fernet.generate_key().decode(),
        "INDEX_KEY": secrets.token_urlsafe(48),
    }


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
    """Fill in the secrets absent from ``environ`` from ``file``, made first where ``create``."""
    if all(environ.get(name) for name in NAMES):
        return
    if not file.exists():
        if not create:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        private_file(file, json.dumps(fresh(), indent=2) + "\n")
    found = json.loads(file.read_text())
    if environ.get("FIELD_KEYS"):
        del found["INDEX_KEY"]  # keys of one's own bring their own along: config.env.index_key
    for name, value in found.items():
        environ[name] = environ.get(name) or value


def provide_passing(environ: MutableMapping[str, str]) -> None:
    """Fill in secrets for a command that neither reads nor writes anything lasting."""
    for name, value in fresh().items():
        if not os.environ.get(name):
            environ[name] = value

"""Reads the environment once and refuses to start on a missing or weak secret.

The names are the ones operators rely on: ``DATABASE_URL``, ``REDIS_URL``, ``SECRET_KEY``,
``FIELD_KEYS``, ``INDEX_KEY``, ``ANCHOR_KEY``, ``ANCHOR_PUBLIC_KEYS``, ``ALLOWED_HOSTS``,
``EMAIL_URL``, ``OIDC_*``, ``DEBUG``.
"""

import base64
import binascii
import hashlib
import hmac
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
# Local data: embedded servers, generated secrets, collected static files.
VAR = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").absolute()

env = environ.Env()

_WEAK = ("", "secret", "changeme", "change-me", "insecure", "default", "demo")


def secret(name: str, *, min_length: int = 32) -> str:
    """Return the secret ``name``; raise ``ImproperlyConfigured`` if absent or weak."""
    value = str(env.str(name, default=""))
    weak = value.lower() in _WEAK or value.startswith("django-insecure") or len(set(value)) < 10
    if weak or len(value) < min_length:
        raise ImproperlyConfigured(
            f"{name} saknas eller är för svag: ange minst {min_length} slumpade tecken. "
            f"`make run` skapar en egen i var/."
        )
    return value


def field_keys() -> list[str]:
    """Return the keys of encrypted fields, newest first; each is a Fernet key.

    The first encrypts and all of them decrypt, so that keys can be rotated. Raises
    ``ImproperlyConfigured`` where they are absent or not of the right form.
    """
    keys = [key.strip() for key in secret("FIELD_KEYS").split(",") if key.strip()]
    for key in keys:
        try:
            right = len(base64.urlsafe_b64decode(key)) == 32
        except binascii.Error:
            right = False
        if not right:
            raise ImproperlyConfigured(
                "FIELD_KEYS ska vara Fernetnycklar (32 slumpade byte i base64) åtskilda med komma."
            )
    return keys


def index_key(keys: list[str]) -> str:
    """Return the key of the blind index: ``INDEX_KEY``, else one made from the oldest field key.

    Words are found only under the key they were indexed with, so it must outlive a rotation:
    set ``INDEX_KEY`` before the oldest of ``FIELD_KEYS`` is taken away.
    """
    if env.str("INDEX_KEY", default=""):
        return secret("INDEX_KEY")
    return hmac.new(keys[-1].encode(), b"blind index", hashlib.sha256).hexdigest()


def anchor_key() -> str:
    """Return the key that signs anchors of the audit trail, empty where none is given.

    An Ed25519 seed: 32 random bytes in URL-safe base64. Only the worker needs it.
    """
    return _thirty_two_bytes("ANCHOR_KEY", str(env.str("ANCHOR_KEY", default="")))


def anchor_public_keys(key: str) -> list[str]:
    """Return the keys that anchors are checked with, newest first: that of ``key`` is one."""
    given = str(env.str("ANCHOR_PUBLIC_KEYS", default="")).split(",")
    keys = [_thirty_two_bytes("ANCHOR_PUBLIC_KEYS", one.strip()) for one in given if one.strip()]
    own = [public_half(key)] if key else []
    return [*(one for one in own if one not in keys), *keys]


def public_half(key: str) -> str:
    """Return the public key that belongs to a signing key, in the same writing."""
    private = Ed25519PrivateKey.from_private_bytes(base64.urlsafe_b64decode(key))
    return base64.urlsafe_b64encode(private.public_key().public_bytes_raw()).decode()


def _thirty_two_bytes(name: str, value: str) -> str:
    try:
        right = not value or len(base64.urlsafe_b64decode(value)) == 32
    except (binascii.Error, ValueError):
        right = False
    if not right:
        raise ImproperlyConfigured(f"{name} ska vara 32 byte i base64 (se docs/operations.md).")
    return value


def app_role() -> str:
    """Return the role that the running service logs in as, empty where it owns the tables.

    ``DATABASE_APP_ROLE``, else the user of ``DATABASE_URL`` where ``MIGRATION_DATABASE_URL``
    names another one. ``manage.py`` hands the former on as ``SERVICE_DATABASE_URL`` to the
    commands that it gives the owner's address.
    """
    named = str(env.str("DATABASE_APP_ROLE", default=""))
    address = str(env.str("SERVICE_DATABASE_URL", default=env.str("DATABASE_URL", default="")))
    owner = urlsplit(str(env.str("MIGRATION_DATABASE_URL", default=""))).username
    service = urlsplit(address).username
    if named or not owner or not service or owner == service:
        return named
    return service


def oidc() -> dict[str, Any]:
    """Return the identity provider as allauth wants it, empty where none is named.

    ``OIDC_SERVER_URL``, ``OIDC_CLIENT_ID`` and ``OIDC_CLIENT_SECRET``; ``OIDC_NAME`` is what
    the button says. ``ImproperlyConfigured`` if only some of the first three are there.
    """
    server, client, password = (
        str(env.str(f"OIDC_{name}", default=""))
        for name in ("SERVER_URL", "CLIENT_ID", "CLIENT_SECRET")
    )
    if not server and not client:
        return {}
    if not (server and client and password):
        raise ImproperlyConfigured(
            "OIDC_SERVER_URL, OIDC_CLIENT_ID och OIDC_CLIENT_SECRET ska anges alla tre."
        )
    return {
        "provider_id": "sso",
        "name": str(env.str("OIDC_NAME", default="arbetsplatsens inloggning")),
        "client_id": client,
        "secret": password,
        "settings": {"server_url": server},
    }


def trusted_proxies(*, https: bool) -> int:
    """Return how many proxies of one's own stand in front (``TRUSTED_PROXIES``).

    Only what they say is believed: from where a request comes, and that it came by https. Unless
    given it is one behind https, which is a proxy's to end, else none. ``ImproperlyConfigured``
    for what cannot be.
    """
    text = str(env.str("TRUSTED_PROXIES", default="1" if https else "0"))
    if not text.isdecimal() or len(text) > 1 or (https and text == "0"):
        raise ImproperlyConfigured(
            f"TRUSTED_PROXIES är {text!r}: ange hur många egna proxyservrar som står framför "
            "tjänsten, 0 till 9, och minst 1 när HTTPS är på."
        )
    return int(text)


def mail_transport(backend: str, *, debug: bool) -> str:
    """Return the backend that delivers letters; empty where they would reach nobody.

    On a console they would stand in the log, with the links to new passwords: a developer's alone.
    """
    name = backend.split(".")[-2]
    if name == "smtp":
        return "casework.operation.smtp.BoundedBackend"
    return backend if debug or name not in ("console", "dummy", "locmem") else ""


def origin(provider: dict[str, Any]) -> list[str]:
    """Return the provider's origin for the content security policy, as a list of one or none."""
    if not provider:
        return []
    url = urlsplit(provider["settings"]["server_url"])
    return [f"{url.scheme}://{url.netloc}"]

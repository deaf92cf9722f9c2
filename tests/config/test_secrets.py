"""The service starts with secrets worth the name, or not at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import public_half
from config.servers import keys

ROOT = Path(__file__).parents[2]


def check(var: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Run ``manage.py check`` as if real servers were there, with only the given secrets."""
    environ = {name: value for name, value in os.environ.items() if name not in keys.NAMES}
    environ |= {"VAR_DIR": str(var), "DATABASE_URL": "postgresql://u:p@db/k", **given}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("secret", "value"),
    [
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "changeme"),
        ("SECRET_KEY", "change-me-change-me-change-me-change-me"),
        ("SECRET_KEY", "django-insecure-o2(*7%ms_6-os23e^wm7e3thue2+alvj47#"),
        ("FIELD_KEYS", ""),
        ("FIELD_KEYS", "not-a-fernet-key-but-of-good-length-all-right"),
    ],
)
def test_a_missing_or_weak_secret_is_named(tmp_path: Path, secret: str, value: str) -> None:
    done = check(tmp_path, **(keys.fresh() | {secret: value}))
    assert done.returncode != 0
    assert secret in done.stderr
    assert "Traceback" not in done.stderr


def test_index_key_may_be_left_out(tmp_path: Path) -> None:
    given = keys.fresh()
    del given["INDEX_KEY"]
    assert check(tmp_path, **given).returncode == 0


def test_generated_secrets_are_kept_private_and_stay(tmp_path: Path) -> None:
    file = keys.file_for(tmp_path, None)
    first: dict[str, str] = {}
    keys.provide(first, file, create=True)
    again: dict[str, str] = {}
    keys.provide(again, file, create=True)
    assert first == again
    assert set(first) == set(keys.NAMES)
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_key_of_anchors_is_kept_apart_and_handed_to_the_worker_alone(tmp_path: Path) -> None:
    file = keys.file_for(tmp_path, None)
    environ: dict[str, str] = {}
    keys.provide(environ, file, create=True)
    signing = keys.signing_key(environ, file)
    assert public_half(signing) == environ[keys.PUBLIC]
    assert keys.SIGNING not in environ
    assert signing not in file.read_text()
    # One's own key takes its place, and is believed together with what was believed before.
    given = keys.anchor_keys()[keys.SIGNING]
    environ[keys.SIGNING] = given
    assert keys.signing_key(environ, file) == given
    assert environ[keys.PUBLIC] == f"{public_half(given)},{public_half(signing)}"
    assert keys.SIGNING not in environ


def test_secrets_of_an_earlier_version_get_keys_for_anchors(tmp_path: Path) -> None:
    file = keys.file_for(tmp_path, None)
    first: dict[str, str] = {}
    keys.provide(first, file, create=True)
    file.write_text(json.dumps({k: v for k, v in first.items() if k != keys.PUBLIC}))
    again: dict[str, str] = {}
    keys.provide(again, file, create=False)
    assert again["FIELD_KEYS"] == first["FIELD_KEYS"]
    assert public_half(keys.signing_key(again, file)) == again[keys.PUBLIC]


def test_databases_never_share_secrets(tmp_path: Path) -> None:
    files = {
        keys.file_for(tmp_path, url)
        for url in (None, "postgresql://u:p@one/k", "postgresql://u:p@two/k")
    }
    assert len(files) == 3
    # Another password is still the same database.
    assert keys.file_for(tmp_path, "postgresql://u:new@one:5432/k") in files

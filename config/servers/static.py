"""Whether the static files in ``var/static`` are those of this code: collecting takes a while."""

import hashlib
from pathlib import Path

from config.env import BASE_DIR

# Pages that are never shown: another reader of the API description, and DRF's own browser.
IGNORED = ("-i", "redoc", "-i", "rest_framework")


def _fingerprint() -> str:
    """Return a digest of our own static files and of the packages that bring the others."""
    files = sorted(path for path in BASE_DIR.glob("*/static/**/*") if path.is_file())
    files += [BASE_DIR / "requirements.txt"]
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(BASE_DIR)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _stamp(var: Path) -> Path:
    return var / "static" / ".fingerprint"


def is_current(var: Path) -> bool:
    """Return whether what was last collected into ``var`` is what would be collected now."""
    try:
        return _stamp(var).read_text() == _fingerprint()
    except OSError:
        return False


def note(var: Path) -> None:
    """Record that the files have just been collected."""
    _stamp(var).write_text(_fingerprint())

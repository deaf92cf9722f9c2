"""Every name that the code reads from the environment is told of in docs/operations.md."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_READ = re.compile(
    r"(?:\benv(?:\.\w+)?\(|environ\.(?:get|setdefault|pop)\(|environ\[|\bgetenv\(|\bsecret\()"
    r"\s*f?\"([A-Z][A-Z0-9_]+)"
)
_TABLE = re.compile(r"^\|[^|]*\|", re.M)
# Django's own name for which settings to read; nobody sets it.
_OWN = {"DJANGO_SETTINGS_MODULE"}


def read_in_code() -> dict[str, str]:
    """Return the names with the file in which each is read."""
    files = [ROOT / "manage.py", *(ROOT / "deploy").glob("*.py")]
    for package in ("config", "casework", "deviations", "lexsarah"):
        files += (ROOT / package).rglob("*.py")
    return {
        name: str(file.relative_to(ROOT))
        for file in files
        for name in _READ.findall(file.read_text(encoding="utf-8"))
        if name not in _OWN
    }


def documented() -> set[str]:
    """Return the names in the first column of the tables on the environment."""
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    part = text[text.index("\n## Environment") :]
    part = part[: part.index("\n## ", 5)]
    return {name for cell in _TABLE.findall(part) for name in re.findall(r"`([A-Z_0-9]+)`", cell)}


def test_every_name_is_documented() -> None:
    read = read_in_code()
    assert len(read) > 20
    told = documented()
    # Some are read by the beginning that they share, as OIDC_SERVER_URL by OIDC_.
    missing = {
        name: file
        for name, file in read.items()
        if not any(one == name or (name.endswith("_") and one.startswith(name)) for one in told)
    }
    assert missing == {}


def test_nothing_is_documented_that_nobody_reads() -> None:
    read = read_in_code()
    places = [*ROOT.glob("*.py"), *(ROOT / "config").rglob("*.py"), ROOT / "compose.yaml"]
    everywhere = "\n".join(path.read_text(encoding="utf-8") for path in places)
    started = tuple(name for name in read if name.endswith("_")) or ("OIDC_",)
    known = {name for name in documented() if name in read or name.startswith(started)}
    assert {name for name in documented() - known if name not in everywhere} == set()

"""House rules that can be read off the sources."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("casework", "config", "deviations", "lexsarah")
SOURCES = [
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
]


def test_no_file_is_longer_than_can_be_read_in_one_go() -> None:
    tests = (ROOT / "tests").rglob("*.py")
    long = {
        str(path.relative_to(ROOT)): lines
        for path in [*SOURCES, *tests]
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 500
    }
    assert long == {}


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
    found = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if later.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_who_sees_what_is_decided_in_one_place() -> None:
    """Views narrow by ``visible_to`` and friends: nobody else builds that condition."""
    builders = re.compile(r"\b(visible_q|countable_q)\(")
    allowed = {"casework/access/policy.py", "casework/access/querysets.py"}
    found = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if builders.search(path.read_text(encoding="utf-8"))
    }
    assert found <= allowed

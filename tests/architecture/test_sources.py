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
    assert _with(r"\b(visible_q|countable_q|official_register_q|second_eyes_q)\(") <= {
        "casework/access/policy.py",
        "casework/access/querysets.py",
    }
    # In which units one has which roles, elsewhere asked by the names that ``Actor`` has for it.
    assert _with(r"\.units\((\*|Role\.)") <= {
        "casework/access/actor.py",
        "casework/access/policy.py",
    }


def test_views_turn_nobody_away_by_rules_of_their_own() -> None:
    """They ask ``casework.access``, so that screen, API and service say the same."""
    own_words = {
        # What kind of log-in it is, and what an act's state admits, is no rule of who sees what.
        "casework/api/tokens.py",
        "deviations/web/handling/acting.py",
    }
    found = _with(r"\bNotAllowed\(")
    assert {path for path in found if "/web/" in path or "/api/" in path} <= own_words


def _with(pattern: str) -> set[str]:
    """Return the sources in which ``pattern`` occurs."""
    wanted = re.compile(pattern)
    return {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if wanted.search(path.read_text(encoding="utf-8"))
    }

"""What no template may hold: script and style in the markup, foreign addresses, foreign words."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path
    for app in ("casework", "config", "deviations", "lexsarah")
    for path in (ROOT / app).rglob("templates/**/*.html")
)
# The content policy refuses them, so they would be dead where they stand.
_INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "an address that runs script": re.compile(
        r"(?:href|action|src)\s*=\s*[\"']\s*javascript:", re.I
    ),
    "code in an htmx attribute": re.compile(r"\bhx-on\b|\bhx-vars\b|=[\"']js:", re.I),
    "something fetched from elsewhere": re.compile(
        r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.I
    ),
}
# Swedish has words for these (see the glossary of words on screen).
_FOREIGN = re.compile(r"\b(triage|deadline|dashboard|ticket|workflow|incident)\w*", re.I)
_TAGS = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|{%.*?%}|{{.*?}}|<[^>]*>", re.S)
_SPOKEN = re.compile(r"(?:aria-label|placeholder|title|alt)\s*=\s*\"([^\"{]*)\"")
_WORDS_IN_TAGS = re.compile(r"{%[^%]*?\"([^\"]*)\"")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 50


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_nothing_runs_or_styles_from_within_the_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    # Only a tag of its own may hold something else than markup: {% … %} is not looked into.
    markup = re.sub(r"{#.*?#}|{%.*?%}", "", text, flags=re.S)
    for what, pattern in _INLINE.items():
        assert not pattern.search(markup), f"{_name(path)}: {what}"


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_words_on_screen_are_swedish(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    shown = [_TAGS.sub(" ", text), *_SPOKEN.findall(text)]
    # Texts given to components; names of icons and addresses are in English and lower case.
    shown += [words for words in _WORDS_IN_TAGS.findall(text) if " " in words]
    found = [match[0] for words in shown for match in _FOREIGN.finditer(words)]
    assert found == [], _name(path)


def test_words_in_the_code_that_reach_the_screen_are_swedish() -> None:
    labels = re.compile(r"(?:label|help_text|verbose_name|message|title)\s*=\s*\"([^\"]*)\"")
    found = []
    for app in ("casework", "config", "deviations", "lexsarah"):
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" in path.parts:
                continue
            for words in labels.findall(path.read_text(encoding="utf-8")):
                found += [(_name(path), match[0]) for match in _FOREIGN.finditer(words)]
    assert found == []

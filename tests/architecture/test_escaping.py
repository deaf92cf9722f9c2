"""Text reaches HTML escaped: nothing but our own constants is called safe, and each says why."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.test_sources import PACKAGES, ROOT, SOURCES

# A letter is plain text and is shown on no page: an entity in it would be read as it stands.
LETTERS = ROOT / "config" / "templates" / "account" / "email"
TEMPLATES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package / "templates").rglob("*")
    if path.is_file() and not (path.parent == LETTERS and path.suffix == ".txt")
)
# Where markup is called safe that is no template's: the file, and how often.
OWN_CONSTANTS = {
    # The paths of an icon, read from the vendored files that come with the service.
    "config/templatetags/ui.py": 1,
    # The style sheet of the report as a file, read from beside the module.
    "casework/reports/exports.py": 1,
}
_UNESCAPED = {
    "marked as safe": re.compile(r"\|\s*(safe|safeseq)\b"),
    "escaping turned off": re.compile(r"{%-?\s*(autoescape\s+off|filter\s+[^%]*\bsafe)"),
    "an attribute without quotes": re.compile(r"<[^<>{}]*\s[\w-]+=\{[{%]"),
}
_SAFE_NAMES = {"mark_safe", "SafeString", "SafeText", "SafeData", "html_safe", "Markup"}
_BUILDERS = {"format_html": (0,), "format_html_join": (0, 1)}
# Elements that ask for something carry the page's mark, or the browser passes them over.
_ASKING = re.compile(r"<[^<>]*?\b(?:hx-(?:get|post|put|patch|delete)|data-autosave)=.*?>", re.S)
_VARIABLES = re.compile(r"{%.*?%}|{{.*?}}", re.S)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _named(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_unsafe_call(node: ast.Call) -> bool:
    name, given = _named(node.func), {keyword.arg: keyword.value for keyword in node.keywords}
    if _SAFE_NAMES & {name, *map(_named, node.args)}:
        return True
    # Markup put together beforehand is not escaped by it.
    places = _BUILDERS.get(name, ())
    if any(len(node.args) <= place or not _is_constant(node.args[place]) for place in places):
        return True
    # An answer is HTML where it does not say otherwise; pages come from templates.
    if name == "HttpResponse" and node.args and "content_type" not in given:
        return True
    return (
        getattr(given.get("is_safe"), "value", None) is True
        or getattr(given.get("autoescape"), "value", None) is False
    )


def _is_unsafe(node: ast.AST) -> bool:
    match node:
        case ast.Call():
            return _is_unsafe_call(node)
        case ast.ClassDef():
            return bool(_SAFE_NAMES & {_named(one) for one in (*node.bases, *node.decorator_list)})
        case ast.FunctionDef():
            return node.name == "__html__"
        case ast.ImportFrom():
            # Under another name it would not be found.
            return any(one.name in _SAFE_NAMES and one.asname for one in node.names)
    return False


def _unsafe(tree: ast.AST) -> list[int]:
    """Return the line of each place where text is called safe without having been escaped."""
    return [node.lineno for node in ast.walk(tree) if _is_unsafe(node)]  # type: ignore[attr-defined]


def test_no_code_calls_markup_safe_but_for_our_own_constants() -> None:
    found = {_name(path): lines for path in SOURCES if (lines := _unsafe(ast.parse(_text(path))))}
    assert {name: len(lines) for name, lines in found.items()} == OWN_CONSTANTS, found


@pytest.mark.parametrize(
    "code",
    [
        "mark_safe(text)",
        "safestring.mark_safe(text)",
        "SafeString(text)",
        "map(mark_safe, texts)",
        "format_html(f'<b>{text}</b>')",
        "format_html('<b>' + text)",
        "format_html_join('', template, rows)",
        "HttpResponse(f'<b>{text}</b>')",
        "register.filter('b', b, is_safe=True)",
        "Context({}, autoescape=False)",
        "class Own(SafeString): pass",
        "class Own:\n    def __html__(self): return self.text",
        "from django.utils.safestring import mark_safe as plain",
    ],
)
def test_each_way_of_calling_it_safe_is_found(code: str) -> None:
    assert _unsafe(ast.parse(code))


def test_no_template_turns_escaping_off() -> None:
    assert len(TEMPLATES) > 100
    found = [
        (_name(path), what, match[0])
        for path in TEMPLATES
        for what, pattern in _UNESCAPED.items()
        for match in pattern.finditer(_text(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    "markup",
    ["{{ x|safe }}", "{{ x | safeseq|join }}", "{% autoescape off %}", "<a href={{ x }}>",
     "{% filter upper|safe %}"],
)  # fmt: skip
def test_each_way_of_turning_it_off_is_found(markup: str) -> None:
    assert any(pattern.search(markup) for pattern in _UNESCAPED.values())


def test_what_asks_carries_the_mark_of_the_page() -> None:
    asking = [
        (_name(path), match[0])
        for path in TEMPLATES
        for match in _ASKING.finditer(
            _VARIABLES.sub(lambda tag: "own" if tag[0] == "{% own %}" else "x", _text(path))
        )
    ]
    assert asking
    assert [(name, tag) for name, tag in asking if " own" not in tag] == []


def test_no_template_hands_the_token_to_what_stands_within_it() -> None:
    found = [_name(path) for path in TEMPLATES if re.search(r"hx-(headers|vars|on)\b", _text(path))]
    assert found == []

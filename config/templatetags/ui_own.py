"""Which elements of a page may send requests: those that carry the page's own mark.

htmx acts on attributes, and so does the script that saves while one writes. Text that people wrote
is escaped; were some of it ever markup all the same, it could not know the mark, which is new in
each answer: what lacks it is passed over (ADR 101). Loaded with ``ui``.
"""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# What makes an element ask for something, or say how those within it ask.
_ASKING = (
    "get", "post", "put", "patch", "delete", "boost", "vals", "vars", "headers", "include",
    "params", "request", "encoding", "ext", "target", "swap", "select", "select-oob", "push-url",
    "replace-url", "sync", "confirm", "prompt", "inherit", "indicator", "disabled-elt",
)  # fmt: skip
_CONFIG = {
    # The content policy forbids code and style within the page.
    "allowEval": False,
    "allowScriptTags": False,
    "includeIndicatorStyles": False,
    "selfRequestsOnly": True,
    "disableInheritance": True,
    # Nothing of a page is kept in the browser's storage.
    "historyCacheSize": 0,
    "refreshOnHistoryMiss": True,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "409|422", "swap": True},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}


def _mark(context: Mapping[str, Any]) -> str:
    request = context.get("request")
    mark = getattr(request, "own_mark", None)
    if mark is None:
        mark = secrets.token_urlsafe(12)
        if request is not None:
            request.own_mark = mark
    return str(mark)


@register.simple_tag(takes_context=True)
def own(context: Mapping[str, Any]) -> SafeString:
    """``<div hx-post="…" {% own %}>``: this element may ask; also ``<form data-autosave="…"``."""
    return format_html('data-own="{}"', _mark(context))


@register.inclusion_tag("components/htmx_config.html", takes_context=True)
def htmx_config(context: Mapping[str, Any]) -> dict[str, str]:
    """``{% htmx_config %}`` in the head: how htmx behaves, and the page's own mark."""
    mark = _mark(context)
    asking = ",".join(f"[hx-{name}],[data-hx-{name}]" for name in _ASKING)
    disabled = f'[hx-disable],[data-hx-disable],:is({asking}):not([data-own="{mark}"])'
    return {"mark": mark, "config": json.dumps({**_CONFIG, "disableSelector": disabled})}

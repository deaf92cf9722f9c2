"""The tag that every form has, with the note of who opened it; a builtin of every template."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html

from config.opened_by import FIELD

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: Mapping[str, Any]) -> str:
    """``{% csrf_token %}``: as Django's own, and the note where somebody is logged in."""
    token = context.get("csrf_token")
    if not token:
        return ""
    written = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
    if note := getattr(token, "note", ""):
        return format_html('{}<input type="hidden" name="{}" value="{}">', written, FIELD, note)
    return written

"""The components of every screen; shown with examples at /stil/ and in docs/design-system.md."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from config.templatetags import ui_own, ui_tables

register = template.Library()
register.tags.update(ui_tables.register.tags)
register.tags.update(ui_own.register.tags)

ICONS = Path(__file__).resolve().parent.parent / "static" / "vendor" / "lucide"
KINDS = ("neutral", "info", "warn", "ok", "danger", "done")
KIND_ICONS = {
    "info": "info",
    "ok": "circle-check",
    "warn": "triangle-alert",
    "danger": "circle-alert",
    "neutral": "info",
    "done": "check",
}
MESSAGE_KINDS = {"debug": "neutral", "success": "ok", "warning": "warn", "error": "danger"}
RISKS = {1: "Låg risk", 2: "Måttlig risk", 3: "Hög risk", 4: "Mycket hög risk"}
# Fewer days left than this and the date asks for attention.
SOON_DAYS = 3


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise template.TemplateSyntaxError(f"Unknown kind {kind!r}; one of {', '.join(KINDS)}")
    return kind


def _filled(content: str) -> str:
    # A block holding nothing but white space counts as empty.
    return content if content.strip() else ""


def _days(count: int) -> str:
    return f"{count} dag" if count == 1 else f"{count} dagar"


@cache
def _icon_paths(name: str) -> SafeString:
    try:
        source = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise template.TemplateSyntaxError(f"No icon {name!r} in {ICONS}") from error
    found = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
    return mark_safe(re.sub(r"\s*\n\s*", "", found.group(1)) if found else "")


@register.simple_tag
def icon(name: str, size: int = 20, label: str = "") -> SafeString:
    """``{% icon "check" %}``: a vendored icon in the text's colour; silent unless labelled."""
    spoken = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else format_html('aria-hidden="{}"', "true")
    )
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" viewBox="0 0 24 24" fill="none" '
        'stroke="currentColor" stroke-width="2" stroke-linecap="round" '
        'stroke-linejoin="round" focusable="false" {1}>{2}</svg>',
        size,
        spoken,
        _icon_paths(name),
    )


@register.filter
def number(value: float | None) -> str:
    """``{{ 12345|number }}`` gives "12 345" and 2.5 "2,5", with no-break spaces; None "–"."""
    if value is None:
        return "–"
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return text.replace(",", "\u00a0").replace(".", ",")


@register.filter
def message_kind(level_tag: str) -> str:
    """Translate a Django message level into one of our kinds."""
    return MESSAGE_KINDS.get(level_tag, "info")


@register.filter
def kind_icon(kind: str) -> str:
    """The icon that goes with a kind."""
    return KIND_ICONS.get(kind, "info")


@register.simple_block_tag
def page_header(content: str, title: str, lead: str = "", eyebrow: str = "") -> SafeString:
    """``{% page_header "Inkorg" lead="…" eyebrow="…" %}buttons{% endpage_header %}``: the h1."""
    values = {"title": title, "lead": lead, "eyebrow": eyebrow, "actions": _filled(content)}
    return render_to_string("components/page_header.html", values)


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*parts: str) -> dict[str, Any]:
    """``{% breadcrumb "Avvikelser" list_url "2026-112" %}``: pairs of label and url, then here."""
    pairs = [(parts[i], parts[i + 1]) for i in range(0, len(parts) - 1, 2)]
    return {"links": pairs, "here": parts[-1] if len(parts) % 2 else ""}


@register.simple_block_tag
def card(content: str, title: str = "", id: str = "") -> SafeString:
    """``{% card "Åtgärder" %}…{% endcard %}``: a white panel with an optional h2."""
    return render_to_string("components/card.html", {"content": content, "title": title, "id": id})


@register.simple_tag
def chip(text: object, kind: str = "neutral", icon_name: str = "") -> SafeString:
    """``{% chip "Försenad" "danger" %}``: a status; kinds: neutral info warn ok danger done."""
    mark = icon(icon_name, 16) if icon_name else ""
    return format_html('<span class="chip chip--{}">{}{}</span>', _known(kind), mark, text)


@register.inclusion_tag("components/risk_badge.html")
def risk_badge(level: int, label: str = "") -> dict[str, Any]:
    """``{% risk_badge 3 %}``: four bars of which ``level`` (1–4) are filled, and the words."""
    if level not in RISKS:
        raise template.TemplateSyntaxError("risk_badge takes a level from 1 to 4")
    bars = [{"x": 7 * i, "y": 9 - 3 * i, "height": 5 + 3 * i, "on": i < level} for i in range(4)]
    return {"level": level, "label": label or RISKS[level], "bars": bars}


@register.simple_tag
def due(last_day: date, today: date | None = None, met_on: date | None = None) -> SafeString:
    """``{% due deadline.last_day today=today met_on=deadline.met_on %}``: a last day as a chip.

    Days are calendar days from ``today`` (the local day if not given). What was done in time
    never shows as late, however long ago it was.
    """
    day = date_format(last_day, "j b")
    if met_on is not None:
        late = (met_on - last_day).days
        done = f"Klart {date_format(met_on, 'j b')}"
        return chip(f"{done}, {_days(late)} för sent", "warn") if late > 0 else chip(done, "ok")
    left = (last_day - (today or timezone.localdate())).days
    if left < 0:
        return chip(f"Försenad {_days(-left)}", "danger", "clock")
    if left == 0:
        return chip("Sista dag i dag", "warn", "clock")
    return chip(f"{day}, {_days(left)} kvar", "warn" if left <= SOON_DAYS else "neutral")


@register.inclusion_tag("components/clock_bar.html")
def clock_bar(days: int, *limits: int) -> dict[str, Any]:
    """``{% clock_bar deviation.days 30 90 %}``: elapsed days against one or two limits.

    Over the first limit the bar warns, over the last it is red. Drawn with svg attributes
    alone, since the policy of the page forbids style in the markup.
    """
    scale = max(days, *limits) or 1
    kind = "danger" if days > limits[-1] else "warn" if days > limits[0] else "ok"
    marks = [min(99, round(100 * limit / scale)) for limit in limits]
    bounds = " och ".join(str(limit) for limit in limits)
    return {
        "width": round(100 * days / scale),
        "marks": marks,
        "kind": kind,
        "text": f"{_days(days)}, {days - limits[-1]} över gränsen {limits[-1]}"
        if days > limits[-1]
        else f"{_days(days)} (gräns {bounds})",
    }


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Any], heading: str = "h3") -> dict[str, Any]:
    """``{% timeline events %}``: objects or dicts with at, who, what, and if wanted text, kind,
    icon (a date or a datetime in ``at``), in the order given."""
    return {"events": events, "heading": heading}


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "") -> SafeString:
    """``{% notice "warn" "Läs först" %}…{% endnotice %}``: a message in the page."""
    values = {"content": content, "kind": _known(kind), "title": title}
    return render_to_string("components/notice.html", values)


@register.simple_block_tag
def empty_state(content: str, title: str, text: str = "", icon_name: str = "inbox") -> SafeString:
    """``{% empty_state "Inget att göra" "…" %}button{% endempty_state %}``: a list with nothing."""
    values = {"title": title, "text": text, "icon_name": icon_name, "actions": _filled(content)}
    return render_to_string("components/empty_state.html", values)


@register.inclusion_tag("components/key_figure.html")
def key_figure(
    label: str, value: object, note: str = "", url: str = "", kind: str = ""
) -> dict[str, Any]:
    """``{% key_figure "Försenade" 7 note="3 fler än i fjol" url=… kind="danger" %}``."""
    shown = number(value) if isinstance(value, int | float) else value
    return {"label": label, "value": shown, "note": note, "url": url, "kind": kind}


@register.simple_tag
def fact(label: str, value: object) -> SafeString:
    """``<dl class="facts">{% fact "Enhet" unit %}</dl>``: one term; empty shows as "–"."""
    shown = "–" if value is None or value == "" else value
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, shown)


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Mapping[str, Any]], label: str = "Delar av sidan") -> dict[str, Any]:
    """``{% tabs items %}``: links, each {label, url, current, count}."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/steps.html")
def steps(labels: str, current: int) -> dict[str, Any]:
    """``{% steps "Händelsen|Den enskilde|Skicka" 2 %}``: where one is in a form, from 1."""
    return {"labels": labels.split("|"), "current": current}


@register.simple_block_tag
def reveal(content: str, summary: str, open: bool = False) -> SafeString:
    """``{% reveal "Varför detta datum?" %}…{% endreveal %}``: details/summary."""
    values = {"content": content, "summary": summary, "open": open}
    return render_to_string("components/reveal.html", values)


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:
    """``{% dialog "flytta" "Flytta till annan enhet" %}…{% enddialog %}``: a native dialog.

    Opened by ``dialog_link`` when script runs; the link's own page does the same without.
    """
    values = {"content": content, "id": id, "title": title}
    return render_to_string("components/dialog.html", values)


@register.inclusion_tag("components/dialog_link.html")
def dialog_link(
    id: str, url: str, label: str, kind: str = "", key: str = "", icon_name: str = ""
) -> dict[str, str]:
    """``{% dialog_link "flytta" url "Flytta till annan enhet" key="f" %}``."""
    return {
        "id": id, "url": url, "label": label, "kind": kind, "key": key, "icon_name": icon_name
    }  # fmt: skip


@register.inclusion_tag("components/post_button.html", takes_context=True)
def post_button(
    context: Mapping[str, Any],
    url: str,
    label: str,
    kind: str = "",
    key: str = "",
    icon_name: str = "",
    name: str = "",
    value: str = "",
) -> dict[str, Any]:
    """``{% post_button url "Ta emot" kind="primary" key="m" %}``: one act, one POST form."""
    return {
        "csrf_token": context.get("csrf_token"),
        "url": url, "label": label, "kind": kind, "key": key, "icon_name": icon_name,
        "name": name, "value": value,
    }  # fmt: skip


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """``{% error_summary form %}``: all faults of a form, each a link to its field."""
    fields = [(_target(field), field) for field in form if field.errors and not field.is_hidden]
    hidden = [error for field in form.hidden_fields() for error in field.errors]
    general = [*form.non_field_errors(), *hidden]
    count = len(general) + sum(len(field.errors) for _, field in fields)
    return {"fields": fields, "general": general, "count": count}


def _target(field: BoundField) -> str:
    # A group of radio buttons has no id of its own to receive focus: its first one does.
    return field.id_for_label or f"{field.auto_id}_0"


@register.inclusion_tag("components/skeleton.html")
def skeleton(lines: int = 3) -> dict[str, Any]:
    """``{% skeleton 3 %}``: grey lines where htmx will put a fragment."""
    return {"lines": range(lines)}


@register.simple_tag
def indicator(id: str, text: str = "Hämtar …") -> SafeString:
    """``{% indicator "hamtar" %}``: shown while htmx works (``hx-indicator="#hamtar"``)."""
    return format_html('<span class="indicator" id="{}" role="status">{}</span>', id, text)


@register.inclusion_tag("components/plot.html")
def plot(
    svg: SafeString, caption: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> dict[str, Any]:
    """``{% plot svg "Per månad" columns rows %}``: a picture followed by its table of figures."""
    return {"svg": svg, "caption": caption, "columns": columns, "rows": rows}

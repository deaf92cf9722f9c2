"""Tags for lists: sort links, filter, pages, and rows that can be ticked. Loaded with ``ui``."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()

# A new order or filter starts from the first page again.
PAGE_KEYS = ("page", "cursor")


def query_with(context: Mapping[str, Any], **changes: str | int | None) -> str:
    """Return the request's query string ("?a=1&b=2") with ``changes``; None takes a key away."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key in PAGE_KEYS:
        query.pop(key, None)
    for key, value in changes.items():
        query.pop(key, None)
        if value is not None:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_block_tag(takes_context=True)
def data_table(
    context: Mapping[str, Any], content: str, caption: str, cards: bool = True, hidden: bool = False
) -> SafeString:
    """Frame a table: ``{% data_table "Avvikelser" %}<thead>…<tbody>…{% enddata_table %}``.

    ``cards`` turns rows into cards on narrow screens (give each td a ``data-label``); without
    it the table scrolls sideways. ``hidden`` keeps the caption for screen readers only.
    """
    return render_to_string(
        "components/data_table.html",
        {"content": content, "caption": caption, "cards": cards, "hidden": hidden},
    )


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(
    context: Mapping[str, Any], label: str, field: str, number: bool = False
) -> dict[str, Any]:
    """``{% sort_header "Sista dag" "last_day" %}``: a th whose link sets ``?sort=``.

    A second press turns the order (``-last_day``). The view reads ``request.GET["sort"]`` and
    must check it against its own list of fields.
    """
    request = context.get("request")
    current = request.GET.get("sort", "") if request is not None else ""
    order = {field: "ascending", f"-{field}": "descending"}.get(current)
    target = f"-{field}" if order == "ascending" else field
    icon = {"ascending": "arrow-up", "descending": "arrow-down"}.get(order or "", "arrow-up-down")
    url = query_with(context, sort=target)
    return {"label": label, "order": order, "url": url, "icon": icon, "number": number}


@register.simple_block_tag(takes_context=True)
def filter_bar(
    context: Mapping[str, Any],
    content: str,
    active: int = 0,
    label: str = "Filtrera",
) -> SafeString:
    """``{% filter_bar active=2 %}{{ form.unit.as_field_group }}{% endfilter_bar %}``.

    A GET form in details/summary, open while any of its ``active`` filters narrows the list;
    the chosen sort order is kept.
    """
    request = context.get("request")
    sort = request.GET.get("sort", "") if request is not None else ""
    values = {"content": content, "active": active, "label": label, "sort": sort}
    return render_to_string("components/filter_bar.html", values)


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(
    context: Mapping[str, Any], page: Page[Any], noun: str = "rader", one: str = ""
) -> dict[str, Any]:
    """``{% pager page_obj "avvikelser" "avvikelse" %}``: how many, and the two links.

    "51–100 av 1 204 avvikelser"; where one page holds them all "7 avvikelser", or "1 avvikelse".
    ``one`` is left out of a noun that is the same of one and of many.
    """
    older = query_with(context, page=page.next_page_number()) if page.has_next() else ""
    newer = query_with(context, page=page.previous_page_number()) if page.has_previous() else ""
    return {
        "first": page.start_index(),
        "last": page.end_index(),
        "total": page.paginator.count,
        "noun": one if one and page.paginator.count == 1 else noun,
        "next_url": older,
        "previous_url": newer,
    }


@register.inclusion_tag("components/pager.html", takes_context=True)
def cursor_pager(
    context: Mapping[str, Any], next_cursor: str | None = None, previous_cursor: str | None = None
) -> dict[str, Any]:
    """``{% cursor_pager next previous %}``: the same links for lists without a known length."""
    return {
        "total": None,
        "next_url": query_with(context, cursor=next_cursor) if next_cursor else "",
        "previous_url": query_with(context, cursor=previous_cursor) if previous_cursor else "",
    }


@register.inclusion_tag("components/downloads.html", takes_context=True)
def downloads(context: Mapping[str, Any]) -> dict[str, Any]:
    """``{% downloads %}`` among the buttons of the head: the whole list as a file.

    The page's own address, filter and order with it, and ``?format=csv`` or ``xlsx``, which the
    view answers with ``export_response``.
    """
    return {
        "files": [
            (name, query_with(context, format=ending))
            for name, ending in (("CSV", "csv"), ("Excel", "xlsx"))
        ]
    }


@register.inclusion_tag("components/select_all.html")
def select_all(form: str = "batch") -> dict[str, str]:
    """``{% select_all %}``: the head cell that ticks every row; shown only with script."""
    return {"form": form}


@register.inclusion_tag("components/select_row.html")
def select_row(value: object, label: str, form: str = "batch") -> dict[str, object]:
    """``{% select_row deviation.pk "Markera avvikelse 2026-112" %}``: posts ``ids=<value>``."""
    return {"value": value, "label": label, "form": form}


@register.simple_block_tag(takes_context=True)
def batch_bar(
    context: Mapping[str, Any], content: str, action: str, form: str = "batch"
) -> SafeString:
    """``{% batch_bar action_url %}<button name="verb" value="receive">…{% endbatch_bar %}``.

    The form that the ticked rows belong to, with its buttons; it may stand anywhere on the page.
    """
    values = {"content": content, "action": action, "form": form}
    return render_to_string("components/batch_bar.html", values, request=context.get("request"))

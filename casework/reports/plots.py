"""Static plots: one SVG each, the same picture on the page, in Word and in PDF.

No script and no style sheet is needed to see them: colours are presentation attributes. The
classes (``plot-…``) let the page's own style sheet take over. Each picture carries a title and a
description for those who hear it; the table of figures belongs beside it (the ``plot`` tag).

Labels come from files and from the database: every piece is made by ``format_html``, which escapes
them, and the picture is of the type that templates print as it is.
"""

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

INK = "#1a2a2e"
SOFT = "#4b5a5e"
MARK = "#2f8f88"
# Young to old: calm, warning, alarm. Told apart by lightness too, and always labelled.
AGE_MARKS = ("#2f8f88", "#e0a63a", "#b23a2e")
AGE_INKS = ("#ffffff", "#1a2a2e", "#ffffff")
AGE_LABELS = ("≤ 30 dagar", "31–90 dagar", "> 90 dagar")

# Narrow on purpose: the picture keeps readable letters when a phone or half a page scales it.
WIDTH = 480
ROW = 50
FONT = "'Source Sans 3', 'Liberation Sans', Arial, sans-serif"
# Characters that fit on one line at 16 px beside nothing else.
LABEL_CHARS = 58
# Room for the number after the longest bar.
NUMBER_ROOM = 60
KEY_HEIGHT = 32
# One of several small pictures: its label, its columns, its first and last month.
SMALL = 150
SMALL_ROOM = 70


def swedish_number(value: float) -> str:
    """Write a number as in Swedish print: no-break space for thousands, decimal comma."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return text.replace(",", "\u00a0").replace(".", ",")


def horizontal_bars(title: str, bars: Sequence[tuple[str, int]]) -> SafeString:
    """One bar per (label, count), in the order given: the label above, the count after."""
    top = max((value for _, value in bars), default=0) or 1
    parts = []
    for index, (label, value) in enumerate(bars):
        y = index * ROW
        width = _length(value, top, WIDTH - NUMBER_ROOM)
        parts.append(_label(label, y))
        parts.append(_rect(0, y + 24, width, 18, MARK, "plot-bar"))
        parts.append(_text(width + 8, y + 39, swedish_number(value), weight=600))
    description = "; ".join(f"{label} {swedish_number(value)}" for label, value in bars)
    return _svg(title, description, max(1, len(bars)) * ROW, parts)


def age_bars(
    title: str,
    rows: Sequence[tuple[str, tuple[int, int, int]]],
    labels: Sequence[str] = AGE_LABELS,
) -> SafeString:
    """One stacked bar per (label, counts of three ages, the youngest first), and the key above."""
    top = max((sum(counts) for _, counts in rows), default=0) or 1
    parts = _age_key(labels)
    for index, (label, counts) in enumerate(rows):
        y = KEY_HEIGHT + index * ROW
        parts.append(_label(label, y))
        x = 0
        for group, count in enumerate(counts):
            width = _length(count, top, WIDTH - NUMBER_ROOM)
            parts.append(_rect(x, y + 24, width, 20, AGE_MARKS[group], f"plot-age-{group + 1}", 0))
            number = swedish_number(count)
            if width >= 9 * len(number) + 6:
                middle = x + width // 2
                parts.append(_text(middle, y + 40, number, AGE_INKS[group], anchor="middle"))
            x += width
        parts.append(_text(x + 8, y + 40, swedish_number(sum(counts)), weight=600))
    description = "; ".join(
        f"{label}: " + ", ".join(f"{labels[i]} {counts[i]}" for i in range(3))
        for label, counts in rows
    )
    return _svg(title, description, KEY_HEIGHT + max(1, len(rows)) * ROW, parts)


def monthly_columns(title: str, months: Sequence[str], values: Sequence[int]) -> SafeString:
    """One column per month with its count on top; raises ValueError on unequal lengths."""
    base = 190
    top = max(values, default=0) or 1
    step = WIDTH // max(1, len(months))
    width = min(48, step * 2 // 3)
    parts = [_line(base)]
    for index, (month, value) in enumerate(zip(months, values, strict=True)):
        middle = index * step + step // 2
        tall = _length(value, top, base - 30)
        parts.append(_rect(middle - width // 2, base - tall, width, tall, MARK, "plot-column"))
        number = swedish_number(value)
        parts.append(_text(middle, base - tall - 8, number, weight=600, anchor="middle"))
        parts.append(_text(middle, base + 22, month, SOFT, anchor="middle"))
    pairs = zip(months, values, strict=True)
    description = "; ".join(f"{month} {swedish_number(value)}" for month, value in pairs)
    return _svg(title, description, base + 32, parts)


def small_columns(
    title: str, months: Sequence[str], units: Sequence[tuple[str, Sequence[int]]]
) -> SafeString:
    """Draw a small picture of columns for each unit, one under another, all on the same scale.

    The highest column of each carries its count; the first and the last month stand under it.
    """
    top = max((value for _, values in units for value in values), default=0) or 1
    step = WIDTH / max(1, len(months))
    parts = []
    for place, (label, values) in enumerate(units):
        base = place * SMALL + SMALL - 36
        parts.append(_label(label, place * SMALL))
        parts.append(_line(base))
        highest = max(range(len(values)), key=lambda month: values[month], default=0)
        for month, value in enumerate(values):
            x, tall = round(month * step), _length(value, top, SMALL_ROOM)
            width = max(3, round(step * 2 / 3))
            if value:
                parts.append(_rect(x, base - tall, width, tall, MARK, "plot-column", 2))
            if value and month == highest:
                number = swedish_number(value)
                anchor = "end" if month > len(months) // 2 else "start"
                edge = x + width if anchor == "end" else x
                parts.append(_text(edge, base - tall - 5, number, weight=600, anchor=anchor))
        if months:
            parts.append(_text(0, base + 20, months[0], SOFT))
            parts.append(_text(WIDTH, base + 20, months[-1], SOFT, anchor="end"))
    description = "; ".join(
        f"{label}: "
        + ", ".join(
            f"{month} {swedish_number(value)}" for month, value in zip(months, values, strict=True)
        )
        for label, values in units
    )
    return _svg(title, description, max(1, len(units)) * SMALL, parts)


def _length(value: int, top: int, room: int) -> int:
    # A count that is not nought must be seen, however small beside the largest.
    return 0 if value <= 0 else max(2, round(room * value / top))


def _age_key(labels: Sequence[str]) -> list[SafeString]:
    parts = []
    for group, label in enumerate(labels):
        x = group * 145
        parts.append(_rect(x, 5, 14, 14, AGE_MARKS[group], f"plot-age-{group + 1}"))
        parts.append(_text(x + 21, 18, label, SOFT))
    return parts


def _label(label: str, y: int) -> SafeString:
    short = label if len(label) <= LABEL_CHARS else f"{label[: LABEL_CHARS - 1].rstrip()}…"
    return _text(0, y + 17, short)


def _line(y: int) -> SafeString:
    return format_html(
        '<line x1="0" y1="{0}" x2="{1}" y2="{0}" stroke="{2}" stroke-width="1"/>', y, WIDTH, SOFT
    )


def _rect(
    x: int, y: int, width: int, height: int, fill: str, name: str, radius: int = 3
) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}" fill="{}"/>',
        name, x, y, width, height, radius, fill,
    )  # fmt: skip


def _text(
    x: int, y: int, text: str, fill: str = INK, *, weight: int = 400, anchor: str = "start"
) -> SafeString:
    return format_html(
        '<text class="plot-text" x="{}" y="{}" fill="{}" font-size="16" font-weight="{}" '
        'text-anchor="{}">{}</text>',
        x, y, fill, weight, anchor, text,
    )  # fmt: skip


def _svg(title: str, description: str, height: int, parts: Sequence[SafeString]) -> SafeString:
    # aria-label rather than aria-labelledby: two plots on a page would share an id.
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="plot-svg" viewBox="0 0 {width} {height}" '
        'width="{width}" height="{height}" role="img" aria-label="{title}" '
        'font-family="{font}"><title>{title}</title><desc>{description}</desc>{parts}</svg>',
        width=WIDTH,
        height=height,
        title=title,
        font=FONT,
        description=description,
        parts=format_html_join("", "{}", ((part,) for part in parts)),
    )

"""The design system: contrast of its colours, and what its components tell the reader."""

import re
from datetime import date
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.management import call_command
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory, override_settings

from config.styleguide import ExampleForm

TOKENS = Path("config/static/css/tokens.css").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", TOKENS))

TEXT_PAIRS = [
    *[(ink, ground) for ink in ("ink", "ink-soft", "link") for ground in ("bg", "surface")],
    *[("ink", f"{kind}-soft") for kind in ("info", "ok", "warn", "danger", "neutral")],
    *[(k, f"{k}-soft") for k in ("info", "ok", "warn", "danger", "neutral", "done", "primary")],
    *[(kind, "surface") for kind in ("ok", "warn", "danger", "primary")],
    *[("ink-soft", ground) for ground in ("surface-sunk", "surface-hover", "primary-soft")],
    ("ink", "surface-sunk"),
    ("link", "surface-sunk"),
    ("on-primary", "primary"),
    ("on-primary", "primary-hover"),
    ("on-danger", "danger"),
    ("on-danger", "danger-hover"),
]
MARK_PAIRS = [
    *[(mark, "surface") for mark in ("mark-1", "mark-2", "mark-3", "mark-4", "line-strong")],
    *[("focus", ground) for ground in ("bg", "surface", "primary-soft")],
    ("line-strong", "bg"),
]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two tokens, 1 to 21."""
    light, dark = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_is_readable_on_its_ground(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("mark", "ground"), MARK_PAIRS)
def test_marks_borders_and_focus_can_be_seen(mark: str, ground: str) -> None:
    assert contrast(mark, ground) >= 3


def test_no_colour_is_written_outside_the_tokens() -> None:
    for sheet in Path("config/static/css").glob("*.css"):
        if sheet.name in ("tokens.css", "print.css"):
            continue
        text = re.sub(r"#fff;", "", sheet.read_text(encoding="utf-8"))  # paper behind a QR code
        assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", text), sheet


def test_templates_hold_no_style_script_or_handler() -> None:
    for template in Path("config/templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)", text), template


def render(source: str, query: str = "", **context: object) -> str:
    """Render a snippet with the components loaded, in a request with ``query``."""
    request = RequestFactory().get(f"/?{query}")
    template = Template("{% load ui %}" + source)
    return template.render(Context({"request": request, **context}))


TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("last_day", "met_on", "text", "kind"),
    [
        (date(2026, 3, 20), None, "20 mar, 10 dagar kvar", "neutral"),
        (date(2026, 3, 11), None, "11 mar, 1 dag kvar", "warn"),
        (date(2026, 3, 10), None, "Sista dag i dag", "warn"),
        (date(2026, 3, 7), None, "Försenad 3 dagar", "danger"),
        # Done in time: never late, however long ago.
        (date(2025, 3, 7), date(2025, 3, 7), "Klart 7 mar", "ok"),
        (date(2026, 3, 7), date(2026, 3, 8), "Klart 8 mar, 1 dag för sent", "warn"),
    ],
)
def test_a_last_day_says_what_is_left(
    last_day: date, met_on: date | None, text: str, kind: str
) -> None:
    html = render("{% due d today=t met_on=m %}", d=last_day, t=TODAY, m=met_on)
    assert re.sub(r"<[^>]+>", "", html) == text
    assert f"chip--{kind}" in html


@pytest.mark.parametrize(
    ("days", "kind", "text"),
    [
        (30, "ok", "30 dagar (gräns 30 och 90)"),
        (31, "warn", "31 dagar (gräns 30 och 90)"),
        (90, "warn", "90 dagar (gräns 30 och 90)"),
        (97, "danger", "97 dagar, 7 över gränsen 90"),
    ],
)
def test_the_clock_turns_after_its_limits_not_on_them(days: int, kind: str, text: str) -> None:
    html = render("{% clock_bar days 30 90 %}", days=days)
    assert f"clock--{kind}" in html
    assert text in html


def test_an_unknown_kind_or_icon_is_refused_at_once() -> None:
    with pytest.raises(TemplateSyntaxError, match="Unknown kind"):
        render('{% chip "x" "purple" %}')
    with pytest.raises(TemplateSyntaxError, match="No icon"):
        render('{% icon "no-such-icon" %}')


def test_what_people_have_written_is_escaped() -> None:
    evil = "<script>alert(1)</script>"
    html = render(
        "{% chip x %}{% fact x x %}{% page_header x lead=x %}{% endpage_header %}"
        "{% card x %}{{ x }}{% endcard %}{% notice 'info' x %}{{ x }}{% endnotice %}"
        "{% empty_state x x %}{% endempty_state %}{% timeline events %}",
        x=evil,
        events=[{"at": TODAY, "who": evil, "what": evil, "text": evil}],
    )
    assert "<script" not in html
    assert html.count("&lt;script") == 14


def test_a_sort_link_turns_keeps_the_filter_and_starts_over() -> None:
    first = render('{% sort_header "Sista dag" "last_day" %}', "unit=3&page=4")
    assert 'href="?unit=3&amp;sort=last_day"' in first
    assert "aria-sort" not in first
    again = render('{% sort_header "Sista dag" "last_day" %}', "sort=last_day")
    assert 'href="?sort=-last_day"' in again
    assert 'aria-sort="ascending"' in again


def test_the_pager_counts_and_keeps_the_filter() -> None:
    page = Paginator(range(1204), 50).page(2)
    html = render('{% pager page "avvikelser" %}', "unit=3&page=2", page=page)
    assert "51–100 av 1\u00a0204 avvikelser" in html
    assert 'href="?unit=3&amp;page=3"' in html
    assert 'href="?unit=3&amp;page=1"' in html


@pytest.mark.parametrize(
    ("rows", "number", "words"),
    [
        (0, 1, "<p>0 avvikelser</p>"),
        (1, 1, "<p>1 avvikelse</p>"),
        (7, 1, "<p>7 avvikelser</p>"),
        (51, 2, "<p>51 av 51 avvikelser</p>"),
    ],
)
def test_the_pager_says_how_many_as_it_is_said(rows: int, number: int, words: str) -> None:
    page = Paginator(range(rows), 50).page(number)
    assert words in render('{% pager page "avvikelser" "avvikelse" %}', page=page)


def test_a_list_is_downloaded_as_it_is_narrowed_and_ordered_from_its_first_row() -> None:
    html = render("{% downloads %}", "unit=3&sort=-number&page=2")
    assert 'href="?unit=3&amp;sort=-number&amp;format=csv"' in html
    assert 'href="?unit=3&amp;sort=-number&amp;format=xlsx"' in html
    assert html.count("Ladda ned listan som") == 2


def test_a_field_says_that_it_is_required_and_ties_hint_and_fault_to_it() -> None:
    form = ExampleForm({"title": ""})
    html = str(form["title"].as_field_group())
    assert "(obligatorisk)" in html
    assert 'class="input"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html


def test_an_optional_field_does_not_say_required() -> None:
    assert "(obligatorisk)" not in str(ExampleForm()["text"].as_field_group())


def test_radio_buttons_are_a_group_with_one_legend() -> None:
    html = str(ExampleForm()["safe"].as_field_group())
    assert html.count("<legend>") == 1
    assert html.count('class="choice"') == 3


def test_the_error_summary_leads_to_every_field() -> None:
    form = ExampleForm({"unit": "1"})
    html = str(form)
    assert "2 fel behöver rättas" in html
    for target in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{target}"' in html


def test_faults_of_the_whole_form_are_in_the_summary() -> None:
    class Period(forms.Form):
        """A form whose fields are right one by one."""

        def clean(self) -> None:
            """Refuse always."""
            raise forms.ValidationError("Från måste komma före till.")

    assert "Från måste komma före till." in str(Period({}))


def test_every_file_that_a_style_sheet_names_is_there(tmp_path: Path) -> None:
    """The hashed names of production: collectstatic fails on a reference that leads nowhere."""
    hashed = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    with override_settings(
        STATIC_ROOT=tmp_path, STORAGES=settings.STORAGES | {"staticfiles": hashed}
    ):
        call_command("collectstatic", verbosity=0, interactive=False)
    sheet = next(tmp_path.glob("css/tokens.*.css")).read_text(encoding="utf-8")
    font = re.search(r'url\("(?P<path>[^"]+latin-wght[^"]+)"\)', sheet)
    assert font is not None
    assert (tmp_path / "css" / font["path"]).resolve().exists()

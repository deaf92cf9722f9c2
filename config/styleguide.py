"""The page /stil/: every component of the screens with its markup, for those who build them."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from casework.reports import plots

CAUSES = [("routine", "Rutin saknas"), ("known", "Rutin är inte känd"), ("staff", "Bemanning")]
UNITS = [("", "Välj enhet"), ("1", "Mottagningsenheten"), ("2", "Utredningsenhet 1")]
YES_NO = [("yes", "Ja"), ("no", "Nej"), ("unknown", "Vet inte")]


class ExampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="Rubrik", help_text="Skriv kort vad det gäller, utan namn.")
    unit = forms.ChoiceField(label="Enhet", choices=UNITS)
    happened = forms.DateField(
        label="När hände det?", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    safe = forms.ChoiceField(
        label="Är den enskilde trygg nu?", choices=YES_NO, widget=forms.RadioSelect
    )
    causes = forms.MultipleChoiceField(
        label="Orsaker",
        choices=CAUSES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Välj en eller flera.",
    )
    text = forms.CharField(label="Beskrivning", widget=forms.Textarea, required=False)
    attachment = forms.FileField(
        label="Bilaga", required=False, help_text="PDF, Word eller bild, högst 10 MB."
    )
    protected = forms.BooleanField(label="Skyddade personuppgifter", required=False)


def styleguide(request: HttpRequest) -> HttpResponse:
    """Render every component; holds no data of the service."""
    return render(request, "styleguide.html", example_context())


def example_context() -> dict[str, Any]:
    """Made-up values for the page; dates are relative to today so that the chips stay true."""
    today = timezone.localdate()
    months = ["jan", "feb", "mar", "apr", "maj", "jun"]
    causes = [("Rutin saknas", 62), ("Rutin är inte känd", 41), ("Bemanning", 18), ("Annat", 7)]
    ages = [
        ("Mottagning", (31, 12, 4)),
        ("Utredning 1", (18, 22, 9)),
        ("Familjerätt", (7, 3, 0)),
    ]
    return {
        "nav": example_nav(),
        "nav_role": "Enhetschef",
        "nav_board": "Socialnämnden Norr",
        "form": ExampleForm(auto_id="id_%s"),
        "bad_form": ExampleForm(
            {"title": "", "unit": "9", "happened": "i går", "text": "…"}, auto_id="bad_%s"
        ),
        "move_form": ExampleForm(auto_id="move_%s"),
        "rows": example_rows(today),
        "page": Paginator(range(1204), 50).page(2),
        "today": today,
        "events": example_events(),
        "tabs": [
            {"label": "Översikt", "url": "#flikar", "current": True},
            {"label": "Åtgärder", "url": "#flikar", "count": 3},
            {"label": "Händelselogg", "url": "#flikar"},
        ],
        "yesterday": today - timedelta(days=5),
        "tomorrow": today + timedelta(days=2),
        "next_month": today + timedelta(days=30),
        "bars": plots.horizontal_bars("Orsaker", causes),
        "bar_rows": causes,
        "cause_columns": ["Orsak", "Antal"],
        "age_columns": ["Enhet", *plots.AGE_LABELS],
        "month_columns": ["Månad", "Antal"],
        "ages": plots.age_bars("Öppna avvikelser efter ålder", ages),
        "age_rows": [(label, *counts) for label, counts in ages],
        "columns": plots.monthly_columns(
            "Rapporterade per månad", months, [31, 28, 40, 22, 35, 30]
        ),
        "column_rows": list(zip(months, [31, 28, 40, 22, 35, 30], strict=True)),
    }


def example_nav() -> list[dict[str, Any]]:
    """Entries as the context processor of the service gives them."""
    return [
        {"label": "Att göra", "url": "/", "icon": "house", "current": False, "count": 4},
        {"label": "Inkorg", "url": "#inkorg", "icon": "inbox", "current": True, "count": 12},
        {"label": "Bevakning", "url": "#b", "icon": "calendar-clock", "current": False},
        {"label": "Avvikelser", "url": "#a", "icon": "flag", "current": False},
        {"label": "Synpunkter", "url": "#s", "icon": "message-square", "current": False},
        {"label": "Lex Sarah", "url": "#l", "icon": "scale", "current": False},
        {"label": "Rapporter", "url": "#r", "icon": "chart-column", "current": False},
    ]


def example_rows(today: date) -> list[dict[str, Any]]:
    """Three deviations as the inbox shows them."""
    names = ["Utredningen blev försenad", "Dokumentation saknas i akten", "Beslut gavs muntligt"]
    chips = [("Rapporterad", "info"), ("Utreds", "warn"), ("Avslutad", "done")]
    return [
        {
            "pk": 110 + i,
            "number": f"2026-{110 + i}",
            "title": name,
            "unit": "Utredningsenhet 1",
            "status": status,
            "kind": kind,
            "risk": i + 2,
            "last_day": today + timedelta(days=9 * i - 4),
        }
        for i, (name, (status, kind)) in enumerate(zip(names, chips, strict=True))
    ]


def example_events() -> list[dict[str, Any]]:
    """A short log, newest first."""
    zone = timezone.get_current_timezone()
    return [
        {
            "at": datetime(2026, 3, 12, 14, 5, tzinfo=zone),
            "who": "Eva Lind, Enhetschef",
            "what": "Mottagen",
            "kind": "ok",
        },
        {
            "at": datetime(2026, 3, 11, 9, 30, tzinfo=zone),
            "who": "Systemet",
            "what": "Påminnelse skickad",
            "kind": "info",
            "icon": "bell",
        },
        {
            "at": date(2026, 3, 9),
            "who": "Omar Haddad, Medarbetare",
            "what": "Rapporterad",
            "text": "Utredningen avslutades efter sista dag.",
        },
    ]

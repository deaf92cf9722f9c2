"""What one can ask of the report on screen."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware, localtime

from casework.organisation.models import ServiceArea
from casework.reports.periods import quality_year
from casework.reports.selection import DEFAULT_MIN_COUNT


def _day(label: str, *, required: bool, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class _MomentInput(forms.DateTimeInput):
    """A moment by the clock on the wall, to the second: all that the browser's own field takes.

    A link to a report names it with its zone and to the microsecond; the field would stand empty,
    and the next report would be of another moment than the one on the page.
    """

    def __init__(self) -> None:
        attrs = {"type": "datetime-local", "step": "1"}
        super().__init__(format="%Y-%m-%dT%H:%M:%S", attrs=attrs)

    def format_value(self, value: Any) -> str | None:
        """Return the moment as the field takes it; what is none, as it was typed."""
        if isinstance(value, str):
            with suppress(ValueError):
                value = parse_datetime(value) or value
        if isinstance(value, datetime):
            value = (localtime(value) if is_aware(value) else value).replace(microsecond=0)
        return super().format_value(value)


class ReportForm(forms.Form):
    """Period, area and clocks, named as in the API and at the command line."""

    area = forms.ChoiceField(label="Verksamhetsområde", required=False)
    min_count = forms.IntegerField(
        label="Minsta antal för en kategori",
        required=False,
        min_value=0,
        widget=forms.NumberInput(attrs={"placeholder": DEFAULT_MIN_COUNT}),
    )
    as_of = _day(
        "Läget denna dag",
        required=False,
        help_text="Det som hände senare räknas inte. Tomt: i dag.",
    )
    known_at = forms.DateTimeField(
        label="Enligt det som var känt",
        required=False,
        widget=_MomentInput,
        help_text="Det som registrerades senare räknas inte. Tomt: nu.",
    )
    field_order = ("from", "to", "area", "min_count", "as_of", "known_at")

    def __init__(
        self, *args: Any, areas: Sequence[ServiceArea], today: date, **kwargs: Any
    ) -> None:
        """Offer ``areas``; start with the kvalitetsår of ``today`` and the first area."""
        super().__init__(*args, **kwargs)
        period = quality_year(today)
        # "from" is a word of the language and can be no attribute of the class.
        self.fields["from"] = _day("Från och med", required=True)
        self.fields["to"] = _day("Till och med", required=True)
        self.fields["from"].initial, self.fields["to"].initial = period.start, period.end
        self.fields["min_count"].initial = DEFAULT_MIN_COUNT
        choices = [(area.name, area.name) for area in areas]
        field = self.fields["area"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Alla"), *choices] if len(choices) != 1 else choices
            field.initial = choices[0][0] if choices else ""
        self.order_fields(self.field_order)

    def asked(self) -> dict[str, Any]:
        """Return what was asked for as the arguments of ``select``: given, or as it starts."""
        values = {
            name: self.cleaned_data[name] if self.is_bound else field.initial
            for name, field in self.fields.items()
        }
        values["period_from"], values["period_to"] = values.pop("from"), values.pop("to")
        if values["min_count"] is None:
            values["min_count"] = DEFAULT_MIN_COUNT
        values["area"] = values["area"] or ""
        return values

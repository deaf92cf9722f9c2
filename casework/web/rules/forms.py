"""The form of a time of one's own."""

from typing import Any

from django import forms

from casework.deadlines.board_models import TERM_UNITS
from casework.deadlines.local_setting import Wish
from casework.deadlines.statutes.presets import Preset
from casework.organisation.models import ServiceArea
from casework.web.organisation.fields import DayField
from casework.web.organisation.forms import BoardForm


class RuleForm(BoardForm):
    """Egen tid: how long, counted how, for whom, from when."""

    amount = forms.IntegerField(
        label="Antal",
        error_messages={"required": "Skriv ett antal.", "invalid": "Skriv ett heltal."},
        widget=forms.NumberInput(attrs={"min": 1, "inputmode": "numeric"}),
    )
    unit = forms.ChoiceField(label="Räknat i", choices=TERM_UNITS)
    area = forms.ModelChoiceField(
        ServiceArea.objects.none(),
        label="Verksamhetsområde",
        required=False,
        empty_label="Hela nämnden",
        help_text="En tid för ett verksamhetsområde går före nämndens.",
    )
    valid_from = DayField(
        label="Gäller det som börjar från och med",
        help_text="Tidigast i morgon. Tider som redan löper ändras inte.",
    )
    valid_to = DayField(
        label="Till och med", required=False, help_text="Lämna tomt om den gäller tills vidare."
    )
    preset = forms.ChoiceField(label="Påminnelser", choices=Preset.choices)

    def wish(self, key: str) -> Wish:
        """Return what the valid form asks for."""
        given: dict[str, Any] = self.cleaned_data
        return Wish(key=key, **given)

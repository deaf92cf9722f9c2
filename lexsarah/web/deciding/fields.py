"""Fields that the forms of the decision share."""

from django import forms

from casework.web.cases.fields import text_field
from lexsarah import states
from lexsarah.services import deciding


def outcome_field() -> forms.ChoiceField:
    """Return the choice among the five."""
    return forms.ChoiceField(
        label="Bedömning",
        choices=list(states.OUTCOMES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Välj en av de fem bedömningarna."},
    )


def reasons_field() -> forms.CharField:
    """Return the field for the reasons of an outcome."""
    field = text_field(
        "Skäl",
        required=deciding.NO_REASONS,
        help_text="Varför det bedöms så. Skriv inga namn: skälen står i utredningen som lämnas ut.",
    )
    field.widget.attrs["rows"] = 8
    return field

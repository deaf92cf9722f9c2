"""Forms of the registers."""

from typing import Any

from django import forms

from casework.shared import clock
from deviations.models import Category
from deviations.web.handling.fields import DayField


class CauseForm(forms.Form):
    """Ny orsak."""

    name = forms.CharField(
        label="Namn", max_length=200, error_messages={"required": "Skriv ett namn."}
    )


class CategoryForm(CauseForm):
    """Ny kategori."""

    parent = forms.ModelChoiceField(
        Category.objects.none(),
        label="Under huvudkategorin",
        required=False,
        empty_label="Ingen: det är en huvudkategori",
    )
    keywords = forms.CharField(
        label="Ord som tyder på kategorin",
        required=False,
        max_length=500,
        help_text="Skilj orden åt med mellanslag. De används för att föreslå kategori.",
    )

    def __init__(self, *args: Any, board_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["parent"]
        field.queryset = (
            Category.objects.valid_on(clock.today())
            .filter(board_id=board_id, parent=None)
            .order_by("name")
        )


class RenameForm(CauseForm):
    """Byt namn."""

    name = forms.CharField(
        label="Nytt namn",
        max_length=200,
        help_text="Det som redan är registrerat behåller det gamla namnet.",
        error_messages={"required": "Skriv ett namn."},
    )


class KeywordsForm(forms.Form):
    """Ord som tyder på kategorin."""

    keywords = forms.CharField(
        label="Ord som tyder på kategorin",
        required=False,
        max_length=500,
        help_text="Skilj orden åt med mellanslag. De används för att föreslå kategori.",
    )


class EndForm(forms.Form):
    """Sluta använda."""

    last_day = DayField(label="Sista dag", initial=clock.today)

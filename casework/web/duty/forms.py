"""Forms of the functions on duty."""

from django import forms

from casework.organisation.models import Department
from casework.shared import clock
from casework.web.organisation.fields import DayField, PersonField
from casework.web.organisation.forms import BoardForm


class FunctionForm(BoardForm):
    """Ny funktion."""

    name = forms.CharField(
        label="Funktion",
        max_length=100,
        help_text="Till exempel Socialjouren.",
        error_messages={"required": "Skriv vad funktionen heter."},
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label="Avdelning",
        required=False,
        empty_label="Hela nämnden",
        help_text="En avdelnings funktion går före nämndens.",
    )
    email = forms.EmailField(
        label="E-postadress",
        required=False,
        help_text="Får nummer, regel och datum, aldrig vad det gäller. Personer läggs till sedan.",
        error_messages={"invalid": "Skriv en e-postadress, till exempel jouren@kommunen.se."},
    )
    valid_from = DayField(label="Från och med", initial=clock.today)
    valid_to = DayField(label="Till och med", required=False)


class MemberForm(BoardForm):
    """Lägg till en person."""

    user = PersonField(label="Person")


class EndForm(forms.Form):
    """Avsluta en funktion."""

    last_day = DayField(label="Sista dag", initial=clock.today)

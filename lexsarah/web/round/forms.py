"""The forms of what goes round."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms

from casework.organisation.models import Unit
from casework.shared import clock
from casework.web.cases.fields import DayField, RowField, text_field
from lexsarah.models import Statute
from lexsarah.services import lessons, providers
from lexsarah.services.investigating import MAX_NUMBER
from lexsarah.services.providers import Information
from lexsarah.web.warned import WarnedForm


class InformationForm(forms.Form):
    """Skriv in information från utförare; ``key`` is made with it, so that two clicks are one."""

    key = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    provider = forms.CharField(
        label="Utförare",
        max_length=providers.MAX_NAME,
        error_messages={"required": "Skriv vilken utföraren är."},
    )
    received_on = DayField(label="När kom informationen?")
    text = text_field(
        "Vad informerar utföraren om?",
        required="Skriv vad utföraren informerar om.",
        help_text="Skriv kort. Ärendenummer i stället för namn och personnummer.",
    )
    occurred_on = DayField(label="När hände det?", required=False)
    statute = forms.ChoiceField(
        label="Vilken lag gäller insatsen?", choices=Statute.choices, widget=forms.RadioSelect
    )
    provider_notified_ivo = forms.ChoiceField(
        label="Har utföraren anmält till IVO?",
        choices=list(providers.IVO_ANSWERS.items()),
        widget=forms.RadioSelect,
        initial="unknown",
    )
    unit = RowField(
        label="Berörd enhet hos oss",
        required=False,
        help_text="Enheten som har beslutat om insatsen, om den är känd.",
    )
    registry_number = forms.CharField(label="Diarienummer", required=False, max_length=MAX_NUMBER)
    protected = forms.BooleanField(
        label="Den det gäller har skyddade personuppgifter", required=False
    )

    def __init__(self, units: Iterable[Unit], data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        field: Any = self.fields["unit"]
        field.offer(units, empty="Ingen, eller okänd")
        self.fields["received_on"].initial = clock.today()
        self.fields["statute"].initial = Statute.SOL

    def information(self) -> Information:
        """Return the valid form as what the service takes."""
        return Information(**{name: self.cleaned_data[name] for name in providers.NAMES})


class CorrectionForm(InformationForm):
    """The same as it should have been, and why."""

    key = None  # type: ignore[assignment]  # takes the field away
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = text_field(
        "Varför rättas det?",
        required="Skriv varför det rättas.",
        help_text="Det som stod förut går att läsa, med ditt namn och skälet.",
    )


class FollowUpForm(forms.Form):
    """What the board does about it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = text_field(
        "Vad gör nämnden?",
        required="Skriv vad nämnden gör med informationen.",
        help_text="Till exempel samtal med utföraren eller uppföljning av avtalet.",
    )
    registry_number = forms.CharField(label="Diarienummer", required=False, max_length=MAX_NUMBER)


class FinishForm(forms.Form):
    """Done with it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    on = DayField(label="Klar den")


class ReviewForm(forms.Form):
    """A unit has gone through a lesson."""

    unit = RowField(label="Enhet", error_messages={"required": "Välj enhet."})
    held_on = DayField(label="När gick enheten igenom den?")

    def __init__(self, units: Iterable[Unit], data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["unit"]
        field.offer(units)
        self.fields["held_on"].initial = clock.today()


class WordingForm(forms.Form):
    """Words for the quality report."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    event = text_field(
        "Händelsen",
        required="Skriv händelsen så som den får läsas av alla.",
        help_text="En eller två meningar, utan namn, enhet eller annat som pekar ut någon.",
    )
    measures = text_field("Åtgärderna", required="")


class LessonForm(WarnedForm):
    """A lesson for all units."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(
        label="Rubrik",
        max_length=lessons.MAX_TITLE,
        error_messages={"required": "Skriv en rubrik."},
    )
    text = text_field(
        "Vad kan andra lära av det?",
        required="Skriv vad andra kan lära av det.",
        help_text="Vad som kan hända, varför, och vad som hindrar det. Peka inte ut någon.",
    )
    read = forms.BooleanField(
        label="Jag har läst igenom lärdomen: ingen kan kännas igen",
        error_messages={"required": "Läs igenom lärdomen och kryssa i rutan. Den går till alla."},
    )
    anyway = forms.BooleanField(
        label="Skicka ändå: orden som nämns ovan pekar inte ut någon här", required=False
    )

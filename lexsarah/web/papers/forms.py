"""The forms of papers."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from casework.shared import clock
from casework.shared.errors import InvalidInput, NoRoom
from casework.shared.uploads import Upload, check
from casework.web.cases.fields import DayField, text_field
from lexsarah.models import IvoLetter, RegistryEntry
from lexsarah.papers.masking import Masking
from lexsarah.services.letters import Letter
from lexsarah.services.papers import MAX_GROUNDS
from lexsarah.services.registry import MAX_TEXT, Entry
from lexsarah.web.warned import WarnedForm

GROUNDS = "Uppgifterna omfattas av sekretess enligt 26 kap. 1 § offentlighets- och sekretesslagen."


class UploadField(forms.FileField):
    """One file; cleans to an ``Upload`` that may be kept, or None."""

    def clean(self, data: Any, initial: Any = None) -> Upload | None:
        """Check it by its content."""
        if not data:
            return None
        try:
            upload = Upload.of(data)
            check(upload)
        except (InvalidInput, NoRoom) as error:
            raise forms.ValidationError(error.message, code=error.code) from error
        return upload


class EntryForm(WarnedForm):
    """A line of the list of documents, and the document itself where it is to be kept."""

    on = DayField(label="Datum")
    direction = forms.ChoiceField(
        label="Riktning",
        choices=RegistryEntry.Direction.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj inkommen, utgående eller upprättad."},
    )
    party = forms.CharField(
        label="Från eller till",
        required=False,
        max_length=MAX_TEXT,
        help_text="Myndighet, enhet eller ”enskild”, aldrig en persons namn.",
    )
    subject = forms.CharField(
        label="Gäller",
        max_length=MAX_TEXT,
        help_text="Kort och neutralt. Raden kan läsas av den som frågar efter diariet.",
        error_messages={"required": "Skriv vad handlingen gäller."},
    )
    file = UploadField(
        label="Fil",
        required=False,
        help_text="PDF, Word, Excel eller bild, högst 10 MB. Sparas krypterad bland handlingarna.",
    )
    anyway = forms.BooleanField(
        label="Jag har sett att ett namn står här, och det ska stå så", required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["on"].initial = clock.today()

    @property
    def lost_file(self) -> bool:
        """Whether a file was sent with a form that goes back: it has to be chosen again."""
        return bool(self.files.get("file")) and "file" not in self.errors

    def entry(self) -> Entry:
        """Return the valid form as what the service takes."""
        return Entry(**self.cleaned_data)


class LetterForm(forms.Form):
    """A letter from IVO."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="Vad är det?",
        choices=IvoLetter.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vad brevet är."},
    )
    came_on = DayField(label="När kom det?")
    text = text_field("Vad säger IVO?", required="Skriv vad IVO säger.")
    answer_due_on = DayField(
        label="Svar senast, eller ny sista dag",
        required=False,
        help_text="Vid längre tid: dagen då utredningen senast ska vara hos IVO.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["came_on"].initial = clock.today()

    def letter(self) -> Letter:
        """Return the valid form as what the service takes."""
        given = {key: value for key, value in self.cleaned_data.items() if key != "version"}
        return Letter(**given)


class AnswerForm(forms.Form):
    """What IVO was answered."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    answered_on = DayField(label="När svarade ni?")
    answer = text_field("Vad svarade ni?", required="Skriv vad ni svarade.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["answered_on"].initial = clock.today()


class MaskForm(forms.Form):
    """What is to be masked in a copy to hand out."""

    fingerprint = forms.CharField(widget=forms.HiddenInput)
    # The choice that was last looked at (``masking.fingerprint_of_choice``); empty before that.
    previewed = forms.CharField(widget=forms.HiddenInput, required=False)
    names = forms.BooleanField(label="Namn på medarbetare", required=False, initial=True)
    case_number = forms.BooleanField(label="Ärendets nummer", required=False, initial=True)
    passages = forms.CharField(
        label="Ord och meningar",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="En på varje rad, så som de står i texten. De maskas överallt, men bara som hela "
        "ord: skriv också andra former, som ”Ali”, ”Alis”.",
    )
    grounds = forms.CharField(
        label="Skäl som står i kopian",
        max_length=MAX_GROUNDS,
        initial=GROUNDS,
        error_messages={"required": "Skriv varför uppgifterna inte lämnas ut."},
    )

    def masking(self, places: Iterable[int]) -> Masking:
        """Return the valid form as what the service takes, with the ticked ``places``."""
        given = self.cleaned_data
        lines = [line.strip() for line in given["passages"].splitlines()]
        return Masking(
            tuple(dict.fromkeys(line for line in lines if line)),
            frozenset(places),
            given["names"],
            given["case_number"],
        )


class PeriodForm(forms.Form):
    """From which day through which."""

    since = DayField(label="Från")
    until = DayField(label="Till och med")

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", "Perioden slutar innan den börjar. Rätta dagarna.")
        return given


def this_year() -> dict[str, date]:
    """Return the period that the appendix is shown for before one is chosen."""
    today = clock.today()
    return {"since": date(today.year, 1, 1), "until": today}

"""The forms of the investigation: a part of the document, a cause, a note."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from casework.shared import clock, personnummer
from casework.web.cases.fields import DayField, RowField, text_field
from deviations.models import Cause
from lexsarah.models import Note
from lexsarah.services import causes, notes
from lexsarah.services.documenting import PartAsIs

_WIDTH = 80


class PartForm(forms.Form):
    """One part of the document: its answer where it asks for one, its text, its version."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": "Sidan var för gammal. Spara igen.", "invalid": "Spara igen."},
    )
    choice = forms.ChoiceField(label="Svar", required=False, widget=forms.RadioSelect)
    # As it was typed: stripped it would differ from what stands, and look changed.
    text = forms.CharField(label="Text", required=False, strip=False, widget=forms.Textarea)

    def __init__(self, one: PartAsIs, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(
            data,
            auto_id=f"id_{one.part.key}_%s",
            initial={"version": one.version, "choice": one.choice, "text": one.text},
        )
        self.one = one
        choices: Any = self.fields["choice"]
        if one.part.choices:
            choices.choices = list(one.part.choices.items())
            choices.label = one.part.label
        else:
            del self.fields["choice"]
        shown = str(self["text"].value() or "")
        lines = sum(1 + len(line) // _WIDTH for line in shown.splitlines())
        self.fields["text"].widget.attrs |= {
            "rows": min(24, max(4, lines + 1)),
            "aria-describedby": f"id_{one.part.key}_hint",
        }

    @property
    def chosen(self) -> str:
        """The answer that was chosen, in words."""
        return (self.one.part.choices or {}).get(str(self["choice"].value() or ""), "")

    @property
    def numbers(self) -> list[personnummer.Found]:
        """What looks like a personnummer in the text."""
        return personnummer.find(str(self["text"].value() or ""))


class CauseForm(forms.Form):
    """A cause of the register, and the investigation's own words for it."""

    cause = RowField(label="Orsak ur registret", error_messages={"required": "Välj en orsak."})
    text = forms.CharField(
        label="Med egna ord",
        required=False,
        max_length=causes.LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, offered: Iterable[Cause], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="id_cause_%s")
        field: Any = self.fields["cause"]
        field.offer(offered)


class NoteForm(forms.Form):
    """A tjänsteanteckning."""

    on = DayField(label="När fick du veta det?")
    source = forms.CharField(
        label="Källa",
        max_length=notes.LONGEST_SOURCE,
        help_text="Vem eller vad uppgiften kommer från: samtal med, besök hos, journal, mejl.",
        error_messages={"required": "Skriv varifrån uppgiften kommer."},
    )
    nature = forms.ChoiceField(
        label="Faktauppgift eller bedömning?",
        choices=Note.Nature.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj faktauppgift eller bedömning."},
    )
    text = text_field("Anteckning", required="Skriv anteckningen.", max_length=notes.LONGEST)

    def __init__(self, data: Mapping[str, Any] | None = None, *, corrects: Note | None = None):
        super().__init__(data)
        self.fields["on"].widget.attrs["max"] = clock.today().isoformat()
        self.fields["text"].widget.attrs["rows"] = 5
        self.fields["on"].initial = clock.today()
        if corrects is not None:
            for name in ("on", "source", "nature", "text"):
                self.fields[name].initial = getattr(corrects, name)

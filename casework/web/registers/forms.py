"""Forms for taking in a register."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from casework.registers.headers import guess_mapping, why_refused
from casework.registers.kinds import RegisterKind
from casework.registers.pending import Pending
from casework.registers.reading import LARGEST_FILE
from casework.shared.errors import NoRoom
from casework.shared.storage import taken


class UploadForm(forms.Form):
    """The file; whether it is one is for the worker to find out."""

    file = forms.FileField(
        label="Fil",
        help_text="CSV eller Excel (.xlsx), högst 30 MB, 50 000 rader och 200 kolumner.",
        error_messages={
            "required": "Välj en fil.",
            "empty": "Filen är tom. Välj en annan.",
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    content: bytes

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large to look at."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError("Filen är större än 30 MB. Dela den i flera filer.")
        try:
            self.content = taken(file).read()
        except NoRoom as error:
            raise forms.ValidationError(error.message, code=error.code) from error
        return file


class ColumnsForm(forms.Form):
    """One choice per header of the file: which of our columns it is, or none."""

    def __init__(self, data: Any, kind: type[RegisterKind[Any]], waiting: Pending) -> None:
        super().__init__(data)
        self.kind = kind
        self.headers = waiting.headers
        choices = [("", "Hoppa över")] + [(c.name, c.name) for c in kind.columns]
        guessed = guess_mapping(kind, self.headers)
        for place, header in enumerate(self.headers):
            shown = waiting.samples[place]
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=header or f"(kolumn {place + 1} utan rubrik)",
                choices=choices,
                required=False,
                initial=waiting.mapping.get(header, guessed.get(header, "")),
                help_text=why_refused(kind, header)
                or (f"I filen: {shown}" if shown else "Tom i filen."),
            )

    def clean(self) -> dict[str, Any]:
        """Want each required column once."""
        chosen: dict[str, str] = {}
        for place in range(len(self.headers)):
            name = f"column_{place}"
            column = self.cleaned_data.get(name)
            if column in chosen:
                self.add_error(name, f"{column} är redan vald för {chosen[column]}.")
            elif column:
                chosen[column] = self.headers[place]
        missing = [c.name for c in self.kind.columns if c.required and c.name not in chosen]
        if missing:
            raise forms.ValidationError(
                f"Det saknas en kolumn för: {', '.join(missing)}. Välj vilken det är, eller lägg "
                "till den i filen (cellerna får vara tomma)."
            )
        return self.cleaned_data

    @property
    def unmatched(self) -> list[forms.BoundField]:
        """The headers that are for the user to match."""
        return [field for field in self if not field.initial]

    @property
    def matched(self) -> list[forms.BoundField]:
        """The headers that were matched already."""
        return [field for field in self if field.initial]

    @property
    def matched_label(self) -> str:
        """What opens the list of those."""
        return f"Redan valda kolumner ({len(self.matched)})"

    @property
    def opens_matched(self) -> bool:
        """Whether one of those needs a look, or there is nothing else to look at."""
        return not self.unmatched or any(field.errors for field in self.matched)

    @property
    def mapping(self) -> dict[str, str]:
        """Header → column, empty for those left out."""
        return {
            header: self.cleaned_data.get(f"column_{place}", "")
            for place, header in enumerate(self.headers)
        }

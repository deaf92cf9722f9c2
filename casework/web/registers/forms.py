"""Forms for taking in a register."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from casework.registers.headers import guess_mapping, why_refused
from casework.registers.kinds import RegisterKind
from casework.registers.problems import UnreadableFile
from casework.registers.reading import Table, read_table
from casework.shared.errors import NoRoom
from casework.shared.storage import taken

LARGEST_UPLOAD = 10 * 1024 * 1024
# What can be read, compared and saved while somebody waits for the page.
MOST_ROWS = 5_000
_SAMPLES = 3


class UploadForm(forms.Form):
    """The file; ``table`` and ``content`` hold it once it is found to be one."""

    file = forms.FileField(
        label="Fil",
        help_text="CSV eller Excel (.xlsx), högst 10 MB och 5 000 rader.",
        error_messages={
            "required": "Välj en fil.",
            "empty": "Filen är tom. Välj en annan.",
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    table: Table
    content: bytes

    def clean_file(self) -> UploadedFile:
        """Read the file; refuse what is no table."""
        file: UploadedFile = self.cleaned_data["file"]
        too_large = "Filen är för stor. Dela den, eller låt driften läsa in den med kommandot "
        too_large += "import_register."
        if (file.size or 0) > LARGEST_UPLOAD:
            raise forms.ValidationError(too_large)
        try:
            self.content = taken(file).read()
            self.table = read_table(file.name or "", self.content)
        except NoRoom as error:
            raise forms.ValidationError(error.message, code=error.code) from error
        except UnreadableFile as error:
            message = f"Rad {error.problem.line}: {error.problem.message}"
            raise forms.ValidationError(message) from error
        if len(self.table.rows) > MOST_ROWS:
            raise forms.ValidationError(too_large)
        return file


class ColumnsForm(forms.Form):
    """One choice per header of the file: which of our columns it is, or none."""

    def __init__(
        self,
        data: Any,
        kind: type[RegisterKind[Any]],
        table: Table,
        mapping: dict[str, str],
    ) -> None:
        super().__init__(data)
        self.kind = kind
        self.headers = list(table.headers)
        choices = [("", "Hoppa över")] + [(c.name, c.name) for c in kind.columns]
        guessed = guess_mapping(kind, table.headers)
        for place, header in enumerate(self.headers):
            samples = dict.fromkeys(row.cells[place] for row in table.rows if row.cells[place])
            shown = ", ".join(sample[:40] for sample in list(samples)[:_SAMPLES])
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=header or f"(kolumn {place + 1} utan rubrik)",
                choices=choices,
                required=False,
                initial=mapping.get(header, guessed.get(header, "")),
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

"""The form in which one reports, and the one in which one answers a question."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format

from casework.organisation.models import Unit, User
from casework.shared import personnummer
from casework.shared.errors import InvalidInput, NoRoom
from casework.shared.uploads import Upload, check
from deviations.models import Category, Concerns, SafeNow
from deviations.services.reporting import Report
from deviations.web.reporting.options import Options

OTHER_DAY = "other"
LONGEST = 20_000
# What a draft keeps of the form, by name.
DRAFT_FIELDS = (
    "description when occurred_on unit other_unit safe_now possible_misconduct about_manager "
    "protected concerns case_number noticed_on done_at_once on_behalf_of category"
).split()
# Of these, what somebody has typed or chosen; the rest is preset.
_TYPED = frozenset(DRAFT_FIELDS) - {"when", "unit", "category", "concerns"}
# Where a personnummer is looked for.
_FREE_TEXT = ("description", "done_at_once", "case_number")
# Fields that stand under "Mer om händelsen".
MORE_FIELDS = "concerns case_number noticed_on done_at_once on_behalf_of files".split()


class ManyFilesInput(forms.ClearableFileInput):
    """An input of type file that takes several."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files; cleans to a list of ``Upload``, the good ones also where one is bad."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        """Check each file by its content."""
        files: Sequence[UploadedFile] = data or []
        uploads, faults = [], []
        for file in files:
            try:
                uploads.append(Upload.of(file))
                check(uploads[-1])
            except (InvalidInput, NoRoom) as error:
                faults.append(forms.ValidationError(error.message, code=error.code))
        if faults:
            raise forms.ValidationError(faults)
        return uploads


def _date_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def typed(data: Mapping[str, str]) -> dict[str, str]:
    """Return what a draft keeps of posted data."""
    return {name: data[name] for name in DRAFT_FIELDS if data.get(name)}


def is_worth_saving(fields: Mapping[str, str]) -> bool:
    """Say whether anything but presets is there."""
    return any(fields.get(name, "").strip() for name in _TYPED)


def _settle_day(data: Mapping[str, str], today: date) -> dict[str, str]:
    """Turn a "today" of another day into that date; the choices are named by their dates."""
    # One value a name, also of a QueryDict.
    fields = {name: data[name] for name in data}
    when = fields.get("when", "")
    quick = {today.isoformat(), (today - timedelta(days=1)).isoformat(), OTHER_DAY}
    if when and when not in quick:
        fields |= {"when": OTHER_DAY, "occurred_on": when}
    return fields


class ReportForm(forms.Form):
    """What happened, when, where, and is the person safe: only these are required."""

    description = forms.CharField(
        label="Vad hände?",
        max_length=LONGEST,
        help_text="Skriv kort, med egna ord. Ärendenummer i stället för namn och personnummer.",
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Skriv vad som hände, med dina egna ord."},
    )
    when = forms.ChoiceField(
        label="När hände det?",
        widget=forms.RadioSelect,
        error_messages={"required": "Ange när det hände. Ett ungefärligt datum räcker."},
    )
    occurred_on = forms.DateField(
        label="Datum",
        required=False,
        help_text="Ett ungefärligt datum räcker.",
        widget=_date_input(),
    )
    unit = forms.ChoiceField(label="Enhet", widget=forms.RadioSelect, required=False)
    other_unit = forms.ChoiceField(label="Enhet där det hände", required=False)
    safe_now = forms.ChoiceField(
        label="Är den enskilde trygg nu?",
        choices=SafeNow.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Ange om den enskilde är trygg nu."},
    )
    possible_misconduct = forms.BooleanField(
        label="Kan vara ett missförhållande",
        required=False,
        help_text="Kryssa om någon kan ha farit illa eller kunde ha gjort det. Du behöver inte vara"
        " säker. Rapporten är då en lex Sarah-rapport och når SAS genast, samtidigt som chefen.",
    )
    about_manager = forms.BooleanField(
        label="Det gäller min chef",
        required=False,
        help_text="Rapporten går till avdelningschefen i stället för till enhetschefen.",
    )
    protected = forms.BooleanField(
        label="Den det gäller har skyddade personuppgifter",
        required=False,
        help_text="Rapporten läses då bara av SAS och av dem i enheten som är namngivna för "
        "skyddade personuppgifter. Är du inte en av dem kan du inte öppna den igen.",
    )
    concerns = forms.ChoiceField(
        label="Vem berörs?",
        choices=Concerns.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    case_number = forms.CharField(
        label="Ärendenummer",
        required=False,
        max_length=60,
        help_text="Numret i verksamhetssystemet, aldrig personnummer.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    noticed_on = forms.DateField(label="När upptäcktes det?", required=False, widget=_date_input())
    done_at_once = forms.CharField(
        label="Vad gjordes genast?",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    files = ManyFilesField(  # type: ignore[assignment]  # a field, until the form is made
        label="Bifoga filer",
        required=False,
        help_text="PDF, bilder, Word eller Excel. Högst 10 MB per fil.",
    )
    on_behalf_of = forms.ChoiceField(
        label="Rapporterar du åt en kollega?",
        required=False,
        help_text="Kollegan ser rapporten under Mina rapporter, precis som du.",
    )
    category = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        options: Options,
        categories: Sequence[Category],
        data: Mapping[str, str] | None = None,
        files: MultiValueDict[str, UploadedFile] | None = None,
        *,
        draft: Mapping[str, str] | None = None,
    ) -> None:
        today = options.today
        self.options = options
        self.categories = {str(category.pk): category for category in categories}
        self._units = {str(unit.pk): unit for unit in options.units}
        self._colleagues = {str(person.pk): person for person in options.colleagues}
        preset = {"when": today.isoformat(), "concerns": Concerns.UNSAID}
        if options.own_units:
            preset["unit"] = str(options.own_units[0].pk)
        super().__init__(
            data=None if data is None else _settle_day(data, today),
            files=files,
            initial=preset | _settle_day(draft or {}, today),
        )
        self._offer(today)

    def _offer(self, today: date) -> None:
        yesterday = today - timedelta(days=1)
        self._choice("when").choices = [
            (today.isoformat(), "I dag"),
            (yesterday.isoformat(), "I går"),
            (OTHER_DAY, "Annan dag"),
        ]
        self.fields["when"].help_text = f"I dag är det {date_format(today, 'l j F')}."
        for name in ("occurred_on", "noticed_on"):
            self.fields[name].widget.attrs["max"] = today.isoformat()
        own = [(str(unit.pk), unit.name) for unit in self.options.own_units]
        self._choice("unit").choices = own
        self._choice("other_unit").choices = [
            ("", "Välj enhet"),
            *self.options.units_by_department,
        ]
        if own:
            self.fields["unit"].required = True
        else:
            del self.fields["unit"]
            self.fields["other_unit"].required = True
            self.fields["other_unit"].label = "Enhet"
        self._choice("on_behalf_of").choices = [
            ("", "Nej, jag rapporterar själv"),
            *((key, person.display_name) for key, person in self._colleagues.items()),
        ]

    def _choice(self, name: str) -> forms.ChoiceField:
        return cast(forms.ChoiceField, self.fields[name])

    def clean_category(self) -> Category | None:
        """Return the chosen category; empty leaves it to the manager."""
        chosen = self.cleaned_data["category"]
        if not chosen:
            return None
        if chosen not in self.categories:
            raise forms.ValidationError("Kategorin används inte längre. Välj igen.")
        return self.categories[chosen]

    def clean(self) -> dict[str, Any]:
        """Settle on one day and one unit."""
        cleaned: dict[str, Any] = self.cleaned_data
        when = cleaned.get("when")
        if when == OTHER_DAY:
            if not cleaned.get("occurred_on") and "occurred_on" not in self.errors:
                self.add_error("occurred_on", "Ange vilken dag det hände. Ungefär räcker.")
        elif when:
            cleaned["occurred_on"] = date.fromisoformat(when)
        return cleaned

    @property
    def chosen_unit(self) -> Unit:
        """The unit where it happened: another one where that was chosen."""
        return self._units[self.cleaned_data["other_unit"] or self.cleaned_data["unit"]]

    @property
    def chosen_colleague(self) -> User | None:
        """The colleague on whose behalf it is reported."""
        return self._colleagues.get(self.cleaned_data["on_behalf_of"])

    def report(self) -> Report:
        """Return the valid form as what the service takes."""
        cleaned = self.cleaned_data
        return Report(
            description=cleaned["description"],
            occurred_on=cleaned["occurred_on"],
            unit=self.chosen_unit,
            safe_now=cleaned["safe_now"],
            noticed_on=cleaned["noticed_on"],
            done_at_once=cleaned["done_at_once"],
            concerns=cleaned["concerns"],
            case_number=cleaned["case_number"],
            protected=cleaned["protected"],
            possible_misconduct=cleaned["possible_misconduct"],
            about_manager=cleaned["about_manager"],
            on_behalf_of=self.chosen_colleague,
            category=cleaned["category"],
            files=cleaned["files"],
        )

    @property
    def more_is_open(self) -> bool:
        """Whether "Mer om händelsen" has content or faults and so is shown open."""
        return bool(
            self.options.kept_files
            or any(self[name].errors or self[name].value() for name in MORE_FIELDS)
        )

    @property
    def elsewhere_is_open(self) -> bool:
        """Whether the choice of another unit is shown open."""
        field = self["other_unit"]
        return bool(field.errors or field.value())


class AnswerForm(forms.Form):
    """The answer to a komplettering."""

    text = forms.CharField(
        label="Ditt svar",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Skriv ditt svar."},
    )


def personnummer_in(data: Mapping[str, str], *names: str) -> list[personnummer.Found]:
    """Return the personnummer in the named fields, by default all free text of a report."""
    return [
        found for name in names or _FREE_TEXT for found in personnummer.find(data.get(name, ""))
    ]

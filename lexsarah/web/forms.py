"""The forms in which a report is handed in: short for anyone, and from paper."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import uuid4

from django import forms

from casework.organisation.models import Unit, User
from casework.shared import personnummer
from casework.web.cases.fields import DayField, NumberField
from deviations.models import SafeNow
from deviations.web.reporting.options import Options
from lexsarah.models import Statute
from lexsarah.services.reporting import NewReport, Paper, faults_of_days

LONGEST = 20_000
_FREE_TEXT = ("event", "done_at_once")


class NewReportForm(forms.Form):
    """What happened, when, where, under which act, and is the person safe.

    ``key`` is made with the form, so that two clicks are one report.
    """

    key = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    event = forms.CharField(
        label="Vad hände?",
        max_length=LONGEST,
        help_text="Skriv kort, med egna ord. Ärendenummer i stället för namn och personnummer.",
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Skriv vad som hände, med dina egna ord."},
    )
    occurred_on = DayField(label="När hände det?", help_text="Ett ungefärligt datum räcker.")
    unit = forms.ChoiceField(
        label="Enhet där det hände", error_messages={"required": "Välj enhet."}
    )
    safe_now = forms.ChoiceField(
        label="Är den enskilde trygg nu?",
        choices=SafeNow.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Ange om den enskilde är trygg nu."},
    )
    statute = forms.ChoiceField(
        label="Vilken lag gäller insatsen?",
        choices=[(Statute.SOL, "SoL, socialtjänstlagen"), (Statute.LSS, "LSS")],
        widget=forms.RadioSelect,
        initial=Statute.SOL,
    )
    noticed_on = DayField(label="När upptäcktes det?", required=False)
    done_at_once = forms.CharField(
        label="Vad gjordes genast?",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    case_number = NumberField(label="Ärendets nummer", required=False)
    protected = forms.BooleanField(
        label="Den det gäller har skyddade personuppgifter", required=False
    )
    on_behalf_of = forms.ChoiceField(
        label="Rapporterar du åt en kollega?",
        required=False,
        help_text="Kollegan ser hur det går med rapporten, precis som du.",
    )

    def __init__(
        self,
        options: Options,
        data: Mapping[str, str] | None = None,
        draft: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=draft)
        self._today = options.today
        self._units = {str(unit.pk): unit for unit in options.units}
        self._colleagues = {str(person.pk): person for person in options.colleagues}
        for name in ("occurred_on", "noticed_on"):
            self.fields[name].widget.attrs["max"] = options.today.isoformat()
        self._choice("unit").choices = [("", "Välj enhet"), *options.units_by_department]
        if options.own_units:
            self.fields["unit"].initial = str(options.own_units[0].pk)
        if "on_behalf_of" in self.fields:
            self._choice("on_behalf_of").choices = [
                ("", "Nej, jag rapporterar själv"),
                *((key, person.display_name) for key, person in self._colleagues.items()),
            ]
            if not self._colleagues:
                del self.fields["on_behalf_of"]
        self.fields["occurred_on"].initial = options.today

    def clean(self) -> dict[str, Any]:
        """Say what is wrong with the days together with the rest, not once the rest is mended."""
        given = self.cleaned_data
        faults = faults_of_days(
            given.get("occurred_on"), given.get("noticed_on"), self._today, given.get("received_on")
        )
        for name, fault in faults.items():
            self.add_error(name, fault)
        return given

    def _choice(self, name: str) -> forms.ChoiceField:
        return cast(forms.ChoiceField, self.fields[name])

    @property
    def chosen_unit(self) -> Unit:
        """The unit where it happened."""
        return self._units[self.cleaned_data["unit"]]

    @property
    def chosen_colleague(self) -> User | None:
        """The colleague whose report it is, if another's."""
        return self._colleagues.get(self.cleaned_data.get("on_behalf_of", ""))

    def report(self) -> NewReport:
        """Return the valid form as what the service takes."""
        given = self.cleaned_data
        return NewReport(
            event=given["event"],
            occurred_on=given["occurred_on"],
            unit=self.chosen_unit,
            safe_now=given["safe_now"],
            statute=given["statute"],
            noticed_on=given["noticed_on"],
            done_at_once=given["done_at_once"],
            case_number=given["case_number"],
            protected=given["protected"],
            on_behalf_of=self.chosen_colleague,
        )

    def paper(self) -> Paper | None:
        """Return what stands on the paper; None where there is none."""
        return None


class PaperForm(NewReportForm):
    """The same from paper: whose name stands on it, and when it was handed in."""

    name = forms.CharField(
        label="Namnet på rapporten",
        max_length=200,
        help_text="Förvaras skilt från utredningen.",
        error_messages={"required": "Skriv namnet som står på rapporten."},
    )
    received_on = DayField(
        label="När lämnades den?", help_text="Från den dagen räknas tiden för utredningen."
    )
    on_behalf_of = None  # type: ignore[assignment]  # takes the field away
    field_order = ("name", "received_on")

    def __init__(self, options: Options, *given: Any) -> None:
        super().__init__(options, *given)
        self.fields[
            "event"
        ].help_text = "Det som står på rapporten. Ärendenummer i stället för namn och personnummer."
        # Not in their own words: whoever enters it writes what another has written.
        self.fields["event"].error_messages["required"] = "Skriv av det som står om händelsen."
        self.fields["received_on"].initial = options.today
        self.fields["received_on"].widget.attrs["max"] = options.today.isoformat()
        self.fields["occurred_on"].initial = None

    def paper(self) -> Paper:
        """Return what stands on the paper."""
        return Paper(self.cleaned_data["name"], self.cleaned_data["received_on"])


def personnummer_in(data: Mapping[str, Any]) -> Sequence[personnummer.Found]:
    """Return the personnummer in what was typed freely."""
    return [found for name in _FREE_TEXT for found in personnummer.find(data.get(name, ""))]

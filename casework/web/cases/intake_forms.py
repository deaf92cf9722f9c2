"""Forms of the steps of an aktualisering; ``run`` calls the service."""

from typing import Any

from django import forms

from casework.cases.models import IntakeOutcome
from casework.cases.services import intakes
from casework.cases.services.opening import default_kind
from casework.deadlines.calendar import in_words
from casework.shared import clock
from casework.web.cases.fields import DayField, MomentField, text_field, this_minute
from casework.web.cases.step_forms import DayForm, StepForm


class AssessForm(StepForm):
    """Omedelbar skyddsbedömning."""

    at = MomentField(label="När gjordes bedömningen?")

    def prepare(self) -> None:
        """Begin with the present minute."""
        self.fields["at"].initial = this_minute()
        self.fields["at"].help_text = f"Anmälan kom in {_minute(self.record.received_at)}."

    def run(self) -> Any:
        """Note it."""
        return intakes.assess_protection(self.actor, self.record.pk, at=self.cleaned_data["at"])


class DecideForm(StepForm):
    """Förhandsbedömning: inled utredning, eller inled inte."""

    outcome = forms.ChoiceField(
        label="Ska en utredning inledas?",
        widget=forms.RadioSelect,
        choices=[
            (IntakeOutcome.OPENED.value, "Inled utredning"),
            (IntakeOutcome.NOT_OPENED.value, "Inled inte"),
        ],
        error_messages={"required": "Välj om utredning ska inledas."},
    )
    on = DayField(label="Beslutsdatum")
    reason = text_field(
        "Skäl", help_text="Krävs när utredning inte inleds. Skriv inga namn eller personnummer."
    )
    kind = forms.CharField(
        label="Utredningstyp", max_length=100, required=False, help_text="Om utredning inleds."
    )

    def prepare(self) -> None:
        """Say which investigation it would be."""
        self.fields["kind"].initial = default_kind(self.record.unit)

    def run(self) -> Any:
        """Decide it."""
        given = self.cleaned_data
        return intakes.decide_intake(
            self.actor,
            self.record.pk,
            outcome=given["outcome"],
            on=given["on"],
            reason=given["reason"],
            kind=given["kind"],
        )


class AskFeedbackForm(DayForm):
    """Anmälaren vill ha återkoppling."""

    question = "När bad anmälaren om det?"

    def run(self) -> Any:
        """Note it."""
        return intakes.ask_feedback(self.actor, self.record.pk, on=self.cleaned_data["on"])


class GiveFeedbackForm(DayForm):
    """Återkoppling lämnad."""

    question = "När lämnades återkopplingen?"

    def run(self) -> Any:
        """Note it."""
        return intakes.give_feedback(self.actor, self.record.pk, on=self.cleaned_data["on"])


class WaiveFeedbackForm(StepForm):
    """Ingen återkoppling."""

    reason = text_field(
        "Varför är det olämpligt med återkoppling?",
        required="Skriv varför det är olämpligt med återkoppling.",
    )

    def run(self) -> Any:
        """Note it."""
        return intakes.waive_feedback(
            self.actor, self.record.pk, reason=self.cleaned_data["reason"]
        )


def _minute(instant: Any) -> str:
    local = instant.astimezone(clock.STOCKHOLM)
    return f"{in_words(local.date())} klockan {local:%H.%M}"

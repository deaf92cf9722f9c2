"""Forms of the steps of a beslut; ``run`` calls the service."""

from typing import Any

from casework.cases.services import decisions
from casework.web.cases.fields import DayField, text_field
from casework.web.cases.step_forms import DayForm, StepForm


class ExecuteForm(DayForm):
    """Verkställt."""

    question = "När verkställdes beslutet?"

    def run(self) -> Any:
        """Note it."""
        return decisions.execute(self.actor, self.record.pk, on=self.cleaned_data["on"])


class InterruptForm(DayForm):
    """Avbrott."""

    question = "När avbröts verkställigheten?"

    def run(self) -> Any:
        """Note it."""
        return decisions.interrupt(self.actor, self.record.pk, on=self.cleaned_data["on"])


class ResumeForm(DayForm):
    """Återupptagen."""

    question = "När återupptogs verkställigheten?"

    def run(self) -> Any:
        """Note it."""
        return decisions.resume(self.actor, self.record.pk, on=self.cleaned_data["on"])


class EndForm(StepForm):
    """Avsluta utan verkställighet."""

    on = DayField(label="Avslutat")
    reason = text_field(
        "Varför?",
        required="Skriv varför beslutet avslutas utan verkställighet.",
        help_text="Skälet rapporteras till IVO. Skriv inga namn.",
    )

    def run(self) -> Any:
        """End it."""
        given = self.cleaned_data
        return decisions.end_without_execution(
            self.actor, self.record.pk, on=given["on"], reason=given["reason"]
        )


class GiveReasonForm(StepForm):
    """Varför beslutet väntar."""

    reason = text_field(
        "Varför är beslutet inte verkställt?",
        required="Skriv varför beslutet väntar.",
        help_text="Skälet rapporteras till IVO varje kvartal. Skriv inga namn.",
    )

    def prepare(self) -> None:
        """Show what was said before."""
        self.fields["reason"].initial = self.record.reason

    def run(self) -> Any:
        """Say it."""
        return decisions.give_reason(self.actor, self.record.pk, reason=self.cleaned_data["reason"])

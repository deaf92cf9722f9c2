"""Forms of the steps of an utredning; ``run`` calls the service."""

from typing import Any

from django import forms

from casework.cases.clocks import INVESTIGATION
from casework.cases.models import InvestigationOutcome
from casework.cases.services import investigations
from casework.deadlines.calendar import in_words
from casework.deadlines.models import Deadline
from casework.shared import clock
from casework.web.cases.fields import DayField, text_field
from casework.web.cases.step_forms import DayForm, StepForm


class ExtendForm(StepForm):
    """Förläng utredningen."""

    preset = ("decided_on",)
    until = DayField(label="Förläng till")
    decided_on = DayField(label="Beslutsdatum")
    reason = text_field("Särskilda skäl", required="Skriv de särskilda skälen för förlängningen.")

    def prepare(self) -> None:
        """Say until when the time runs, which is also the last day to extend it."""
        running = Deadline.objects.open().filter(
            kind="investigation", subject_id=self.record.pk, rule=INVESTIGATION
        )
        last_day = running.values_list("last_day", flat=True).first()
        if last_day is not None:
            if last_day < clock.today():
                # Decided in time or not at all: the day has to be told.
                self.fields["decided_on"].initial = None
            words = in_words(last_day)
            self.fields["until"].help_text = f"Tiden går nu till {words}."
            self.fields[
                "decided_on"
            ].help_text = (
                f"Senast {words}: en förlängning som beslutas när tiden har gått ut gäller inte."
            )

    def run(self) -> Any:
        """Extend it."""
        given = self.cleaned_data
        return investigations.extend_investigation(
            self.actor,
            self.record.pk,
            until=given["until"],
            decided_on=given["decided_on"],
            reason=given["reason"],
        )


class CloseForm(StepForm):
    """Avsluta utredningen."""

    outcome = forms.ChoiceField(
        label="Vad ledde utredningen till?",
        widget=forms.RadioSelect,
        choices=[choice for choice in InvestigationOutcome.choices if choice[0]],
        error_messages={"required": "Välj vad utredningen ledde till."},
    )
    on = DayField(label="Avslutad")
    follow_up = forms.BooleanField(
        label="Beslut om uppföljning utan insats",
        required=False,
        help_text="Nämnden följer barnets situation efter utredningen (23 kap. 1 § SoL).",
    )

    def prepare(self) -> None:
        """Ask about following up where it is about a child."""
        if not self.record.unit.area.for_children:
            del self.fields["follow_up"]

    def run(self) -> Any:
        """Close it."""
        given = self.cleaned_data
        return investigations.close_investigation(
            self.actor,
            self.record.pk,
            on=given["on"],
            outcome=given["outcome"],
            follow_up=given.get("follow_up", False),
        )


class BeginFollowUpForm(DayForm):
    """Besluta om uppföljning utan insats."""

    question = "När fattades beslutet?"

    def run(self) -> Any:
        """Begin it."""
        return investigations.begin_follow_up(
            self.actor, self.record.pk, on=self.cleaned_data["on"]
        )


class EndFollowUpForm(DayForm):
    """Avsluta uppföljningen."""

    question = "När avslutades uppföljningen?"

    def run(self) -> Any:
        """End it."""
        return investigations.end_follow_up(self.actor, self.record.pk, on=self.cleaned_data["on"])

"""Forms of closing, of the effect and of opening again."""

from django import forms

from casework.shared import clock
from deviations import states
from deviations.models import Deviation
from deviations.services import closing
from deviations.web.handling.base import ActForm, ReasonForm
from deviations.web.handling.fields import (
    DayField,
    text_field,
)


class CloseForm(ActForm):
    """Avsluta."""

    watches_version = True
    outcome = text_field(
        "Vad ledde det till?",
        required="Skriv vad det ledde till. Den som rapporterade får läsa det.",
        help_text="Den som rapporterade läser det här under ”Det ledde till”.",
    )
    effect_due_on = DayField(
        label="Följ upp effekten den",
        help_text="Ärendet kommer tillbaka till Inkorgen den dagen.",
        error_messages={"required": "Ange vilken dag effekten ska följas upp."},
    )

    def prepare(self) -> None:
        """Preset three months from now."""
        self.initial.update(
            {
                "outcome": self.deviation.outcome,
                "effect_due_on": clock.today() + closing.EFFECT_FOLLOW_UP,
            }
        )

    def run(self) -> Deviation:
        """Close it."""
        return closing.close(
            self.actor,
            self.deviation.pk,
            outcome=self.cleaned_data["outcome"],
            effect_due_on=self.cleaned_data["effect_due_on"],
            expected_version=self._version,
        )


class CloseWithoutActionForm(ReasonForm):
    """Avsluta utan åtgärd."""

    watches_version = True
    question = "Varför behövs ingen åtgärd?"

    def prepare(self) -> None:
        """Say who reads the answer."""
        super().prepare()
        self.fields["reason"].help_text = "Den som rapporterade får läsa det du skriver."

    def run(self) -> Deviation:
        """Close it."""
        return closing.close_without_action(
            self.actor,
            self.deviation.pk,
            reason=self.cleaned_data["reason"],
            expected_version=self._version,
        )


class EffectForm(ActForm):
    """Bedöm effekt."""

    effect = forms.ChoiceField(
        label="Vilken effekt fick åtgärderna?",
        choices=list(states.EFFECTS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Välj en effekt."},
    )
    comment = text_field("Kommentar", help_text="Behövs bara för ”Utan åtgärd”.")

    def run(self) -> Deviation:
        """Assess it."""
        return closing.assess_effect(
            self.actor,
            self.deviation.pk,
            effect=self.cleaned_data["effect"],
            comment=self.cleaned_data["comment"],
        )


class PostponeForm(ReasonForm):
    """Flytta fram effektuppföljningen."""

    question = "Varför kan effekten inte bedömas än?"
    until = DayField(
        label="Följ upp den", error_messages={"required": "Ange vilken dag effekten följs upp."}
    )

    def prepare(self) -> None:
        """Ask for the day first."""
        super().prepare()
        self.order_fields(["until"])

    def run(self) -> Deviation:
        """Put it off."""
        return closing.postpone_effect(
            self.actor,
            self.deviation.pk,
            until=self.cleaned_data["until"],
            reason=self.cleaned_data["reason"],
        )


class ReopenForm(ReasonForm):
    """Återöppna."""

    question = "Varför öppnas ärendet igen?"

    def run(self) -> Deviation:
        """Reopen it."""
        return closing.reopen(self.actor, self.deviation.pk, reason=self.cleaned_data["reason"])

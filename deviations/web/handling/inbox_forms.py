"""Forms of what is decided from the Inkorg; ``run`` calls the service."""

from typing import Any

from deviations.models import Deviation
from deviations.services import inbox
from deviations.web.handling.base import ActForm, ReasonForm
from deviations.web.handling.fields import (
    RowField,
    offer_people,
    offer_units,
    text_field,
)


class ReceiveForm(ActForm):
    """Ta emot."""

    def run(self) -> Deviation:
        """Receive it."""
        return inbox.receive(self.actor, self.deviation.pk)


class AssignForm(ActForm):
    """Fördela."""

    to = RowField(
        label="Vem ska utreda?",
        help_text="De som arbetar i enheten i dag.",
        error_messages={"required": "Välj vem som ska utreda."},
    )

    def prepare(self) -> None:
        """Offer the people of the unit."""
        deviation = self.deviation
        offer_people(self.fields["to"], [deviation.unit_id], protected=deviation.protected)
        self.fields["to"].initial = deviation.handler_id

    def run(self) -> Deviation:
        """Assign it."""
        return inbox.assign(self.actor, self.deviation.pk, to=self.cleaned_data["to"])


class MoveForm(ActForm):
    """Flytta till annan enhet."""

    to = RowField(
        label="Till vilken enhet?", error_messages={"required": "Välj en enhet att flytta till."}
    )
    reason = text_field("Varför är det deras?", required="Skriv varför enheten inte är den rätta.")

    def prepare(self) -> None:
        """Offer every unit but the present one."""
        offer_units(self.fields["to"], self.deviation.board_id, without=[self.deviation.unit_id])

    def run(self) -> Deviation:
        """Move it."""
        given = self.cleaned_data
        return inbox.move(self.actor, self.deviation.pk, to=given["to"], reason=given["reason"])


class DecideUnitForm(ActForm):
    """Bestäm ansvarig enhet."""

    to = RowField(label="Vilken enhet ansvarar?", error_messages={"required": "Välj en enhet."})
    reason = text_field("Varför?", required="Skriv varför enheten ansvarar.")

    def prepare(self) -> None:
        """Offer every unit, the present one too."""
        offer_units(self.fields["to"], self.deviation.board_id)
        self.fields["to"].initial = self.deviation.unit_id

    def run(self) -> Deviation:
        """Decide it."""
        given = self.cleaned_data
        return inbox.decide_unit(
            self.actor, self.deviation.pk, to=given["to"], reason=given["reason"]
        )


class AskForm(ActForm):
    """Begär komplettering."""

    text = text_field("Vad behöver du veta?", required="Skriv vad du behöver veta.")

    def run(self) -> Any:
        """Ask the reporter."""
        return inbox.ask(self.actor, self.deviation.pk, text=self.cleaned_data["text"])


class DismissForm(ReasonForm):
    """Inte en avvikelse."""

    question = "Varför är det inte en avvikelse?"

    def prepare(self) -> None:
        """Say who reads the answer."""
        super().prepare()
        self.fields["reason"].help_text = "Den som rapporterade får läsa det du skriver."

    def run(self) -> Deviation:
        """Dismiss it."""
        return inbox.dismiss(self.actor, self.deviation.pk, reason=self.cleaned_data["reason"])


class SendToSasForm(ReasonForm):
    """Skicka till SAS."""

    question = "Varför kan det vara ett missförhållande?"

    def run(self) -> Deviation:
        """Hand it to SAS."""
        return inbox.send_to_sas(self.actor, self.deviation.pk, reason=self.cleaned_data["reason"])


class ReturnForm(ReasonForm):
    """Lämna tillbaka till enheten."""

    question = "Varför ska enheten fortsätta?"

    def run(self) -> Deviation:
        """Hand it back."""
        return inbox.return_from_sas(
            self.actor, self.deviation.pk, reason=self.cleaned_data["reason"]
        )

"""Forms of the work itself: category and risk, causes, åtgärder, samverkan, protection."""

from typing import Any

from django import forms

from deviations.models import Deviation, Exchange
from deviations.services import cooperation, investigating
from deviations.services.investigating import PlannedAction
from deviations.web.handling.base import ActForm
from deviations.web.handling.fields import (
    DayField,
    RowField,
    RowsField,
    causes_for,
    offer_categories,
    offer_causes,
    offer_people,
    probability_field,
    severity_field,
    text_field,
)


class ClassifyForm(ActForm):
    """Kategori och risk."""

    watches_version = True
    category = RowField(label="Kategori", required=False)
    severity = severity_field(required=False)
    probability = probability_field(required=False)

    def prepare(self) -> None:
        """Offer the categories, what the text speaks of first."""
        deviation = self.deviation
        text = "" if deviation.category_id else deviation.description
        offer_categories(
            self.fields["category"], deviation.board_id, current=deviation.category, text=text
        )
        self.initial.update(
            {
                "category": deviation.category_id,
                "severity": deviation.severity,
                "probability": deviation.probability,
            }
        )

    def run(self) -> Deviation:
        """Set them."""
        given = self.cleaned_data
        return investigating.classify(
            self.actor,
            self.deviation.pk,
            category=given["category"],
            severity=given["severity"],
            probability=given["probability"],
            expected_version=self._version,
        )


class InvestigateForm(ActForm):
    """Orsaker och analys."""

    watches_version = True
    causes = RowsField(
        label="Vad berodde det på?",
        help_text="Välj en eller flera. De vanligaste i enheten står först.",
        error_messages={"required": "Välj minst en orsak."},
    )
    main_cause = RowField(
        label="Vilken är huvudorsaken?", required=False, empty="Den första av de valda"
    )
    analysis = text_field(
        "Analys", rows=6, help_text="Hur hängde det ihop? Skriv inte namn på kollegor."
    )

    def prepare(self) -> None:
        """Offer the causes, the unit's most common first."""
        causes = causes_for(self.deviation)
        offer_causes(self.fields["causes"], causes)
        offer_causes(self.fields["main_cause"], causes)
        self.initial.update(
            {
                "causes": [str(key) for key in self.deviation.cause_ids],
                "main_cause": self.deviation.main_cause_id,
                "analysis": self.deviation.analysis,
            }
        )

    def run(self) -> Deviation:
        """Record them."""
        given = self.cleaned_data
        return investigating.investigate(
            self.actor,
            self.deviation.pk,
            causes=given["causes"],
            main_cause=given["main_cause"],
            analysis=given["analysis"],
            expected_version=self._version,
        )


class PlanForm(ActForm):
    """Planera åtgärd."""

    text = text_field("Vad ska göras?", required="Skriv vad som ska göras.")
    cause = RowField(
        label="Vilken orsak ska åtgärden ta bort?",
        error_messages={"required": "Välj vilken av orsakerna åtgärden gäller."},
    )
    owner = RowField(
        label="Vem ansvarar?",
        error_messages={"required": "Välj vem som ansvarar för åtgärden."},
    )
    due_on = DayField(
        label="Klar senast", error_messages={"required": "Ange vilken dag åtgärden ska vara klar."}
    )

    def prepare(self) -> None:
        """Offer the deviation's own causes and the unit's people."""
        deviation = self.deviation
        chosen = [cause for cause in causes_for(deviation) if cause.pk in deviation.cause_ids]
        offer_causes(self.fields["cause"], chosen)
        offer_people(self.fields["owner"], [deviation.unit_id], protected=deviation.protected)
        self.initial.update(
            {
                "cause": deviation.main_cause_id,
                "owner": deviation.handler_id or self.actor.user_id,
            }
        )

    def run(self) -> Any:
        """Plan it."""
        given = self.cleaned_data
        planned = PlannedAction(given["text"], given["cause"], given["owner"], given["due_on"])
        return investigating.plan_action(self.actor, self.deviation.pk, planned)


class ExchangeForm(ActForm):
    """Samverkan med annan myndighet; ``exchange`` is the one that is added to."""

    exchange = forms.IntegerField(widget=forms.HiddenInput, required=False)
    authority = forms.CharField(
        label="Myndighet eller huvudman",
        max_length=200,
        error_messages={"required": "Ange vilken myndighet det gäller."},
    )
    their_number = forms.CharField(
        label="Deras nummer",
        max_length=100,
        required=False,
        help_text="Till exempel numret i MedControl PRO.",
    )
    sent_on = DayField(label="Skickad", required=False)
    answered_on = DayField(label="Besvarad", required=False)

    def prepare(self) -> None:
        """Begin from the exchange that is to be added to, if any."""
        known: Exchange | None = None
        if (key := self.initial.get("exchange")) is not None:
            known = self.deviation.exchanges.filter(pk=key).first()
        if known is not None:
            for name in ("authority", "their_number", "sent_on", "answered_on"):
                self.initial[name] = getattr(known, name)
        else:
            self.initial["exchange"] = None

    def run(self) -> Exchange:
        """Note it."""
        given = self.cleaned_data
        return cooperation.record_exchange(
            self.actor,
            self.deviation.pk,
            authority=given["authority"],
            their_number=given["their_number"],
            sent_on=given["sent_on"],
            answered_on=given["answered_on"],
            exchange_id=given["exchange"],
        )


class ProtectForm(ActForm):
    """Skyddade personuppgifter, on or off."""

    def run(self) -> Deviation:
        """Turn the mark."""
        return cooperation.set_protection(
            self.actor, self.deviation.pk, protected=not self.deviation.protected
        )

"""Enkel hantering and several together: one screen that says everything."""

from typing import Any, ClassVar

from django import forms

from casework.shared import clock
from deviations import risk
from deviations.models import Deviation
from deviations.services import closing
from deviations.services.closing import EFFECT_FOLLOW_UP, Handling
from deviations.services.investigating import PlannedAction
from deviations.web.handling.base import ActForm
from deviations.web.handling.fields import (
    DayField,
    RiskField,
    RowField,
    RowsField,
    causes_for,
    offer_categories,
    offer_causes,
    offer_people,
    text_field,
)

DONE, PLANNED, NONE = "done", "planned", "none"


class _HandlingForm(ActForm):
    """What the two screens share. ``WAYS`` says what may become of the deviation there."""

    WAYS: ClassVar[list[tuple[str, str]]] = []

    category = RowField(label="Kategori", error_messages={"required": "Välj en kategori."})
    causes = RowsField(
        label="Vad berodde det på?", error_messages={"required": "Välj minst en orsak."}
    )
    way = forms.ChoiceField(
        label="Vad händer nu?",
        widget=forms.RadioSelect,
        error_messages={"required": "Välj vad som händer nu."},
    )
    text = text_field(
        "Vad gjordes, eller varför behövs inget?",
        required="Skriv vad som gjordes, eller varför inget behövs.",
    )
    effect_due_on = DayField(label="Följ upp effekten den", required=False)
    severity = RiskField(
        risk.SEVERITIES, label="Hur allvarligt kan det bli?", widget=forms.Select, initial=1
    )
    probability = RiskField(
        risk.PROBABILITIES, label="Hur troligt att det händer igen?", widget=forms.Select, initial=1
    )

    def prepare(self) -> None:
        """Offer categories and causes with what is most likely first."""
        deviation = self.deviation
        text = "" if deviation.category_id else deviation.description
        suggested = offer_categories(
            self.fields["category"], deviation.board_id, current=deviation.category, text=text
        )
        offer_causes(self.fields["causes"], causes_for(deviation))
        way: Any = self.fields["way"]
        way.choices = self.WAYS
        self.initial = {
            "category": deviation.category or suggested,
            "causes": [str(key) for key in deviation.cause_ids],
            "severity": deviation.severity or 1,
            "probability": deviation.probability or 1,
            "way": self.WAYS[0][0],
            "text": deviation.done_at_once,
            "effect_due_on": clock.today() + EFFECT_FOLLOW_UP,
            "expected_version": deviation.version,
            **self.initial,
        }

    @property
    def handling(self) -> Handling:
        """What was entered, as the service wants it."""
        given = self.cleaned_data
        way, text = given["way"], given["text"]
        planned = None
        if way == PLANNED:
            planned = PlannedAction(text, given["causes"][0], given["owner"], given["due_on"])
        return Handling(
            category=given["category"],
            severity=given["severity"],
            probability=given["probability"],
            causes=given["causes"],
            analysis=given.get("analysis", ""),
            done=text if way == DONE else "",
            planned=planned,
            no_action_reason=text if way == NONE else "",
            effect_due_on=given["effect_due_on"] if way == DONE else None,
        )


class SimpleForm(_HandlingForm):
    """Enkel hantering of one."""

    watches_version = True
    WAYS: ClassVar = [
        (DONE, "Det är åtgärdat"),
        (NONE, "Ingen åtgärd behövs"),
    ]

    def run(self) -> Deviation:
        """Close it."""
        return closing.close_simply(
            self.actor, self.deviation.pk, self.handling, expected_version=self._version
        )


class TogetherForm(_HandlingForm):
    """Several alike; ``deviation`` is the first of them, ``ids`` names all."""

    WAYS: ClassVar = [
        (PLANNED, "Planera en åtgärd för alla"),
        (DONE, "Det är åtgärdat"),
        (NONE, "Ingen åtgärd behövs"),
    ]
    analysis = text_field("Gemensam analys", rows=4)
    owner = RowField(label="Vem ansvarar för åtgärden?", required=False)
    due_on = DayField(label="Klar senast", required=False)

    def __init__(self, *args: Any, ids: list[int], **options: Any) -> None:
        self.ids = ids
        super().__init__(*args, **options)

    @property
    def units(self) -> set[int]:
        """The units whose people may own the åtgärd."""
        return {self.deviation.unit_id}

    def prepare(self) -> None:
        """Offer the unit's people as owners."""
        super().prepare()
        offer_people(self.fields["owner"], self.units, protected=self.deviation.protected)
        self.fields["text"].label = "Vad ska göras, vad gjordes eller varför behövs inget?"
        self.fields["text"].error_messages["required"] = (
            "Skriv vad som ska göras eller vad som gjordes, eller varför inget behövs."
        )
        self.initial.update(owner=self.actor.user_id, text="")

    def clean(self) -> dict[str, Any]:
        """Ask for owner and day where an åtgärd is planned."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("way") == PLANNED:
            if not given.get("owner"):
                self.add_error("owner", "Välj vem som ansvarar för åtgärden.")
            if not given.get("due_on") and "due_on" not in self.errors:
                self.add_error("due_on", "Ange vilken dag åtgärden ska vara klar.")
        return given

    def run(self) -> list[Deviation]:
        """Handle all of them, or none."""
        return closing.handle_together(self.actor, self.ids, self.handling)

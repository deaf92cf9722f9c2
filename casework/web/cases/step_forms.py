"""What the forms of steps in a case share, and the forms of whose it is."""

from typing import Any, ClassVar

from django import forms

from casework.access.actor import Actor
from casework.cases.services import care
from casework.organisation.models import Unit
from casework.shared import clock
from casework.web.cases.fields import DayField, RowField, myself, offer_people


class StepForm(forms.Form):
    """Base: a form for one step of one record.

    ``preset`` are fields that begin with today's date.
    """

    preset: ClassVar[tuple[str, ...]] = ("on",)

    def __init__(self, *args: Any, actor: Actor, kind: str, record: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.actor, self.record_kind, self.record = actor, kind, record
        for name in self.preset:
            if name in self.fields:
                self.fields[name].initial = clock.today()
        self.prepare()

    def prepare(self) -> None:
        """Fill in what can be chosen and what is already known."""

    def run(self) -> Any:
        """Call the service with what was entered."""
        raise TypeError("Each step says itself what it does")


class DayForm(StepForm):
    """Base of steps that want a day and nothing else."""

    on = DayField(label="Datum")
    question: ClassVar[str] = "Datum"

    def prepare(self) -> None:
        """Ask in the words of the step."""
        self.fields["on"].label = self.question


class TakeForm(StepForm):
    """Ta ärendet."""

    def run(self) -> Any:
        """Become its handler."""
        record = self.record
        return care.assign(self.actor, self.record_kind, record.pk, to=myself(self.actor))


class AssignForm(StepForm):
    """Fördela."""

    to = RowField(
        label="Vem ska handlägga?", required=False, help_text="De som arbetar i enheten i dag."
    )

    def prepare(self) -> None:
        """Offer the people of the unit."""
        field: Any = self.fields["to"]
        offer_people(field, self.record.unit_id, protected=self.record.protected)
        field.choices = [("", "Ingen än"), *field.choices[1:]]
        field.initial = self.record.handler_id

    def run(self) -> Any:
        """Assign it."""
        return care.assign(self.actor, self.record_kind, self.record.pk, to=self.cleaned_data["to"])


class MoveForm(StepForm):
    """Flytta till annan enhet."""

    to = RowField(
        label="Till vilken enhet?", error_messages={"required": "Välj en enhet att flytta till."}
    )

    def prepare(self) -> None:
        """Offer every unit but the present one."""
        record = self.record
        others = Unit.objects.valid_on(clock.today()).filter(board_id=record.board_id)
        field: Any = self.fields["to"]
        field.offer(others.exclude(pk=record.unit_id))

    def run(self) -> Any:
        """Move it."""
        to = self.cleaned_data["to"]
        return care.move_unit(self.actor, self.record_kind, self.record.pk, to=to)

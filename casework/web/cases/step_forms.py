"""Forms of the steps in a case; ``run`` calls the service."""

from typing import Any, ClassVar

from django import forms

from casework.access.actor import Actor
from casework.cases.clocks import INVESTIGATION
from casework.cases.models import IntakeOutcome, InvestigationOutcome
from casework.cases.services import care, decisions, intakes, investigations
from casework.cases.services.opening import default_kind
from casework.deadlines.calendar import in_words
from casework.deadlines.models import Deadline
from casework.organisation.models import Unit
from casework.shared import clock
from casework.web.cases.fields import (
    DayField,
    MomentField,
    RowField,
    myself,
    offer_people,
    text_field,
    this_minute,
)


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


class DayForm(StepForm):
    """Base of steps that want a day and nothing else."""

    on = DayField(label="Datum")
    question: ClassVar[str] = "Datum"

    def prepare(self) -> None:
        """Ask in the words of the step."""
        self.fields["on"].label = self.question


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


def _minute(instant: Any) -> str:
    local = instant.astimezone(clock.STOCKHOLM)
    return f"{in_words(local.date())} klockan {local:%H.%M}"

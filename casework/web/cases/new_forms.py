"""Forms that register something new: what came in, an investigation, a decision."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from casework.access.actor import Actor
from casework.cases.models import IntakeKind, Sex, Statute
from casework.cases.services.decisions import NewDecision, register_decision
from casework.cases.services.door import Person
from casework.cases.services.intakes import NewIntake, register_intake
from casework.cases.services.investigations import NewInvestigation, open_investigation
from casework.cases.services.opening import default_kind
from casework.organisation.models import Unit, User
from casework.shared import clock
from casework.web.cases.fields import (
    DayField,
    MomentField,
    NumberField,
    RowField,
    myself,
    text_field,
    this_minute,
)

MAX_CHILDREN = 12
_EARLIEST_BIRTH = 1900


def _birth_year() -> forms.IntegerField:
    wrong = "Skriv födelseåret med fyra siffror."
    return forms.IntegerField(
        label="Födelseår",
        required=False,
        min_value=_EARLIEST_BIRTH,
        error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
    )


def _sex() -> forms.ChoiceField:
    return forms.ChoiceField(label="Kön", required=False, choices=Sex.choices)


class PersonForm(forms.Form):
    """Whom it is about: the case number and what statistics need."""

    case_number = NumberField()
    sex = _sex()
    birth_year = _birth_year()

    def clean_birth_year(self) -> int | None:
        """Refuse a year that has not come; a child that is expected may be born next year."""
        return _born(self.cleaned_data["birth_year"])

    @property
    def person(self) -> Person:
        """The person entered."""
        return person_of(self.cleaned_data)


def person_of(given: dict[str, Any]) -> Person:
    """Return the person that a form with the usual fields tells of."""
    return Person(given["case_number"], given["sex"], given.get("birth_year"))


def _born(year: int | None) -> int | None:
    if year is not None and year > clock.today().year + 1:
        raise forms.ValidationError("Året har inte kommit än.")
    return year


class _People(BaseFormSet):
    """The children of one anmälan; a row left empty is no child."""

    def clean(self) -> None:
        """Say so where the same case stands twice."""
        seen: set[str] = set()
        for form in self.forms:
            number = form.cleaned_data.get("case_number") if form.is_valid() else None
            if number and number in seen:
                form.add_error("case_number", "Samma ärende står två gånger. Ta bort det ena.")
            elif number:
                seen.add(number)

    @property
    def people(self) -> list[Person]:
        """Those entered."""
        return [form.person for form in self.forms if form.has_changed() and form.is_valid()]


PeopleFormSet = formset_factory(
    PersonForm, formset=_People, extra=0, min_num=1, max_num=MAX_CHILDREN, validate_max=True
)


class NewForm(forms.Form):
    """Base: in which unit, and whether one handles it oneself."""

    unit = RowField(label="Enhet", error_messages={"required": "Välj enhet."})

    def __init__(self, *args: Any, actor: Actor, units: Collection[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        self.actor = actor
        field: Any = self.fields["unit"]
        field.offer(units)
        if any(unit.pk in actor.case_units for unit in units):
            self.fields["handler"] = forms.BooleanField(
                label="Jag handlägger det", required=False, initial=True
            )
        # Asked for where a case turns out to be another unit's.
        self.fields["other_unit"] = forms.BooleanField(
            label="Ärendet ska följa med hit",
            required=False,
            widget=forms.CheckboxInput if self.data.get("other_unit") else forms.HiddenInput,
        )
        self.prepare(units)

    def ask_other_unit(self, message: str) -> None:
        """Ask whether a case of another unit is meant to follow."""
        self.fields["other_unit"].widget = forms.CheckboxInput()
        self.add_error("other_unit", message)

    def prepare(self, units: Collection[Unit]) -> None:
        """Fill in what is already known."""

    @property
    def chosen_handler(self) -> User | None:
        """Whoever registers, where that is said."""
        if not self.cleaned_data.get("handler"):
            return None
        return myself(self.actor)


class NewIntakeForm(NewForm):
    """What came in; whom it is about stands in rows of its own."""

    kind = forms.ChoiceField(
        label="Hur kom det in?",
        choices=IntakeKind.choices,
        widget=forms.RadioSelect,
        initial=IntakeKind.REPORT,
        error_messages={"required": "Välj hur det kom in."},
    )
    received_at = MomentField(
        label="När kom det in?", help_text="Tiden räknas härifrån. Ange dag och klockslag."
    )
    source = forms.CharField(
        label="Vem anmäler?",
        required=False,
        max_length=200,
        help_text="Till exempel Skola, Polis eller Vård. Inga namn.",
    )
    feedback_asked = forms.BooleanField(label="Anmälaren vill ha återkoppling", required=False)
    field_order = ("unit", "kind", "received_at", "source", "feedback_asked", "handler")

    def prepare(self, units: Collection[Unit]) -> None:
        """Begin with the present minute."""
        self.fields["received_at"].initial = this_minute()

    def save(self, people: list[Person]) -> Any:
        """Register it."""
        given = self.cleaned_data
        return register_intake(
            self.actor,
            NewIntake(
                given["unit"],
                given["received_at"],
                given["kind"],
                people,
                given["source"],
                given["feedback_asked"],
                self.chosen_handler,
                given["other_unit"],
            ),
        )


class NewInvestigationForm(NewForm):
    """An investigation that no registered intake led to."""

    case_number = NumberField()
    sex = _sex()
    birth_year = _birth_year()
    opened_on = DayField(label="Inledd")
    kind = forms.CharField(label="Utredningstyp", required=False, max_length=100)
    intake_on = DayField(
        label="Aktualiserad",
        required=False,
        help_text="När det kom in, om det inte är registrerat här.",
    )
    intake_kind = forms.ChoiceField(
        label="Hur kom det in?", required=False, choices=[("", "Inte angivet"), *IntakeKind.choices]
    )

    def prepare(self, units: Collection[Unit]) -> None:
        """Begin today, with the kind that the unit has."""
        self.fields["opened_on"].initial = clock.today()
        kinds = {default_kind(unit) for unit in units}
        self.fields["kind"].initial = kinds.pop() if len(kinds) == 1 else ""

    def clean_birth_year(self) -> int | None:
        """Refuse a year that has not come."""
        return _born(self.cleaned_data["birth_year"])

    def save(self) -> Any:
        """Open it."""
        given = self.cleaned_data
        return open_investigation(
            self.actor,
            NewInvestigation(
                given["unit"],
                person_of(given),
                given["opened_on"],
                given["kind"] or None,
                given["intake_on"],
                given["intake_kind"],
                self.chosen_handler,
                given["other_unit"],
            ),
        )


class NewDecisionForm(NewForm):
    """A decision in somebody's favour, to be executed."""

    case_number = NumberField()
    sex = _sex()
    statute = forms.ChoiceField(
        label="Lagrum",
        choices=Statute.choices,
        widget=forms.RadioSelect,
        initial=Statute.SOL,
        error_messages={"required": "Välj lagrum."},
    )
    measure = forms.CharField(
        label="Insats", max_length=200, error_messages={"required": "Fyll i insatsen."}
    )
    decided_on = DayField(label="Beslutsdatum")
    reason = text_field(
        "Varför väntar det?",
        help_text="Om beslutet inte kan verkställas genast. Skälet rapporteras till IVO.",
    )

    def prepare(self, units: Collection[Unit]) -> None:
        """Begin today."""
        self.fields["decided_on"].initial = clock.today()

    def save(self) -> Any:
        """Register it."""
        given = self.cleaned_data
        return register_decision(
            self.actor,
            NewDecision(
                given["unit"],
                person_of(given),
                given["statute"],
                given["measure"],
                given["decided_on"],
                given["reason"],
                self.chosen_handler,
                given["other_unit"],
            ),
        )

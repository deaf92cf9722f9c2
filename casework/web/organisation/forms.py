"""Forms of the organisation's screens; what may be chosen is the board's own."""

from typing import Any

from django import forms

from casework.organisation.models import Department, Role, ServiceArea, Unit
from casework.shared import clock
from casework.web.organisation.fields import (
    DayField,
    PersonField,
    areas_of,
    departments_of,
    units_of,
    with_a_role,
)


class BoardForm(forms.Form):
    """Base: knows whose units and people to offer."""

    def __init__(self, *args: Any, board_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offers = {
            "department": departments_of,
            "area": areas_of,
            "unit": units_of,
            "units": units_of,
            "successor": units_of,
            "to": with_a_role,
            "substitute": with_a_role,
            "user": with_a_role,
        }
        for name, offer in offers.items():
            if name in self.fields:
                field: Any = self.fields[name]
                field.queryset = offer(board_id)


class PlaceForm(BoardForm):
    """Name and place of a unit."""

    name = forms.CharField(
        label="Enhetens namn",
        max_length=200,
        error_messages={"required": "Skriv enhetens namn."},
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label="Avdelning",
        empty_label="Välj …",
        error_messages={"required": "Välj en avdelning."},
    )
    area = forms.ModelChoiceField(
        ServiceArea.objects.none(),
        label="Verksamhetsområde",
        empty_label="Välj …",
        error_messages={"required": "Välj ett verksamhetsområde."},
    )


class FoundForm(PlaceForm):
    """Ny enhet."""

    on = DayField(label="Finns från och med", initial=clock.today)


class RenameForm(BoardForm):
    """Byt namn."""

    name = forms.CharField(
        label="Nytt namn", max_length=200, error_messages={"required": "Skriv det nya namnet."}
    )
    on = DayField(label="Heter så från och med", initial=clock.today)


class MergeForm(PlaceForm):
    """Slå samman enheter."""

    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label="Enheter att slå samman",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Välj minst två enheter att slå samman."},
    )
    on = DayField(label="Sammanslagna från och med", initial=clock.today)

    field_order = ("units", "name", "department", "area", "on")


class CloseForm(BoardForm):
    """Lägg ned en enhet."""

    last_day = DayField(label="Sista dag", initial=clock.today)
    successor = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Enhet som tar över öppna ärenden",
        required=False,
        empty_label="Ingen: enheten har inget öppet",
    )


class RoleForm(BoardForm):
    """Ny roll."""

    role = forms.ChoiceField(label="Roll", choices=[("", "Välj …"), *Role.choices])
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Enhet",
        required=False,
        empty_label="Ingen",
        help_text="För Medarbetare, Förste socialsekreterare och Enhetschef.",
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label="Avdelning",
        required=False,
        empty_label="Ingen",
        help_text="För Avdelningschef. Övriga roller gäller hela nämnden.",
    )
    valid_from = DayField(label="Från och med", required=False)
    valid_to = DayField(label="Till och med", required=False)


class EndRoleForm(forms.Form):
    """Avsluta en roll."""

    last_day = DayField(label="Sista dag", initial=clock.today)


class AbsenceForm(BoardForm):
    """Frånvaro med ersättare."""

    user = PersonField(label="Vem är borta?")
    substitute = PersonField(
        label="Ersättare",
        help_text="Ser och gör allt som den frånvarande får, de här dagarna. Inkorg och "
        "meddelanden följer med.",
    )
    valid_from = DayField(label="Från och med", initial=clock.today)
    valid_to = DayField(label="Till och med")


class HandOverForm(BoardForm):
    """Lämna över allt öppet arbete."""

    to = PersonField(label="Vem tar över?")

    def __init__(self, *args: Any, has_work: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_work:
            del self.fields["to"]


class OnDayForm(forms.Form):
    """Visa organisationen som den såg ut en dag."""

    on = DayField(label="Visa som den var", required=False)


class NameForm(forms.Form):
    """Sök en person."""

    namn = forms.CharField(label="Namn", required=False)

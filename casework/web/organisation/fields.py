"""Fields that offer the board's own units, departments, areas and people."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from casework.organisation.models import Department, Membership, ServiceArea, Unit, User
from casework.shared import clock


class DayField(forms.DateField):
    """A day, picked in the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        options.setdefault("error_messages", {"required": "Ange en dag."})
        super().__init__(widget=widget, **options)


class PersonField(forms.ModelChoiceField):
    """A person, by name and title."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("error_messages", {"required": "Välj en person."})
        super().__init__(queryset=User.objects.none(), empty_label="Välj …", **options)

    def label_from_instance(self, obj: Any) -> str:
        """Return the name, and the title where there is one."""
        return f"{obj.display_name}, {obj.title}" if obj.title else str(obj.display_name)


def people_of(board_id: int) -> QuerySet[User]:
    """Return those who can log in, by name."""
    return User.objects.filter(board_id=board_id, is_active=True).order_by(
        "first_name", "last_name", "pk"
    )


def with_a_role(board_id: int) -> QuerySet[User]:
    """Return those of ``people_of`` who have a role today."""
    working = Membership.objects.valid_on(clock.today()).filter(board_id=board_id)
    return people_of(board_id).filter(pk__in=working.values("user_id"))


def units_of(board_id: int) -> QuerySet[Unit]:
    """Return the units of today, by name."""
    return (
        Unit.objects.valid_on(clock.today())
        .filter(board_id=board_id)
        .order_by("department__name", "name")
    )


def departments_of(board_id: int) -> QuerySet[Department]:
    """Return the departments, by name."""
    return Department.objects.filter(administration__board_id=board_id).order_by("name")


def areas_of(board_id: int) -> QuerySet[ServiceArea]:
    """Return the service areas, by name."""
    return ServiceArea.objects.filter(board_id=board_id).order_by("name")

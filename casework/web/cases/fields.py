"""Fields of the forms of cases, and what they offer."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone

from casework.access import leading
from casework.access.actor import Actor
from casework.organisation.models import Membership, Unit, User
from casework.organisation.standing import standings
from casework.shared import clock, personnummer
from casework.shared.swedish import sort_key
from casework.web.organisation.fields import DayField as DayField


class MomentField(forms.DateTimeField):
    """A day and the time of day, by the clock on the wall."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        options.setdefault(
            "error_messages",
            {"required": "Ange dag och klockslag.", "invalid": "Ange dag och klockslag."},
        )
        super().__init__(widget=widget, **options)


def this_minute() -> str:
    """Return the present minute as ``MomentField`` shows it."""
    return f"{timezone.localtime(clock.now()):%Y-%m-%dT%H:%M}"


class NumberField(forms.CharField):
    """A case number; a personnummer is refused, since numbers are shown and searched for."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Ärendets nummer")
        options.setdefault("help_text", "Numret i ärendesystemet, aldrig personnummer.")
        options.setdefault(
            "error_messages",
            {
                "required": "Fyll i ärendets nummer.",
                "max_length": "Numret är längre än 60 tecken.",
            },
        )
        super().__init__(max_length=60, **options)
        self.widget.attrs["autocomplete"] = "off"

    def clean(self, value: Any) -> Any:
        """Return the number stripped."""
        value = super().clean(value)
        if personnummer.find(value):
            raise forms.ValidationError("Det ser ut som ett personnummer. Skriv ärendets nummer.")
        return value


class RowField(forms.ChoiceField):
    """One of some rows already fetched; the cleaned value is the row, or None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._rows: dict[str, Any] = {}

    def offer(
        self, rows: Iterable[Any], *, empty: str = "Välj …", words: Mapping[int, str] | None = None
    ) -> None:
        """Set what can be chosen, in the order of their names; one alone is chosen already.

        ``words`` stand after the name of the row with that key.
        """
        ordered = sorted(rows, key=lambda row: sort_key(_name(row)))
        self._rows = {str(row.pk): row for row in ordered}
        said = words or {}
        labels = [
            (str(row.pk), ", ".join(part for part in (_name(row), said.get(row.pk)) if part))
            for row in ordered
        ]
        alone = len(labels) == 1 and self.required
        self.choices = labels if alone else [("", empty), *labels]

    def clean(self, value: Any) -> Any:
        """Return the row chosen."""
        return self._rows.get(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        """Show a row as its key."""
        return getattr(value, "pk", value)


def _name(row: Any) -> str:
    return row.display_name if isinstance(row, User) else str(row.name)


def text_field(label: str, *, required: str = "", **options: Any) -> forms.CharField:
    """Return a field for a few lines; ``required`` is what to say when nothing is written."""
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=bool(required),
        error_messages={"required": required},
        **options,
    )


def offer_by_role(field: Any, board_id: int, people: Iterable[User]) -> None:
    """Offer ``people`` of the board with what they are today: two may have one name."""
    found = list(people)
    words = standings(board_id, [person.pk for person in found], clock.today())
    field.offer(found, words=words)


def offer_people(field: Any, unit_id: int, *, protected: bool) -> None:
    """Offer those who work in the unit today; of what is protected the named ones alone."""
    memberships = Membership.objects.valid_on(clock.today()).filter(unit_id=unit_id)
    if protected:
        memberships = memberships.filter(sees_protected=True)
    field.offer(User.objects.filter(is_active=True, pk__in=memberships.values("user_id")))


def myself(actor: Actor) -> User | None:
    """Return the person who acts; None where it is the system."""
    return User.objects.filter(pk=actor.user_id or 0).first()


def working_units(actor: Actor) -> Collection[Unit]:
    """Return the units of today where the actor may register; ``NotAllowed`` where there is none.

    One that has been replaced is left out, though the actor's roles still reach it.
    """
    found = list(
        Unit.objects.valid_on(clock.today()).filter(pk__in=actor.own_units).select_related("area")
    )
    leading.require_workplace(actor, [unit.pk for unit in found])
    return found

"""What the lists can be narrowed by."""

from typing import Any

from django import forms

from casework.access.actor import Actor
from casework.organisation.models import Unit
from casework.shared import clock
from casework.shared.swedish import sort_key
from deviations import states
from deviations.models import Category
from deviations.queries.limits import Limits
from deviations.queries.listing import ALL, LATE, OPEN, SLOW, STATUSES, Narrowing
from deviations.web.handling.fields import DayField


class ListForm(forms.Form):
    """The filters of the list of deviations; a field that makes no sense is simply left out."""

    status = forms.ChoiceField(
        label="Läge",
        required=False,
        choices=[("Grupp", STATUSES), ("Läge", list(states.LABELS.items()))],
    )
    unit = forms.ChoiceField(label="Enhet", required=False)
    area = forms.ChoiceField(label="Verksamhetsområde", required=False)
    category = forms.ChoiceField(label="Kategori", required=False)
    from_day = DayField(label="Rapporterad från", required=False)
    to_day = DayField(label="Rapporterad till", required=False)
    age = forms.ChoiceField(label="Ålder", required=False)
    mine = forms.BooleanField(label="Bara mina (rapporterade eller tilldelade)", required=False)

    def __init__(self, data: Any, *, actor: Actor, limits: Limits) -> None:
        super().__init__(data)
        self._limits = limits
        ages: Any = self.fields["age"]
        ages.choices = [
            ("", "Alla"),
            (SLOW, f"Öppna, {limits.slow_words.lower()}"),
            (LATE, f"Öppna, {limits.late_words.lower()}"),
        ]
        units = Unit.objects.filter(board_id=actor.board_id).select_related("area")
        areas = {unit.area for unit in units}
        categories = Category.objects.filter(board_id=actor.board_id).select_related("parent")
        self._offer("unit", [(unit.pk, _dated(unit)) for unit in units])
        self._offer("area", [(area.pk, area.name) for area in areas])
        self._offer("category", [(category.pk, category.label) for category in categories])

    def _offer(self, name: str, choices: list[tuple[int, str]]) -> None:
        ordered = sorted(choices, key=lambda choice: sort_key(choice[1]))
        field: Any = self.fields[name]
        field.choices = [("", "Alla"), *ordered]

    @property
    def narrowing(self) -> Narrowing:
        """What was asked for, as far as it makes sense."""
        self.is_valid()
        given = self.cleaned_data

        def key(name: str) -> int | None:
            return int(given[name]) if given.get(name) else None

        return Narrowing(
            status=given.get("status") or ALL,
            unit=key("unit"),
            area=key("area"),
            category=key("category"),
            from_day=given.get("from_day"),
            to_day=given.get("to_day"),
            older_than={SLOW: self._limits.slow, LATE: self._limits.late}.get(given.get("age", "")),
            mine=bool(given.get("mine")),
        )

    @property
    def active(self) -> int:
        """How many filters narrow the list beyond those under way, or all, which the page names."""
        self.is_valid()
        chosen = [name for name, value in self.cleaned_data.items() if value]
        return len(chosen) - (self.cleaned_data.get("status") in {OPEN, ALL})


def _dated(unit: Unit) -> str:
    ended = unit.valid_to is not None and unit.valid_to < clock.today()
    return f"{unit.name} (till {unit.valid_to})" if ended else unit.name


class ReviewPeriodForm(forms.Form):
    """Which unit and days to go through."""

    unit = forms.ChoiceField(label="Enhet", required=False)
    from_day = DayField(label="Rapporterade från", required=False)
    to_day = DayField(label="Rapporterade till", required=False)

    def __init__(self, data: Any, *, units: list[Unit]) -> None:
        super().__init__(data)
        field: Any = self.fields["unit"]
        field.choices = [(unit.pk, _dated(unit)) for unit in units]


class HeldForm(forms.Form):
    """Genomgången på APT: which day it was held."""

    held_on = DayField(
        label="Genomgången på APT hölls den",
        error_messages={"required": "Ange vilken dag genomgången hölls."},
    )

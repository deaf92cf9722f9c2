"""What the list of cases can be narrowed by."""

from typing import Any

from django import forms

from casework.access import policy
from casework.access.actor import Actor
from casework.cases import watched
from casework.cases.queries.listing import ALL, CLOSED, OPEN, Narrowing
from casework.organisation.models import Unit
from casework.shared import clock
from casework.shared.swedish import sort_key


class CaseListForm(forms.Form):
    """The filters of the list; a field that makes no sense is simply left out."""

    text = forms.CharField(label="Ärendets nummer", required=False, max_length=60)
    state = forms.ChoiceField(
        label="Läge",
        required=False,
        choices=[(OPEN, "Pågående"), (CLOSED, "Avslutade"), (ALL, "Alla")],
    )
    kind = forms.ChoiceField(
        label="Med",
        required=False,
        choices=[
            ("", "Allt"),
            ("intake", "Aktualisering"),
            ("investigation", "Utredning"),
            ("decision", "Beslut"),
            (watched.KIND, watched.LABEL),
        ],
    )
    unit = forms.ChoiceField(label="Enhet", required=False)
    late = forms.BooleanField(label="Bara försenade", required=False)
    restarted = forms.BooleanField(label="Bara omstartade utredningar", required=False)
    mine = forms.BooleanField(label="Bara mina", required=False)

    def __init__(self, data: Any, *, actor: Actor) -> None:
        super().__init__(data)
        units = Unit.objects.filter(board_id=actor.board_id)
        ordered = sorted(units, key=lambda unit: sort_key(unit.name))
        field: Any = self.fields["unit"]
        field.choices = [("", "Alla"), *((unit.pk, _dated(unit)) for unit in ordered)]
        if policy.masks_case_numbers(actor):
            del self.fields["text"]

    @property
    def narrowing(self) -> Narrowing:
        """What was asked for, as far as it makes sense."""
        self.is_valid()
        given = self.cleaned_data
        return Narrowing(
            state=given.get("state") or OPEN,
            unit=int(given["unit"]) if given.get("unit") else None,
            kind=given.get("kind", ""),
            late=bool(given.get("late")),
            mine=bool(given.get("mine")),
            restarted=bool(given.get("restarted")),
            text=given.get("text", ""),
        )

    @property
    def active(self) -> int:
        """How many filters narrow the list beyond those under way, which the page names."""
        self.is_valid()
        chosen = [name for name, value in self.cleaned_data.items() if value]
        return len(chosen) - (self.cleaned_data.get("state") == OPEN)


def _dated(unit: Unit) -> str:
    ended = unit.valid_to is not None and unit.valid_to < clock.today()
    return f"{unit.name} (till {unit.valid_to})" if ended else unit.name

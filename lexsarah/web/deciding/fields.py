"""Fields that the forms of the decision share."""

from typing import Any

from django import forms

from casework.organisation.models import Membership, Role, User
from casework.shared import clock
from casework.web.cases.fields import RowField, offer_by_role, text_field
from lexsarah import states
from lexsarah.services import deciding

# Who may be asked to do something: those who lead, and those who work with quality.
_OWNERS = (Role.MANAGER, Role.HEAD, Role.SENIOR, Role.SAS, Role.DECIDER, Role.DEVELOPER)


def outcome_field() -> forms.ChoiceField:
    """Return the choice among the five."""
    return forms.ChoiceField(
        label="Bedömning",
        choices=list(states.OUTCOMES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Välj en av de fem bedömningarna."},
    )


def reasons_field() -> forms.CharField:
    """Return the field for the reasons of an outcome."""
    field = text_field(
        "Skäl",
        required=deciding.NO_REASONS,
        help_text="Varför det bedöms så. Skriv inga namn: skälen står i utredningen som lämnas ut.",
    )
    field.widget.attrs["rows"] = 8
    return field


def owner_field() -> RowField:
    """Return the field for who is to do something (``offer_owners``)."""
    return RowField(label="Vem ansvarar?", error_messages={"required": "Välj vem som ansvarar."})


def offer_owners(field: Any, board_id: int, *, but: int | None = None) -> None:
    """Offer the board's people who may be asked to do something, ``but`` not whose id is given."""
    members = Membership.objects.valid_on(clock.today()).filter(board=board_id, role__in=_OWNERS)
    found = User.objects.filter(is_active=True, pk__in=members.values("user"))
    offer_by_role(field, board_id, found.exclude(pk=but or 0))

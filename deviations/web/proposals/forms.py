"""Forms for proposals: confirm one, confirm many with one analysis, decline."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms

from casework.access.actor import Actor
from deviations.models import Deviation, Proposal
from deviations.queries.proposals import Row
from deviations.services import proposals as services
from deviations.services.closing import Handling
from deviations.web.handling.fields import (
    RowField,
    offer_categories,
    offer_causes,
    offer_units,
    text_field,
)
from deviations.web.handling.simple_forms import TogetherForm

YES, NO = "yes", "no"
_MISCONDUCT = "Ta ställning till lex Sarah: kan det vara ett missförhållande?"


def misconduct_field(label: str = _MISCONDUCT, **options: Any) -> forms.TypedChoiceField:
    """Return the question of lex Sarah (SoL 27:2); it has no answer until somebody gives one."""
    return forms.TypedChoiceField(
        label=label,
        choices=[(YES, "Ja"), (NO, "Nej")],
        coerce=lambda answer: answer == YES,
        widget=forms.RadioSelect,
        error_messages={"required": "Svara ja eller nej."},
        **options,
    )


class ProposalForm(forms.Form):
    """Base of forms for one proposal."""

    def __init__(self, *args: Any, actor: Actor, row: Row, **options: Any) -> None:
        super().__init__(*args, **options)
        self.actor, self.row, self.proposal = actor, row, row.proposal
        self.prepare()

    def prepare(self) -> None:
        """Fill in what can be chosen and what is already known."""


class ConfirmForm(ProposalForm):
    """Bekräfta."""

    category = RowField(label="Kategori", error_messages={"required": "Välj en kategori."})

    def prepare(self) -> None:
        """Offer the categories, the proposed one chosen; ask for lex Sarah where the law does."""
        proposal = self.proposal
        offer_categories(self.fields["category"], proposal.board_id, current=proposal.category)
        self.initial = {"category": proposal.category_id}
        if proposal.is_confidential:
            unit = RowField(
                label="Vilken enhet skulle ha hållit tiden?",
                help_text="Enheten ser avvikelsen, men inte vilken rapport den gäller.",
                error_messages={"required": "Välj den enhet som skulle ha hållit tiden."},
            )
            examined = services.units_of_today([proposal.unit])[proposal.unit_id]
            offer_units(unit, proposal.board_id, without=[proposal.unit_id, examined.pk])
            self.fields["unit"] = unit
            self.order_fields(["unit"])
        if proposal.asks_lex_sarah:
            self.fields["possible_misconduct"] = misconduct_field(
                help_text="Vid ja får SAS avvikelsen genast, som lex Sarah-rapport."
            )

    def run(self) -> Deviation:
        """Confirm it."""
        given = self.cleaned_data
        return services.confirm(
            self.actor,
            self.proposal.pk,
            category=given["category"],
            possible_misconduct=given.get("possible_misconduct"),
            unit=given.get("unit"),
        )


class DeclineForm(ProposalForm):
    """Avböj."""

    reason = text_field(
        "Varför är det inte en avvikelse?",
        required="Skriv varför det inte är en avvikelse.",
        help_text="Skriv inte namn. Förslaget kommer inte tillbaka.",
    )

    def prepare(self) -> None:
        """Begin from what has shown itself since."""
        if self.row.settled:
            self.initial = {"reason": f"{self.row.settled}. Det registrerades först efteråt."}

    def run(self) -> Proposal:
        """Decline it."""
        return services.decline(self.actor, self.proposal.pk, reason=self.cleaned_data["reason"])


class ConfirmTogetherForm(TogetherForm):
    """Many alike: one cause analysis and one åtgärd, and for each that asks an answer."""

    category = RowField(
        label="Kategori", required=False, empty="Den som är föreslagen för var och en"
    )
    main_cause = RowField(
        label="Vilken är huvudorsaken?", required=False, empty="Den första av de valda"
    )

    def __init__(self, *args: Any, actor: Actor, rows: Sequence[Row], **options: Any) -> None:
        self.rows = rows
        units = services.units_of_today(row.proposal.unit for row in rows)
        self._units = {unit.pk for unit in units.values()}
        # What the form of deviations asks of the first of them, before there is any.
        alike = Deviation(
            board_id=actor.board_id,
            unit=units[rows[0].proposal.unit_id],
            protected=any(row.proposal.protected for row in rows),  # type: ignore[attr-defined]
        )
        ids = [row.proposal.pk for row in rows]
        super().__init__(*args, actor=actor, deviation=alike, ids=ids, **options)

    @property
    def units(self) -> set[int]:
        """All units that are to answer for any of them."""
        return self._units

    def prepare(self) -> None:
        """Ask for the main cause, and for lex Sarah where the law does."""
        super().prepare()
        causes: Any = self.fields["causes"]
        offer_causes(self.fields["main_cause"], causes.offered)
        for row in self.rows:
            if row.proposal.asks_lex_sarah:
                self.fields[_name(row)] = misconduct_field(f"{row.number}, {row.rule}")

    @property
    def questions(self) -> list[Any]:
        """The questions of lex Sarah, one for each proposal that asks."""
        return [self[_name(row)] for row in self.rows if row.proposal.asks_lex_sarah]

    @property
    def handling(self) -> Handling:
        """What was entered, with the main cause, which the åtgärd is against."""
        given, main = super().handling, self.cleaned_data["main_cause"]
        if main is None:
            return given
        planned = replace(given.planned, cause=main) if given.planned else None
        return replace(given, main_cause=main, planned=planned)

    def run(self) -> list[Deviation]:
        """Confirm all of them, or none."""
        return services.confirm_together(
            self.actor,
            self.ids,
            self.handling,
            possible_misconduct={
                row.proposal.pk: self.cleaned_data[_name(row)]
                for row in self.rows
                if row.proposal.asks_lex_sarah
            },
        )


def _name(row: Row) -> str:
    return f"misconduct_{row.proposal.pk}"

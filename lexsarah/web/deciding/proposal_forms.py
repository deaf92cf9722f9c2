"""What is done with the proposal that waits: taken back, handed back, decided with its measures."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict

from casework.access import policy
from casework.shared import clock
from casework.shared.errors import InvalidInput
from casework.web.cases.fields import text_field
from lexsarah import states
from lexsarah.models import Measure, Proposal, Report
from lexsarah.services import deciding, delegation, verdicts
from lexsarah.services.remaining import named
from lexsarah.web.act_page import ActForm
from lexsarah.web.deciding.fields import outcome_field, reasons_field

LATER = "later"
_VERDICT, _COMMENT, _VERSION = "verdict-", "comment-", "version-"


class TakeBackForm(ActForm):
    """Ta tillbaka förslaget; the page asks once more."""

    template = "lexsarah/deciding/_proposal.html"

    @cached_property
    def proposal(self) -> Proposal | None:
        """What waits to be decided, as it stands now."""
        return deciding.open_proposal(self.report)

    @property
    def stands_in(self) -> bool:
        """Whether it is before somebody who is away, in whose place the actor is."""
        return self.proposal is not None and policy.is_before_absent(self.actor, self.report)

    def do(self, report_id: int, **given: Any) -> Report:
        """Take it back."""
        return deciding.take_back_proposal(self.actor, report_id, **given)


class ReturnForm(TakeBackForm):
    """Återlämna förslaget."""

    because = text_field("Vad behöver utredas mer?", required="Skriv vad som behöver utredas mer.")

    def do(self, report_id: int, **given: Any) -> Report:
        """Hand it back."""
        return deciding.return_proposal(self.actor, report_id, **given)


@dataclass(frozen=True)
class MeasureRow:
    """A proposed measure on the page of the decision, with its own fields."""

    measure: Measure
    verdict: forms.BoundField
    comment: forms.BoundField
    version: forms.BoundField


@dataclass(frozen=True)
class Gone:
    """A measure that was on the page and waits no more, with what was typed about it."""

    measure: Measure
    typed: str
    comment: str


class DecideForm(TakeBackForm):
    """Fatta beslut: the outcome, and a verdict on each proposed measure, saved together."""

    body = "lexsarah/deciding/_decide_fields.html"

    outcome = outcome_field()
    reasons = reasons_field()

    def prepare(self) -> None:
        """Begin from what is proposed, say what the delegation covers, ask for each measure."""
        if self.proposal is not None:
            self.fields["outcome"].initial = self.proposal.outcome
            self.fields["reasons"].initial = self.proposal.reasons
        may = delegation.covered(self.actor, self.report, clock.today())
        covered = ", ".join(states.OUTCOMES[outcome] for outcome in may)
        hint = f"Din delegation omfattar: {covered or 'ingen av dem'}."
        self.fields["outcome"].help_text = hint
        every = self.report.measures.select_related("owner", "cause__cause", "decided_by")
        self._measures = {one.pk: one for one in every}
        self._proposed = [one for one in self._measures.values() if one.stage == "proposed"]
        for number, measure in enumerate(self._proposed, 1):
            self._ask_for(number, measure)

    def _ask_for(self, number: int, measure: Measure) -> None:
        said = f"Välj beslut om {named(measure)}, eller att den beslutas senare."
        self.fields[f"{_VERDICT}{measure.pk}"] = forms.ChoiceField(
            label=f"Beslut om åtgärd {number}",
            choices=[*Measure.Verdict.choices, (LATER, "Beslutas senare")],
            widget=forms.RadioSelect,
            error_messages={"required": said},
            # One that has come since the page was opened was never asked for there.
            required=not self.is_bound or f"{_VERSION}{measure.pk}" in self.data,
        )
        comment = text_field(
            f"Kommentar till åtgärd {number}",
            help_text="Behövs vid Delvis godkänd och Avslagen: vad som godkänns, varför.",
        )
        comment.widget.attrs["rows"] = 2
        self.fields[f"{_COMMENT}{measure.pk}"] = comment
        self.fields[f"{_VERSION}{measure.pk}"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=measure.version, required=False
        )

    @property
    def measures(self) -> list[MeasureRow]:
        """The measures to decide, each with its fields."""
        return [
            MeasureRow(one, *(self[f"{part}{one.pk}"] for part in (_VERDICT, _COMMENT, _VERSION)))
            for one in self._proposed
        ]

    @cached_property
    def gone(self) -> list[Gone]:
        """What was on the page and has been withdrawn or decided since, none of it lost."""
        words = {**dict(Measure.Verdict.choices), LATER: "Beslutas senare"}
        return [
            Gone(
                self._measures[key],
                words.get(self.data.get(f"{_VERDICT}{key}", ""), ""),
                self.data.get(f"{_COMMENT}{key}", ""),
            )
            for key in _posted(self.data)
            if key in self._measures and self._measures[key] not in self._proposed
        ]

    def typed(self) -> list[tuple[str, str]]:
        """Return what was sent, also about measures that wait no more."""
        gone = [
            (named(one.measure), ". ".join(text for text in (one.typed, one.comment) if text))
            for one in self.gone
        ]
        return super().typed() + [(label, words) for label, words in gone if words]

    def clean(self) -> dict[str, Any] | None:
        """Ask for own reasons where it is decided otherwise, and for the comments of measures.

        The field begins with the reasons of the proposal, which speak for what was proposed.
        """
        self._own_reasons()
        for measure in self._proposed:
            verdict = self.cleaned_data.get(f"{_VERDICT}{measure.pk}")
            comment = self.cleaned_data.get(f"{_COMMENT}{measure.pk}", "")
            if verdict and verdict != LATER:
                try:
                    verdicts.checked(verdict, comment)
                except InvalidInput as error:
                    message = f"{named(measure)}: {error.message}"
                    self.add_error(f"{error.field}-{measure.pk}", message)
        return self.cleaned_data

    def _own_reasons(self) -> None:
        proposed, outcome = self.proposal, self.cleaned_data.get("outcome")
        if proposed is None or not outcome or outcome == proposed.outcome:
            return
        if self.cleaned_data.get("reasons", "").split() == proposed.reasons.split():
            words = states.OUTCOMES[outcome].lower()
            self.add_error(
                "reasons",
                f"Skälen är förslagets. Skriv varför du i stället bedömer det som {words}.",
            )

    def do(self, report_id: int, **given: Any) -> Report:
        """Decide all of it at once."""
        outcome, reasons = given.pop("outcome"), given.pop("reasons")
        return deciding.decide(
            self.actor,
            report_id,
            outcome=outcome,
            reasons=reasons,
            measures=list(self._given()),
            expected_version=given["expected_version"],
        )

    def _given(self) -> Iterator[verdicts.Verdict]:
        for measure in self._proposed:
            verdict = self.cleaned_data[f"{_VERDICT}{measure.pk}"]
            if verdict not in ("", LATER):
                yield verdicts.Verdict(
                    measure.pk,
                    verdict,
                    self.cleaned_data[f"{_COMMENT}{measure.pk}"],
                    self.cleaned_data[f"{_VERSION}{measure.pk}"],
                )

    def knowing(self, posted: QueryDict) -> None:
        """Let what was typed carry the versions that stand now, the measures' too."""
        super().knowing(posted)
        for measure in self._proposed:
            posted[f"{_VERSION}{measure.pk}"] = str(measure.version)


def _posted(data: Any) -> list[int]:
    """Return the keys of the measures that the sent page showed."""
    found = (name.removeprefix(_VERSION) for name in data if name.startswith(_VERSION))
    return [int(key) for key in found if key.isdecimal() and len(key) < 19]

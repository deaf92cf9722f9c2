"""Forms of watched times: begin one, and what may be done with it."""

from typing import Any

from django import forms

from casework.access.actor import Actor
from casework.cases.models import DropReason, WatchedTime
from casework.cases.services import watched
from casework.cases.watchable import GROUPS, recurs
from casework.deadlines.calendar import OutsideCalendar, in_words
from casework.deadlines.explain import Explanation, explain
from casework.deadlines.rules import RULES, rule_on
from casework.web.cases.fields import DayField
from casework.web.cases.step_forms import DayForm, StepForm


def _choices() -> list[tuple[str, Any]]:
    groups = [(law, [(key, RULES[key].label) for key in keys]) for law, keys in GROUPS]
    return [("", "Välj …"), *groups]


class BeginTimeForm(forms.Form):
    """Which time, from which day, and the latest review where there has been one."""

    rule = forms.ChoiceField(
        label="Vilken tid?",
        choices=_choices,
        error_messages={"required": "Välj vilken tid som ska bevakas."},
    )
    trigger_date = DayField(label="Räknas från")
    reviewed_on = DayField(
        label="Senast omprövad eller övervägd",
        required=False,
        help_text="Bara för det som prövas om och om igen, och har prövats redan.",
    )

    def save(self, actor: Actor, case_id: int) -> WatchedTime:
        """Begin it."""
        given = self.cleaned_data
        return watched.begin_time(
            actor,
            case_id,
            given["rule"],
            given["trigger_date"],
            reviewed_on=given["reviewed_on"],
        )

    def explanation(self) -> Explanation | None:
        """Return which day comes out and why; None while it is not known what is asked for."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        key, began_on, reviewed_on = given["rule"], given["trigger_date"], given["reviewed_on"]
        version = rule_on(key, reviewed_on or began_on)
        if reviewed_on and recurs(key, began_on):
            version = version.next_turn
        try:
            return explain(version, reviewed_on or began_on)
        except OutsideCalendar:
            return None


class ReviewForm(DayForm):
    """Omprövad eller övervägd."""

    question = "När gjordes prövningen?"

    def run(self) -> Any:
        """Note it; the next turn counts from it."""
        return watched.reviewed(self.actor, self.record.pk, on=self.cleaned_data["on"])


class DoneForm(DayForm):
    """Klar."""

    question = "När blev det klart?"

    def run(self) -> Any:
        """Note it."""
        return watched.done(self.actor, self.record.pk, on=self.cleaned_data["on"])


class ExtendTimeForm(StepForm):
    """Förlängd."""

    decided_on = DayField(label="När beslutades förlängningen?")
    until = DayField(label="Till och med")
    preset = ("decided_on",)

    def prepare(self) -> None:
        """Say from when it counts."""
        counted = in_words(self.record.counted_from)
        self.fields["until"].help_text = f"Tiden räknas från {counted}."

    def run(self) -> Any:
        """Note it."""
        given = self.cleaned_data
        return watched.extend(
            self.actor, self.record.pk, until=given["until"], decided_on=given["decided_on"]
        )


class DropForm(StepForm):
    """Gäller inte längre."""

    reason = forms.ChoiceField(
        label="Varför?",
        widget=forms.RadioSelect,
        choices=DropReason.choices,
        error_messages={"required": "Välj varför tiden inte gäller längre."},
    )
    on = DayField(label="Från och med")

    def run(self) -> Any:
        """Note it."""
        given = self.cleaned_data
        return watched.drop(self.actor, self.record.pk, on=given["on"], reason=given["reason"])


def title(time: WatchedTime) -> str:
    """Return what the time is called, by the rule of its day."""
    return rule_on(time.rule, time.counted_from).label

"""What every act on a page of its own is made of: its form, its address, its words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from casework.access.actor import Actor
from casework.shared import clock
from lexsarah import states
from lexsarah.models import Report, Statute


def _words(field: forms.BoundField) -> str:
    """Return what a field holds in words; nothing for a box without a tick."""
    value = field.value()
    if value in (None, "", False):
        return ""
    if value is True:
        return "Ja"
    choices = {str(key): str(label) for key, label in getattr(field.field, "choices", [])}
    values = value if isinstance(value, list) else [value]
    return ", ".join(choices.get(str(one), str(one)) for one in values).strip()


class ActForm(forms.Form):
    """Base: one act of one report; ``version`` is what stood on the page it was opened from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    preset: ClassVar[tuple[str, ...]] = ("on",)
    # What a link to the form may have chosen already, in its address.
    linked: ClassVar[tuple[str, ...]] = ()
    # What is shown above the form: a template that is given the form and the report.
    template: ClassVar[str] = ""
    # How the fields stand: a template that is given the same; the usual way where there is none.
    body: ClassVar[str] = ""
    # Why there is nothing to fill in as the report stands: said in place of the form.
    idle = ""

    def __init__(self, *args: Any, actor: Actor, report: Report, **options: Any) -> None:
        super().__init__(*args, **options)
        self.actor, self.report = actor, report
        self.fields["version"].initial = report.version
        for name in self.preset:
            if name in self.fields:
                self.fields[name].initial = clock.today()
        self.prepare()

    def prepare(self) -> None:
        """Fill in what can be chosen and what is already known."""

    def noted(self) -> dict[str, object]:
        """Return what stands now of what the form changes, by its own names."""
        return {}

    def typed(self) -> list[tuple[str, str]]:
        """Return what was sent, in words under its labels, for whoever is to take it along."""
        found = ((str(one.label), _words(one)) for one in self.visible_fields())
        return [(label, words) for label, words in found if words]

    def run(self) -> Report:
        """Call the service with what was entered."""
        given = dict(self.cleaned_data)
        expected = given.pop("version")
        return self.do(self.report.pk, expected_version=expected, **given)

    def renewed(self, report: Report) -> "ActForm":
        """Return a refused form on the report as it now stands, with what was typed and said.

        It carries the versions that stand now: sent again, it is sent knowing what they say.
        """
        sent: Any = self.data
        posted = sent.copy()
        said = self.non_field_errors()
        fresh = type(self)(posted, actor=self.actor, report=report)
        fresh.knowing(posted)
        # What is new on the page has not been asked for before, and is no fault.
        fresh.errors.clear()
        for message in said:
            fresh.add_error(None, message)
        return fresh

    def knowing(self, posted: QueryDict) -> None:
        """Let what was typed carry the version that stands now."""
        posted["version"] = str(self.report.version)

    def do(self, report_id: int, **given: Any) -> Report:
        """Do the act."""
        raise TypeError("Each act says itself what it does")


class StatuteForm(ActForm):
    """Base: under which act a report falls that does not say so itself."""

    statute = forms.ChoiceField(
        label="Vilken lag gäller insatsen?",
        choices=Statute.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj SoL eller LSS."},
    )

    def prepare(self) -> None:
        """Ask only where the report does not say."""
        if self.report.statute:
            del self.fields["statute"]


@dataclass(frozen=True)
class ActPage:
    """An act: its address, what its button says, what is said when it is done."""

    slug: str
    act: str
    label: str
    form: type[ActForm]
    done: str
    icon: str
    lead: str = ""
    submit: str = ""
    # Whether it makes sense for a report, beside what its state admits.
    fits: Callable[[Report], bool] = lambda report: True
    # The page of the report that it belongs to, and leads back to.
    back: str = "lex-sarah"
    # Why it does not make sense as the report stands, where there is more to say.
    why_not: Callable[[Report], str] = lambda report: ""

    def applies(self, report: Report) -> bool:
        """Say whether it may be done in the report's state, and makes sense."""
        return states.REPORT.allows(self.act, report.status) and self.fits(report)

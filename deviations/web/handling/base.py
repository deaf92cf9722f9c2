"""What the forms of all acts share."""

from typing import Any, ClassVar

from django import forms

from casework.access.actor import Actor
from deviations.models import Deviation
from deviations.web.handling.fields import (
    text_field,
)


class ActForm(forms.Form):
    """Base: a form for one act on one deviation.

    ``watches_version``: two who write over each other's text are to notice it.
    """

    watches_version: ClassVar[bool] = False
    expected_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: Actor, deviation: Deviation, **options: Any) -> None:
        super().__init__(*args, **options)
        self.actor, self.deviation = actor, deviation
        if self.watches_version:
            self.fields["expected_version"].initial = deviation.version
        else:
            del self.fields["expected_version"]
        self.prepare()

    def prepare(self) -> None:
        """Fill in what can be chosen and what is already known."""

    def run(self) -> Any:
        """Call the service with what was entered."""
        raise TypeError("Each act says itself what it does")

    @property
    def _version(self) -> int | None:
        return self.cleaned_data.get("expected_version")

    def look_again(self) -> bool:
        """Take up the version of now; say whether somebody had changed the deviation.

        Saving once more then holds for what stands there now.
        """
        if not self.watches_version:
            return False
        self.deviation.refresh_from_db()
        if self._version == self.deviation.version:
            return False
        again: Any = self.data
        again = again.copy()
        again["expected_version"] = str(self.deviation.version)
        self.data = again
        return True


class ReasonForm(ActForm):
    """Base of acts that want a reason and nothing else."""

    reason = text_field("Varför?", required="Skriv skälet.")
    question: ClassVar[str] = "Varför?"

    def prepare(self) -> None:
        """Ask in the words of the act."""
        self.fields["reason"].label = self.question

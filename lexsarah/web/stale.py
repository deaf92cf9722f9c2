"""What is shown to whoever was not the first: what stands now beside what was typed, and who did.

Nothing is overwritten and nothing typed is lost. Where saving again makes sense, the form carries
the version that stands now: it is then a choice made knowing it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.db import models

from casework.audit.changes import Change, latest_changes

# Who reported is kept apart from the investigation, also from what is said to have happened to it.
APART = ("lexsarah.reported", "lexsarah.received")


@dataclass(frozen=True)
class Beside:
    """A field as it stands now, beside what was typed in it; None: the form has no such field."""

    label: str
    now: str
    typed: str | None = None


@dataclass(frozen=True)
class Stale:
    """Somebody was first: what they did last, the fields, and whether it can be saved again.

    ``message`` says why not, where it cannot; where it can the form itself says what happened.
    """

    changes: list[Change]
    fields: list[Beside] = field(default_factory=list)
    again: bool = True
    message: str = ""

    @property
    def is_compared(self) -> bool:
        """Whether anything typed has a text to stand beside."""
        return any(one.typed is not None for one in self.fields)


def stale(
    form: forms.Form, subject: models.Model, now: Mapping[str, object], *, again: bool = True
) -> Stale:
    """Return what is shown above a refused ``form`` about ``subject``.

    ``now`` is what stands: by the form's own names, or by a label where the form has no such field.
    """
    message = "" if again else " ".join(str(text) for text in form.non_field_errors())
    fields = [_beside(form, name, value) for name, value in now.items()]
    return Stale(latest_changes(subject, apart=APART), fields, again, message)


def knowing(form: forms.Form, **stands: object) -> None:
    """Let a refused form carry what stands now (``version=``): sent again, one knows it."""
    posted: Any = form.data
    form.data = posted = posted.copy()
    for name, value in stands.items():
        posted[name] = str(value)


def _beside(form: forms.Form, name: str, value: object) -> Beside:
    if name not in form.fields:
        return Beside(name, _words(value))
    bound = form[name]
    typed = bound.value()
    choices = dict(getattr(bound.field, "choices", []))
    return Beside(
        str(bound.label),
        _words(choices.get(value, value)),
        _words(choices.get(typed, typed)),
    )


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return "" if value is None else str(value)

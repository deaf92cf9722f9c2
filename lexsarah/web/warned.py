"""A form whose words may point somebody out: it warns first, and then asks."""

from typing import Any

from django import forms

_WARNED = "telltale"


class WarnedForm(forms.Form):
    """Base: the tick ``anyway`` is offered once the service has warned about what is written.

    Ticked before there is a warning it would be a way past it, and its words would speak of
    nothing on the page.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._anyway = self.fields["anyway"]
        if not self.is_bound:
            del self.fields["anyway"]

    def clean(self) -> dict[str, Any]:
        """Take the tick away again, unless it was there to be ticked."""
        if not self.cleaned_data.get("anyway"):
            del self.fields["anyway"]
        return self.cleaned_data

    def add_error(self, field: Any, error: Any) -> None:
        """Show what is refused; after a warning, with the tick."""
        super().add_error(field, error)
        if getattr(error, "code", "") == _WARNED:
            self.fields["anyway"] = self._anyway

"""Forms of accounts."""

from django import forms

from casework.web.organisation.fields import PersonField


class AddressForm(forms.Form):
    """Another e-mail address of one's own."""

    address = forms.EmailField(
        label="Ny e-postadress (obligatorisk)",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Skriv den nya adressen.",
            "invalid": "Skriv adressen så här: namn@exempel.se.",
        },
    )


class LostStepForm(forms.Form):
    """Who has lost the telephone."""

    user = PersonField(label="Vem har tappat sin telefon? (obligatorisk)")

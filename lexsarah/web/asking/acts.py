"""Acts on pages of their own: begär yttrande, begär åtgärd för den enskilde, delge beslutet."""

from typing import Any, ClassVar

from django import forms

from casework.organisation.models import User
from casework.web.cases.fields import DayField, text_field
from lexsarah.models import Report, Request
from lexsarah.services import requests
from lexsarah.services.delivering import deliver, latest_decision
from lexsarah.services.requests import Asked, last_day_for
from lexsarah.web.act_page import ActForm, ActPage
from lexsarah.web.asking.people import grouped, leaders, to_deliver


class RequestForm(ActForm):
    """Base: what is asked, of whom, and by when."""

    kind: ClassVar[str]
    linked = ("asked_of",)

    asked_of = forms.ChoiceField(
        label="Av vem?",
        error_messages={"required": "Välj vem du frågar.", "invalid_choice": "Välj en chef."},
        help_text="Den du väljer ser bara det du skriver här, inte rapporten eller utredningen.",
    )
    text = text_field("Vad begär du?", required="Skriv vad du begär.")
    due_on = DayField(label="Senast när?", error_messages={"required": "Välj en dag."})
    preset = ()

    def prepare(self) -> None:
        """Offer those who lead, those of the examined unit first."""
        found = leaders(self.report)
        self._people = {str(one.user.pk): one.user for one in found}
        field: Any = self.fields["asked_of"]
        field.choices = [("", "Välj …"), *grouped(found)]
        self.fields["text"].widget.attrs["rows"] = 6
        self.fields["due_on"].initial = last_day_for(self.kind)

    def asked(self, given: dict[str, Any]) -> Asked:
        """Return what was entered as the service takes it."""
        person = self._people[given["asked_of"]]
        return Asked(person, given["text"], given["due_on"])


class StatementForm(RequestForm):
    """Begär yttrande."""

    kind = Request.Kind.STATEMENT

    def do(self, report_id: int, **given: Any) -> Report:
        """Ask."""
        expected, asked = given["expected_version"], self.asked(given)
        return requests.request_statement(
            self.actor, report_id, asked, expected_version=expected
        ).report


class SafetyForm(RequestForm):
    """Begär åtgärd för den enskilde."""

    kind = Request.Kind.SAFETY

    def prepare(self) -> None:
        """Ask for what is to be done, and not for an opinion."""
        super().prepare()
        self.fields["text"].label = "Vad behöver göras för den enskilde?"

    def do(self, report_id: int, **given: Any) -> Report:
        """Ask."""
        expected, asked = given["expected_version"], self.asked(given)
        return requests.request_safety(
            self.actor, report_id, asked, expected_version=expected
        ).report


class DeliverForm(ActForm):
    """Delge beslutet."""

    to = forms.MultipleChoiceField(
        label="Vem delges?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Välj minst en att delge."},
        help_text="Den du delger ser bedömningen och de beslutade åtgärderna.",
    )
    on = DayField(label="När?")

    def prepare(self) -> None:
        """Offer those whom it concerns and who have not had it."""
        decision = latest_decision(self.report)
        found = to_deliver(self.report, decision) if decision else {}
        self._people: dict[str, User] = {key: user for key, (user, _) in found.items()}
        field: Any = self.fields["to"]
        field.choices = [(key, words) for key, (_, words) in found.items()]
        if not found:
            self.idle = "Alla som berörs har redan delgetts beslutet."

    def do(self, report_id: int, **given: Any) -> Report:
        """Deliver it to each."""
        given["to"] = [self._people[key] for key in given["to"]]
        return deliver(self.actor, report_id, **given)[0].report


_TAB = "lex-sarah-requests"
PAGES = (
    ActPage(
        "begar-yttrande",
        "request_statement",
        "Begär yttrande",
        StatementForm,
        "Yttrandet är begärt.",
        "message-square",
        "Chefen svarar här i tjänsten och påminns om dagen.",
        back=_TAB,
    ),
    ActPage(
        "begar-atgard",
        "request_safety",
        "Begär åtgärd för den enskilde",
        SafetyForm,
        "Åtgärden är begärd.",
        "shield",
        "Det som måste göras för den enskilde, utan att vänta på utredningen.",
        back=_TAB,
    ),
    ActPage(
        "delge",
        "deliver",
        "Delge beslutet",
        DeliverForm,
        "Beslutet är delgivet.",
        "send",
        "Den som delges läser bedömningen och åtgärderna under Det som begärs av mig.",
        back=_TAB,
        # As ``queries.read_report`` found: nothing to deliver where none was decided here.
        fits=lambda report: getattr(report, "delivered", None) is not None,
    ),
)

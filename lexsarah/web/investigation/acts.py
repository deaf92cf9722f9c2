"""Acts of the investigation on pages of their own: kind of event, MAS, who is examined."""

from typing import Any

from django import forms

from casework.organisation.models import User
from casework.web.cases.fields import DayField, RowField, offer_by_role, text_field
from lexsarah.models import EventKind, Examined, Report
from lexsarah.services import examining
from lexsarah.web.act_page import ActForm, ActPage


class KindForm(ActForm):
    """Typ av händelse."""

    event_kind = forms.ChoiceField(
        label="Typ av händelse",
        choices=EventKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Välj typ av händelse."},
    )

    def prepare(self) -> None:
        """Show what is chosen."""
        self.fields["event_kind"].initial = self.report.event_kind or None

    def noted(self) -> dict[str, object]:
        """Return the kind."""
        return {"event_kind": self.report.event_kind}

    def do(self, report_id: int, **given: Any) -> Report:
        """Choose it."""
        return examining.classify(self.actor, report_id, **given)


class MasForm(ActForm):
    """Hälso- och sjukvård: MAS informerad."""

    on = DayField(label="När fick MAS veta det?")
    note = text_field("Vad fick MAS veta?", required="Skriv vad MAS fick veta.")

    def prepare(self) -> None:
        """Show what is noted."""
        if self.report.mas_on:
            self.fields["on"].initial = self.report.mas_on
            self.fields["note"].initial = self.report.mas_note

    def do(self, report_id: int, **given: Any) -> Report:
        """Note it."""
        return examining.point_to_mas(self.actor, report_id, **given)


class ExaminedForm(ActForm):
    """Ange granskad person."""

    user = RowField(
        label="Vems beslut eller handlande granskas?",
        error_messages={"required": "Välj en person."},
        help_text="De som arbetar i eller leder den granskade enheten räknas redan som granskade.",
    )

    def prepare(self) -> None:
        """Offer those of the board who are not named already."""
        named = Examined.objects.filter(report=self.report, removed_at=None).values("user_id")
        people = User.objects.filter(board=self.report.board_id, is_active=True)
        offer_by_role(self.fields["user"], self.report.board_id, people.exclude(pk__in=named))

    def do(self, report_id: int, **given: Any) -> Report:
        """Name the person."""
        return examining.name_examined(self.actor, report_id, **given)


class NotExaminedForm(ActForm):
    """Ta bort granskad person."""

    user = RowField(label="Vem granskas inte?", error_messages={"required": "Välj en person."})

    def prepare(self) -> None:
        """Offer those who are named."""
        field: Any = self.fields["user"]
        field.offer(examining.examined_in(self.report))

    def do(self, report_id: int, **given: Any) -> Report:
        """Take the name away."""
        return examining.unname_examined(self.actor, report_id, **given)


PAGES = (
    ActPage(
        "typ",
        "classify",
        "Typ av händelse",
        KindForm,
        "Typen av händelse är antecknad.",
        "list-checks",
        "Samma indelning som i anmälan till IVO.",
        submit="Spara",
    ),
    ActPage(
        "granskad",
        "name_examined",
        "Ange granskad person",
        ExaminedForm,
        "Antecknat vem som granskas.",
        "users",
        "Den som granskas kan varken utreda, besluta eller läsa utredningen. Är personen utredare "
        "eller beslutsfattare i dag behöver en annan utses.",
        submit="Spara",
    ),
    ActPage(
        "inte-granskad",
        "name_examined",
        "Ta bort granskad person",
        NotExaminedForm,
        "Personen är inte längre antecknad som granskad.",
        "users",
        submit="Spara",
        fits=lambda report: bool(examining.examined_in(report)),
    ),
    ActPage(
        "mas",
        "point_to_mas",
        "MAS informerad",
        MasForm,
        "Antecknat att MAS är informerad.",
        "message-square",
        "Det som är hälso- och sjukvård utreds av MAS. Lex Sarah gäller resten.",
        submit="Spara",
    ),
)

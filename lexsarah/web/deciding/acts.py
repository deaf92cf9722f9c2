"""Acts on pages of their own: föreslå, återlämna, besluta, avsluta, återuppta, åtgärder."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django import forms

from casework.shared import clock
from casework.web.cases.fields import DayField, RowField, offer_by_role, text_field
from lexsarah import parts, states
from lexsarah.models import Measure, Report, ReportCause
from lexsarah.services import closing, deciding, delegation, measures
from lexsarah.services.documenting import missing
from lexsarah.web.act_page import ActForm, ActPage, StatuteForm
from lexsarah.web.deciding.fields import offer_owners, outcome_field, owner_field, reasons_field
from lexsarah.web.deciding.proposal_forms import DecideForm, ReturnForm, TakeBackForm

_USUAL_DAYS = timedelta(days=30)


class DeciderForm(ActForm):
    """Base: before whom it is put."""

    decider = RowField(label="Vem ska besluta?", error_messages={"required": "Välj vem."})

    def offer_deciders(self, *outcomes: str) -> None:
        """Offer those whom the delegationsordning lets decide any of ``outcomes`` today."""
        field: Any = self.fields["decider"]
        deciders = delegation.deciders(self.report, outcomes, clock.today())
        offer_by_role(field, self.report.board_id, deciders)
        if len(field.choices) == 1 and not field.choices[0][0]:
            field.help_text = (
                "Ingen får besluta enligt delegationsordningen. Be systemförvaltaren lägga in den."
            )


class ProposeForm(DeciderForm):
    """Föreslå beslut."""

    template = "lexsarah/deciding/_missing.html"

    outcome = outcome_field()
    reasons = reasons_field()
    short = forms.BooleanField(
        label="Det är uppenbart inget missförhållande: bara skäl behövs",
        required=False,
        help_text="Bara för Ej missförhållande. Utredningen behöver då inte fyllas i.",
    )
    field_order = ("outcome", "reasons", "short", "decider")

    @cached_property
    def missing(self) -> list[tuple[str, str, str]]:
        """What the document lacks: the part, its heading, how to mend it."""
        return [(key, parts.BY_KEY[key].label, mend) for key, mend in missing(self.report).items()]

    def prepare(self) -> None:
        """Offer all who may decide anything: who may decide what is tried when it is chosen."""
        self.offer_deciders(*states.OUTCOMES)

    def do(self, report_id: int, **given: Any) -> Report:
        """Propose."""
        return deciding.propose(self.actor, report_id, **given)


class AssignDeciderForm(DeciderForm):
    """Byt beslutsfattare."""

    def prepare(self) -> None:
        """Offer those who may decide what is proposed or was decided."""
        proposal = deciding.open_proposal(self.report)
        self.offer_deciders(proposal.outcome if proposal else self.report.outcome)
        self.fields["decider"].initial = self.report.decider_id

    def do(self, report_id: int, **given: Any) -> Report:
        """Put it before another."""
        return deciding.assign_decider(self.actor, report_id, **given)


class CloseShortForm(StatuteForm):
    """Avsluta utan utredning."""

    reasons = reasons_field()

    def do(self, report_id: int, **given: Any) -> Report:
        """Close."""
        return deciding.close_short(self.actor, report_id, **given)


class ReopenForm(StatuteForm):
    """Återuppta utredningen."""

    reason = text_field(
        "Varför tas utredningen upp igen?", required="Skriv varför utredningen tas upp igen."
    )

    def do(self, report_id: int, **given: Any) -> Report:
        """Take it up again."""
        return closing.reopen(self.actor, report_id, **given)


class FollowForm(ActForm):
    """Följ upp åtgärderna."""

    def do(self, report_id: int, **given: Any) -> Report:
        """Begin to."""
        return closing.follow_measures(self.actor, report_id, **given)


class CloseForm(ActForm):
    """Avsluta."""

    def do(self, report_id: int, **given: Any) -> Report:
        """Close."""
        return closing.close(self.actor, report_id, **given)


class MeasureForm(ActForm):
    """Föreslå åtgärd."""

    preset = ()

    cause = forms.ChoiceField(
        label="Mot vilken orsak?",
        error_messages={"required": "Välj en orsak."},
        help_text="Orsakerna väljs i utredningen.",
    )
    text = text_field(
        "Vad ska göras?",
        required="Skriv vad som ska göras.",
        help_text="Utan namn: den som ansvarar läser det, och det står i bilagan till nämnden.",
    )
    owner = owner_field()
    due_on = DayField(label="Klar senast", error_messages={"required": "Välj en dag."})

    def prepare(self) -> None:
        """Offer the causes that were found, and those who may be asked to do something."""
        found = ReportCause.objects.filter(report=self.report, removed_at=None)
        self._causes = {str(one.pk): one for one in found.select_related("cause")}
        cause: Any = self.fields["cause"]
        labels = [(key, one.cause.name) for key, one in self._causes.items()]
        cause.choices = labels if len(labels) == 1 else [("", "Välj …"), *labels]
        offer_owners(self.fields["owner"], self.report.board_id)
        self.fields["due_on"].initial = clock.today() + _USUAL_DAYS

    def do(self, report_id: int, **given: Any) -> Report:
        """Propose it."""
        given["cause"] = self._causes[given["cause"]]
        measure: Measure = measures.propose_measure(self.actor, report_id, **given)
        return measure.report


_TAB = "lex-sarah-decision"
PAGES = (
    ActPage(
        "foresla",
        "propose",
        "Föreslå beslut",
        ProposeForm,
        "Förslaget är framlagt. Utredningen är låst tills det är beslutat eller återlämnat.",
        "send",
        "Utredningen läggs fram för den som får besluta enligt delegationsordningen.",
        back=_TAB,
    ),
    ActPage(
        "besluta",
        "decide",
        "Fatta beslut",
        DecideForm,
        "Beslutet är fattat. Utredning och beslut är sparade bland handlingarna.",
        "scale",
        "Du kan besluta annat än det som föreslås. Beslutet ändras inte efteråt.",
        back=_TAB,
    ),
    ActPage(
        "aterlamna",
        "return_proposal",
        "Återlämna",
        ReturnForm,
        "Förslaget är återlämnat till utredaren.",
        "undo-2",
        "Utredaren ser vad som saknas och kan föreslå på nytt.",
        submit="Återlämna förslaget",
        back=_TAB,
    ),
    ActPage(
        "ta-tillbaka",
        "take_back_proposal",
        "Ta tillbaka förslaget",
        TakeBackForm,
        "Förslaget är återtaget. Utredningen kan ändras igen.",
        "undo-2",
        "Utredningen låses upp, och förslaget är inte längre framlagt.",
        back=_TAB,
    ),
    ActPage(
        "foresla-atgard",
        "propose_measure",
        "Föreslå åtgärd",
        MeasureForm,
        "Åtgärden är föreslagen.",
        "list-checks",
        "Åtgärden knyts till en orsak och beslutas tillsammans med rapporten eller för sig.",
        back=_TAB,
    ),
    ActPage(
        "folj-upp",
        "follow_measures",
        "Följ upp åtgärderna",
        FollowForm,
        "Åtgärderna följs upp.",
        "list-checks",
        "Rapporten står som Åtgärder följs upp tills alla åtgärder är klara.",
        fits=lambda report: bool(measures.unsettled(report)),
        back=_TAB,
    ),
    ActPage(
        "avsluta",
        "close",
        "Avsluta",
        CloseForm,
        "Rapporten är avslutad.",
        "circle-check",
        "Allt som beslutats är gjort och följt upp.",
        fits=lambda report: not closing.why_not_closed(report),
        why_not=closing.why_not_closed,
        back=_TAB,
    ),
    ActPage(
        "avsluta-kort",
        "close_short",
        "Avsluta utan utredning",
        CloseShortForm,
        "Rapporten är avslutad: ej missförhållande.",
        "circle-check",
        "Bara för det som uppenbart inte är ett missförhållande. Skälen sparas som beslut.",
        submit="Avsluta som ej missförhållande",
        fits=lambda report: report.serious_on is None,
        back=_TAB,
    ),
    ActPage(
        "ateruppta",
        "reopen",
        "Återuppta utredningen",
        ReopenForm,
        "Utredningen är återupptagen. Beslutet ligger kvar i historiken.",
        "undo-2",
        "Beslutet ligger kvar, och ett nytt fattas när det är utrett. Tiden räknas från rapporten.",
        back=_TAB,
    ),
    ActPage(
        "beslutsfattare",
        "assign_decider",
        "Byt beslutsfattare",
        AssignDeciderForm,
        "Beslutsfattaren är antecknad.",
        "user",
        submit="Spara",
        back=_TAB,
    ),
)

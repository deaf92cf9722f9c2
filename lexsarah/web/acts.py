"""The acts of a report as forms, each on a page of its own, and which of them are offered."""

from collections.abc import Sequence
from typing import Any

from django import forms

from casework.access import policy
from casework.access.actor import Actor
from casework.organisation.models import Membership, Role, Unit, User
from casework.shared import clock
from casework.web.cases.fields import DayField, RowField, text_field
from lexsarah.models import Report
from lexsarah.rules import RULES
from lexsarah.services import investigating
from lexsarah.unfinished import awaits_supplement, why_not_sent
from lexsarah.web.act_page import ActForm as ActForm
from lexsarah.web.act_page import ActPage as ActPage
from lexsarah.web.act_page import StatuteForm
from lexsarah.web.asking import acts as asking_acts
from lexsarah.web.deciding import acts as deciding_acts
from lexsarah.web.investigation import acts as investigation_acts


class StartForm(StatuteForm):
    """Inled utredning."""

    def do(self, report_id: int, **given: Any) -> Report:
        """Begin."""
        return investigating.start_investigation(self.actor, report_id, **given)


class InvestigatorForm(ActForm):
    """Utse utredare."""

    to = RowField(
        label="Vem ska utreda?",
        required=False,
        help_text="En SAS som varken arbetar i eller leder den granskade enheten.",
    )

    def prepare(self) -> None:
        """Offer those who are SAS today."""
        sas = Membership.objects.valid_on(clock.today()).filter(
            board=self.report.board_id, role=Role.SAS
        )
        field: Any = self.fields["to"]
        field.offer(
            User.objects.filter(is_active=True, pk__in=sas.values("user_id")), empty="Ingen än"
        )
        field.initial = self.report.investigator_id

    def noted(self) -> dict[str, object]:
        """Return who it is."""
        return {"to": str(self.report.investigator_id or "")}

    def do(self, report_id: int, **given: Any) -> Report:
        """Assign."""
        return investigating.assign_investigator(self.actor, report_id, **given)


class RegistryNumberForm(ActForm):
    """Anteckna diarienummer."""

    number = forms.CharField(
        label="Diarienummer",
        max_length=investigating.MAX_NUMBER,
        help_text="Numret i nämndens diarium.",
        error_messages={"required": "Skriv diarienumret."},
    )

    def prepare(self) -> None:
        """Show what is noted."""
        self.fields["number"].initial = self.report.registry_number

    def noted(self) -> dict[str, object]:
        """Return the number."""
        return {"number": self.report.registry_number}

    def do(self, report_id: int, **given: Any) -> Report:
        """Note it."""
        return investigating.set_registry_number(self.actor, report_id, **given)


class SeriousForm(ActForm):
    """Bedöm som allvarligt."""

    on = DayField(label="När bedömdes det?")
    reason = text_field("Varför är det allvarligt?", required="Skriv varför det är allvarligt.")

    def do(self, report_id: int, **given: Any) -> Report:
        """Say so."""
        return investigating.assess_serious(self.actor, report_id, **given)


class SafeForm(ActForm):
    """Den enskilde är trygg."""

    on = DayField(label="Sedan när är den enskilde trygg?")
    how = text_field("Vad gjordes?", required="Skriv vad som gjordes.")

    def do(self, report_id: int, **given: Any) -> Report:
        """Note it."""
        return investigating.record_safe(self.actor, report_id, **given)


class NotifyForm(ActForm):
    """Anteckna anmälan till IVO."""

    on = DayField(label="När gjordes anmälan?")
    ivo_number = forms.CharField(
        label="IVO:s diarienummer",
        required=False,
        max_length=investigating.MAX_NUMBER,
        help_text="Kan antecknas senare, när IVO har svarat.",
    )

    def prepare(self) -> None:
        """Show what is noted."""
        if self.report.notified_on:
            self.fields["on"].initial = self.report.notified_on
            self.fields["ivo_number"].initial = self.report.ivo_number

    def noted(self) -> dict[str, object]:
        """Return what is noted of a notification that has been made."""
        report = self.report
        return (
            {"on": report.notified_on, "ivo_number": report.ivo_number}
            if report.notified_on
            else {}
        )

    def do(self, report_id: int, **given: Any) -> Report:
        """Note it."""
        return investigating.record_ivo_notification(self.actor, report_id, **given)


class SupplementForm(ActForm):
    """Anteckna att IVO har fått utredningen."""

    on = DayField(label="När lämnades utredningen till IVO?")

    def do(self, report_id: int, **given: Any) -> Report:
        """Note it."""
        return investigating.record_ivo_supplement(self.actor, report_id, **given)


class ProtectForm(ActForm):
    """Set or take away skyddade personuppgifter; the page asks once more."""

    def do(self, report_id: int, **given: Any) -> Report:
        """Turn it the other way."""
        protected = not self.report.protected
        return investigating.set_protection(self.actor, report_id, protected=protected, **given)


class UnitForm(ActForm):
    """Ändra granskad enhet."""

    to = RowField(label="Vilken enhet granskas?", error_messages={"required": "Välj en enhet."})

    def prepare(self) -> None:
        """Offer every unit but the present one."""
        others = Unit.objects.valid_on(clock.today()).filter(board_id=self.report.board_id)
        field: Any = self.fields["to"]
        field.offer(others.exclude(pk=self.report.unit_id))

    def do(self, report_id: int, **given: Any) -> Report:
        """Change it."""
        return investigating.change_unit(self.actor, report_id, **given)


PAGES = (
    ActPage(
        "trygg",
        "make_safe",
        "Den enskilde är trygg",
        SafeForm,
        "Antecknat att den enskilde är trygg.",
        "shield",
        submit="Spara",
        fits=lambda report: report.is_unsafe,
    ),
    ActPage(
        "inled",
        "start_investigation",
        "Inled utredning",
        StartForm,
        "Utredningen är inledd.",
        "folder-open",
        "Du blir utredare, om ingen annan redan är det.",
    ),
    ActPage(
        "allvarligt",
        "assess_serious",
        "Bedöm som allvarligt",
        SeriousForm,
        "Noterat. Anmäl till IVO snarast.",
        "shield-alert",
        "Ett allvarligt missförhållande, eller en påtaglig risk för det, anmäls snarast till IVO. "
        "Det går att anmäla redan nu, innan utredningen är klar.",
        fits=lambda report: report.serious_on is None,
    ),
    ActPage(
        "anmal-ivo",
        "notify_ivo",
        "Anteckna anmälan till IVO",
        NotifyForm,
        "Anmälan till IVO är antecknad.",
        "send",
        "Anmälan görs i IVO:s e-tjänst eller på IVO:s blankett, aldrig med e-post. Är utredningen "
        "inte klar har du två månader på dig att skicka den.",
        submit="Spara",
    ),
    ActPage(
        "komplettera-ivo",
        "supplement_ivo",
        "Utredningen lämnad till IVO",
        SupplementForm,
        "Antecknat att IVO har fått utredningen.",
        "check",
        submit="Spara",
        fits=lambda report: awaits_supplement(report) and not why_not_sent(report),
        why_not=lambda report: why_not_sent(report) if awaits_supplement(report) else "",
    ),
    ActPage(
        "utredare",
        "assign_investigator",
        "Utse utredare",
        InvestigatorForm,
        "Utredaren är antecknad.",
        "user",
        submit="Spara",
    ),
    ActPage(
        "diarienummer",
        "set_registry_number",
        "Anteckna diarienummer",
        RegistryNumberForm,
        "Diarienumret är antecknat.",
        "file-text",
        submit="Spara",
    ),
    ActPage(
        "enhet",
        "move",
        "Ändra granskad enhet",
        UnitForm,
        "Den granskade enheten är ändrad.",
        "building-2",
        "Gäller från i dag. Är utredaren från den nya enheten behöver en annan utses.",
        submit="Spara",
    ),
    ActPage(
        "skydd",
        "protect",
        "Skyddade personuppgifter",
        ProtectForm,
        "Skyddet är ändrat.",
        "lock",
        "Märkta rapporter listas inte i kvalitetsrapporten och lämnar inga spår i uppdelad "
        "statistik.",
        submit="Ändra skyddet",
    ),
    *investigation_acts.PAGES,
    *asking_acts.PAGES,
    *deciding_acts.PAGES,
)
BY_SLUG = {one.slug: one for one in PAGES}


def offered(actor: Actor, report: Report, among: Sequence[ActPage] = PAGES) -> list[ActPage]:
    """Return the acts that the actor may do to the report as it stands, in the order of need."""
    allowed = policy.allowed(actor, report, RULES)
    return [one for one in among if one.act in allowed and one.applies(report)]

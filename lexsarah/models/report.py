"""The report itself, and apart from it who made it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from casework.access.actor import Actor
from casework.access.addressed import AddressedColumns, addressed_q
from casework.access.policy import RecordColumns
from casework.access.querysets import RecordQuerySet
from casework.organisation.models import Board, Unit, User
from casework.shared.fields import EncryptedTextField
from casework.shared.models import Privacy
from deviations.models import Deviation, SafeNow
from lexsarah import states

# Whose unit is examined does not read the report, nor do those above it.
REPORT_COLUMNS = RecordColumns(
    reporting_unit="",
    reporters=(),
    handlers=("investigator",),
    deciders=("decider",),
    before_deciders=(states.PROPOSED, states.DECIDED, states.ACTIONS),
    about_manager="",
    confidential=True,
    examined="examined",
    happened=("occurred_on", "registered_on"),
)
_REPORTERS = AddressedColumns(to="user", also=("on_behalf_of",), open_though_protected=True)


class Statute(models.TextChoices):
    """The act that the report is made under; registers from before do not say."""

    SOL = "SoL", "SoL"
    LSS = "LSS", "LSS"


class EventKind(models.TextChoices):
    """Typ av händelse, as IVO's form asks (SOSFS 2011:5 2 kap.)."""

    PHYSICAL = "physical", "Fysiskt övergrepp"
    SEXUAL = "sexual", "Sexuellt övergrepp"
    PSYCHOLOGICAL = "psychological", "Psykiskt övergrepp"
    ECONOMIC = "economic", "Ekonomiskt övergrepp"
    TREATMENT = "treatment", "Brister i bemötande"
    LEGAL_SECURITY = "legal", "Brister i rättssäkerhet vid handläggning och genomförande"
    INTERVENTION = "intervention", "Brister i utförande av insats"
    SURROUNDINGS = "surroundings", "Brister i fysisk miljö, utrustning och teknik"
    OTHER = "other", "Annat"


class Report(models.Model):
    """A lex Sarah-rapport (SoL 27:2, LSS 24 b), whose name is not here (see ``Reporter``).

    Fields under "reported" are written once, at submission or import. Those under "projection"
    follow from the history (``lexsarah.histories``) and are written with it.
    """

    board = models.ForeignKey(Board, models.PROTECT, related_name="lexsarah_reports")
    number = models.CharField("nummer", max_length=40, unique=True)
    external_id = models.CharField("nummer i tidigare system", max_length=200, blank=True)
    registry_number = models.CharField("diarienummer", max_length=60, blank=True)
    deviation = models.OneToOneField(
        Deviation,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="avvikelsen som den kom med",
    )

    # Reported
    reported_at = models.DateTimeField("rapporterad")
    statute = models.CharField("lagrum", max_length=10, choices=Statute, blank=True)
    noticed_on = models.DateField("upptäcktes", null=True)
    done_at_once = EncryptedTextField("vad gjordes genast?", blank=True)
    safe_now = models.CharField(
        "är den enskilde trygg nu?", max_length=10, choices=SafeNow.choices, blank=True
    )
    case_number = models.CharField("ärende", max_length=60, blank=True)

    # Projection
    registered_on = models.DateField("rapporterad")
    occurred_on = models.DateField("inträffade", null=True)
    event = EncryptedTextField("vad hände?", blank=True)
    # The words of the event, as they are searched for (``casework.shared.blind_index``).
    search_terms = ArrayField(models.BigIntegerField(), default=list)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="granskad enhet")
    status = models.CharField("läge", max_length=20, choices=states.LABELS)
    outcome = models.CharField("bedömning", max_length=20, choices=states.OUTCOMES, blank=True)
    decided_on = models.DateField("beslutad", null=True)
    actions = EncryptedTextField("åtgärder", blank=True)
    serious_on = models.DateField("bedömd som allvarlig", null=True)
    notified_on = models.DateField("anmäld till IVO", null=True)
    ivo_number = models.CharField("diarienummer hos IVO", max_length=60, blank=True)
    supplemented_on = models.DateField("utredningen lämnad till IVO", null=True)
    protected = models.BooleanField("skyddade personuppgifter", default=False)

    # Handling
    safe_on = models.DateField("trygg sedan", null=True)
    safe_how = EncryptedTextField("så blev den enskilde trygg", blank=True)
    investigator = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="utredare"
    )
    decider = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="beslutsfattare"
    )
    event_kind = models.CharField("typ av händelse", max_length=20, choices=EventKind, blank=True)
    # Hälso- och sjukvård is the MAS's to look into (HSL): that the matter was pointed there.
    mas_on = models.DateField("MAS informerad", null=True)
    mas_note = EncryptedTextField("om hälso- och sjukvården", blank=True)
    # Made with the form, so that two clicks are one report.
    submission_key = models.UUIDField(null=True, unique=True, editable=False)
    version = models.IntegerField(default=1)

    record_columns: ClassVar = REPORT_COLUMNS
    objects = RecordQuerySet.as_manager()

    privacy = Privacy(
        personal="done_at_once case_number event search_terms actions safe_how investigator "
        "decider mas_note",
        plain="id board number external_id registry_number deviation reported_at statute "
        "noticed_on safe_now safe_on registered_on occurred_on unit status outcome decided_on "
        "serious_on notified_on ivo_number supplemented_on protected event_kind mas_on "
        "submission_key version",
    )

    class Meta:
        verbose_name = "lex Sarah-rapport"
        verbose_name_plural = "lex Sarah-rapporter"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["board", "external_id"],
                condition=~Q(external_id=""),
                name="report_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_on__isnull=True)
                | (~Q(outcome="") & Q(decided_on__gte=F("registered_on"))),
                name="report_decided_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(supplemented_on__isnull=True)
                | Q(supplemented_on__gte=F("notified_on")),
                name="report_supplemented_after_notified",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["board", "registered_on"],
                condition=Q(status__in=sorted(states.OPEN_STATES)),
                name="report_open_by_age",
            ),
            models.Index(fields=["board", "-registered_on", "-id"], name="report_newest"),
            GinIndex(fields=["search_terms"], name="report_search_terms"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_unsafe(self) -> bool:
        """Whether somebody was not safe when it was reported, and nobody has said otherwise."""
        return self.safe_now == SafeNow.NO and self.safe_on is None and self.is_open

    @property
    def is_open(self) -> bool:
        """Whether anything is still to be done with it."""
        return self.status in states.OPEN_STATES


class ReporterQuerySet(models.QuerySet["Reporter"]):
    """Who reported, asked from the reporter's own side alone."""

    def own(self, actor: Actor) -> "ReporterQuerySet":
        """Keep what the actor reported, or had reported by somebody else."""
        return self.filter(addressed_q(actor, _REPORTERS))


class Reporter(models.Model):
    """Who made a report: named, and in no query of the investigation (SoL 27:2, OSL 26:5).

    ``user`` handed it in; ``on_behalf_of`` is the colleague whose report it is, if another's.
    ``name`` is what stands on a paper that the Registrator entered.
    """

    report = models.OneToOneField(Report, models.PROTECT, related_name="reporter")
    user = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="rapportör"
    )
    on_behalf_of = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="för kollega"
    )
    name = EncryptedTextField("namn på pappret", blank=True)
    # When the reporter last saw how it went: what was decided since is news.
    seen_at = models.DateTimeField(null=True)

    objects = ReporterQuerySet.as_manager()

    privacy = Privacy(personal="user on_behalf_of name", plain="id report seen_at")

    class Meta:
        verbose_name = "rapportör"
        verbose_name_plural = "rapportörer"

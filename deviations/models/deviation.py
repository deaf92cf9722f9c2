"""The deviation itself: what was reported (never edited) and a projection of how it stands."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from casework.access.policy import RecordColumns
from casework.access.querysets import RecordQuerySet
from casework.organisation.models import Board, Unit, User
from casework.shared import clock
from casework.shared.fields import EncryptedTextField
from casework.shared.models import Privacy
from deviations import risk, states
from deviations.models.registers import Category, Cause


class SafeNow(models.TextChoices):
    """Är den enskilde trygg nu?"""

    YES = "yes", "Ja"
    NO = "no", "Nej"
    UNKNOWN = "unknown", "Vet inte"
    NOBODY = "nobody", "Ingen enskild är berörd"


class Concerns(models.TextChoices):
    """Whom the event concerns."""

    UNSAID = "", "Inte angivet"
    PERSON = "person", "En person"
    GROUP = "group", "En grupp"
    UNIT = "unit", "Enheten"


class Deviation(models.Model):
    """An avvikelse or tillbud.

    Fields under "reported" are written once, at submission or import. Fields under "projection"
    are written by ``deviations.services.writing`` together with the history rows they repeat.
    """

    board = models.ForeignKey(Board, models.PROTECT, related_name="deviations")
    number = models.CharField("nummer", max_length=40, unique=True)
    external_id = models.CharField("nummer i tidigare system", max_length=200, blank=True)

    # Reported
    reporter = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="rapportör"
    )
    on_behalf_of = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="för kollega"
    )
    reporting_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="rapporterande enhet"
    )
    reported_at = models.DateTimeField("rapporterad")
    occurred_on = models.DateField("inträffade", null=True)
    noticed_on = models.DateField("upptäcktes", null=True)
    description = EncryptedTextField("vad hände?")
    done_at_once = EncryptedTextField("vad gjordes genast?", blank=True)
    safe_now = models.CharField(
        "är den enskilde trygg nu?", max_length=10, choices=SafeNow.choices, blank=True
    )
    concerns = models.CharField(
        "vem berörs?", max_length=10, choices=Concerns.choices, blank=True, default=""
    )
    case_number = models.CharField("ärende", max_length=60, blank=True)
    possible_misconduct = models.BooleanField("kan vara ett missförhållande", default=False)
    about_manager = models.BooleanField("det gäller min chef", default=False)
    from_watch = models.BooleanField("född ur bevakningen", default=False)
    search_terms = ArrayField(models.BigIntegerField(), default=list)

    # Projection
    registered_on = models.DateField("rapporterad")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="ansvarig enhet")
    status = models.CharField("läge", max_length=20, choices=states.LABELS)
    closed_on = models.DateField("avslutad", null=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, related_name="+", verbose_name="kategori"
    )
    cause_ids = ArrayField(models.BigIntegerField(), default=list)
    main_cause = models.ForeignKey(
        Cause, models.PROTECT, null=True, related_name="+", verbose_name="huvudorsak"
    )
    effect = models.CharField("effekt", max_length=20, choices=states.EFFECTS, blank=True)
    protected = models.BooleanField("skyddade personuppgifter", default=False)

    # Handling
    handler = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="handläggare"
    )
    severity = models.SmallIntegerField("allvarlighet", null=True)
    probability = models.SmallIntegerField("sannolikhet", null=True)
    priority = models.SmallIntegerField("ordning i inkorgen", default=risk.ORDINARY)
    analysis = EncryptedTextField("analys", blank=True)
    outcome = EncryptedTextField("det ledde till", blank=True)
    effect_due_on = models.DateField("effekt bedöms senast", null=True)
    moves = models.SmallIntegerField("antal flyttar", default=0)
    unit_decided = models.BooleanField("enheten är bestämd av avdelningschefen", default=False)
    awaiting_answer = models.BooleanField("väntar på komplettering", default=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", verbose_name="sammanförd med"
    )
    incomplete = models.BooleanField("ofullständig vid inläsning", default=False)
    version = models.IntegerField(default=1)

    record_columns: ClassVar = RecordColumns()
    objects = RecordQuerySet.as_manager()

    privacy = Privacy(
        personal="reporter on_behalf_of handler description done_at_once case_number analysis "
        "outcome search_terms",
        plain="id board number external_id reporting_unit reported_at occurred_on noticed_on "
        "safe_now concerns possible_misconduct about_manager from_watch registered_on unit status "
        "closed_on category cause_ids main_cause effect protected severity probability priority "
        "effect_due_on moves unit_decided awaiting_answer merged_into incomplete version",
    )

    class Meta:
        verbose_name = "avvikelse"
        verbose_name_plural = "avvikelser"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["board", "external_id"],
                condition=~Q(external_id=""),
                name="deviation_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=models.F("registered_on")),
                name="deviation_closed_after_reported",
            ),
            models.CheckConstraint(
                condition=Q(severity__isnull=True) | Q(severity__range=(1, 4)),
                name="deviation_severity_1_to_4",
            ),
            models.CheckConstraint(
                condition=Q(probability__isnull=True) | Q(probability__range=(1, 4)),
                name="deviation_probability_1_to_4",
            ),
            models.CheckConstraint(
                condition=Q(status=states.MERGED, merged_into__isnull=False)
                | (~Q(status=states.MERGED) & Q(merged_into__isnull=True)),
                name="deviation_merged_has_target",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["unit", "priority", "registered_on"],
                condition=Q(status__in=sorted(states.OPEN_STATES)),
                name="deviation_open_by_unit",
            ),
            models.Index(
                fields=["unit", "effect_due_on"],
                condition=Q(status=states.CLOSED_FOLLOW_UP),
                name="deviation_effect_due",
            ),
            models.Index(
                fields=["board", "registered_on"],
                condition=Q(possible_misconduct=True) | Q(status=states.WITH_SAS),
                name="deviation_for_sas",
            ),
            models.Index(fields=["board", "-registered_on", "-id"], name="deviation_newest"),
            models.Index(fields=["unit", "-registered_on", "-id"], name="deviation_unit_newest"),
            models.Index(fields=["reporting_unit", "-registered_on"], name="deviation_rep_unit"),
            models.Index(fields=["reporter", "-registered_on"], name="deviation_reporter"),
            models.Index(fields=["board", "case_number"], name="deviation_case_number"),
            GinIndex(fields=["search_terms"], name="deviation_search_terms"),
            # What skyddade personuppgifter close is asked for in every count, and is little.
            models.Index(fields=["id"], condition=Q(protected=True), name="deviation_protected"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether the handling time still runs."""
        return self.status not in states.CLOSED_STATES and self.status != states.MERGED

    @property
    def risk_level(self) -> str | None:
        """The risk's level, or None where it has not been judged."""
        if self.severity is None or self.probability is None:
            return None
        return risk.level(self.severity, self.probability)

    def days_open(self, on: date | None = None) -> int:
        """Return the days of handling: from the report to the closing, or to ``on`` (today)."""
        return ((self.closed_on or on or clock.today()) - self.registered_on).days

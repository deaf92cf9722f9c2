"""What is decided: by which delegation, on which proposal, and the measures that follow."""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q

from casework.organisation.models import Board, Role, User
from casework.shared.fields import EncryptedTextField
from casework.shared.models import AppendOnly, Privacy
from lexsarah import states
from lexsarah.models.investigation import ReportCause
from lexsarah.models.report import Report


@pghistory.track()
class DelegationRule(models.Model):
    """A row of the board's delegationsordning: who may decide which outcome (KL 6:37–38).

    Dated: a decision is tried against, and names, the row that held on its day.
    """

    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    name = models.CharField("punkt i delegationsordningen", max_length=80)
    outcome = models.CharField("bedömning", max_length=20, choices=states.OUTCOMES)
    role = models.CharField("roll", max_length=20, choices=Role.choices)
    by_investigator = models.BooleanField("får utredaren besluta", default=False)
    valid_from = models.DateField("gäller från")
    valid_to = models.DateField("gäller till", null=True)

    privacy = Privacy(plain="id board name outcome role by_investigator valid_from valid_to")

    class Meta:
        verbose_name = "delegation"
        verbose_name_plural = "delegationsordning"
        ordering: ClassVar = ["outcome", "valid_from", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="delegation_valid_forward",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Proposal(models.Model):
    """An outcome as the investigator proposes it, put before one who may decide."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="proposals")
    outcome = models.CharField("bedömning", max_length=20, choices=states.OUTCOMES)
    reasons = EncryptedTextField("skäl")
    # With reasons alone, for what clearly is no missförhållande.
    short = models.BooleanField("utan utredning", default=False)
    decider = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="läggs fram för"
    )
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    # Taken back by who made it, or handed back by who should decide, with what is wanting.
    ended_at = models.DateTimeField(null=True)
    returned_because = EncryptedTextField("återlämnat med", blank=True)

    privacy = Privacy(
        personal="reasons decider proposed_by returned_because",
        plain="id report outcome short proposed_at ended_at",
    )

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report"], condition=Q(ended_at__isnull=True), name="proposal_one_open"
            )
        ]


class Decision(AppendOnly):
    """A decision on a report: outcome and reasons, by whom, under which delegation.

    Never changed; reopening leaves it where it is, and the next decision is a row of its own.
    ``short`` is the close with reasons alone, of what clearly is no missförhållande.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="decisions")
    proposal = models.OneToOneField(Proposal, models.PROTECT, null=True, related_name="decision")
    outcome = models.CharField("bedömning", max_length=20, choices=states.OUTCOMES)
    label = models.CharField("bedömning i ord", max_length=60)
    reasons = EncryptedTextField("skäl")
    short = models.BooleanField("utan utredning", default=False)
    decided_on = models.DateField("beslutsdag")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decider_role = models.CharField("beslutad som", max_length=20, choices=Role.choices)
    delegation = models.ForeignKey(DelegationRule, models.PROTECT, related_name="+")
    delegation_name = models.CharField("enligt delegation", max_length=80)
    decided_at = models.DateTimeField()

    privacy = Privacy(
        personal="reasons decided_by",
        plain="id report proposal outcome label short decided_on decider_role delegation "
        "delegation_name decided_at",
    )

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["decided_on"], name="lex_decision_by_day")]


class Reopening(AppendOnly):
    """That a decided report was taken up again, why, and which decision it leaves behind."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="reopenings")
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+")
    reason = EncryptedTextField("skäl")
    reopened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField()

    privacy = Privacy(personal="reason reopened_by", plain="id report decision reopened_at")


class Measure(models.Model):
    """An åtgärd tied to a cause: proposed, decided, done, and its effect when it has had time.

    What was proposed and what was decided are never changed; each later step fills its own
    columns, once.
    """

    class Verdict(models.TextChoices):
        """What was decided about it."""

        APPROVED = "approved", "Godkänd"
        PARTLY = "partly", "Delvis godkänd"
        REJECTED = "rejected", "Avslagen"

    class Effect(models.TextChoices):
        """What it led to."""

        BETTER = "better", "Förbättring"
        UNCLEAR = "unclear", "Går inte att avgöra"
        NONE = "none", "Ingen effekt"

    report = models.ForeignKey(Report, models.PROTECT, related_name="measures")
    cause = models.ForeignKey(
        ReportCause, models.PROTECT, related_name="measures", verbose_name="orsak"
    )
    text = EncryptedTextField("åtgärd")
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="ansvarig")
    due_on = models.DateField("klar senast")
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField("återtagen", null=True)

    verdict = models.CharField("beslut", max_length=20, choices=Verdict, blank=True)
    comment = EncryptedTextField("kommentar", blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    done_on = models.DateField("utförd", null=True)
    done_how = EncryptedTextField("så gjordes det", blank=True)
    effect_due_on = models.DateField("effekten följs upp", null=True)
    effect = models.CharField("effekt", max_length=20, choices=Effect, blank=True)
    effect_on = models.DateField("effekt bedömd", null=True)
    effect_text = EncryptedTextField("hur det märks", blank=True)
    version = models.IntegerField(default=1)

    privacy = Privacy(
        personal="text owner proposed_by comment decided_by done_how effect_text",
        plain="id report cause due_on proposed_at withdrawn_at verdict decided_at done_on "
        "effect_due_on effect effect_on version",
    )

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(verdict="", decided_at__isnull=True)
                | (~Q(verdict="") & Q(decided_at__isnull=False)),
                name="measure_decided_with_verdict",
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(verdict__in=["approved", "partly"]),
                name="measure_done_after_approved",
            ),
            models.CheckConstraint(
                condition=Q(effect="", effect_on__isnull=True)
                | (~Q(effect="") & Q(effect_on__gte=F("done_on"))),
                name="measure_effect_after_done",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["owner", "due_on"],
                condition=Q(verdict__in=["approved", "partly"], effect=""),
                name="measure_open_by_owner",
            )
        ]

    @property
    def stage(self) -> str:
        """Return how far it has come: proposed, withdrawn, rejected, approved, done, assessed."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if not self.verdict:
            return "proposed"
        if self.verdict == self.Verdict.REJECTED:
            return "rejected"
        if self.done_on is None:
            return "approved"
        return "assessed" if self.effect else "done"

    @property
    def decided_text(self) -> str:
        """What is to be done, with what was said of it where it was not approved as it stood."""
        if self.verdict in ("", self.Verdict.APPROVED) or not self.comment:
            return self.text
        return f"{self.text}\n{self.get_verdict_display()}: {self.comment}"

    @property
    def is_settled(self) -> bool:
        """Whether nothing remains to be done with it."""
        return self.stage in {"withdrawn", "rejected", "assessed"}


class Delivery(AppendOnly):
    """Delgivning: the decision and its measures were given to somebody, who reads them since."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="deliveries")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="deliveries")
    to = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="till")
    delivered_on = models.DateField("delgivet")
    delivered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    delivered_at = models.DateTimeField()

    privacy = Privacy(
        personal="to delivered_by", plain="id report decision delivered_on delivered_at"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "to"], name="delivered_once")
        ]

"""Förslag från bevakning: a deviation to be confirmed or declined, born of a missed time."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, Q

from casework.access import policy
from casework.access.actor import Actor
from casework.access.policy import RecordColumns
from casework.access.querysets import RecordQuerySet
from casework.deadlines.models import Deadline
from casework.deadlines.protection import protected_now
from casework.deadlines.subjects import SUBJECTS, confidential_kinds
from casework.organisation.models import Board, Unit, User
from casework.shared.fields import EncryptedTextField
from casework.shared.models import AppendOnly, Privacy
from deviations.models.deviation import Deviation
from deviations.models.registers import Category


class ProposalQuerySet(RecordQuerySet["Proposal"]):
    """Proposals, seen by the unit that was responsible and protected as what they concern."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those that ``actor`` may open; each has ``protected``, as it is now."""
        protected = ExpressionWrapper(protected_now(actor.board_id), output_field=BooleanField())
        known = self.annotate(protected=protected)
        known_of = policy.known_of_q(actor, of_confidential(), "unit")
        return super(ProposalQuerySet, known).visible_to(actor).filter(known_of)

    def undecided(self) -> Self:
        """Keep those that nobody has confirmed or declined."""
        return self.filter(decision__isnull=True)

    def with_parts(self) -> Self:
        """Join what is shown of a proposal and what its text is made of."""
        return self.select_related(
            "unit", "category__parent", "deadline__copy", "deadline__extends", "decision"
        )


def of_confidential() -> Q:
    """Return those about what the unit does not know of (``Subject.confidential``)."""
    return Q(deadline__kind__in=confidential_kinds())


class Proposal(models.Model):
    """What the watch proposes, once for ever for each missed time; not counted as it stands."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    deadline = models.OneToOneField(Deadline, models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="ansvarig enhet när tiden gick ut"
    )
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="+", verbose_name="kategori"
    )
    asks_lex_sarah = models.BooleanField("ta ställning till lex Sarah")
    proposed_at = models.DateTimeField("föreslagen")

    record_columns: ClassVar = RecordColumns(
        reporting_unit="", reporters=(), handlers=(), about_manager=""
    )
    # Nobody has reported a proposal, nobody handles it, and it is about no manager: what
    # ``policy.relations`` asks of every record.
    reporter_id: ClassVar[None] = None
    on_behalf_of_id: ClassVar[None] = None
    handler_id: ClassVar[None] = None
    about_manager: ClassVar[bool] = False

    objects = ProposalQuerySet.as_manager()

    privacy = Privacy(plain="id board deadline unit category asks_lex_sarah proposed_at")

    class Meta:
        verbose_name = "förslag från bevakning"
        verbose_name_plural = "förslag från bevakning"
        ordering: ClassVar = ["-proposed_at", "-id"]

    def __str__(self) -> str:
        return f"förslag {self.pk}"

    @property
    def is_confidential(self) -> bool:
        """Whether the unit does not know of what this is about."""
        return SUBJECTS[self.deadline.kind].confidential


class Decision(models.TextChoices):
    """What became of a proposal."""

    CONFIRMED = "confirmed", "Bekräftat"
    DECLINED = "declined", "Avböjt"


class ProposalDecision(AppendOnly):
    """What was decided on a proposal: once for ever, by whom, and why where it was declined."""

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="decision")
    outcome = models.CharField("beslut", max_length=10, choices=Decision.choices)
    deviation = models.OneToOneField(
        Deviation, models.PROTECT, null=True, related_name="+", verbose_name="avvikelse"
    )
    reason = EncryptedTextField("skäl", blank=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("beslutat")

    privacy = Privacy(personal="reason actor", plain="id proposal outcome deviation decided_at")

    class Meta:
        verbose_name = "beslut om förslag"
        verbose_name_plural = "beslut om förslag"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome=Decision.CONFIRMED, deviation__isnull=False)
                | (Q(outcome=Decision.DECLINED, deviation__isnull=True) & ~Q(reason="")),
                name="proposal_decision_complete",
            )
        ]

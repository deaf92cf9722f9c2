"""A time that runs for a record, and what has come of it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from casework.access.actor import Actor
from casework.deadlines.rules import Rung
from casework.deadlines.subjects import SUBJECTS
from casework.organisation.models import Board, Unit, User
from casework.shared.errors import NotVisible
from casework.shared.models import AppendOnly, Privacy


class RuleCopy(AppendOnly):
    """A rule version as it was when it was applied, one row for each content there has been."""

    key = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    content = models.JSONField()

    privacy = Privacy(plain="id key digest content")


class DeadlineQuerySet(models.QuerySet):
    """Times, seen by whoever may open what they belong to."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the times of records that ``actor`` may open."""
        seen = Q(pk__in=[])
        for kind, subject in SUBJECTS.items():
            records = subject.visible(actor).filter(pk=OuterRef("subject_id"))
            seen |= Q(kind=kind) & Q(Exists(records))
        return self.filter(seen, board_id=actor.board_id)

    def open(self) -> Self:
        """Keep those that have not ended, late ones included."""
        return self.filter(ended_at__isnull=True)

    def get_visible(self, actor: Actor, pk: int) -> "Deadline":
        """Return the time; raise ``NotVisible`` alike for unknown and hidden ones."""
        found = self.visible_to(actor).filter(pk=pk).first()
        if not isinstance(found, Deadline):
            raise NotVisible
        return found


class State(models.TextChoices):
    """Where a time stands."""

    RUNNING = "running", "Löper"
    MET = "met", "Klar i tid"
    EXTENDED = "extended", "Förlängd"
    VOID = "void", "Gäller inte längre"
    MISSED = "missed", "Missad"


class Deadline(models.Model):
    """One time of one record; an extension ends it and begins another.

    Unit, handler and protection are the subject's, copied in the transaction that changes them.
    ``settled_until``: all that fell due until then is recorded, or was passed over on purpose.
    ``next_action_at``: when something falls due next; the sweep asks for nothing else.
    """

    board = models.ForeignKey(Board, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField("gäller", max_length=30)
    subject_id = models.BigIntegerField()
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="ansvarig enhet", db_index=False
    )
    handler = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="ansvarig",
        db_index=False,
    )
    protected = models.BooleanField("skyddade personuppgifter", default=False)
    rule = models.CharField("regel", max_length=60)
    copy = models.ForeignKey(RuleCopy, models.PROTECT, related_name="+", db_index=False)
    trigger_date = models.DateField("räknas från")
    raw_date = models.DateField("slutdag utan flytt")
    last_day = models.DateField("sista dag")
    state = models.CharField("läge", max_length=10, choices=State.choices, default=State.RUNNING)
    met_on = models.DateField("klar", null=True)
    lapsed_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="ansvarig enhet när tiden gick ut",
        db_index=False,
    )
    extends = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="extended_by",
        verbose_name="förlänger",
        db_index=False,
    )
    settled_until = models.DateTimeField()
    next_action_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = DeadlineQuerySet.as_manager()

    privacy = Privacy(
        personal="handler",
        plain="id board kind subject_id unit protected rule copy trigger_date raw_date last_day "
        "state met_on lapsed_unit extends settled_until next_action_at started_at ended_at",
    )

    class Meta:
        verbose_name = "bevakad tid"
        verbose_name_plural = "bevakade tider"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "subject_id", "rule"],
                condition=Q(ended_at__isnull=True),
                name="deadline_runs_once",
            ),
            models.CheckConstraint(
                condition=Q(raw_date__lte=F("last_day")), name="deadline_rolls_forward"
            ),
            models.CheckConstraint(
                condition=Q(state=State.MISSED)
                | Q(state=State.RUNNING, ended_at__isnull=True)
                | (~Q(state=State.RUNNING) & Q(ended_at__isnull=False)),
                name="deadline_ended_has_state",
            ),
            models.CheckConstraint(
                condition=Q(met_on__isnull=True, state__in=["running", "extended", "void"])
                | Q(met_on__isnull=False, met_on__lte=F("last_day"), state=State.MET)
                | Q(met_on__isnull=True, state=State.MISSED)
                | Q(met_on__gt=F("last_day"), state=State.MISSED, ended_at__isnull=False),
                name="deadline_met_in_time",
            ),
            models.CheckConstraint(
                condition=Q(next_action_at__isnull=True) | Q(ended_at__isnull=True),
                name="deadline_ended_has_no_more",
            ),
        ]
        indexes: ClassVar = [
            # What the sweep asks for: as small as what is still to come, however much has been.
            models.Index(
                fields=["next_action_at"],
                condition=Q(next_action_at__isnull=False),
                name="deadline_next_action",
            ),
            models.Index(
                fields=["unit", "raw_date"],
                condition=Q(ended_at__isnull=True),
                name="deadline_open_by_unit",
            ),
            models.Index(
                fields=["handler", "raw_date"],
                condition=Q(ended_at__isnull=True),
                name="deadline_open_by_handler",
            ),
            models.Index(fields=["kind", "subject_id"], name="deadline_subject"),
        ]

    def __str__(self) -> str:
        return f"tid {self.pk} ({self.rule})"


class Notice(AppendOnly):
    """A step of a time that fell due, for one rung of the ladder: once for ever.

    ``told`` is false where a later step fell due before anybody could be told, or where the time
    ended in the same act.
    """

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="notices", db_index=False)
    step = models.CharField(max_length=40)
    rung = models.CharField(max_length=10, choices=[(rung.value, rung.value) for rung in Rung])
    due_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    told = models.BooleanField()
    at_once = models.BooleanField()

    privacy = Privacy(plain="id deadline step rung due_at recorded_at told at_once")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["deadline", "step", "rung"], name="notice_once_per_step_and_rung"
            )
        ]


class Miss(models.Model):
    """That a time was missed: once for ever, with the unit that was responsible that day.

    ``try_at`` is set while something remains to be proposed.
    """

    deadline = models.OneToOneField(Deadline, models.PROTECT, related_name="miss")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()
    try_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField(null=True)

    privacy = Privacy(plain="id deadline unit recorded_at try_at proposed_at")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["try_at"], condition=Q(try_at__isnull=False), name="miss_to_propose"
            )
        ]


class Outbox(models.Model):
    """A notice on its way: whom it is for is found out when it is sent, not before."""

    class State(models.TextChoices):
        """What has become of it."""

        WAITING = "waiting", "Väntar"
        SENT = "sent", "Skickat"
        DROPPED = "dropped", "Behövdes inte längre"
        NOBODY = "nobody", "Ingen att meddela"

    notice = models.OneToOneField(Notice, models.PROTECT, related_name="outbox")
    send_after = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done_at = models.DateTimeField(null=True)

    privacy = Privacy(plain="id notice send_after state done_at")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["send_after"], condition=Q(state="waiting"), name="outbox_waiting")
        ]


class Letter(models.Model):
    """What was told a person at one time: a digest a day, and what could not wait for it.

    Without an e-mail address nothing is sent; the person reads it under Bevakning.
    """

    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    day = models.DateField()
    at_once = models.BooleanField()
    written_at = models.DateTimeField()
    mailed = models.BooleanField()

    privacy = Privacy(personal="user", plain="id board day at_once written_at mailed")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "day"], condition=Q(at_once=False), name="letter_one_digest_a_day"
            )
        ]


class Told(models.Model):
    """A notice as one person has it, in the list under Bevakning and in a letter."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="told_to")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="notices")

    privacy = Privacy(personal="user", plain="id notice told_at read_at letter")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "notice"], name="told_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="told_unread"),
            models.Index(
                fields=["user"], condition=Q(letter__isnull=True), name="told_without_letter"
            ),
        ]


class FailedRow(models.Model):
    """What the watch could not do: put off and tried again, here for the Systemförvaltare to see.

    ``error`` names the kind of fault and carries nothing of what it concerned.
    """

    class Act(models.TextChoices):
        """What was tried; ``row_id`` is the id of a row of that."""

        SWEEP = "sweep", "Bevaka en tid"
        PROPOSE = "propose", "Föreslå en avvikelse"
        RESOLVE = "resolve", "Hitta mottagare"
        LETTER = "letter", "Skicka e-post"

    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    act = models.CharField("moment", max_length=10, choices=Act.choices)
    row_id = models.BigIntegerField()
    error = models.CharField("fel", max_length=200)
    attempts = models.IntegerField("försök", default=1)
    first_failed_at = models.DateTimeField("första gången")
    failed_at = models.DateTimeField("senaste gången")
    retry_at = models.DateTimeField("nästa försök")
    mended_at = models.DateTimeField("gick igenom", null=True)

    privacy = Privacy(
        plain="id board act row_id error attempts first_failed_at failed_at retry_at mended_at"
    )

    class Meta:
        ordering: ClassVar = ["-failed_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["act", "row_id"], name="failed_row_once")
        ]

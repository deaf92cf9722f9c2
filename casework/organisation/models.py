"""The organisation as rows that are true from a day to a day.

A unit row never changes its name: a renamed, moved or merged unit is a new row that replaces the
old, so a report for 2022 shows the units of 2022.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Self

import pghistory
from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from casework.shared import clock
from casework.shared.models import Privacy


class Board(models.Model):
    """A nämnd. Boards are walls: nothing but configuration by the operator crosses them."""

    name = models.CharField("nämnd", max_length=200, unique=True)
    is_demo = models.BooleanField("demo", default=False)

    privacy = Privacy(plain="id name is_demo")

    class Meta:
        verbose_name = "nämnd"
        verbose_name_plural = "nämnder"

    def __str__(self) -> str:
        return self.name


class Administration(models.Model):
    """A förvaltning under a board."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="administrations")
    name = models.CharField("förvaltning", max_length=200, unique=True)

    privacy = Privacy(plain="id board name")

    class Meta:
        verbose_name = "förvaltning"
        verbose_name_plural = "förvaltningar"

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ServiceArea(models.Model):
    """A verksamhetsområde: the chapter of the quality report that a unit belongs to."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="areas")
    name = models.CharField("verksamhetsområde", max_length=200)
    for_children = models.BooleanField("utredningar gäller barn", default=False)

    privacy = Privacy(plain="id board name for_children")

    class Meta:
        verbose_name = "verksamhetsområde"
        verbose_name_plural = "verksamhetsområden"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["board", "name"], name="area_once_per_board")
        ]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """An avdelning within an administration."""

    administration = models.ForeignKey(Administration, models.PROTECT, related_name="departments")
    name = models.CharField("avdelning", max_length=200)

    privacy = Privacy(plain="id administration name")

    class Meta:
        verbose_name = "avdelning"
        verbose_name_plural = "avdelningar"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["administration", "name"], name="department_once_per_administration"
            )
        ]

    def __str__(self) -> str:
        return self.name


class DatedQuerySet(models.QuerySet):
    """Rows with ``valid_from`` and ``valid_to``, both days included, empty meaning no bound."""

    def valid_on(self, day: date) -> Self:
        """Keep the rows that are true on ``day``."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        )


class Dated(models.Model):
    """Base of rows that are true from a day to a day, both included."""

    valid_from = models.DateField("gäller från", null=True, blank=True)
    valid_to = models.DateField("gäller till", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lte=F("valid_to")),
                name="%(class)s_ends_after_start",
            )
        ]

    def is_valid_on(self, day: date) -> bool:
        """Say whether the row is true on ``day``."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or self.valid_to >= day
        )


@pghistory.track()
class Unit(Dated):
    """An enhet, known by its name and the day from which the row is true."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="units")
    department = models.ForeignKey(Department, models.PROTECT, related_name="units")
    area = models.ForeignKey(ServiceArea, models.PROTECT, related_name="units")
    name = models.CharField("enhet", max_length=200)
    replaces = models.ManyToManyField(
        "self", symmetrical=False, related_name="replaced_by", blank=True, verbose_name="ersätter"
    )
    forste_helps_with_inbox = models.BooleanField(
        "förste socialsekreterare hjälper till med inkorgen", default=False
    )

    privacy = Privacy(
        plain="id board department area name valid_from valid_to forste_helps_with_inbox"
    )

    class Meta(Dated.Meta):
        verbose_name = "enhet"
        verbose_name_plural = "enheter"
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["board", "name", "valid_from"],
                name="unit_known_by_name_and_start",
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["board", "name"])]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """Someone who logs in. Belongs to one board; a person who works under two has two log-ins."""

    board = models.ForeignKey(
        Board, models.PROTECT, null=True, blank=True, related_name="users", verbose_name="nämnd"
    )
    title = models.CharField("titel", max_length=100, blank=True)
    # Rises when all that the account has open is voided: sessions carry the number they began with.
    access_version = models.PositiveIntegerField(default=0, editable=False)
    # The last role has ended, and all that was open has been voided for it.
    has_left = models.BooleanField(default=False, editable=False)

    privacy = Privacy(
        personal="username first_name last_name email title password last_login",
        plain="id board is_superuser is_staff is_active date_joined access_version has_left",
    )

    class Meta:
        verbose_name = "användare"
        verbose_name_plural = "användare"

    def __str__(self) -> str:
        return f"användare {self.pk}"

    def save(self, *args: Any, **given: Any) -> None:
        """Save, and void what a new password or address ends, both or neither."""
        # Django sends its signal after the row's own transaction.
        with transaction.atomic():
            super().save(*args, **given)

    @property
    def display_name(self) -> str:
        """The name to show on screen to those who may see who did what."""
        return self.get_full_name() or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must have begun with to be of use."""
        began_with = f"{self.password}{self.access_version or ''}"
        key_salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        return salted_hmac(key_salt, began_with, secret=secret, algorithm="sha256").hexdigest()


class Role(models.TextChoices):
    """What a person is in the organisation; several roles and units per person."""

    WORKER = "medarbetare", "Medarbetare"
    SENIOR = "forste", "Förste socialsekreterare"
    MANAGER = "enhetschef", "Enhetschef"
    HEAD = "avdelningschef", "Avdelningschef"
    SAS = "sas", "SAS (lex Sarah-utredare)"
    DECIDER = "beslutsfattare", "Beslutsfattare"
    DEVELOPER = "utvecklare", "Verksamhetsutvecklare"
    REGISTRAR = "registrator", "Registrator"
    REVIEWER = "granskare", "Granskare"
    ADMINISTRATOR = "systemforvaltare", "Systemförvaltare"


UNIT_ROLES = (Role.WORKER, Role.SENIOR, Role.MANAGER)
# Nobody has one of these by the word of one person alone (``casework.organising.grants``).
GUARDED_ROLES = (Role.SAS, Role.DEVELOPER, Role.ADMINISTRATOR, Role.DECIDER)
# Those who may say yes or no to it.
ANSWERING_ROLES = (*GUARDED_ROLES, Role.HEAD)


def in_force_q(now: datetime) -> Q:
    """Return the condition under which what was asked has been answered by yes, or by time."""
    waited = Q(in_force_at__isnull=True) | Q(in_force_at__lte=now)
    return waited & Q(refused_at__isnull=True)


class AskedQuerySet(DatedQuerySet):
    """Rows that may wait for a yes: until then they are true on no day."""

    def valid_on(self, day: date) -> Self:
        """Keep the rows that are true on ``day`` and wait for nobody."""
        return super().valid_on(day).filter(in_force_q(clock.now()))

    def waiting(self) -> Self:
        """Keep those that give nothing yet, and may be said yes or no to."""
        return self.filter(in_force_at__gt=clock.now(), refused_at__isnull=True)


class Asked(Dated):
    """Base of what somebody gives to another and others may have to say yes to.

    ``in_force_at`` is when it takes effect, whether a sweep comes or not; empty where nobody had
    to be asked. ``announced_at``: all have been told that it has.
    """

    asked_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    asked_at = models.DateTimeField(null=True, editable=False)
    in_force_at = models.DateTimeField("börjar gälla", null=True, editable=False)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )
    refused_at = models.DateTimeField(null=True, editable=False)
    announced_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar = AskedQuerySet.as_manager()

    class Meta(Dated.Meta):
        abstract = True

    @property
    def waits(self) -> bool:
        """Whether it gives nothing yet, and may be said yes or no to."""
        if self.refused_at is not None or self.in_force_at is None:
            return False
        return self.in_force_at > clock.now()

    def is_valid_on(self, day: date) -> bool:
        """Say whether the row is true on ``day``."""
        return super().is_valid_on(day) and not (self.waits or self.refused_at)


_ASKED = "asked_at in_force_at refused_at announced_at"


@pghistory.track()
class Membership(Asked):
    """A person's role in a unit, a department or (both empty) the whole board."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    board = models.ForeignKey(Board, models.PROTECT, related_name="memberships")
    role = models.CharField("roll", max_length=20, choices=Role.choices)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    sees_protected = models.BooleanField(
        "namngiven för skyddade personuppgifter",
        default=False,
        help_text="Ser enhetens ärenden med skyddade personuppgifter.",
    )

    privacy = Privacy(
        personal="user asked_by answered_by",
        plain=f"id board role unit department sees_protected valid_from valid_to {_ASKED}",
    )

    class Meta(Dated.Meta):
        verbose_name = "roll"
        verbose_name_plural = "roller"
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(role__in=UNIT_ROLES, unit__isnull=False, department__isnull=True)
                | Q(role=Role.HEAD, unit__isnull=True, department__isnull=False)
                | (
                    ~Q(role__in=[*UNIT_ROLES, Role.HEAD])
                    & Q(unit__isnull=True, department__isnull=True)
                ),
                name="membership_place_fits_role",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "valid_to"])]


@pghistory.track()
class Absence(Asked):
    """Days on which somebody else stands in (Ersättare) with all the roles of the absent."""

    user = models.ForeignKey(User, models.PROTECT, related_name="absences")
    substitute = models.ForeignKey(User, models.PROTECT, related_name="substitutions")
    board = models.ForeignKey(Board, models.PROTECT, related_name="absences")

    privacy = Privacy(
        personal="user substitute asked_by answered_by",
        plain=f"id board valid_from valid_to {_ASKED}",
    )

    class Meta(Dated.Meta):
        verbose_name = "frånvaro"
        verbose_name_plural = "frånvaro"
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(user=F("substitute")), name="absence_substitute_is_another"
            ),
        ]

"""What goes out and what is filed: stored files, the list of documents, IVO's letters, lessons."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from casework.access.policy import RecordColumns
from casework.access.querysets import RecordQuerySet
from casework.organisation.models import Board, Unit, User
from casework.shared.fields import EncryptedTextField
from casework.shared.models import AppendOnly, Privacy
from casework.shared.uploads import ALLOWED
from lexsarah.models.report import Report, Statute

# SAS, and who entered it: it is about another's work, and no unit of ours handles it.
PROVIDER_COLUMNS = RecordColumns(
    reporting_unit="",
    reporters=(),
    handlers=("recorded_by",),
    about_manager="",
    confidential=True,
)
ENDINGS = {content_type: name[1:] for name, content_type in ALLOWED.items() if name != ".jpeg"}
FORMAT_NAMES = {"docx": "Word", "xlsx": "Excel", "jpg": "JPEG"}
PROVIDER_NOTIFIED_IVO = [("yes", "Ja"), ("no", "Nej"), ("unknown", "Vet inte")]


class StoredDocument(AppendOnly):
    """A file as it was made or came, numbered within its report, encrypted, with its fingerprint.

    Of what came the title is the line of the list of documents that it was entered with.
    """

    class Kind(models.TextChoices):
        """What it is."""

        INVESTIGATION = "investigation", "Utredning och beslut"
        IVO = "ivo", "Anmälan till IVO"
        APPENDIX = "appendix", "Bilaga till nämnden"
        MASKED = "masked", "Maskad kopia"
        FILED = "filed", "Införd handling"

    report = models.ForeignKey(Report, models.PROTECT, related_name="documents")
    number = models.IntegerField("nummer")
    kind = models.CharField("slag", max_length=20, choices=Kind)
    title = models.CharField("titel", max_length=200)
    content_type = models.CharField(max_length=100)
    # Base64 of the bytes, encrypted as all personal text is.
    content = EncryptedTextField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    privacy = Privacy(
        personal="content made_by",
        plain="id report number kind title content_type sha256 made_at",
    )

    class Meta:
        ordering: ClassVar = ["number", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "number", "content_type"], name="document_number_once"
            )
        ]

    @property
    def ending(self) -> str:
        """The ending of the file's name, without its dot."""
        return ENDINGS[self.content_type]

    @property
    def format_name(self) -> str:
        """What the file is called where one of several can be chosen."""
        return FORMAT_NAMES.get(self.ending, self.ending.upper())


class RegistryEntry(AppendOnly):
    """A line of the list of documents (OSL 5:2): date, from or to, what it concerns in short.

    ``subject`` is neutral: it is read by who asks for the diarium, so it names nobody.
    """

    class Direction(models.TextChoices):
        """Which way it went."""

        IN = "in", "Inkommen"
        OUT = "out", "Utgående"
        OWN = "own", "Upprättad"

    report = models.ForeignKey(Report, models.PROTECT, related_name="registry_entries")
    on = models.DateField("datum")
    direction = models.CharField("riktning", max_length=10, choices=Direction)
    party = models.CharField("från eller till", max_length=200, blank=True)
    subject = models.CharField("gäller", max_length=200)
    document = models.ForeignKey(StoredDocument, models.PROTECT, null=True, related_name="entries")
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")

    privacy = Privacy(
        personal="entered_by",
        plain="id report on direction party subject document entered_at corrects",
    )

    class Meta:
        ordering: ClassVar = ["on", "id"]


class IvoLetter(models.Model):
    """What passes between the board and IVO after the notification: questions, answers, decision.

    An extension moves the day by which the investigation is to be with IVO.
    """

    class Kind(models.TextChoices):
        """What it is."""

        QUESTION = "question", "Fråga från IVO"
        EXTENSION = "extension", "Längre tid från IVO"
        DECISION = "decision", "Beslut från IVO"

    report = models.ForeignKey(Report, models.PROTECT, related_name="ivo_letters")
    kind = models.CharField("slag", max_length=20, choices=Kind)
    came_on = models.DateField("kom")
    text = EncryptedTextField("vad det säger")
    answer_due_on = models.DateField("svar senast", null=True)
    answered_on = models.DateField("besvarad", null=True)
    answer = EncryptedTextField("svar", blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    privacy = Privacy(
        personal="text answer recorded_by",
        plain="id report kind came_on answer_due_on answered_on recorded_at version",
    )

    class Meta:
        ordering: ClassVar = ["came_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | Q(answered_on__gte=F("came_on")),
                name="ivo_answered_after_it_came",
            )
        ]


class OutsideText(AppendOnly):
    """The event as it may be read outside: written for the quality report, a row per wording.

    The latest approved one counts, so that a report can be made again as it was.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="outside_texts")
    event = EncryptedTextField("händelsen")
    measures = EncryptedTextField("åtgärderna", blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    privacy = Privacy(personal="event measures written_by", plain="id report written_at")

    class Meta:
        ordering: ClassVar = ["id"]


class OutsideApproval(AppendOnly):
    """That a wording was tried for secrecy and approved (OSL 10:3), by another than its author."""

    text = models.OneToOneField(OutsideText, models.PROTECT, related_name="approval")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField("sekretessprövad och godkänd")

    privacy = Privacy(personal="approved_by", plain="id text approved_at")


class Lesson(AppendOnly):
    """What others may learn of it, without anything that points somebody out, sent to all units."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, models.PROTECT, related_name="lessons")
    title = models.CharField("rubrik", max_length=200)
    # Written to be read by everybody: kept like other free text all the same.
    text = EncryptedTextField("lärdom")
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()

    privacy = Privacy(personal="text published_by", plain="id board report title published_at")

    class Meta:
        ordering: ClassVar = ["-published_at", "-id"]


class LessonReview(AppendOnly):
    """That a unit has gone through a lesson, as its manager says."""

    lesson = models.ForeignKey(Lesson, models.PROTECT, related_name="reviews")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    held_on = models.DateField("genomgången")
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField()

    privacy = Privacy(personal="confirmed_by", plain="id lesson unit held_on confirmed_at")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lesson", "unit"], name="lesson_once_per_unit")
        ]


class DutyConfirmation(AppendOnly):
    """That an employee knows of the duty to report (SoL 27:2–3), once a year."""

    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    year = models.IntegerField("år")
    confirmed_at = models.DateTimeField()

    privacy = Privacy(personal="user", plain="id board year confirmed_at")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["board", "user", "year"], name="duty_once_a_year")
        ]


class ProviderInformation(models.Model):
    """Information från utförare: a private provider tells the board of what it investigates itself.

    SoL 27:4, LSS 24 d §. A record of its own, counted in no outcome. Fields under "projection" are
    those of its latest row (``ProviderInformationRow``), and are written with it.
    """

    board = models.ForeignKey(Board, models.PROTECT, related_name="+")
    number = models.CharField("nummer", max_length=40, unique=True)

    # Projection
    registry_number = models.CharField("diarienummer", max_length=60, blank=True)
    provider = models.CharField("utförare", max_length=200)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name="berörd enhet hos oss"
    )
    statute = models.CharField("lagrum", max_length=10, choices=Statute)
    received_on = models.DateField("inkom")
    occurred_on = models.DateField("inträffade", null=True)
    text = EncryptedTextField("vad utföraren informerar om")
    provider_notified_ivo = models.CharField(
        "har utföraren anmält till IVO",
        max_length=10,
        choices=PROVIDER_NOTIFIED_IVO,
    )
    protected = models.BooleanField("skyddade personuppgifter", default=False)

    # Handling
    follow_up = EncryptedTextField("vad nämnden gör", blank=True)
    closed_on = models.DateField("klar", null=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    # Made with the form, so that two clicks are one entry.
    submission_key = models.UUIDField(null=True, unique=True, editable=False)
    version = models.IntegerField(default=1)

    record_columns: ClassVar = PROVIDER_COLUMNS
    objects = RecordQuerySet.as_manager()

    privacy = Privacy(
        personal="text follow_up recorded_by",
        plain="id board number registry_number provider unit statute received_on occurred_on "
        "provider_notified_ivo protected closed_on recorded_at submission_key version",
    )

    class Meta:
        verbose_name = "information från utförare"
        verbose_name_plural = "information från utförare"
        ordering: ClassVar = ["-received_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("received_on")),
                name="provider_information_closed_after",
            )
        ]

    def __str__(self) -> str:
        return self.number


class ProviderInformationRow(AppendOnly):
    """What a provider told, as it was entered or corrected: the latest row is what stands.

    The first has no ``reason``.
    """

    information = models.ForeignKey(ProviderInformation, models.PROTECT, related_name="rows")
    registry_number = models.CharField("diarienummer", max_length=60, blank=True)
    provider = models.CharField("utförare", max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    statute = models.CharField("lagrum", max_length=10, choices=Statute)
    received_on = models.DateField("inkom")
    occurred_on = models.DateField("inträffade", null=True)
    text = EncryptedTextField("vad utföraren informerar om")
    provider_notified_ivo = models.CharField(
        "har utföraren anmält till IVO", max_length=10, choices=PROVIDER_NOTIFIED_IVO
    )
    protected = models.BooleanField("skyddade personuppgifter")
    reason = EncryptedTextField("varför det rättades", blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()

    privacy = Privacy(
        personal="text reason entered_by",
        plain="id information registry_number provider unit statute received_on occurred_on "
        "provider_notified_ivo protected entered_at",
    )

    class Meta:
        ordering: ClassVar = ["id"]

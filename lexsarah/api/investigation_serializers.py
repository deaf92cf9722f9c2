"""What the API shows and takes of an investigation: document, notes, causes, earlier events."""

from rest_framework import serializers

from casework.api.people import PersonSerializer
from casework.kit.api import OwnBoardField
from casework.organisation.models import User
from deviations.models import Cause
from lexsarah import parts
from lexsarah.models import EarlierEvent, EventKind, Note, ReportCause
from lexsarah.services import causes, documenting, earlier, examining, notes


class PartSerializer(serializers.Serializer):
    """A part of the document as it stands; ``version`` is its ETag, 0 where it is empty."""

    part = serializers.CharField(source="part.key")
    heading = serializers.CharField(source="part.label")
    choice = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()
    saved_at = serializers.DateTimeField(source="row.saved_at", default=None, allow_null=True)
    saved_by = PersonSerializer(source="row.saved_by", default=None, allow_null=True)


class DocumentSerializer(serializers.Serializer):
    """The document: its parts in their order, and what completion still wants."""

    parts = PartSerializer(many=True)
    missing = serializers.DictField(
        child=serializers.CharField(), help_text="Del → vad som ska skrivas."
    )


class PartWriteSerializer(serializers.Serializer):
    """A part as it is saved, complete or not."""

    text = serializers.CharField(
        allow_blank=True, max_length=documenting.LONGEST, trim_whitespace=False
    )
    choice = serializers.ChoiceField(
        choices=sorted({key for part in parts.PARTS for key in part.choices or {}}),
        required=False,
        allow_blank=True,
        default="",
    )


class PartConflictSerializer(serializers.Serializer):
    """What stands and what was sent, where somebody else has saved the part since it was read."""

    status = serializers.IntegerField()
    code = serializers.CharField()
    message = serializers.CharField()
    stands = PartSerializer()
    sent = PartWriteSerializer()


class NoteSerializer(serializers.ModelSerializer):
    """A tjänsteanteckning; ``corrected_by`` is the note that corrects it."""

    corrected_by = serializers.IntegerField(
        source="corrected_by.pk", default=None, allow_null=True, read_only=True
    )

    class Meta:
        model = Note
        fields = [
            "id",
            "on",
            "source",
            "nature",
            "text",
            "author_name",
            "author_title",
            "written_at",
            "corrects",
            "corrected_by",
        ]


class NoteWriteSerializer(serializers.Serializer):
    """A note as it is written; ``corrects`` is the note that it corrects, if any."""

    on = serializers.DateField()
    source = serializers.CharField(  # type: ignore[assignment]  # DRF's own attribute
        max_length=notes.LONGEST_SOURCE
    )
    nature = serializers.ChoiceField(choices=Note.Nature.choices)
    text = serializers.CharField(max_length=notes.LONGEST)
    corrects = serializers.IntegerField(required=False, allow_null=True, default=None)


class ReportCauseSerializer(serializers.ModelSerializer):
    """A cause that the investigation found."""

    name = serializers.CharField(source="cause.name")

    class Meta:
        model = ReportCause
        fields = ["id", "cause", "name", "text", "added_at"]


class CauseWriteSerializer(serializers.Serializer):
    """A cause of the register, in the investigation's own words if wanted."""

    cause = OwnBoardField(queryset=Cause.objects.all())
    text = serializers.CharField(
        max_length=causes.LONGEST, required=False, allow_blank=True, default=""
    )


class EarlierEventSerializer(serializers.ModelSerializer):
    """An earlier event on which a stand was taken."""

    class Meta:
        model = EarlierEvent
        fields = [
            "id",
            "earlier_report",
            "deviation",
            "likeness",
            "accepted",
            "reason",
            "judged_at",
        ]


class CandidateSerializer(serializers.Serializer):
    """An earlier event that is proposed, and why."""

    record = serializers.ChoiceField(choices=["report", "deviation"], source="kind")
    id = serializers.IntegerField(source="record.pk")
    number = serializers.CharField(source="record.number")
    registered_on = serializers.DateField(source="record.registered_on")
    why = serializers.ListField(child=serializers.CharField())


class EarlierSerializer(serializers.Serializer):
    """Stands taken, and proposals on which nobody has taken one."""

    judged = EarlierEventSerializer(many=True)
    proposals = CandidateSerializer(many=True)


class JudgeSerializer(serializers.Serializer):
    """A stand on an earlier event; accepted it wants why it happened again."""

    record = serializers.ChoiceField(choices=["report", "deviation"], source="kind")
    id = serializers.IntegerField()
    accepted = serializers.BooleanField()
    reason = serializers.CharField(
        max_length=earlier.LONGEST, required=False, allow_blank=True, default=""
    )


class ExaminedPersonSerializer(serializers.Serializer):
    """Somebody whose decision or conduct is examined, or is so no longer."""

    user = OwnBoardField(queryset=User.objects.all())


class EventKindSerializer(serializers.Serializer):
    """Typ av händelse, as IVO's form asks."""

    event_kind = serializers.ChoiceField(choices=EventKind.choices)


class MasSerializer(serializers.Serializer):
    """That what is hälso- och sjukvård was pointed to the MAS."""

    on = serializers.DateField()
    note = serializers.CharField(max_length=examining.LONGEST_NOTE)

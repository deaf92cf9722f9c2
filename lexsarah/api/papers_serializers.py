"""Papers in the API: kept files, the list of documents, the fields for IVO, IVO's letters."""

from django.core.files.uploadedfile import UploadedFile
from rest_framework import serializers

from casework.shared.uploads import Upload
from lexsarah.models import IvoLetter, RegistryEntry, StoredDocument
from lexsarah.services.papers import MAX_GROUNDS, MAX_PASSAGES
from lexsarah.services.registry import MAX_TEXT


class StoredDocumentSerializer(serializers.ModelSerializer):
    """A kept file; its bytes are at ``documents/<id>/``."""

    class Meta:
        model = StoredDocument
        fields = ["id", "number", "kind", "title", "content_type", "sha256", "made_at"]


class MaskedCopySerializer(serializers.Serializer):
    """What is masked in a copy; personnummer always are."""

    passages = serializers.ListField(
        child=serializers.CharField(max_length=2000), max_length=MAX_PASSAGES, default=list
    )
    names = serializers.BooleanField(default=True)
    case_number = serializers.BooleanField(default=True)
    grounds = serializers.CharField(max_length=MAX_GROUNDS)


class RegistryLineSerializer(serializers.Serializer):
    """A line of the list of documents; without ``id`` it follows from the report itself."""

    id = serializers.IntegerField(source="row.pk", allow_null=True, default=None)
    on = serializers.DateField()
    direction = serializers.CharField()
    party = serializers.CharField()
    subject = serializers.CharField()
    document = serializers.IntegerField(source="document.pk", allow_null=True, default=None)
    corrected = serializers.BooleanField()


class NewEntrySerializer(serializers.Serializer):
    """A line to enter; ``anyway`` says that a name in it has been looked at.

    ``file``, sent as ``multipart/form-data``, is kept with the report, encrypted.
    """

    on = serializers.DateField()
    direction = serializers.ChoiceField(choices=RegistryEntry.Direction.choices)
    subject = serializers.CharField(max_length=MAX_TEXT)
    party = serializers.CharField(max_length=MAX_TEXT, required=False, allow_blank=True, default="")
    anyway = serializers.BooleanField(default=False)
    file = serializers.FileField(
        required=False, help_text="PDF, Word, Excel, PNG eller JPEG, högst 10 MB."
    )

    def validate_file(self, file: UploadedFile) -> Upload:
        """Return what the service takes; what may not be kept is refused by its content."""
        return Upload.of(file)


class IvoFieldSerializer(serializers.Serializer):
    """A field of IVO's form; an empty one says what it hangs on."""

    key = serializers.CharField()
    name = serializers.CharField(source="label")
    value = serializers.CharField(allow_blank=True)
    lacking = serializers.CharField(allow_blank=True)


class IvoLetterSerializer(serializers.ModelSerializer):
    """A letter from IVO, and what it was answered."""

    class Meta:
        model = IvoLetter
        fields = [
            "id",
            "kind",
            "came_on",
            "text",
            "answer_due_on",
            "answered_on",
            "answer",
            "version",
        ]


class NewIvoLetterSerializer(serializers.Serializer):
    """A letter as it came; more time needs ``answer_due_on``, the new last day."""

    kind = serializers.ChoiceField(choices=IvoLetter.Kind.choices)
    came_on = serializers.DateField()
    text = serializers.CharField(max_length=20_000)
    answer_due_on = serializers.DateField(required=False, allow_null=True, default=None)


class IvoAnswerSerializer(serializers.Serializer):
    """What IVO was answered."""

    answered_on = serializers.DateField()
    answer = serializers.CharField(max_length=20_000)

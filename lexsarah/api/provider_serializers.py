"""What the API shows and takes of information from providers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.api.organisation import NamedSerializer
from casework.api.people import PersonSerializer
from casework.kit.api import OwnBoardField
from casework.organisation.models import Unit
from lexsarah.models import ProviderInformation, Statute
from lexsarah.services.investigating import MAX_NUMBER
from lexsarah.services.providers import IVO_ANSWERS, MAX_NAME, MAX_REASON, corrections

LONGEST = 20_000
_LISTED = [
    "id",
    "number",
    "registry_number",
    "provider",
    "unit",
    "statute",
    "received_on",
    "occurred_on",
    "provider_notified_ivo",
    "protected",
    "closed_on",
]


class ProviderInformationSerializer(serializers.ModelSerializer):
    """One in a list: from whom and when, and nothing of what it says."""

    unit = NamedSerializer(allow_null=True)

    class Meta:
        model = ProviderInformation
        fields = _LISTED


class CorrectedSerializer(serializers.Serializer):
    """A field that was corrected, in words."""

    field = serializers.CharField(source="name")
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class CorrectionSerializer(serializers.Serializer):
    """What was corrected at one time: by whom, when and why."""

    corrected_at = serializers.DateTimeField(source="row.entered_at")
    corrected_by = PersonSerializer(source="row.entered_by", allow_null=True)
    reason = serializers.CharField(source="row.reason")
    changes = CorrectedSerializer(source="fields", many=True)


class ProviderInformationDetailSerializer(ProviderInformationSerializer):
    """One in full, with what the board does about it and what has been corrected."""

    corrections = serializers.SerializerMethodField()

    class Meta:
        model = ProviderInformation
        fields = [*_LISTED, "text", "follow_up", "recorded_at", "version", "corrections"]

    @extend_schema_field(CorrectionSerializer(many=True))
    def get_corrections(self, found: ProviderInformation) -> Any:
        """Return what has been corrected, the latest first."""
        return CorrectionSerializer(corrections(found), many=True).data


class NewProviderInformationSerializer(serializers.Serializer):
    """What a provider told, as it is entered; the first three are required."""

    provider = serializers.CharField(max_length=MAX_NAME)
    text = serializers.CharField(max_length=LONGEST)
    received_on = serializers.DateField()
    statute = serializers.ChoiceField(choices=Statute.choices, default=Statute.SOL)
    provider_notified_ivo = serializers.ChoiceField(
        choices=list(IVO_ANSWERS.items()), default="unknown"
    )
    occurred_on = serializers.DateField(required=False, allow_null=True, default=None)
    unit = OwnBoardField(queryset=Unit.objects.all(), required=False, allow_null=True, default=None)
    registry_number = serializers.CharField(
        max_length=MAX_NUMBER, required=False, allow_blank=True, default=""
    )
    protected = serializers.BooleanField(default=False)
    submission_key = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Skickas samma nyckel två gånger blir det en post, och den blir svaret.",
    )


class CorrectProviderInformationSerializer(serializers.Serializer):
    """What should have stood; what is left out stays as it is. ``reason`` is required."""

    reason = serializers.CharField(max_length=MAX_REASON)
    provider = serializers.CharField(max_length=MAX_NAME, required=False)
    text = serializers.CharField(max_length=LONGEST, required=False)
    received_on = serializers.DateField(required=False)
    statute = serializers.ChoiceField(choices=Statute.choices, required=False)
    provider_notified_ivo = serializers.ChoiceField(
        choices=list(IVO_ANSWERS.items()), required=False
    )
    occurred_on = serializers.DateField(required=False, allow_null=True)
    unit = OwnBoardField(queryset=Unit.objects.all(), required=False, allow_null=True)
    registry_number = serializers.CharField(max_length=MAX_NUMBER, required=False, allow_blank=True)
    protected = serializers.BooleanField(required=False)


class FollowUpSerializer(serializers.Serializer):
    """What the board does about it."""

    text = serializers.CharField(max_length=LONGEST)
    registry_number = serializers.CharField(max_length=MAX_NUMBER, required=False, allow_blank=True)


class FinishSerializer(serializers.Serializer):
    """The day on which the board was done with it."""

    on = serializers.DateField()

"""What the API shows and takes of information from providers."""

from rest_framework import serializers

from casework.api.organisation import NamedSerializer
from casework.kit.api import OwnBoardField
from casework.organisation.models import Unit
from lexsarah.models import ProviderInformation, Statute
from lexsarah.services.investigating import MAX_NUMBER
from lexsarah.services.providers import IVO_ANSWERS, MAX_NAME

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


class ProviderInformationDetailSerializer(ProviderInformationSerializer):
    """One in full, with what the board does about it."""

    class Meta:
        model = ProviderInformation
        fields = [*_LISTED, "text", "follow_up", "recorded_at", "version"]


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


class FollowUpSerializer(serializers.Serializer):
    """What the board does about it."""

    text = serializers.CharField(max_length=LONGEST)
    registry_number = serializers.CharField(max_length=MAX_NUMBER, required=False, allow_blank=True)


class FinishSerializer(serializers.Serializer):
    """The day on which the board was done with it."""

    on = serializers.DateField()

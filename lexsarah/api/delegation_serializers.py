"""What the API shows and takes of the delegationsordning."""

from rest_framework import serializers

from lexsarah import states
from lexsarah.models import DelegationRule
from lexsarah.services.delegation import LONGEST_NAME, ROLES


class DelegationRuleSerializer(serializers.ModelSerializer):
    """A row: who may decide which outcome, and on which days."""

    class Meta:
        model = DelegationRule
        fields = [
            "id", "name", "outcome", "role", "by_investigator", "valid_from", "valid_to",
        ]  # fmt: skip


class NewDelegationRuleSerializer(serializers.Serializer):
    """A row as somebody wants it, from a day on."""

    name = serializers.CharField(
        max_length=LONGEST_NAME, help_text="Punkten i delegationsordningen."
    )
    outcome = serializers.ChoiceField(choices=list(states.OUTCOMES.items()))
    role = serializers.ChoiceField(choices=[(role.value, role.label) for role in ROLES])
    by_investigator = serializers.BooleanField(
        default=False, help_text="Om den som har utrett också får besluta."
    )
    valid_from = serializers.DateField()


class LastDaySerializer(serializers.Serializer):
    """Until when a row holds, that day included."""

    last_day = serializers.DateField()

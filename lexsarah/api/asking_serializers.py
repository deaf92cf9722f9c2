"""What the API shows and takes of what is asked of managers, and of delgivning."""

from rest_framework import serializers

from casework.api.organisation import NamedSerializer
from casework.api.people import PersonSerializer
from casework.kit.api import OwnBoardField
from casework.organisation.models import User
from lexsarah.models import Delivery, Measure, Request
from lexsarah.services.requests import LONGEST


class NewRequestSerializer(serializers.Serializer):
    """What is asked, of which manager, and by when."""

    asked_of = OwnBoardField(queryset=User.objects.filter(is_active=True))
    text = serializers.CharField(max_length=LONGEST)
    due_on = serializers.DateField()


class RequestSerializer(serializers.ModelSerializer):
    """What was asked about a report, and what was answered; a draft is its author's alone."""

    unit = NamedSerializer()
    asked_of = PersonSerializer()
    asked_by = PersonSerializer(allow_null=True)
    answered_by = PersonSerializer(allow_null=True)

    class Meta:
        model = Request
        fields = [
            "id",
            "kind",
            "unit",
            "asked_of",
            "text",
            "due_on",
            "asked_by",
            "asked_at",
            "answer",
            "answered_by",
            "answered_at",
            "withdrawn_at",
        ]


class AskedSerializer(serializers.ModelSerializer):
    """What is asked of oneself; of the report it gives the number and nothing else."""

    number = serializers.CharField(source="report.number", help_text="Rapportens nummer.")
    unit = NamedSerializer()
    asked_of = PersonSerializer()

    class Meta:
        model = Request
        fields = [
            "id",
            "number",
            "kind",
            "unit",
            "asked_of",
            "text",
            "due_on",
            "asked_at",
            "draft",
            "answer",
            "answered_at",
            "withdrawn_at",
            "version",
        ]


class RequestAnswerSerializer(serializers.Serializer):
    """An answer as it is sent."""

    text = serializers.CharField(max_length=LONGEST)


class DraftSerializer(serializers.Serializer):
    """An answer on its way, complete or not."""

    text = serializers.CharField(max_length=LONGEST, allow_blank=True, trim_whitespace=False)


class NewDeliverySerializer(serializers.Serializer):
    """Who is delgiven the decision, and when."""

    to = OwnBoardField(queryset=User.objects.filter(is_active=True), many=True)
    on = serializers.DateField()


class DeliverySerializer(serializers.ModelSerializer):
    """That somebody was delgiven a decision."""

    to = PersonSerializer()
    outcome = serializers.CharField(source="decision.outcome")

    class Meta:
        model = Delivery
        fields = ["id", "to", "outcome", "delivered_on"]


class LexSarahDeliveredMeasureSerializer(serializers.ModelSerializer):
    """A measure that was decided: what, by whom, by when, and when it was done."""

    text = serializers.CharField(source="decided_text", label="Åtgärd")
    owner = PersonSerializer()

    class Meta:
        model = Measure
        fields = ["text", "verdict", "owner", "due_on", "done_on"]


class DeliveredSerializer(serializers.ModelSerializer):
    """A decision that one was delgiven: how it was judged and what is to be done, no reasons."""

    number = serializers.CharField(source="report.number", help_text="Rapportens nummer.")
    unit = NamedSerializer(source="report.unit")
    outcome = serializers.CharField(source="decision.outcome")
    decided_on = serializers.DateField(source="decision.decided_on")
    measures = LexSarahDeliveredMeasureSerializer(many=True)

    class Meta:
        model = Delivery
        fields = ["id", "number", "unit", "outcome", "decided_on", "delivered_on", "measures"]

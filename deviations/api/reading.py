"""What the API shows of a deviation; who sees it at all is decided before."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.access import policy
from casework.api.organisation import NamedSerializer
from casework.api.people import PersonSerializer
from casework.kit.api import actor_of
from deviations import risk, states
from deviations.models import Action, Attachment, Category, Cause, Deviation, Exchange, Question


class CategorySerializer(serializers.ModelSerializer):
    """A category; ``label`` is "Kategori, Underkategori"."""

    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    parent = serializers.IntegerField(  # type: ignore[assignment]
        source="parent_id", allow_null=True, read_only=True
    )

    class Meta:
        model = Category
        fields = ["id", "name", "label", "parent", "valid_from", "valid_to"]


class CategoryRefSerializer(serializers.ModelSerializer):
    """The category of a deviation."""

    label = serializers.CharField(read_only=True)  # type: ignore[assignment]

    class Meta:
        model = Category
        fields = ["id", "label"]


class CauseSerializer(serializers.ModelSerializer):
    """A cause (orsak)."""

    class Meta:
        model = Cause
        fields = ["id", "name", "valid_from", "valid_to"]


class QuestionSerializer(serializers.ModelSerializer):
    """A completion asked for, and its answer."""

    class Meta:
        model = Question
        fields = ["id", "text", "asked_at", "answer", "answered_at"]


class ActionSerializer(serializers.ModelSerializer):
    """An åtgärd, the cause it is to remove, its owner and dates."""

    owner = PersonSerializer(allow_null=True)

    class Meta:
        model = Action
        fields = ["id", "deviation", "cause", "text", "owner", "due_on", "done_on"]


class ExchangeSerializer(serializers.ModelSerializer):
    """Samverkan with another authority."""

    class Meta:
        model = Exchange
        fields = ["id", "authority", "their_number", "sent_on", "answered_on"]


class AttachmentSerializer(serializers.ModelSerializer):
    """A file that was sent along; its content is read on screen."""

    class Meta:
        model = Attachment
        fields = ["id", "name", "content_type", "size", "added_at"]


_LISTED = [
    "id",
    "number",
    "external_id",
    "status",
    "status_label",
    "unit",
    "reporting_unit",
    "category",
    "causes",
    "main_cause",
    "effect",
    "severity",
    "probability",
    "risk_level",
    "registered_on",
    "occurred_on",
    "noticed_on",
    "closed_on",
    "effect_due_on",
    "safe_now",
    "concerns",
    "case_number",
    "possible_misconduct",
    "about_manager",
    "from_watch",
    "protected",
    "awaiting_answer",
    "merged_into",
    "version",
]


class DeviationSerializer(serializers.ModelSerializer):
    """A deviation in a list: all that is counted, none of what anyone wrote about it."""

    status_label = serializers.CharField(source="get_status_display", read_only=True)
    unit = NamedSerializer()
    reporting_unit = NamedSerializer()
    category = CategoryRefSerializer(allow_null=True)
    causes = serializers.ListField(source="cause_ids", child=serializers.IntegerField())
    case_number = serializers.SerializerMethodField(
        help_text="Visas som ••• för den som bara ser att det finns ett ärende."
    )
    risk_level = serializers.ChoiceField(choices=list(risk.LEVELS.items()), allow_null=True)

    class Meta:
        model = Deviation
        fields = _LISTED

    @extend_schema_field(serializers.CharField())
    def get_case_number(self, deviation: Deviation) -> str:
        """Return the case number as the actor may read it."""
        actor = actor_of(self.context["request"])
        return policy.shown_case_number(actor, deviation.case_number)


class DeviationDetailSerializer(DeviationSerializer):
    """One deviation in full."""

    reporter = PersonSerializer(allow_null=True)
    on_behalf_of = PersonSerializer(allow_null=True)
    handler = PersonSerializer(allow_null=True)
    questions = QuestionSerializer(many=True)
    actions = ActionSerializer(many=True)
    exchanges = ExchangeSerializer(many=True)
    attachments = AttachmentSerializer(many=True)

    class Meta(DeviationSerializer.Meta):
        fields = [
            *_LISTED,
            "reported_at",
            "description",
            "done_at_once",
            "analysis",
            "outcome",
            "reporter",
            "on_behalf_of",
            "handler",
            "questions",
            "actions",
            "exchanges",
            "attachments",
        ]


class HistorySerializer(serializers.Serializer):
    """One value of one thing, with the day it holds from and the instant it was recorded."""

    kind = serializers.ChoiceField(
        choices=["registration", "status", "unit", "category", "causes", "effect", "protection"]
    )
    value = serializers.SerializerMethodField(
        help_text="Kod, id, lista av id, datum eller sant/falskt, efter vad raden gäller."
    )
    label = serializers.CharField(help_text="Som det hette då.")  # type: ignore[assignment]
    reason = serializers.SerializerMethodField()
    effective_on = serializers.DateField()
    recorded_at = serializers.DateTimeField()
    by = PersonSerializer(source="actor", allow_null=True)
    corrects = serializers.IntegerField(source="corrects_id", allow_null=True)

    @extend_schema_field(serializers.JSONField())
    def get_value(self, row: Any) -> Any:
        """Return the value, or the id of what it refers to."""
        return row.value_id if hasattr(row, "value_id") else row.value

    @extend_schema_field(serializers.CharField())
    def get_reason(self, row: Any) -> str:
        """Return why, where the kind of row has a reason."""
        return getattr(row, "reason", "")


class ReceiptSerializer(serializers.ModelSerializer):
    """What the reporter gets back: the number. Who may read on is another matter."""

    class Meta:
        model = Deviation
        fields = ["id", "number", "version"]


STATUSES = list(states.LABELS.items())
EFFECTS = list(states.EFFECTS.items())

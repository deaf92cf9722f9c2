"""What the API shows of a report, and what it takes; the reporter's name is in neither."""

from rest_framework import serializers

from casework.api.organisation import NamedSerializer
from casework.api.people import PersonSerializer
from casework.kit.api import OwnBoardField
from casework.organisation.models import Unit, User
from deviations.models import SafeNow
from lexsarah.models import Report, Statute

_LISTED = [
    "id",
    "number",
    "registry_number",
    "unit",
    "registered_on",
    "status",
    "safe_now",
    "outcome",
    "decided_on",
    "serious_on",
    "notified_on",
    "supplemented_on",
    "investigator",
    "protected",
]


class LexSarahReportSerializer(serializers.ModelSerializer):
    """A report in a list: how it stands, and nothing of what happened."""

    unit = NamedSerializer()
    investigator = PersonSerializer(allow_null=True)

    class Meta:
        model = Report
        fields = _LISTED


class LexSarahReportDetailSerializer(LexSarahReportSerializer):
    """A report in full."""

    deviation = serializers.IntegerField(
        source="deviation_id", allow_null=True, help_text="Avvikelsen som den kom med."
    )

    class Meta:
        model = Report
        fields = [
            *_LISTED,
            "external_id",
            "deviation",
            "reported_at",
            "statute",
            "event_kind",
            "occurred_on",
            "noticed_on",
            "safe_on",
            "mas_on",
            "event",
            "done_at_once",
            "case_number",
            "actions",
            "ivo_number",
            "version",
        ]


class NewLexSarahReportSerializer(serializers.Serializer):
    """A report as it is handed in; the first four are required."""

    event = serializers.CharField(max_length=20_000)
    occurred_on = serializers.DateField()
    unit = OwnBoardField(queryset=Unit.objects.all())
    safe_now = serializers.ChoiceField(choices=SafeNow.choices)
    statute = serializers.ChoiceField(choices=Statute.choices, default=Statute.SOL)
    noticed_on = serializers.DateField(required=False, allow_null=True, default=None)
    done_at_once = serializers.CharField(
        max_length=20_000, required=False, allow_blank=True, default=""
    )
    case_number = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    protected = serializers.BooleanField(default=False)
    submission_key = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Skickas samma nyckel två gånger blir det en rapport, och den blir svaret.",
    )
    on_behalf_of = OwnBoardField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True, default=None
    )


class LexSarahReceiptSerializer(serializers.ModelSerializer):
    """What whoever handed it in gets back: its number, and that it was received."""

    class Meta:
        model = Report
        fields = ["id", "number", "reported_at", "status"]


class LexSarahEventSerializer(serializers.Serializer):
    """A line of the Händelselogg; ``at`` is empty where only the day is known."""

    day = serializers.DateField()
    at = serializers.DateTimeField(allow_null=True)
    who = serializers.CharField(allow_blank=True)
    what = serializers.CharField()
    text = serializers.CharField(allow_blank=True)

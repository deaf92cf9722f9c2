"""What the API shows of cases and their records; who sees them at all is decided before."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.access import policy
from casework.api.deadlines import DeadlineSerializer, shown_times, times_of
from casework.api.organisation import NamedSerializer
from casework.api.people import PersonSerializer
from casework.cases.models import Case, Decision, Intake, Investigation, Sex
from casework.cases.queries.page import Records
from casework.cases.restarts import is_restart
from casework.cases.services.intakes import needs_assessment
from casework.kit.api import actor_of

# What is under way in a case, by the names that the list of cases adds to it.
STATES = {
    "undecided": "förhandsbedömning",
    "investigated": "utreds",
    "followed_up": "uppföljning utan insats",
    "waiting": "beslut väntar på verkställighet",
    "interrupted": "verkställighet avbruten",
}
_MASKED = "Visas som ••• för den som bara ser att det finns ett ärende."


class CaseRefSerializer(serializers.ModelSerializer):
    """The case that a record belongs to."""

    number = serializers.SerializerMethodField(help_text=_MASKED)

    class Meta:
        model = Case
        fields = ["id", "number"]

    @extend_schema_field(serializers.CharField())
    def get_number(self, case: Case) -> str:
        """Return the case number as the actor may read it."""
        return policy.shown_case_number(actor_of(self.context["request"]), case.number)


_RECORD = ["id", "external_id", "case", "unit", "handler", "protected"]


class IntakeSerializer(serializers.ModelSerializer):
    """An intake in a list: none of what anyone wrote about it."""

    case = CaseRefSerializer(allow_null=True)
    unit = NamedSerializer()
    handler = PersonSerializer(allow_null=True)

    class Meta:
        model = Intake
        fields = [
            *_RECORD,
            "entry",
            "received_at",
            "kind",
            "source",
            "sex",
            "birth_year",
            "assessed_at",
            "outcome",
            "decided_on",
            "feedback_asked",
            "feedback_given_on",
        ]


class InvestigationSerializer(serializers.ModelSerializer):
    """An investigation in a list."""

    case = CaseRefSerializer(allow_null=True)
    unit = NamedSerializer()
    handler = PersonSerializer(allow_null=True)
    restarted_after = serializers.SerializerMethodField(
        help_text="När den utredning avslutades som den här tar upp på nytt inom 30 dagar."
    )

    class Meta:
        model = Investigation
        fields = [
            *_RECORD,
            "opened_on",
            "intake_on",
            "kind",
            "intake_kind",
            "sex",
            "birth_year",
            "extended_to",
            "closed_on",
            "outcome",
            "follow_up_on",
            "follow_up_ended_on",
            "restarted_after",
        ]

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_restarted_after(self, investigation: Any) -> date | None:
        """Return the day, where it is an omstartad utredning."""
        closed_on: date | None = investigation.last_closed_on
        return closed_on if is_restart(investigation.opened_on, closed_on) else None


class DecisionSerializer(serializers.ModelSerializer):
    """A decision in a list."""

    case = CaseRefSerializer(allow_null=True)
    unit = NamedSerializer()
    handler = PersonSerializer(allow_null=True)

    class Meta:
        model = Decision
        fields = [
            *_RECORD,
            "statute",
            "sex",
            "measure",
            "decided_on",
            "interrupted_on",
            "resumed_on",
            "executed_on",
            "ended_on",
        ]


class TimesMixin(serializers.Serializer):
    """The times of one record."""

    deadlines = serializers.SerializerMethodField(help_text="Tiderna, de som löper först.")

    @extend_schema_field(DeadlineSerializer(many=True))
    def get_deadlines(self, record: Any) -> Any:
        """Return the record's times with the reasoning behind them."""
        actor = actor_of(self.context["request"])
        return shown_times(actor, times_of(record._meta.model_name, record.pk))


class IntakeDetailSerializer(TimesMixin, IntakeSerializer):
    """One intake in full."""

    needs_assessment = serializers.SerializerMethodField(
        help_text="Om skyddsbedömning ska göras: en anmälan om ett barn."
    )

    class Meta(IntakeSerializer.Meta):
        fields = [*IntakeSerializer.Meta.fields, "reason", "needs_assessment", "deadlines"]

    @extend_schema_field(serializers.BooleanField())
    def get_needs_assessment(self, intake: Intake) -> bool:
        """Say whether there is to be a skyddsbedömning."""
        return needs_assessment(intake)


class DecidedIntakeSerializer(IntakeDetailSerializer):
    """An intake that has just been decided, with the investigation that it led to, if any."""

    investigation = serializers.IntegerField(allow_null=True, read_only=True)

    class Meta(IntakeDetailSerializer.Meta):
        fields = [*IntakeDetailSerializer.Meta.fields, "investigation"]


class ExtensionSerializer(serializers.Serializer):
    """A decision to extend an investigation."""

    until = serializers.DateField(source="through")
    decided_on = serializers.DateField(allow_null=True)
    reason = serializers.CharField()


class InvestigationDetailSerializer(TimesMixin, InvestigationSerializer):
    """One investigation in full."""

    extensions = serializers.SerializerMethodField()

    class Meta(InvestigationSerializer.Meta):
        fields = [*InvestigationSerializer.Meta.fields, "extensions", "deadlines"]

    @extend_schema_field(ExtensionSerializer(many=True))
    def get_extensions(self, investigation: Investigation) -> Any:
        """Return the extensions that hold: what has been corrected since is left out."""
        rows = list(investigation.extension_rows.order_by("effective_on", "pk"))
        taken_back = {row.corrects_id for row in rows}
        held = [row for row in rows if row.through is not None and row.pk not in taken_back]
        return ExtensionSerializer(held, many=True).data


class DecisionDetailSerializer(TimesMixin, DecisionSerializer):
    """One decision in full."""

    class Meta(DecisionSerializer.Meta):
        fields = [*DecisionSerializer.Meta.fields, "reason", "deadlines"]


class CaseSerializer(CaseRefSerializer):
    """A case in a list, with how it stands."""

    unit = NamedSerializer()
    handler = PersonSerializer(allow_null=True)
    open = serializers.SerializerMethodField(help_text="Om något pågår.")
    under_way = serializers.SerializerMethodField()
    restarted = serializers.BooleanField(help_text="Om en pågående utredning är omstartad.")
    next_last_day = serializers.DateField(
        source="next_day", allow_null=True, help_text="Sista dagen för den tid som slutar först."
    )

    class Meta:
        model = Case
        fields = [
            "id",
            "number",
            "unit",
            "handler",
            "sex",
            "birth_year",
            "protected",
            "open",
            "under_way",
            "restarted",
            "next_last_day",
        ]

    @extend_schema_field(serializers.BooleanField())
    def get_open(self, case: Any) -> bool:
        """Say whether anything is under way."""
        return any(getattr(case, name) for name in STATES)

    @extend_schema_field(
        serializers.ListField(child=serializers.ChoiceField(choices=list(STATES.items())))
    )
    def get_under_way(self, case: Any) -> list[str]:
        """Return what is under way."""
        return [name for name in STATES if getattr(case, name)]


class CaseDetailSerializer(serializers.Serializer):
    """One case with those of its records that the actor may open, the latest first."""

    id = serializers.IntegerField(source="case.pk")
    number = serializers.SerializerMethodField(help_text=_MASKED)
    unit = NamedSerializer(source="case.unit")
    handler = PersonSerializer(source="case.handler", allow_null=True)
    sex = serializers.ChoiceField(source="case.sex", choices=Sex.choices, allow_blank=True)
    birth_year = serializers.IntegerField(source="case.birth_year", allow_null=True)
    protected = serializers.BooleanField(source="case.protected")
    intakes = IntakeSerializer(many=True)
    investigations = InvestigationSerializer(many=True)
    decisions = DecisionSerializer(many=True)

    @extend_schema_field(serializers.CharField())
    def get_number(self, found: Records) -> str:
        """Return the case number as the actor may read it."""
        return policy.shown_case_number(actor_of(self.context["request"]), found.case.number)

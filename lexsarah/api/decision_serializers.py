"""What the API shows and takes of proposals, decisions and measures."""

from typing import Any

from rest_framework import serializers

from casework.api.people import PersonSerializer
from casework.kit.api import OwnBoardField
from casework.organisation.models import User
from lexsarah import states
from lexsarah.models import Decision, Measure, Proposal, Reopening, Statute
from lexsarah.services.verdicts import Verdict

OUTCOMES = list(states.OUTCOMES.items())
LONGEST = 20_000


def _person() -> OwnBoardField:
    return OwnBoardField(queryset=User.objects.filter(is_active=True))


class OutcomeProposalSerializer(serializers.ModelSerializer):
    """A proposal; ``ended_at`` when it was decided, taken back or handed back."""

    decider = PersonSerializer()

    class Meta:
        model = Proposal
        fields = [
            "id", "outcome", "reasons", "short", "decider", "proposed_at", "ended_at",
            "returned_because",
        ]  # fmt: skip


class OutcomeDecisionSerializer(serializers.ModelSerializer):
    """A decision, and the row of the delegationsordning that it rests on."""

    decided_by = PersonSerializer(allow_null=True)

    class Meta:
        model = Decision
        fields = [
            "id", "outcome", "label", "reasons", "short", "decided_on", "decided_by",
            "decider_role", "delegation_name", "decided_at",
        ]  # fmt: skip


class ReopeningSerializer(serializers.ModelSerializer):
    """That the investigation was taken up again, and why."""

    class Meta:
        model = Reopening
        fields = ["id", "decision", "reason", "reopened_at"]


class DecisionsSerializer(serializers.Serializer):
    """All that has been proposed and decided about a report."""

    proposals = OutcomeProposalSerializer(many=True)
    decisions = OutcomeDecisionSerializer(many=True)
    reopenings = ReopeningSerializer(many=True)


class ProposeSerializer(serializers.Serializer):
    """An outcome put before one who may decide it."""

    outcome = serializers.ChoiceField(choices=OUTCOMES)
    reasons = serializers.CharField(max_length=LONGEST)
    decider = _person()
    short = serializers.BooleanField(default=False, help_text="Bara skäl, för Ej missförhållande.")


class VerdictSerializer(serializers.Serializer):
    """What is decided about a measure; ``comment`` is wanted unless it is approved whole."""

    verdict = serializers.ChoiceField(choices=Measure.Verdict.choices)
    comment = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True)


class MeasureVerdictSerializer(VerdictSerializer):
    """The same, of one measure among several; ``version`` is the measure's, as it was read."""

    measure = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    version = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class DecideSerializer(serializers.Serializer):
    """The outcome, its reasons, and what is decided with it about the measures proposed."""

    outcome = serializers.ChoiceField(choices=OUTCOMES)
    reasons = serializers.CharField(max_length=LONGEST)
    measures = MeasureVerdictSerializer(
        many=True,
        required=False,
        help_text="Föreslagna åtgärder som beslutas samtidigt. Är en av dem fel sparas inget.",
    )

    def validate_measures(self, given: list[dict[str, Any]]) -> list[Verdict]:
        """Return the verdicts as the service takes them."""
        return [Verdict(**one) for one in given]


class DeciderSerializer(serializers.Serializer):
    """Before whom it is put instead."""

    decider = _person()


class HandedBackSerializer(serializers.Serializer):
    """What is wanting."""

    because = serializers.CharField(max_length=LONGEST)


class StatuteSerializer(serializers.Serializer):
    """Under which act a report falls that does not say so itself."""

    statute = serializers.ChoiceField(
        choices=Statute.choices,
        required=False,
        help_text="Krävs när rapporten inte anger lagrum, som en från en avvikelse.",
    )


class ReasonsSerializer(StatuteSerializer):
    """The reasons of a short close."""

    reasons = serializers.CharField(max_length=LONGEST)


class ReopenSerializer(StatuteSerializer):
    """Why it is taken up again."""

    reason = serializers.CharField(max_length=LONGEST)


class NoBodySerializer(serializers.Serializer):
    """Nothing is sent along."""


# What of a measure is the report's, and no business of whoever is to do it. What was approved of
# it in part stands in its text.
_OF_REPORT = ("comment", "effect_text")


class MeasureSerializer(serializers.ModelSerializer):
    """A measure, how far it has come, and what it led to.

    To its owner alone, as ``texts`` in the context has it, without what others have written of it.
    """

    report = serializers.IntegerField(source="report_id")
    number = serializers.CharField(source="report.number")
    cause = serializers.CharField(source="cause.cause.name")
    owner = PersonSerializer()
    stage = serializers.CharField()
    text = serializers.SerializerMethodField()

    class Meta:
        model = Measure
        fields = [
            "id", "report", "number", "cause", "text", "owner", "due_on", "stage", "verdict",
            "comment", "done_on", "done_how", "effect_due_on", "effect", "effect_on",
            "effect_text", "version",
        ]  # fmt: skip

    def get_text(self, measure: Measure) -> str:
        """Return what is to be done, as whoever asks may read it."""
        shown: str = self.context.get("texts", {}).get(measure.pk, measure.text)
        return shown

    def to_representation(self, measure: Measure) -> dict[str, Any]:
        """Leave out what could tell its owner of a report that the owner does not read."""
        shown: dict[str, Any] = super().to_representation(measure)
        if measure.pk in self.context.get("texts", {}):
            hidden = (*_OF_REPORT, "done_how") if measure.report.protected else _OF_REPORT
            shown |= dict.fromkeys(hidden, "")
        return shown


class NewMeasureSerializer(serializers.Serializer):
    """A measure as it is proposed; ``cause`` is one of the investigation's."""

    cause = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    text = serializers.CharField(max_length=LONGEST)
    owner = _person()
    due_on = serializers.DateField()


class OwnerSerializer(serializers.Serializer):
    """Who is to do it instead."""

    owner = _person()


class OwnDoneSerializer(serializers.Serializer):
    """That it was done, when and how."""

    on = serializers.DateField()
    how = serializers.CharField(max_length=LONGEST)


class DoneSerializer(OwnDoneSerializer):
    """The same; ``effect_due_on`` is for whoever investigates to set."""

    effect_due_on = serializers.DateField(required=False, allow_null=True)


class MeasureEffectSerializer(serializers.Serializer):
    """What it led to, and how that shows."""

    effect = serializers.ChoiceField(choices=Measure.Effect.choices)
    text = serializers.CharField(max_length=LONGEST)

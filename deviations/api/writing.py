"""What the API takes: one serializer for each act, checked further by the service itself."""

from typing import Any

from rest_framework import serializers

from casework.api.filters import MAX_ID
from casework.kit.api import OwnBoardField
from casework.models import Unit, User
from deviations import risk, states
from deviations.models import Category, Cause, Concerns, SafeNow
from deviations.services.closing import Handling
from deviations.services.investigating import PlannedAction


def text(*, required: bool = True) -> serializers.CharField:
    """Return a field for free text; where it is required the service asks for it in words."""
    if required:
        return serializers.CharField(max_length=20_000)
    return serializers.CharField(max_length=20_000, required=False, allow_blank=True, default="")


def record_id() -> serializers.IntegerField:
    """Return a field for the id of a record; whether it is visible is for the service to say."""
    return serializers.IntegerField(min_value=1, max_value=MAX_ID)


def day(*, required: bool = False) -> serializers.DateField:
    """Return a field for a date."""
    return (
        serializers.DateField()
        if required
        else serializers.DateField(required=False, allow_null=True, default=None)
    )


def _risk(steps: dict[int, str], *, required: bool = True) -> serializers.IntegerField:
    low, high = min(steps), max(steps)
    if required:
        return serializers.IntegerField(min_value=low, max_value=high)
    return serializers.IntegerField(
        min_value=low, max_value=high, required=False, allow_null=True, default=None
    )


class NothingSerializer(serializers.Serializer):
    """An act that needs no more than its name."""


class ReasonSerializer(serializers.Serializer):
    """An act that says why."""

    reason = text()


class ReportSerializer(serializers.Serializer):
    """A report; the first four are required, the rest as far as it is known."""

    description = text()
    occurred_on = day(required=True)
    unit = OwnBoardField(queryset=Unit.objects.all())
    safe_now = serializers.ChoiceField(choices=SafeNow.choices)
    noticed_on = day()
    done_at_once = text(required=False)
    concerns = serializers.ChoiceField(
        choices=Concerns.choices, required=False, allow_blank=True, default=Concerns.UNSAID
    )
    case_number = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    protected = serializers.BooleanField(default=False)
    possible_misconduct = serializers.BooleanField(default=False)
    about_manager = serializers.BooleanField(default=False)
    on_behalf_of = OwnBoardField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True, default=None
    )
    category = OwnBoardField(
        queryset=Category.objects.all(), required=False, allow_null=True, default=None
    )


class AssignSerializer(serializers.Serializer):
    """To whom."""

    to = OwnBoardField(queryset=User.objects.filter(is_active=True))


class MoveSerializer(serializers.Serializer):
    """To which unit, and why."""

    to = OwnBoardField(queryset=Unit.objects.all())
    reason = text()


class AskSerializer(serializers.Serializer):
    """What one needs to know."""

    text = text()


class AnswerSerializer(serializers.Serializer):
    """Which question, and the answer."""

    question = record_id()
    text = text()


class MergeSerializer(serializers.Serializer):
    """The deviation that lives on."""

    into = record_id()


class ClassifySerializer(serializers.Serializer):
    """Category and risk, each 1–4; what is left out stays as it was."""

    category = OwnBoardField(
        queryset=Category.objects.all(), required=False, allow_null=True, default=None
    )
    severity = _risk(risk.SEVERITIES, required=False)
    probability = _risk(risk.PROBABILITIES, required=False)


class InvestigateSerializer(serializers.Serializer):
    """Causes, the main one of them (the first, if not said) and the analysis."""

    causes = OwnBoardField(queryset=Cause.objects.all(), many=True, allow_empty=False)
    main_cause = OwnBoardField(
        queryset=Cause.objects.all(), required=False, allow_null=True, default=None
    )
    analysis = text(required=False)


class PlanSerializer(serializers.Serializer):
    """An åtgärd to come: what, against which cause, whose and until when."""

    text = text()
    cause = OwnBoardField(queryset=Cause.objects.all())
    owner = OwnBoardField(queryset=User.objects.filter(is_active=True))
    due_on = day(required=True)


class CloseSerializer(serializers.Serializer):
    """What it led to, and when the effect is followed up (three months, if not said)."""

    outcome = text()
    effect_due_on = day()


class HandleSimplySerializer(serializers.Serializer):
    """A whole handling at once: ``done`` or ``no_action_reason``."""

    category = OwnBoardField(queryset=Category.objects.all())
    severity = _risk(risk.SEVERITIES)
    probability = _risk(risk.PROBABILITIES)
    causes = OwnBoardField(queryset=Cause.objects.all(), many=True, allow_empty=False)
    outcome = text(required=False)
    analysis = text(required=False)
    done = text(required=False)
    no_action_reason = text(required=False)
    effect_due_on = day()


class HandleTogetherSerializer(HandleSimplySerializer):
    """The same for several: ``done``, ``no_action_reason`` or an åtgärd that is ``planned``."""

    ids = serializers.ListField(child=record_id(), min_length=1, max_length=100)
    planned = PlanSerializer(required=False, allow_null=True, default=None)


def handling(given: dict[str, Any]) -> Handling:
    """Return the validated body of either of the two above as the service takes it."""
    planned = given.get("planned")
    fields = {name: value for name, value in given.items() if name not in ("ids", "planned")}
    return Handling(**fields, planned=PlannedAction(**planned) if planned else None)


class EffectSerializer(serializers.Serializer):
    """The effect; "Utan åtgärd" needs a comment."""

    effect = serializers.ChoiceField(choices=list(states.EFFECTS.items()))
    comment = text(required=False)


class PostponeSerializer(serializers.Serializer):
    """Until when, and why."""

    until = day(required=True)
    reason = text()


class ExchangeInSerializer(serializers.Serializer):
    """Samverkan; ``exchange`` names the note to add to, if there is one."""

    authority = serializers.CharField(max_length=200)
    their_number = serializers.CharField(
        max_length=100, required=False, allow_blank=True, default=""
    )
    sent_on = day()
    answered_on = day()
    exchange = serializers.IntegerField(
        min_value=1, max_value=MAX_ID, required=False, allow_null=True, default=None
    )


class ProtectionSerializer(serializers.Serializer):
    """Whether there are skyddade personuppgifter."""

    protected = serializers.BooleanField()


class UnitReviewSerializer(serializers.Serializer):
    """Which unit went through which deviations, and when."""

    unit = OwnBoardField(queryset=Unit.objects.all())
    held_on = day(required=True)
    deviations = serializers.ListField(child=record_id(), min_length=1, max_length=200)

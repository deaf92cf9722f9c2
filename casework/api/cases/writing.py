"""What the API takes: one serializer for each step, checked further by the service itself."""

from rest_framework import serializers

from casework.cases.models import IntakeKind, IntakeOutcome, InvestigationOutcome, Sex, Statute
from casework.kit.api import OwnBoardField
from casework.organisation.models import Unit, User


def _text() -> serializers.CharField:
    return serializers.CharField(max_length=20_000)


def _optional_text(longest: int = 20_000) -> serializers.CharField:
    return serializers.CharField(max_length=longest, required=False, allow_blank=True, default="")


def _handler() -> OwnBoardField:
    return OwnBoardField(
        queryset=User.objects.filter(is_active=True), required=False, allow_null=True, default=None
    )


def _other_unit() -> serializers.BooleanField:
    return serializers.BooleanField(
        default=False,
        help_text="Ärendet får höra till en annan enhet och följer då med hit. Annars 409.",
    )


class PersonInSerializer(serializers.Serializer):
    """Whom it is about: the case number (never a personnummer) and what statistics need."""

    case_number = serializers.CharField(max_length=60)
    sex = serializers.ChoiceField(
        choices=Sex.choices, required=False, allow_blank=True, default=Sex.UNKNOWN
    )
    birth_year = serializers.IntegerField(
        min_value=1900, max_value=9999, required=False, allow_null=True, default=None
    )


class NewIntakeSerializer(serializers.Serializer):
    """What came in, about one person or about siblings in one anmälan."""

    unit = OwnBoardField(queryset=Unit.objects.all())
    received_at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=IntakeKind.choices)
    people = serializers.ListField(child=PersonInSerializer(), min_length=1, max_length=20)
    source = _optional_text(200)  # type: ignore[assignment]
    feedback_asked = serializers.BooleanField(default=False)
    handler = _handler()
    other_unit = _other_unit()


class NewInvestigationSerializer(PersonInSerializer):
    """An investigation that no registered intake led to."""

    unit = OwnBoardField(queryset=Unit.objects.all())
    opened_on = serializers.DateField()
    kind = serializers.CharField(
        max_length=100,
        required=False,
        allow_blank=True,
        allow_null=True,
        default=None,
        help_text="Utredningstyp. Null: Barnutredning där verksamhetsområdet är barns.",
    )
    intake_on = serializers.DateField(required=False, allow_null=True, default=None)
    intake_kind = serializers.ChoiceField(
        choices=IntakeKind.choices, required=False, allow_blank=True, default=""
    )
    handler = _handler()
    other_unit = _other_unit()


class NewDecisionSerializer(serializers.Serializer):
    """A decision in somebody's favour; ``reason`` says why it waits, where it does."""

    unit = OwnBoardField(queryset=Unit.objects.all())
    case_number = serializers.CharField(max_length=60)
    sex = serializers.ChoiceField(
        choices=Sex.choices, required=False, allow_blank=True, default=Sex.UNKNOWN
    )
    statute = serializers.ChoiceField(choices=Statute.choices)
    measure = serializers.CharField(max_length=200)
    decided_on = serializers.DateField()
    reason = _optional_text()
    handler = _handler()
    other_unit = _other_unit()


class AtSerializer(serializers.Serializer):
    """When it was done."""

    at = serializers.DateTimeField()


class OnSerializer(serializers.Serializer):
    """The day on which it was done."""

    on = serializers.DateField()


class BecauseSerializer(serializers.Serializer):
    """Why."""

    reason = _text()


class OnBecauseSerializer(OnSerializer):
    """The day on which it was done, and why."""

    reason = _text()


class PreliminarySerializer(OnSerializer):
    """The decision whether to open an investigation; ``reason`` is needed where it is not."""

    outcome = serializers.ChoiceField(
        choices=[(IntakeOutcome.OPENED, "Inled"), (IntakeOutcome.NOT_OPENED, "Inled inte")]
    )
    reason = _optional_text()
    kind = serializers.CharField(
        max_length=100,
        required=False,
        allow_blank=True,
        allow_null=True,
        default=None,
        help_text="Utredningstyp. Null: Barnutredning där verksamhetsområdet är barns.",
    )


class ExtendSerializer(serializers.Serializer):
    """Through which day, decided when, and the särskilda skälen (SoL 20:3)."""

    until = serializers.DateField()
    decided_on = serializers.DateField()
    reason = _text()


class ClosingSerializer(OnSerializer):
    """What it led to; ``follow_up``: followed up without a measure from the same day."""

    outcome = serializers.ChoiceField(
        choices=[choice for choice in InvestigationOutcome.choices if choice[0]]
    )
    follow_up = serializers.BooleanField(default=False)


class ToHandlerSerializer(serializers.Serializer):
    """To whom; null: nobody."""

    to = OwnBoardField(queryset=User.objects.filter(is_active=True), allow_null=True)


class ToUnitSerializer(serializers.Serializer):
    """To which unit."""

    to = OwnBoardField(queryset=Unit.objects.all())


class ProtectSerializer(serializers.Serializer):
    """Whether there are skyddade personuppgifter."""

    protected = serializers.BooleanField()


class RegisteredSerializer(serializers.Serializer):
    """What one gets back: the id. Who may read on is another matter."""

    id = serializers.IntegerField()


class RegisteredIntakeSerializer(serializers.Serializer):
    """One of the intakes that an entry became."""

    id = serializers.IntegerField(source="pk")
    case = serializers.IntegerField(source="case_id")


class RegisteredIntakesSerializer(serializers.Serializer):
    """The entry, and one intake for each person in the order given."""

    entry = serializers.UUIDField()
    intakes = RegisteredIntakeSerializer(many=True)

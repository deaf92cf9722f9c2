"""What the API takes of what SAS does with a report from its receipt on."""

from rest_framework import serializers

from casework.kit.api import OwnBoardField
from casework.organisation.models import Unit, User
from lexsarah.api.decision_serializers import LONGEST
from lexsarah.api.decision_serializers import StatuteSerializer as StatuteSerializer
from lexsarah.api.serializers import NewLexSarahReportSerializer
from lexsarah.services.investigating import MAX_NUMBER


class PaperReportSerializer(NewLexSarahReportSerializer):
    """A report on paper: also whose name stands on it, and the day it was handed in."""

    on_behalf_of = None  # type: ignore[assignment]  # takes the field away
    name = serializers.CharField(max_length=200, help_text="Förvaras skilt från utredningen.")
    received_on = serializers.DateField()


class DaySerializer(serializers.Serializer):
    """The day on which it was done."""

    on = serializers.DateField()


class InvestigatorSerializer(serializers.Serializer):
    """Who is to investigate; null: nobody yet."""

    to = OwnBoardField(queryset=User.objects.filter(is_active=True), allow_null=True)


class RegistryNumberSerializer(serializers.Serializer):
    """The number of the board's diarium."""

    number = serializers.CharField(max_length=MAX_NUMBER)


class SeriousSerializer(DaySerializer):
    """When it was found serious, and why."""

    reason = serializers.CharField(max_length=LONGEST)


class NotificationSerializer(DaySerializer):
    """When IVO was notified, and under which number of theirs, when there is one."""

    ivo_number = serializers.CharField(max_length=MAX_NUMBER, required=False, allow_blank=True)


class SafeSerializer(DaySerializer):
    """Since when the person is safe, and by what."""

    how = serializers.CharField(max_length=LONGEST)


class ReportProtectionSerializer(serializers.Serializer):
    """Whether it is marked."""

    protected = serializers.BooleanField()


class UnitSerializer(serializers.Serializer):
    """Which unit is examined instead."""

    to = OwnBoardField(queryset=Unit.objects.all())

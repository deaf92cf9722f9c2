"""What the API shows and takes of what goes round."""

from rest_framework import serializers

from casework.api.organisation import NamedSerializer
from casework.api.people import PersonSerializer
from casework.kit.api import OwnBoardField
from casework.organisation.models import Unit
from lexsarah.models import Lesson, OutsideText
from lexsarah.services.lessons import MAX_TITLE

LONGEST = 20_000


class LessonSerializer(serializers.ModelSerializer):
    """A lesson as everybody reads it; of which report is not said."""

    class Meta:
        model = Lesson
        fields = ["id", "title", "text", "published_at"]


class NewLessonSerializer(serializers.Serializer):
    """A lesson to send; ``anyway`` says that what could point somebody out has been looked at."""

    title = serializers.CharField(max_length=MAX_TITLE)
    text = serializers.CharField(max_length=LONGEST)
    anyway = serializers.BooleanField(default=False)


class LessonOfUnitSerializer(serializers.Serializer):
    """A unit and when it went through a lesson; null: it has not."""

    unit = NamedSerializer()
    held_on = serializers.DateField(allow_null=True)


class NewLessonReviewSerializer(serializers.Serializer):
    """That a unit went through a lesson."""

    unit = OwnBoardField(queryset=Unit.objects.all())
    held_on = serializers.DateField()


class DutyOfUnitSerializer(serializers.Serializer):
    """How many of a unit have confirmed; the names are its own manager's alone."""

    unit = NamedSerializer()
    confirmed = serializers.IntegerField()
    total = serializers.IntegerField()
    missing = serializers.ListField(child=serializers.CharField())


class DutySerializer(serializers.Serializer):
    """This year's confirmation: one's own, and those of the units one answers for."""

    year = serializers.IntegerField()
    confirmed = serializers.BooleanField()
    units = DutyOfUnitSerializer(many=True)


class NewOutsideTextSerializer(serializers.Serializer):
    """The event in words that may be read outside."""

    event = serializers.CharField(max_length=LONGEST)
    measures = serializers.CharField(
        max_length=LONGEST, required=False, allow_blank=True, default=""
    )


class OutsideTextSerializer(serializers.ModelSerializer):
    """A wording: who wrote it, and when it was approved (null: it is not)."""

    written_by = PersonSerializer(allow_null=True)
    approved_at = serializers.DateTimeField(
        source="approval.approved_at", allow_null=True, default=None
    )
    telltales = serializers.SerializerMethodField()

    class Meta:
        model = OutsideText
        fields = [
            "id", "event", "measures", "written_by", "written_at", "approved_at", "telltales",
        ]  # fmt: skip

    def get_telltales(self, text: OutsideText) -> list[str]:
        """Return what in it could tell whom it is about."""
        return self.context["telltales"]  # type: ignore[no-any-return]

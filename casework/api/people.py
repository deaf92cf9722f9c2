"""How a colleague is named in what the API answers."""

from rest_framework import serializers

from casework.organisation.models import User


class PersonSerializer(serializers.ModelSerializer):
    """A colleague, by id and name."""

    name = serializers.CharField(source="display_name", read_only=True)

    class Meta:
        model = User
        fields = ["id", "name"]

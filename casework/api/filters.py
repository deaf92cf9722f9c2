"""Filters that lists of the API share."""

import django_filters
from django import forms
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

MAX_ID = 2**63 - 1


@extend_schema_field(OpenApiTypes.INT64)
class IdFilter(django_filters.Filter):
    """The id of something; an unknown one finds nothing."""

    field_class = forms.IntegerField

    def __init__(self, **given: object) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **given)

"""How lists of deviations are narrowed. There is no filter by case number or person."""

import django_filters

from casework.api.filters import IdFilter
from deviations import states
from deviations.models import Category, Deviation


class DeviationFilter(django_filters.FilterSet):
    """Filters of ``/api/v1/deviations/``; several narrow together, several states widen."""

    status = django_filters.MultipleChoiceFilter(choices=list(states.LABELS.items()))
    unit = IdFilter(field_name="unit_id", label="ansvarig enhet")
    category = IdFilter(method="in_category", label="kategori, med sina underkategorier")
    reported_after = django_filters.DateFilter("registered_on", "gte", label="från och med")
    reported_before = django_filters.DateFilter("registered_on", "lte", label="till och med")
    number = django_filters.CharFilter(label="nummer")
    external_id = django_filters.CharFilter(label="nummer i tidigare system")

    class Meta:
        model = Deviation
        fields: list[str] = []

    def in_category(self, queryset: object, name: str, value: int) -> object:
        """Keep the category and what stands under it."""
        below = Category.objects.filter(parent_id=value).values_list("pk", flat=True)
        return queryset.filter(category_id__in=[value, *below])  # type: ignore[attr-defined]

"""Fields that offer what can be chosen today: people, units, categories, causes, days.

The ``offer_…`` functions take the ``RowField`` or ``RowsField`` of a form that is being made.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db import connection

from casework.organisation.models import Membership, Unit, User
from casework.shared import clock
from casework.shared.swedish import sort_key
from deviations import risk
from deviations.models import Category, Cause, Deviation
from deviations.suggesting import suggest

Grouped = list[tuple[str, list[tuple[str, str]]]]


class RowField(forms.ChoiceField):
    """One of some rows already fetched; the cleaned value is the row, or None."""

    def __init__(self, *, empty: str = "Välj …", **options: Any) -> None:
        super().__init__(**options)
        self.empty = empty
        self._rows: dict[str, Any] = {}

    def offer(self, rows: Iterable[Any], labels: Grouped | list[tuple[str, str]]) -> None:
        """Set what can be chosen; ``labels`` are choices as Django wants them."""
        self._rows = {str(row.pk): row for row in rows}
        self.choices = [("", self.empty), *labels] if self.empty else labels

    def clean(self, value: Any) -> Any:
        """Return the row chosen."""
        return self._rows.get(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        """Show a row as its key."""
        return getattr(value, "pk", value)


class RowsField(forms.MultipleChoiceField):
    """Some of some rows already fetched; the cleaned value is the rows in the order offered."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._rows: dict[str, Any] = {}

    def offer(self, rows: Iterable[Any], labels: list[tuple[str, str]]) -> None:
        """Set what can be chosen."""
        self._rows = {str(row.pk): row for row in rows}
        self.choices = labels

    @property
    def offered(self) -> list[Any]:
        """What can be chosen, in the order offered."""
        return list(self._rows.values())

    def clean(self, value: Any) -> Any:
        """Return the rows chosen."""
        chosen = set(super().clean(value))
        return [row for key, row in self._rows.items() if key in chosen]


class DayField(forms.DateField):
    """A day, picked in the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        options.setdefault("error_messages", {"invalid": "Ange dagen som år-månad-dag."})
        super().__init__(widget=widget, **options)


class RiskField(forms.TypedChoiceField):
    """A step of severity or probability, 1–4."""

    def __init__(self, steps: dict[int, str], **options: Any) -> None:
        options.setdefault("widget", forms.RadioSelect)
        choices = [(number, f"{number}. {label}") for number, label in steps.items()]
        super().__init__(choices=choices, coerce=int, empty_value=None, **options)


def text_field(label: str, *, rows: int = 3, required: str = "", **options: Any) -> forms.CharField:
    """Return a field for a few lines; ``required`` is what to say when nothing is written."""
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": rows}),
        required=bool(required),
        error_messages={"required": required},
        **options,
    )


def severity_field(**options: Any) -> RiskField:
    """Return the field Allvarlighet."""
    return RiskField(risk.SEVERITIES, label="Hur allvarligt kan det bli?", **options)


def probability_field(**options: Any) -> RiskField:
    """Return the field Sannolikhet."""
    return RiskField(risk.PROBABILITIES, label="Hur troligt är det att det händer igen?", **options)


def offer_people(field: Any, units: Iterable[int], *, protected: bool = False) -> None:
    """Offer those who work in the units today; of protected matters the named ones alone."""
    memberships = (
        Membership.objects.valid_on(clock.today())
        .filter(unit_id__in=units, user__is_active=True)
        .select_related("user")
        .order_by("role", "pk")
    )
    if protected:
        memberships = memberships.filter(sees_protected=True)
    # What they are in the units: two may have one name.
    people: dict[User, list[str]] = {}
    for held in memberships:
        roles = people.setdefault(held.user, [])
        if (role := str(held.get_role_display())) not in roles:
            roles.append(role)
    ordered = sorted(people, key=lambda person: sort_key(person.display_name))
    labels = [(str(one.pk), f"{one.display_name}, {', '.join(people[one])}") for one in ordered]
    field.offer(ordered, labels)


def offer_units(field: Any, board_id: int, *, without: Iterable[int] = ()) -> None:
    """Offer the board's units of today, in groups by department."""
    units = (
        Unit.objects.valid_on(clock.today())
        .filter(board_id=board_id)
        .exclude(pk__in=without)
        .select_related("department")
    )
    ordered = sorted(units, key=lambda unit: sort_key(unit.name))
    field.offer(ordered, _grouped((unit.department.name, unit) for unit in ordered))


def offer_categories(
    field: Any, board_id: int, *, current: Category | None = None, text: str = ""
) -> Category | None:
    """Offer the categories of today in groups; return the one ``text`` speaks of most, if any."""
    used = list(
        Category.objects.valid_on(clock.today()).filter(board_id=board_id).select_related("parent")
    )
    parents = {category.parent_id for category in used}
    leaves = [category for category in used if category.pk not in parents]
    if current is not None and current not in leaves:
        leaves.append(current)
    leaves.sort(key=lambda category: sort_key(category.name))
    labels = _grouped((category.main.name, category) for category in leaves)
    suggested = [found.category for found in suggest(text, used)] if text else []
    if suggested:
        first = [(str(category.pk), category.label) for category in suggested]
        labels = [("Förslag efter texten", first), *labels]
    field.offer(leaves, labels)
    return suggested[0] if suggested else None


def _grouped(pairs: Iterable[tuple[str, Any]]) -> Grouped:
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, row in pairs:
        groups.setdefault(name, []).append((str(row.pk), row.name))
    return sorted(groups.items(), key=lambda group: sort_key(group[0]))


# The causes of the unit's last 300 deviations: enough to know which are common there.
_COMMON = """
SELECT cause, count(*) FROM (
    SELECT cause_ids FROM deviations_deviation WHERE unit_id = %s
    ORDER BY registered_on DESC, id DESC LIMIT 300
) latest, unnest(cause_ids) AS cause GROUP BY cause
"""


def causes_for(deviation: Deviation) -> list[Cause]:
    """Return the causes of today, and those chosen before; the unit's most common first."""
    today = clock.today()
    known = Cause.objects.filter(board_id=deviation.board_id)
    causes = [
        cause for cause in known if cause.is_valid_on(today) or cause.pk in deviation.cause_ids
    ]
    with connection.cursor() as cursor:
        cursor.execute(_COMMON, [deviation.unit_id])
        common = dict(cursor.fetchall())
    return sorted(causes, key=lambda cause: (-common.get(cause.pk, 0), sort_key(cause.name)))


def offer_causes(field: Any, causes: Sequence[Cause]) -> None:
    """Offer ``causes`` in their order."""
    field.offer(causes, [(str(cause.pk), cause.name) for cause in causes])

"""Making the version rows again from the history, which is the source."""

from collections.abc import Iterator, Sequence

from django.db import transaction

from deviations.histories import DEVIATIONS
from deviations.models import Deviation, DeviationVersion

CHUNK = 500
_COMPARED = [
    field.attname for field in DeviationVersion._meta.concrete_fields if not field.primary_key
]


def differing(*, repair: bool) -> Iterator[tuple[int, list[int]]]:
    """Compare all version rows with the history, a chunk of deviations at a time.

    Yields (how many were compared, the ids of those that differed); with ``repair`` the rows of
    the latter have then been replaced.
    """
    last = 0
    while True:
        with transaction.atomic():
            rows = Deviation.objects.filter(pk__gt=last).order_by("pk")
            if repair:
                rows = rows.select_for_update(of=("self",))
            chunk = list(rows[:CHUNK])
            if not chunk:
                return
            found = _compare(chunk, repair=repair)
        last = chunk[-1].pk
        yield len(chunk), found


def rebuilt_versions(deviation: Deviation) -> list[DeviationVersion]:
    """Return the version rows made again from the history alone (unsaved)."""
    return DEVIATIONS.rebuilt(deviation, DEVIATIONS.facts([deviation.pk])[deviation.pk])


def _compare(chunk: Sequence[Deviation], *, repair: bool) -> list[int]:
    keys = [deviation.pk for deviation in chunk]
    facts = DEVIATIONS.facts(keys)
    stored: dict[int, list[DeviationVersion]] = {key: [] for key in keys}
    for version in DeviationVersion.objects.filter(deviation__in=keys):
        stored[version.deviation_id].append(version)
    found = []
    for deviation in chunk:
        rebuilt = DEVIATIONS.rebuilt(deviation, facts[deviation.pk])
        if _content(stored[deviation.pk]) != _content(rebuilt):
            found.append(deviation.pk)
            if repair:
                DeviationVersion.objects.filter(deviation=deviation).delete()
                DeviationVersion.objects.bulk_create(rebuilt)
    return found


def _content(versions: Sequence[DeviationVersion]) -> list[str]:
    return sorted(repr([getattr(row, name) for name in _COMPARED]) for row in versions)

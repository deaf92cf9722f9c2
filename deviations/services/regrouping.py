"""Letting deviations know that their unit's area was corrected."""

from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.organisation.models import Unit
from casework.registers.models import ImportBatch
from deviations.models import Deviation, UnitRow
from deviations.services.writing import Changes, Moment, write


def regroup(actor: Actor, unit: Unit, batch: ImportBatch) -> int:
    """Correct the area in every history row of ``unit``; return how many deviations it concerns.

    The old rows stay, corrected from now on, so that a report as known before still has the area
    that the unit was then thought to belong to.
    """
    with unit_of_work(actor) as work:
        taken_back = UnitRow.objects.filter(corrects__isnull=False).values("corrects")
        rows = UnitRow.objects.filter(value=unit).exclude(pk__in=taken_back)
        by_deviation: dict[int, list[UnitRow]] = {}
        for row in rows.exclude(area=unit.area_id).order_by("pk"):
            by_deviation.setdefault(row.deviation_id, []).append(row)
        deviations = Deviation.objects.select_for_update(of=("self",)).filter(pk__in=by_deviation)
        for deviation in deviations.order_by("pk"):
            moments = [
                (
                    Moment(actor.user_id, work.at, row.effective_on, batch, {"unit": row.pk}),
                    Changes(unit=unit),
                )
                for row in by_deviation[deviation.pk]
            ]
            write(deviation, moments)
    return len(by_deviation)

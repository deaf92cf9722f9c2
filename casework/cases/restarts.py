"""Omstartad utredning: one opened within thirty days of the last that the case closed."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from casework.cases.models import Investigation

WITHIN = timedelta(days=30)


def with_restarts(investigations: QuerySet[Any]) -> QuerySet[Any]:
    """Add ``last_closed_on``: when the case's investigation before it was closed, if any was."""
    earlier = (
        Investigation.objects.filter(case=OuterRef("case"), closed_on__lte=OuterRef("opened_on"))
        .filter(Q(opened_on__lt=OuterRef("opened_on")) | Q(pk__lt=OuterRef("pk")))
        .exclude(pk=OuterRef("pk"))
        .order_by()
        .values("case")
        .annotate(latest=Max("closed_on"))
        .values("latest")
    )
    found: QuerySet[Any] = investigations.annotate(last_closed_on=Subquery(earlier))
    return found


def is_restart(opened_on: date, last_closed_on: date | None) -> bool:
    """Say whether an investigation takes up anew what was closed no more than 30 days before."""
    return last_closed_on is not None and timedelta(0) <= opened_on - last_closed_on <= WITHIN


def restarted_after(investigation: Investigation) -> date | None:
    """Return when the investigation that this one takes up anew was closed; None: it does not."""
    (found,) = with_restarts(Investigation.objects.filter(pk=investigation.pk))
    last_closed_on: date | None = found.last_closed_on
    return last_closed_on if is_restart(investigation.opened_on, last_closed_on) else None

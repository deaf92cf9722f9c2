"""Several counts in one query, for pages that show many small figures."""

from typing import Any

from django.db.models import F, Func, IntegerField, QuerySet, Subquery

from casework.organisation.models import Board


def counts(board_id: int, **rows: QuerySet[Any]) -> dict[str, int]:
    """Return how many rows each query set has, by its name, all in one query of the database."""
    found = {
        f"count_of_{name}": Subquery(
            each.order_by()
            .annotate(counted=Func(F("pk"), function="COUNT", output_field=IntegerField()))
            .values("counted")
        )
        for name, each in rows.items()
    }
    row: Any = Board.objects.values(**found).get(pk=board_id)
    return {name: row[f"count_of_{name}"] for name in rows}

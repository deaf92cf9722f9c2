"""What differs from report to report in the demo goes by their order, the same in every database.

Numbers and keys are no order to go by: a sequence goes on from whatever took a number before.
"""

from lexsarah.models import Measure, Report


def turn_of(report: Report) -> int:
    """Return the report's place among the board's reports, from 1."""
    return Report.objects.filter(board=report.board_id, pk__lte=report.pk).count()


def turn_of_measure(measure: Measure) -> int:
    """Return a number that differs between the measures of a report, and between reports."""
    before = measure.report.measures.filter(pk__lt=measure.pk).count()
    return turn_of(measure.report) + before

"""What differs from report to report in the demo goes by its number, the same in every database."""

from lexsarah.models import Measure, Report


def turn_of(report: Report) -> int:
    """Return the report's running number."""
    return int(report.number.rpartition("-")[2])


def turn_of_measure(measure: Measure) -> int:
    """Return a number that differs between the measures of a report, and between reports."""
    before = measure.report.measures.filter(pk__lt=measure.pk).count()
    return turn_of(measure.report) + before

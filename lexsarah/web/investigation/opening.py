"""Who gets in to what the investigation is made of."""

from casework.access import policy
from casework.access.actor import Actor
from lexsarah.models import Report
from lexsarah.queries import read_report
from lexsarah.rules import RULES
from lexsarah.services.documenting import is_written_in


def opened(actor: Actor, report_id: int, act: str = "read_document") -> Report:
    """Return the report for ``act``; ``NotVisible``, or ``NotAllowed``, also to the examined."""
    report = read_report(actor, report_id)
    policy.require(actor, act, report, RULES)
    return report


def may_write(actor: Actor, report: Report) -> bool:
    """Say whether the actor may write in the document as the report stands."""
    return is_written_in(report) and policy.may(actor, "write_document", report, RULES)

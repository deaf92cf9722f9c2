"""A deviation marked as a possible missförhållande is a lex Sarah report as well."""

from django.urls import reverse

from casework.access.actor import Actor
from deviations.models import Deviation
from deviations.services.misconduct import LINKS, ON_MISCONDUCT, Link
from lexsarah.models import Report
from lexsarah.services.receiving import receive_from_deviation

ON_MISCONDUCT.register("lexsarah", receive_from_deviation)


def _report_of(actor: Actor, deviation: Deviation) -> Link | None:
    found = Report.objects.visible_to(actor).filter(deviation=deviation).only("number").first()
    if found is None:
        return None
    return Link("Lex Sarah-rapport", found.number, reverse("lex-sarah", args=[found.pk]))


LINKS.register("lexsarah", _report_of)

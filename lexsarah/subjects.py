"""What of lex Sarah has times: the report."""

from collections.abc import Collection, Mapping

from django.db.models import QuerySet
from django.urls import reverse

from casework.access.actor import Actor
from casework.deadlines.subjects import MISSING, SUBJECTS, Shown, Subject
from casework.organisation.models import Role
from lexsarah.models import Report
from lexsarah.services.receiving import take_in
from lexsarah.services.watching import KIND, watch_open


def _reports(actor: Actor) -> QuerySet[Report]:
    return Report.objects.visible_to(actor)


def _shown(actor: Actor, ids: Collection[int]) -> Mapping[int, Shown]:
    found = Report.objects.filter(pk__in=ids).values_list("pk", "number")
    return {key: Shown(number, reverse("lex-sarah", args=[key])) for key, number in found}


# The examined unit's own people are not told of it: where there is no investigator yet, SAS is.
SUBJECTS.register(KIND, Subject("Lex Sarah", _reports, _shown, (Role.SAS,)))
MISSING.register("lexsarah.received", take_in)
MISSING.register("lexsarah", watch_open)

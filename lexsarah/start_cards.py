"""What lex Sarah adds to the start page of SAS: what is open, who is not safe first."""

from collections.abc import Iterator

from django.urls import reverse

from casework.access.actor import Actor
from casework.audit.work import record_reading
from casework.kit.start import DUTIES, START_CARDS, Duty, StartCard
from casework.organisation.models import Role
from casework.shared import clock
from lexsarah import queries, states
from lexsarah.web import rows

SHOWN = 8


def _duties(actor: Actor) -> Iterator[Duty]:
    if actor.has(Role.SAS):
        url = reverse("lex-sarah-list")
        yield Duty("Nya lex Sarah-rapporter", queries.new_ones(actor), url, "danger")


DUTIES.register("lexsarah", _duties)


def _reports(actor: Actor) -> object:
    open_ones = queries.listed(actor, queries.ALL).filter(status__in=states.OPEN_STATES)
    found = [rows.row(report) for report in open_ones[:SHOWN]]
    record_reading(actor, "lexsarah.listed", kind="report", ids=[row.report.pk for row in found])
    return {"rows": found, "today": clock.today()}


START_CARDS.register(
    "lexsarah.reports",
    StartCard("lexsarah/start/reports.html", 20, lambda actor: actor.has(Role.SAS), _reports),
)

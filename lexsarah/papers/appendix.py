"""The board's appendix: one sheet for each event that was notified to IVO in a period."""

from collections.abc import Sequence
from datetime import date

from casework.access.actor import Actor
from casework.shared.papers.content import Block, Break, Heading, Paper, Text, facts, table
from lexsarah.ivo.fields import fields_of
from lexsarah.ivo.paper import NOT_KNOWN
from lexsarah.models import Report
from lexsarah.papers.names import Names

TITLE = "Bilaga: lex Sarah"
# The fields of IVO's form that the board's own appendix has, in its order.
FIELDS = ("ivo_number", "unit", "provider", "event_kind", "protecting", "against")


def notified(actor: Actor, since: date, until: date) -> list[Report]:
    """Return the reports notified to IVO from ``since`` through ``until``, by day.

    Whose personal data are protected is listed nowhere, so not here either.
    """
    found = Report.objects.visible_to(actor).filter(
        notified_on__gte=since, notified_on__lte=until, protected=False
    )
    related = found.select_related("unit", "board").prefetch_related("parts", "measures")
    return list(related.order_by("notified_on", "pk"))


def appendix_paper(reports: Sequence[Report], since: date, until: date, author: str) -> Paper:
    """Return the appendix: a sheet of its own for each event, with the six fields."""
    period = f"{since} till {until}"
    blocks: list[Block] = [
        facts(
            ("Nämnd", author),
            ("Anmält till IVO", period),
            ("Antal händelser", str(len(reports))),
        ),
        *table(
            "Händelserna i bilagan",
            ("Händelse", "Anmäld till IVO", "Enhet"),
            [(place, one.notified_on, one.unit.name) for place, one in enumerate(reports, start=1)],
        ),
    ]
    if not reports:
        blocks.append(Text("Ingen händelse anmäldes till IVO under perioden."))
    names = Names(reports[0].board_id, reports=reports) if reports else None
    for place, report in enumerate(reports, start=1):
        blocks += [Break(), Heading(f"Händelse {place}"), *_sheet(report, names)]
    return Paper(TITLE, f"{TITLE} {period}", author, tuple(blocks))


def _sheet(report: Report, names: Names | None) -> list[Block]:
    fields = {one.key: one for one in fields_of(report, names)}
    found: list[Block] = []
    for key in FIELDS:
        one = fields[key]
        found += [Heading(one.label, 3), Text(one.value or NOT_KNOWN)]
    return found

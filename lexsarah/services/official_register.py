"""The diarium of lex Sarah reports (OSL 5:1–2): that they came, and the documents of each.

Read by those who answer who asks for it, so nothing in it tells of which unit it is, of what was
found, or of who reported; names of colleagues and of units stand in no line of it.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from django.db.models import Q, QuerySet

from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.shared.errors import NotVisible
from casework.shared.stale import ChangedMeanwhile
from lexsarah import states
from lexsarah.examined_units import unit_names
from lexsarah.models import Report, Reporter, Request
from lexsarah.papers.masking import pattern_of, people_of
from lexsarah.papers.names import NAME, Names
from lexsarah.services.door import required
from lexsarah.services.investigating import MAX_NUMBER
from lexsarah.services.registry import EMPLOYEE, Line, lines_of

# Of whom a yttrande was asked tells which unit is examined.
OPERATIONS = "Verksamheten"
# "Ali, Amina": a name turned round is one name.
_TWICE = re.compile(rf"{EMPLOYEE}(?:,?\s+{EMPLOYEE})+")
STALE = (
    "Någon har ändrat diarienumret sedan du öppnade sidan. Se vad som gäller nu och spara igen om "
    "det fortfarande stämmer."
)


def reports_in_register(
    actor: Actor, *, text: str = "", year: int | None = None, unnumbered: bool = False
) -> QuerySet:
    """Return the reports of the actor's diarium, the latest first.

    ``text`` is a part of our number or of the board's, ``year`` that in which they came.
    ``unnumbered`` keeps the open ones that have no number of the board's yet.
    """
    found = Report.objects.in_official_register(actor).order_by("-registered_on", "-pk")
    if text := text.strip():
        found = found.filter(Q(number__icontains=text) | Q(registry_number__icontains=text))
    if year is not None:
        found = found.filter(registered_on__range=(date(year, 1, 1), date(year, 12, 31)))
    if unnumbered:
        found = found.filter(registry_number="", status__in=states.OPEN_STATES)
    return found


def years_in_register(actor: Actor) -> list[int]:
    """Return the years in which reports of the actor's diarium came, the latest first."""
    found = Report.objects.in_official_register(actor).dates("registered_on", "year", "DESC")
    return [day.year for day in found]


def report_in_register(actor: Actor, report_id: int) -> Report:
    """Return one of them; raise ``NotVisible`` alike for unknown and hidden ones."""
    found = Report.objects.in_official_register(actor).select_related("unit", "board")
    report = found.filter(pk=report_id).first()
    if report is None:
        raise NotVisible
    return report


def neutral_lines(report: Report) -> list[Line]:
    """Return the list of documents as the diarium has it: it names nobody, and no unit."""
    names = Names(report.board_id)
    words = pattern_of([*people_of(report), *_reporters(report)], exact=True)
    units = pattern_of(_units(report))

    def neutral(text: str, *, entered: bool) -> str:
        without = units.sub(OPERATIONS, text)
        if not entered:
            return without
        without = words.sub(EMPLOYEE, names.without(without).replace(NAME, EMPLOYEE))
        return _TWICE.sub(EMPLOYEE, without)

    return [
        replace(
            line,
            party=neutral(line.party, entered=line.row is not None),
            subject=neutral(line.subject, entered=line.row is not None),
        )
        for line in lines_of(report)
    ]


def _units(report: Report) -> Iterator[str]:
    """Yield the names of the units that it is or was about, or of which something was asked."""
    yield from unit_names(report)
    asked = Request.objects.filter(report=report).exclude(unit=report.unit_id)
    yield from asked.values_list("unit__name", flat=True).distinct()


def _reporters(report: Report) -> Iterator[str]:
    """Yield the names of who reported, also those on paper, whole and by their parts."""
    found = Reporter.objects.filter(report=report).select_related("user", "on_behalf_of").first()
    if found is None:
        return
    people = [person.display_name for person in (found.user, found.on_behalf_of) if person]
    for name in (found.name, *people):
        yield name
        # Shorter parts stand in too many words.
        yield from (part for part in name.split() if len(part) > 2)


def set_registry_number(
    actor: Actor, report_id: int, *, number: str, before: str | None = None
) -> Report:
    """Note the board's own diarienummer, as the one who keeps the diarium. Field ``number``.

    ``before`` is what stood when it was read; where something else does, ``ChangedMeanwhile``.
    """
    with unit_of_work(actor) as work:
        found = Report.objects.select_for_update(of=("self",)).in_official_register(actor)
        report = found.filter(pk=report_id).first()
        if report is None:
            raise NotVisible
        if before is not None and report.registry_number != before:
            raise ChangedMeanwhile(STALE, report)
        report.registry_number = required(
            number, "number", "Skriv diarienumret.", longest=MAX_NUMBER
        )
        report.version += 1
        report.save(update_fields=["registry_number", "version"])
        work.audit("lexsarah.registry_number_set", report)
    return report

"""Similar earlier events: proposed with why, then accepted with why it recurred, or dismissed.

SOSFS 2011:5 5 kap. 3 §. Proposals are reckoned when they are asked for, among what the actor may
open; what is kept is what somebody has taken a stand on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from casework.access.actor import Actor
from casework.shared import blind_index
from casework.shared.errors import InvalidInput, NotVisible
from deviations.models import Deviation
from deviations.queries.likeness import LEAST
from deviations.queries.likeness import share as share_of
from lexsarah.models import EarlierEvent, EventKind, Report
from lexsarah.services.door import act, required

CANDIDATES = 100
SHOWN = 8
LONGEST = 5_000
# Half of the words in common says as much as the same kind of event.
_WORDS = 4.0


@dataclass(frozen=True)
class Candidate:
    """An earlier event, a report or a deviation, and the sentences that say why it is like."""

    record: Report | Deviation
    why: list[str] = field(default_factory=list)
    weight: float = 0.0

    @property
    def kind(self) -> str:
        """``report`` or ``deviation``."""
        return "report" if isinstance(self.record, Report) else "deviation"

    @property
    def key(self) -> str:
        """What a form names it by."""
        return f"{self.kind}-{self.record.pk}"

    @property
    def text(self) -> str:
        """What happened, as it was reported."""
        record = self.record
        return record.event if isinstance(record, Report) else record.description


def proposals(actor: Actor, report: Report) -> list[Candidate]:
    """Return the earlier events most like the report on which nobody has taken a stand.

    By case, kind of event or category, and words in common; never by unit alone. At most
    ``2 * CANDIDATES`` are compared, the latest ones, and nothing that the actor may not open.
    """
    judged = EarlierEvent.objects.filter(report=report).values_list("earlier_report", "deviation")
    taken = {f"report-{one}" for one, _ in judged} | {f"deviation-{one}" for _, one in judged}
    mine = _Own(report)
    found = (mine.compare(other) for other in _candidates(actor, report))
    likely = [one for one in found if one.weight >= 1 and one.key not in taken]
    return sorted(likely, key=lambda one: -one.weight)[:SHOWN]


def find(actor: Actor, report: Report, number: str) -> Candidate:
    """Return what bears ``number``, compared with the report. Field ``number``."""
    number = required(number, "number", "Skriv numret på rapporten eller avvikelsen.")
    same = Q(number__iexact=number) | Q(external_id=number)
    for records in (Report.objects.visible_to(actor), Deviation.objects.visible_to(actor)):
        for other in records.filter(same).select_related("unit")[:1]:
            _refuse_itself(report, other)
            return _Own(report).compare(other)
    raise InvalidInput("Numret finns inte bland det du kan öppna. Kontrollera det.", field="number")


def judge(
    actor: Actor, report_id: int, *, kind: str, record_id: int, accepted: bool, reason: str = ""
) -> EarlierEvent:
    """Take a stand on an earlier event, or another stand than before. Field ``reason``.

    Accepted it wants why it happened again; dismissed it may say why it is another thing.
    """
    with act(actor, "judge_earlier_event", report_id, beside=True) as this:
        report = this.report
        other = _record(actor, kind, record_id)
        _refuse_itself(report, other)
        reason = reason.strip()
        if accepted:
            reason = required(reason, "reason", "Skriv varför det hände igen.", longest=LONGEST)
        if len(reason) > LONGEST:
            raise InvalidInput(f"Texten är längre än {LONGEST} tecken. Korta den.", field="reason")
        which: dict[str, Any] = {
            "earlier_report" if isinstance(other, Report) else "deviation": other
        }
        event, _ = EarlierEvent.objects.update_or_create(
            report=report,
            **which,
            defaults={
                "likeness": _Own(report).compare(other).why,
                "accepted": accepted,
                "reason": reason,
                "judged_by_id": actor.user_id,
                "judged_at": this.work.at,
            },
        )
        done = "lexsarah.earlier_accepted" if accepted else "lexsarah.earlier_dismissed"
        this.work.audit(done, report, data={"kind": kind, "record": other.pk})
    return event


def judged(report: Report) -> list[EarlierEvent]:
    """Return the events on which somebody has taken a stand, those accepted first."""
    found = EarlierEvent.objects.filter(report=report, accepted__isnull=False)
    related = ("earlier_report__unit", "deviation__unit", "judged_by")
    return sorted(found.select_related(*related), key=lambda one: not one.accepted)


def _record(actor: Actor, kind: str, record_id: int) -> Report | Deviation:
    found: Report | Deviation | None = None
    if kind == "report":
        found = Report.objects.visible_to(actor).filter(pk=record_id).first()
    elif kind == "deviation":
        found = Deviation.objects.visible_to(actor).filter(pk=record_id).first()
    if found is None:
        raise NotVisible
    return found


def _refuse_itself(report: Report, other: Report | Deviation) -> None:
    own = report if isinstance(other, Report) else report.deviation
    if own is not None and own.pk == other.pk:
        raise InvalidInput("Det är samma händelse. Välj en annan.", field="number")


def _candidates(actor: Actor, report: Report) -> Iterable[Report | Deviation]:
    """Yield the latest events up to the report's own day that share place, kind or case."""
    before: date = report.registered_on
    # What is protected is named in the papers of no other report.
    shared = {"registered_on__lte": before} | ({} if report.protected else {"protected": False})
    alike = Q(unit=report.unit_id)
    if report.event_kind:
        alike |= Q(event_kind=report.event_kind)
    if report.case_number:
        alike |= Q(case_number=report.case_number)
    yield from (
        Report.objects.visible_to(actor)
        .filter(alike, **shared)
        .exclude(pk=report.pk)
        .select_related("unit")
        .order_by("-registered_on", "-pk")[:CANDIDATES]
    )
    alike = Q(unit=report.unit_id)
    if report.case_number:
        alike |= Q(case_number=report.case_number)
    if report.deviation is not None and report.deviation.category_id:
        alike |= Q(category=report.deviation.category_id)
    # One that became a report is that report, and is compared as such.
    reported = Report.objects.filter(deviation=OuterRef("pk"))
    yield from (
        Deviation.objects.visible_to(actor)
        .filter(alike, ~Exists(reported), **shared)
        .select_related("unit", "category")
        .order_by("-registered_on", "-pk")[:CANDIDATES]
    )


class _Own:
    """What the report is compared by."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._words = set(blind_index.terms(report.event))
        deviation = report.deviation
        self._category = deviation.category if deviation is not None else None

    def compare(self, other: Report | Deviation) -> Candidate:
        """Return the other one with what it has in common with the report."""
        why: list[str] = []
        weight = 0.0
        if self._report.case_number and other.case_number == self._report.case_number:
            why.append("Samma ärende.")
            weight += 3
        if isinstance(other, Report):
            words = set(blind_index.terms(other.event))
            if other.event_kind and other.event_kind == self._report.event_kind:
                why.append(f"Samma typ av händelse: {EventKind(other.event_kind).label}.")
                weight += 1
        else:
            words = set(other.search_terms)
            if self._category is not None and other.category_id == self._category.pk:
                why.append(f"Samma kategori: {self._category.name}.")
                weight += 1
        if other.unit_id == self._report.unit_id:
            why.append("Samma enhet.")
            weight += 0.5
        if (share := share_of(self._words, words)) >= LEAST:
            why.append(f"{round(100 * share)} procent av orden är desamma.")
            weight += 1 + _WORDS * share
        return Candidate(other, why, weight)

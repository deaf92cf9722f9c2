"""How every act on a report begins and ends: visible, allowed, locked; told, watched, audited."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import Work, unit_of_work
from casework.shared import clock
from casework.shared.chronicle import Stamp, Told, valid_facts
from casework.shared.errors import InvalidInput
from casework.shared.stale import check_version
from lexsarah import states
from lexsarah.asked import OPEN
from lexsarah.histories import REPORTS, STATUS
from lexsarah.models import Report, Request
from lexsarah.rules import RULES
from lexsarah.services.watching import watch


@dataclass
class Act:
    """One act under way on a locked report."""

    actor: Actor
    name: str
    report: Report
    work: Work

    @property
    def today(self) -> date:
        """The Stockholm day of the act."""
        return clock.local_day(self.work.at)

    def tell(self, attribute: str, on: date, **value: object) -> None:
        """Write that ``attribute`` has ``value`` from the day ``on``."""
        beside = {"label": states.LABELS[str(value["status"])]} if attribute == STATUS else {}
        REPORTS.write([(self.report, [Told(attribute, on, value, beside)])], self._stamp)

    def tell_together(self, *told: Told) -> None:
        """Write what is one thing, though of several attributes, so that no half of it is seen."""
        REPORTS.write([(self.report, told)], self._stamp)

    def amend(self, attribute: str, on: date, **value: object) -> None:
        """Correct ``value`` in all that was told of ``attribute``, now to have begun ``on``."""
        facts = valid_facts(REPORTS.facts([self.report.pk])[self.report.pk])[attribute]
        choices = [
            (Told(attribute, fact.effective_on if place else on, {**fact.value, **value}), key)
            for place, fact in enumerate(facts)
            for _, key in [fact.key]
        ]
        REPORTS.replace_rows([(self.report, choices)], self._stamp)

    @property
    def _stamp(self) -> Stamp:
        return Stamp(self.work.at, self.actor.user_id)

    def move_on(self) -> None:
        """Write the state that the act leads to, where it is another."""
        self.go_to(states.REPORT.target(self.name, self.report.status))

    def go_to(self, target: str) -> None:
        """Write ``target``; an investigation that goes on awaits the yttranden not yet in."""
        if target == states.INVESTIGATING and self._awaits_statements():
            target = states.REPORT.target("statements_awaited", target)
        if target != self.report.status:
            self.tell(STATUS, self.today, status=target)

    def _awaits_statements(self) -> bool:
        asked = Request.objects.filter(OPEN, report=self.report, kind=Request.Kind.STATEMENT)
        return asked.exists()

    def past_day(self, on: date, field: str) -> date:
        """Return ``on``; raise ``InvalidInput`` before the report or after today."""
        if on > self.today:
            raise InvalidInput("Dagen ligger framåt i tiden. Rätta den.", field=field)
        if on < self.report.registered_on:
            raise InvalidInput(
                f"Rapporten lämnades {self.report.registered_on}. Välj den dagen eller en senare.",
                field=field,
            )
        return on


@contextmanager
def act(
    actor: Actor,
    name: str,
    report_id: int,
    *,
    expected_version: int | None = None,
    beside: bool = False,
) -> Iterator[Act]:
    """Open the door for one act; when it is done, the times are brought in line.

    ``beside``: what is written lies beside the report (a part of its document, a note) and has a
    version of its own or none; the report's own stays, so that no open page of it grows stale.

    Raises ``NotVisible`` (also for what is hidden), ``NotAllowed`` (also to who is
    examined), ``ConflictError`` where the state does not admit the act, or ``ChangedMeanwhile``
    where the report has changed since ``expected_version``.
    """
    with unit_of_work(actor) as work:
        report = Report.objects.locked(actor, report_id)
        policy.require(actor, name, report, RULES)
        check_version(report, expected_version, "rapporten")
        states.REPORT.target(name, report.status)
        this = Act(actor, name, report, work)
        if beside:
            yield this
            return
        report.version += 1
        yield this
        report.save(update_fields=["version"])
        watch(report, work.at)


def required(value: str, field: str, message: str, *, longest: int | None = None) -> str:
    """Return ``value`` stripped; raise ``InvalidInput`` where nothing, or too much, is left."""
    value = value.strip()
    if not value:
        raise InvalidInput(message, field=field)
    if longest is not None and len(value) > longest:
        raise InvalidInput(f"Texten är längre än {longest} tecken. Korta den.", field=field)
    return value

"""What follows to another when somebody leaves: measures to do, and what is to be decided."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from casework.access.actor import Actor
from casework.access.querysets import RecordQuerySet
from casework.audit.work import unit_of_work
from casework.organisation.models import User
from casework.shared import clock
from lexsarah import states
from lexsarah.models import Measure, Report
from lexsarah.services.deciding import open_proposal, why_not_decider
from lexsarah.services.watching import watch


def open_measures_of(user: User) -> QuerySet[Measure]:
    """Return the measures that ``user`` is to do and that may come to be done."""
    undone = Measure.objects.filter(owner=user, withdrawn_at=None, done_on=None)
    return undone.exclude(verdict=Measure.Verdict.REJECTED)


def hand_over_measures(actor: Actor, leaver: User, to: User) -> int:
    """Make ``to`` the owner of what ``leaver`` has left to do; return how many."""
    with unit_of_work(actor) as work:
        found = Report.objects.filter(pk__in=open_measures_of(leaver).values("report"))
        # Read once: asked again they are no longer the leaver's.
        reports = list(found.select_for_update(of=("self",)).order_by("pk"))
        moved = 0
        for report in reports:
            moved += (
                open_measures_of(leaver)
                .filter(report=report)
                .update(owner=to, version=F("version") + 1)
            )
            watch(report, work.at)
        if moved:
            ids = [report.pk for report in reports]
            work.audit("lexsarah.measures_handed_over", kind="report", ids=ids, data={"to": to.pk})
    return moved


def to_decide(*people: int) -> RecordQuerySet[Report]:
    """Return what is put before ``people``: proposals, and measures that wait for a decision."""
    waiting = Measure.objects.filter(report=OuterRef("pk"), verdict="", withdrawn_at=None)
    decided = Q(status__in=[states.DECIDED, states.ACTIONS]) & Exists(waiting)
    found: RecordQuerySet[Report] = Report.objects.filter(
        Q(status=states.PROPOSED) | decided, decider__in=people
    )
    return found


def hand_over_decisions(actor: Actor, leaver: User, to: User) -> int:
    """Put before ``to`` what was before ``leaver``, where ``to`` may decide it; return how many.

    What ``to`` may not decide stays, for SAS to put before another.
    """
    with unit_of_work(actor) as work:
        moved = []
        for report in to_decide(leaver.pk).select_for_update(of=("self",)).order_by("pk"):
            proposal = open_proposal(report)
            outcome = proposal.outcome if proposal else report.outcome
            if why_not_decider(to, report, outcome, clock.local_day(work.at)):
                continue
            if proposal is not None:
                proposal.decider = to
                proposal.save(update_fields=["decider"])
            report.decider = to
            report.version += 1
            report.save(update_fields=["decider", "version"])
            moved.append(report.pk)
        if moved:
            work.audit(
                "lexsarah.decider_assigned", kind="report", ids=moved, data={"decider": to.pk}
            )
    return len(moved)

"""Who is examined, what kind of event it is, and what is the MAS's to look into."""

from datetime import date

from casework.access.actor import Actor
from casework.access.examined import is_named
from casework.organisation.models import User
from casework.shared.errors import ConflictError, InvalidInput
from lexsarah import states
from lexsarah.models import EventKind, Examined, Proposal, Report, Statute
from lexsarah.services.door import Act, act, required

LONGEST_NOTE = 5_000
DECIDER_EXAMINED = "Den som skulle besluta granskas i rapporten. Lägg fram förslaget för en annan."


def name_examined(
    actor: Actor, report_id: int, *, user: User, expected_version: int | None = None
) -> Report:
    """Say that the decision or conduct of ``user`` is examined (SOSFS 2011:5). Field ``user``.

    Who is examined is no longer investigator or decider of the report: a proposal that was put
    before them goes back to the investigation.
    """
    with act(actor, "name_examined", report_id, expected_version=expected_version) as this:
        report = this.report
        if user.board_id != report.board_id or not user.is_active:
            raise InvalidInput("Välj någon som arbetar hos nämnden.", field="user")
        if is_named(user.pk, report):
            raise ConflictError("Personen står redan som granskad.")
        Examined.objects.create(
            report=report, user=user, added_by_id=actor.user_id, added_at=this.work.at
        )
        if report.investigator_id == user.pk:
            report.investigator = None
        if report.decider_id == user.pk:
            take_from_decider(this)
        report.save(update_fields=["investigator", "decider"])
        this.work.audit("lexsarah.examined_named", report, data={"user": user.pk})
    return report


def unname_examined(
    actor: Actor, report_id: int, *, user: User, expected_version: int | None = None
) -> Report:
    """Say that ``user`` is not, or no longer, examined; nobody says so of themselves."""
    with act(actor, "name_examined", report_id, expected_version=expected_version) as this:
        named = Examined.objects.filter(report=this.report, user=user, removed_at=None).first()
        if named is None:
            raise ConflictError("Personen står inte som granskad.")
        named.removed_at = this.work.at
        named.save(update_fields=["removed_at"])
        this.work.audit("lexsarah.examined_unnamed", this.report, data={"user": user.pk})
    return this.report


def examined_in(report: Report) -> list[User]:
    """Return those who are named as examined, by name."""
    named = [one.user for one in report.examined.all() if one.removed_at is None]
    return sorted(named, key=lambda user: user.display_name)


def classify(
    actor: Actor, report_id: int, *, event_kind: str, expected_version: int | None = None
) -> Report:
    """Say which typ av händelse it is, as IVO's form asks (SOSFS 2011:5). Field ``event_kind``."""
    with act(actor, "classify", report_id, expected_version=expected_version) as this:
        if event_kind not in EventKind.values:
            raise InvalidInput("Välj typ av händelse.", field="event_kind")
        this.report.event_kind = event_kind
        this.report.save(update_fields=["event_kind"])
        this.work.audit("lexsarah.classified", this.report, data={"event_kind": event_kind})
    return this.report


def fall_under(report: Report, statute: str) -> None:
    """Let a report that does not say so fall under ``statute``, unsaved. Field ``statute``.

    One from a deviation or a register says nothing; its papers are to name the act.
    """
    report.statute = report.statute or statute
    if report.statute not in Statute.values:
        raise InvalidInput("Välj SoL eller LSS.", field="statute")


def point_to_mas(
    actor: Actor, report_id: int, *, on: date, note: str, expected_version: int | None = None
) -> Report:
    """Note that what is hälso- och sjukvård was pointed to the MAS (HSL). Fields ``on``, ``note``.

    Done again it corrects what was noted before.
    """
    with act(actor, "point_to_mas", report_id, expected_version=expected_version) as this:
        note = required(note, "note", "Skriv vad MAS fick veta.", longest=LONGEST_NOTE)
        this.report.mas_on, this.report.mas_note = this.past_day(on, "on"), note
        this.report.save(update_fields=["mas_on", "mas_note"])
        this.work.audit("lexsarah.pointed_to_mas", this.report, data={"on": on.isoformat()})
    return this.report


def take_from_decider(this: Act) -> None:
    """Hand what was put before the decider back to the investigation."""
    report = this.report
    report.decider = None
    for proposal in Proposal.objects.filter(report=report, ended_at=None, decision=None):
        proposal.ended_at, proposal.returned_because = this.work.at, DECIDER_EXAMINED
        proposal.save(update_fields=["ended_at", "returned_because"])
    if report.status == states.PROPOSED:
        this.go_to(states.REPORT.target("return_proposal", report.status))

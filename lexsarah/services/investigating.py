"""What SAS does with a report: investigator, diarienummer, how serious, IVO, protection."""

from datetime import date

from casework.access import examined
from casework.access.actor import Actor
from casework.organisation.models import Membership, Role, Unit, User
from casework.shared.errors import ConflictError, InvalidInput
from lexsarah.histories import NOTIFICATION, PROTECTION, SERIOUS, UNIT
from lexsarah.models import Report
from lexsarah.services.door import Act, act, required
from lexsarah.services.examining import fall_under, take_from_decider
from lexsarah.unfinished import awaits_supplement, finished_on, why_not_sent

MAX_NUMBER = 60


def start_investigation(
    actor: Actor, report_id: int, *, statute: str = "", expected_version: int | None = None
) -> Report:
    """Inled utredning (SoL 27:5). Who begins it investigates, where nobody does and it may be so.

    ``statute`` says under which act, for a report that does not say (one from a deviation).
    """
    with act(actor, "start_investigation", report_id, expected_version=expected_version) as this:
        report = this.report
        fall_under(report, statute)
        if report.investigator_id is None and actor.user_id is not None:
            user = User.objects.get(pk=actor.user_id)
            # An Ersättare for SAS begins it for whoever is to investigate.
            if not why_not_investigator(user, report, this.today):
                report.investigator = user
        this.move_on()
        report.save(update_fields=["statute", "investigator"])
        this.work.audit(
            "lexsarah.investigation_started",
            report,
            data={"investigator": report.investigator_id},
        )
    return report


def assign_investigator(
    actor: Actor, report_id: int, *, to: User | None, expected_version: int | None = None
) -> Report:
    """Make ``to`` the investigator; None: nobody yet. Field ``to``.

    A SAS of the board who neither works in nor leads the examined unit.
    """
    with act(actor, "assign_investigator", report_id, expected_version=expected_version) as this:
        if to is not None and (why_not := why_not_investigator(to, this.report, this.today)):
            raise InvalidInput(why_not, field="to")
        this.report.investigator = to
        this.report.save(update_fields=["investigator"])
        this.work.audit(
            "lexsarah.investigator_assigned", this.report, data={"to": to.pk if to else None}
        )
    return this.report


def why_not_investigator(user: User, report: Report, on: date) -> str:
    """Return why ``user`` may not investigate the report that day; empty where it may be so."""
    held = Membership.objects.valid_on(on).filter(user=user, board=report.board_id, role=Role.SAS)
    if not user.is_active or not held.exists():
        return "Välj någon som är SAS i dag."
    if examined.is_of_unit(Actor.of(user, on), report):
        return "Den som arbetar i eller leder den granskade enheten kan inte utreda."
    if examined.is_named(user.pk, report):
        return "Personens beslut eller handlande granskas. Välj en annan SAS."
    return ""


def record_safe(
    actor: Actor, report_id: int, *, on: date, how: str, expected_version: int | None = None
) -> Report:
    """Note that the person is safe, since when and by what. Fields ``on``, ``how``."""
    with act(actor, "make_safe", report_id, expected_version=expected_version) as this:
        report = this.report
        if not report.is_unsafe:
            raise ConflictError("Det är redan antecknat att den enskilde är trygg.")
        how = required(how, "how", "Skriv vad som gjordes.")
        if on > this.today:
            raise InvalidInput("Dagen ligger framåt i tiden. Rätta den.", field="on")
        report.safe_on, report.safe_how = on, how
        report.save(update_fields=["safe_on", "safe_how"])
        this.work.audit("lexsarah.made_safe", report, data={"on": on.isoformat()})
    return report


def set_registry_number(
    actor: Actor, report_id: int, *, number: str, expected_version: int | None = None
) -> Report:
    """Note the board's own diarienummer (OSL 5:2). Field ``number``."""
    with act(actor, "set_registry_number", report_id, expected_version=expected_version) as this:
        number = required(number, "number", "Skriv diarienumret.", longest=MAX_NUMBER)
        this.report.registry_number = number
        this.report.save(update_fields=["registry_number"])
        this.work.audit("lexsarah.registry_number_set", this.report)
    return this.report


def assess_serious(
    actor: Actor, report_id: int, *, on: date, reason: str, expected_version: int | None = None
) -> Report:
    """Say that it is serious, or a risk of what is, before it is decided: IVO is to be notified.

    Fields ``on``, ``reason``. Possible at receipt and all through the investigation (SoL 27:6).
    """
    with act(actor, "assess_serious", report_id, expected_version=expected_version) as this:
        if this.report.serious_on is not None:
            raise ConflictError(f"Det bedömdes som allvarligt redan {this.report.serious_on}.")
        reason = required(reason, "reason", "Skriv varför det är allvarligt.")
        this.tell(SERIOUS, this.past_day(on, "on"), assessed_on=on, reason=reason)
        this.work.audit("lexsarah.assessed_serious", this.report, data={"on": on.isoformat()})
    return this.report


def record_ivo_notification(
    actor: Actor,
    report_id: int,
    *,
    on: date,
    ivo_number: str = "",
    expected_version: int | None = None,
) -> Report:
    """Note that IVO was notified, and IVO's number when there is one; in whatever state.

    Done again it corrects what was noted before. Fields ``on``, ``ivo_number``.
    """
    with act(actor, "notify_ivo", report_id, expected_version=expected_version) as this:
        ivo_number = ivo_number.strip()
        if len(ivo_number) > MAX_NUMBER:
            raise InvalidInput("Numret är längre än 60 tecken. Korta det.", field="ivo_number")
        this.past_day(on, "on")
        given_on = this.report.supplemented_on
        if given_on is not None and given_on < on:
            raise InvalidInput(
                f"Utredningen lämnades till IVO {given_on}. Välj den dagen eller en tidigare.",
                field="on",
            )
        if this.report.notified_on is None:
            this.tell(NOTIFICATION, on, notified_on=on, ivo_number=ivo_number, supplemented_on=None)
        else:
            this.amend(NOTIFICATION, on, notified_on=on, ivo_number=ivo_number)
        this.work.audit("lexsarah.ivo_notified", this.report, data={"on": on.isoformat()})
    return this.report


def record_ivo_supplement(
    actor: Actor, report_id: int, *, on: date, expected_version: int | None = None
) -> Report:
    """Note that IVO was given the finished investigation (SOSFS 2011:5 6 kap.). Field ``on``.

    ``ConflictError`` while it is not finished: the two months end with nothing less.
    """
    with act(actor, "supplement_ivo", report_id, expected_version=expected_version) as this:
        report = this.report
        if report.notified_on is None:
            raise ConflictError("Det är inte anmält till IVO. Anteckna anmälan först.")
        if report.supplemented_on is not None:
            raise ConflictError(f"Utredningen lämnades till IVO {report.supplemented_on}.")
        if this.past_day(on, "on") < report.notified_on:
            raise InvalidInput(
                f"Anmälan gjordes {report.notified_on}. Välj den dagen eller en senare.", field="on"
            )
        if awaits_supplement(report):
            _require_finished(report, on)
        this.tell(
            NOTIFICATION,
            on,
            notified_on=report.notified_on,
            ivo_number=report.ivo_number,
            supplemented_on=on,
        )
        this.work.audit("lexsarah.ivo_supplemented", report, data={"on": on.isoformat()})
    return report


def _require_finished(report: Report, on: date) -> None:
    """Raise unless the investigation that IVO awaits was decided on ``on`` or before."""
    if why_not := why_not_sent(report):
        raise ConflictError(why_not)
    finished = finished_on(report)
    if finished is not None and on < finished:
        raise InvalidInput(
            f"Beslutet fattades {finished}. Välj den dagen eller en senare.", field="on"
        )


def set_protection(
    actor: Actor, report_id: int, *, protected: bool, expected_version: int | None = None
) -> Report:
    """Mark or unmark skyddade personuppgifter."""
    with act(actor, "protect", report_id, expected_version=expected_version) as this:
        if this.report.protected == protected:
            raise ConflictError("Någon har redan ändrat det.")
        this.tell(PROTECTION, this.today, protected=protected)
        this.work.audit("lexsarah.protection_changed", this.report, data={"protected": protected})
    return this.report


def change_unit(
    actor: Actor, report_id: int, *, to: Unit, expected_version: int | None = None
) -> Report:
    """Say that another unit is the one examined, from today. Field ``to``.

    Who works in or leads it is no longer investigator or decider: a proposal that was put before
    them goes back to the investigation.
    """
    with act(actor, "move", report_id, expected_version=expected_version) as this:
        report = this.report
        if to.board_id != report.board_id or not to.is_valid_on(this.today):
            raise InvalidInput("Välj en enhet som finns i dag.", field="to")
        if to.pk == report.unit_id:
            raise InvalidInput("Det är redan den enheten. Välj en annan.", field="to")
        this.tell(UNIT, this.today, unit_id=to.pk, area_id=to.area_id, unit_name=to.name)
        report.unit = to
        take_from_examined(this, this.today)
        this.work.audit("lexsarah.unit_changed", report, data={"to": to.pk})
    return report


def take_from_examined(this: Act, on: date) -> None:
    """Take the report from the investigator and the decider whose unit it examines by that day."""
    report = this.report
    investigator, decider = report.investigator, report.decider
    if investigator is not None and why_not_investigator(investigator, report, on):
        report.investigator = None
    if decider is not None and examined.is_of_unit(Actor.of(decider, on), report):
        take_from_decider(this)
    report.save(update_fields=["investigator", "decider"])

"""Delgivning: who is examined, or has answered, is given the decision and its measures."""

from collections.abc import Collection
from datetime import date

from casework.access import policy
from casework.access.actor import Actor
from casework.access.examined import is_named, is_of_unit
from casework.organisation.models import User
from casework.shared.errors import ConflictError, InvalidInput
from lexsarah.asked import to_be_done
from lexsarah.models import Decision, Delivery, Report, Request
from lexsarah.services.door import act


def deliver(
    actor: Actor,
    report_id: int,
    *,
    to: Collection[User],
    on: date,
    expected_version: int | None = None,
) -> list[Delivery]:
    """Delge the latest decision: ``to`` read it and its measures from now on.

    Fields ``to``, ``on``. Raises as ``door.act`` does, and ``InvalidInput``.
    """
    with act(actor, "deliver", report_id, expected_version=expected_version) as this:
        decision = latest_decision(this.report)
        if decision is None:
            raise ConflictError(
                "Beslutet är inte fattat här i tjänsten och kan inte delges härifrån."
            )
        if not to:
            raise InvalidInput("Välj minst en att delge.", field="to")
        if not decision.decided_on <= on <= this.today:
            raise InvalidInput(
                f"Beslutet fattades {decision.decided_on}. Välj den dagen eller en senare, "
                "och senast i dag.",
                field="on",
            )
        # Named twice is named once.
        people = list(dict.fromkeys(to))
        for user in people:
            if why_not := why_not_deliver(user, this.report, decision, this.today):
                raise InvalidInput(why_not, field="to")
        found = [
            Delivery.objects.create(
                report=this.report,
                decision=decision,
                to=user,
                delivered_on=on,
                delivered_by_id=actor.user_id,
                delivered_at=this.work.at,
            )
            for user in people
        ]
        this.work.audit(
            "lexsarah.delivered",
            this.report,
            data={"decision": decision.pk, "to": sorted(user.pk for user in people)},
        )
    return found


def latest_decision(report: Report) -> Decision | None:
    """Return the decision that stands; None where none was made here."""
    return Decision.objects.filter(report=report).order_by("-pk").first()


def why_not_deliver(user: User, report: Report, decision: Decision, on: date) -> str:
    """Return why ``user`` may not be given the decision; empty where it may be so.

    It goes to those who lead a unit, who are examined or were asked, and to those of the examined
    unit who are to do something by it: not to whoever one likes.
    """
    name = user.display_name
    if user.board_id != report.board_id or not user.is_active:
        return "Välj någon i nämnden."
    if Delivery.objects.filter(decision=decision, to=user).exists():
        return f"{name} är redan delgiven beslutet."
    them = Actor.of(user, on=on)
    if policy.closes_protected(them, report):
        return f"{name} är inte utsedd att se skyddade personuppgifter i enheten."
    concerned = (
        bool(them.led_units)
        or is_named(user.pk, report)
        or Request.objects.filter(report=report, asked_of=user).exists()
        or (is_of_unit(them, report) and to_be_done().filter(report=report, owner=user).exists())
    )
    return "" if concerned else f"{name} leder ingen enhet och är inte granskad. Välj någon annan."

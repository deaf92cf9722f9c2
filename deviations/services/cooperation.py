"""Samverkan with other authorities, skyddade personuppgifter, and genomgång på APT."""

from collections.abc import Sequence
from datetime import date

from casework.access import leading, policy
from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.organisation.models import Unit
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotAllowed, NotVisible
from deviations.models import Deviation, Exchange, UnitReview
from deviations.services import misconduct
from deviations.services.door import act, required
from deviations.services.writing import Changes


def record_exchange(
    actor: Actor,
    deviation_id: int,
    *,
    authority: str,
    their_number: str = "",
    sent_on: date | None = None,
    answered_on: date | None = None,
    exchange_id: int | None = None,
) -> Exchange:
    """Note that the event was sent to, or came from, another authority, and its number there."""
    with act(actor, "exchange", deviation_id) as this:
        authority = required(authority, "authority", "Ange vilken myndighet det gäller.")
        for field, day in (("sent_on", sent_on), ("answered_on", answered_on)):
            if day and day > this.today:
                raise InvalidInput("Datumet kan inte ligga framåt i tiden.", field=field)
        if sent_on and answered_on and answered_on < sent_on:
            raise InvalidInput(
                f"Svaret ({answered_on}) kan inte komma före utskicket ({sent_on}).",
                field="answered_on",
            )
        exchange = Exchange(deviation=this.deviation)
        if exchange_id is not None:
            known = this.deviation.exchanges.filter(pk=exchange_id).first()
            if known is None:
                raise NotVisible
            exchange = known
        exchange.authority = authority
        exchange.their_number = their_number.strip()
        exchange.sent_on, exchange.answered_on = sent_on, answered_on
        exchange.save()
        this.work.audit(
            "deviation.exchange_recorded", this.deviation, data={"exchange": exchange.pk}
        )
    return exchange


def set_protection(actor: Actor, deviation_id: int, *, protected: bool) -> Deviation:
    """Mark or unmark skyddade personuppgifter; from then on the named people and SAS see it."""
    with act(actor, "protect", deviation_id) as this:
        if this.deviation.protected == protected:
            raise ConflictError("Någon har redan ändrat det.")
        this.write(Changes(protected=protected))
        misconduct.follow(this.deviation, this.work, this.deviation.reported_at)
        this.work.audit(
            "deviation.protection_changed", this.deviation, data={"protected": protected}
        )
    return this.deviation


def record_unit_review(
    actor: Actor, unit: Unit, *, held_on: date, deviation_ids: Sequence[int]
) -> UnitReview:
    """Genomgången på APT: the unit went through these deviations on a day."""
    if not leading.answers_for_unit(actor, unit.pk):
        raise NotAllowed("Enhetschefen antecknar genomgången.")
    if held_on > clock.today():
        raise InvalidInput("Ange en dag som varit.", field="held_on")
    with unit_of_work(actor) as work:
        listed = Deviation.objects.filter(
            policy.unit_review_q(actor, Deviation.record_columns),
            unit=unit,
            pk__in=deviation_ids,
        )
        if not listed:
            raise InvalidInput("Markera minst en avvikelse.", field="ids")
        review = UnitReview.objects.create(
            board_id=actor.board_id,
            unit=unit,
            held_on=held_on,
            recorded_by_id=actor.user_id,
            recorded_at=work.at,
        )
        review.deviations.set(listed)
        work.audit(
            "deviation.reviewed_at_apt",
            kind="deviation",
            ids=[deviation.pk for deviation in listed],
            data={"unit": unit.pk, "held_on": held_on.isoformat()},
        )
    return review

"""Whether a unit may register in a case that there is already, and whose it then is."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q

from casework.access.actor import Actor
from casework.cases.histories import ALL, HANDLER
from casework.cases.models import Case
from casework.cases.queries.listing import visible_cases
from casework.cases.services.gathering import gather
from casework.organisation.models import Membership, Unit, User
from casework.shared.chronicle import Stamp, Told
from casework.shared.errors import ConflictError, InvalidInput

# What an API client meets, and answers by asking once more with ``other_unit``.
OTHER_UNIT = "other_unit"


def check_claim(
    actor: Actor, unit: Unit, cases: Sequence[Case], on: date, *, other_unit: bool
) -> None:
    """Raise unless ``unit`` may register in the locked ``cases`` on the day ``on``.

    One of another unit follows what is registered, which ``other_unit`` says is meant:
    ``ConflictError`` without it. One that has skyddade personuppgifter, and that the actor does
    not see, cannot be taken from its unit: ``InvalidInput``, in words that do not say that there
    is such a case.
    """
    places = actor.own_units
    others = [
        case
        for case in cases
        if case.unit_id != unit.pk
        # What has been replaced is not another's to those who have its roles.
        and (case.unit.is_valid_on(on) or case.unit_id not in places)
    ]
    if not others:
        return
    keys = [case.pk for case in others]
    seen = set(visible_cases(actor).filter(pk__in=keys).values_list("pk", flat=True))
    if any(case.protected and case.pk not in seen for case in others):
        raise InvalidInput(
            "Numret kan inte användas här. Kontrollera att det är rätt, och fråga SAS om det är "
            "det.",
            field="case_number",
        )
    if not other_unit:
        whose = {case.unit.name if case.pk in seen else "en annan enhet" for case in others}
        raise ConflictError(
            f"Ärendet hör till {_joined(whose)}. Det följer med hit om du registrerar det här.",
            field=OTHER_UNIT,
            code=OTHER_UNIT,
        )


def check_handler(
    actor: Actor, unit: Unit, cases: Sequence[Case], handler: User | None, on: date
) -> None:
    """Raise ``InvalidInput`` where ``handler`` may not see what is protected of ``cases``."""
    if handler is None or not any(case.protected for case in cases):
        return
    named = Membership.objects.valid_on(on).filter(unit=unit, sees_protected=True)
    if named.filter(user=handler).exists():
        return
    if actor.is_system or unit.pk in actor.protected_units:
        message = "Ärendet har skyddade personuppgifter: välj någon av dem som är namngivna."
    else:
        message = "Det kan inte handläggas av den som valts. Registrera utan handläggare."
    raise InvalidInput(message, field="handler")


def release_unnamed(case_ids: Collection[int], stamp: Stamp, on: date) -> list[int]:
    """Take protected records from those who may not see them; return the cases concerned.

    Of the cases ``case_ids``, which are locked; their chefer give them to somebody who is named.
    """
    named = Membership.objects.valid_on(on).filter(
        user=OuterRef("handler"), unit=OuterRef("unit"), sees_protected=True
    )
    released: set[int] = set()
    for chronicle in ALL:
        of_cases = chronicle.record._default_manager.filter(
            ~Exists(named), Q(protected=True, handler__isnull=False), case__in=case_ids
        )
        records = list(of_cases.select_for_update(of=("self",)).order_by("pk"))
        stories = [(record, [Told(HANDLER, on, {"handler_id": None})]) for record in records]
        chronicle.write(stories, stamp)
        released |= {record.case_id for record in records}
    if released:
        gather(released, stamp)
    return sorted(released)


def _joined(names: Collection[str]) -> str:
    *first, last = sorted(names)
    return f"{', '.join(first)} och {last}" if first else last

"""Setting a board's own times: checked, from a day to come, with what the change means in words.

Nothing that runs is touched, and no past is rewritten: a rule in force ends the day before another
begins, and one that has not begun yet may be taken back.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import unit_of_work
from casework.deadlines.board_models import LocalRule
from casework.deadlines.calendar import LAST_YEAR, OutsideCalendar, in_words
from casework.deadlines.local_rules import applied, editable, rule_for
from casework.deadlines.rules import RuleVersion, rule_on
from casework.deadlines.terms import Term, reckon
from casework.deadlines.terms import Unit as TermUnit
from casework.organisation.models import Board, ServiceArea
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput, NotVisible

ONE_DAY = timedelta(days=1)
LONGEST_YEARS = 3
LONGEST = timedelta(days=LONGEST_YEARS * 366)

# How it is said of each: "{0}" is the day, "{1}" the length.
_SENTENCES = {
    "deviation_handling": "Avvikelser rapporterade från {0} ska vara hanterade inom {1}.",
    "complaint_acknowledgement": "Den som lämnar en synpunkt från {0} ska få en bekräftelse "
    "inom {1}.",
    "complaint_answer": "Den som lämnar en synpunkt från {0} ska få svar inom {1}.",
    "protection_assessment": "Anmälningar som kommer in från {0} ska vara skyddsbedömda inom {1}.",
    "lex_sarah_investigation": "Lex Sarah-rapporter som lämnas från {0} ska vara utredda inom {1}.",
    "lex_sarah_ivo": "Det som bedöms som allvarligt från {0} ska vara anmält till IVO inom {1}.",
    "adult_investigation": "Utredningar om vuxna som inleds från {0} ska vara avslutade inom {1}.",
    "economic_assistance": "Ansökningar om ekonomiskt bistånd som kommer in från {0} ska vara "
    "beslutade inom {1}.",
}


@dataclass(frozen=True)
class Wish:
    """A time that somebody wants to set."""

    key: str
    amount: int
    unit: str
    preset: str
    valid_from: date
    valid_to: date | None = None
    area: ServiceArea | None = None


@dataclass(frozen=True)
class Change:
    """What a wish means, in sentences; ``ends`` is the row it puts an end to."""

    meaning: tuple[str, ...]
    ends: LocalRule | None


def in_words_of(key: str, day: date, term: Term) -> str:
    """Return what a length from a day means for those concerned."""
    version = rule_on(key, day)
    general = f"{version.duty} inom {{1}}, för det som börjar {{0}} eller senare."
    return _SENTENCES.get(key, general).format(day, term)


def preview(actor: Actor, wish: Wish) -> Change:
    """Return what setting ``wish`` would mean.

    Raises ``InvalidInput`` (naming the field) or ``ConflictError`` for what cannot be set,
    ``NotAllowed`` for whoever does not keep the board's configuration.
    """
    policy.require_configurer(actor)
    _check_days(wish)
    term = _checked_term(wish)
    default = _checked_rule(wish)
    _check_area(actor, wish.area)
    ends = _joined(actor, wish)
    return Change(tuple(_meaning(actor, wish, term, default)), ends)


def set_rule(actor: Actor, wish: Wish) -> LocalRule:
    """Set a time for what begins from a day on; raises as ``preview`` does."""
    with unit_of_work(actor) as work:
        # One at a time for each board: two changes at once could overlap.
        Board.objects.select_for_update(no_key=True).get(pk=actor.board_id)
        change = preview(actor, wish)
        if change.ends is not None:
            change.ends.valid_to = wish.valid_from - ONE_DAY
            change.ends.save(update_fields=["valid_to"])
        row = LocalRule.objects.create(
            board_id=actor.board_id,
            area=wish.area,
            key=wish.key,
            amount=wish.amount,
            unit=wish.unit,
            preset=wish.preset,
            valid_from=wish.valid_from,
            valid_to=wish.valid_to,
            set_by_id=actor.user_id,
            set_at=work.at,
        )
        length = {"amount": wish.amount, "unit": wish.unit, "from": wish.valid_from}
        data = {"act": "set", "rule": wish.key, "area": wish.area and wish.area.pk, **length}
        work.audit("deadline.rule_changed", row, data=data)
    return row


def take_back(actor: Actor, row_id: int) -> LocalRule:
    """End a time that is in force today, or withdraw one that has not begun.

    What ships applies again from tomorrow, or what is set for the day after.
    """
    with unit_of_work(actor) as work:
        Board.objects.select_for_update(no_key=True).get(pk=actor.board_id)
        row = of_board(actor).filter(pk=row_id).first()
        if row is None:
            raise NotVisible
        policy.require_configurer(actor)
        today = clock.today()
        if row.withdrawn_at is not None or (row.valid_to is not None and row.valid_to <= today):
            raise ConflictError("Tiden gäller inte längre. Det finns inget att ta bort.")
        if row.valid_from > today:
            row.withdrawn_at, act = work.at, "withdrawn"
        else:
            row.valid_to, act = today, "ended"
        row.save(update_fields=["withdrawn_at", "valid_to"])
        work.audit("deadline.rule_changed", row, data={"act": act, "rule": row.key})
    return row


def of_board(actor: Actor) -> QuerySet[LocalRule]:
    """Return all that the actor's board has ever set, the latest first."""
    return LocalRule.objects.filter(board_id=actor.board_id).select_related("area", "set_by")


def _checked_term(wish: Wish) -> Term:
    if wish.amount < 1:
        raise InvalidInput("Tiden är minst 1.", field="amount")
    term = Term(wish.amount, TermUnit(wish.unit))
    try:
        # Moved too: the last of the calendar's days may have no working day after it.
        end = reckon(wish.valid_from, term, rolls=True)
        too_long = end.raw_date - wish.valid_from > LONGEST
    except OutsideCalendar:
        too_long = True
    if too_long:
        raise InvalidInput("Tiden är längst tre år.", field="amount")
    return term


def _checked_rule(wish: Wish) -> RuleVersion:
    default = rule_on(wish.key, wish.valid_from)
    if not editable(default):
        raise InvalidInput(f"{default.label}: tiden står i lagen och ändras inte här.")
    return default


def _check_days(wish: Wish) -> None:
    if wish.valid_from <= clock.today():
        raise InvalidInput(
            "Välj en dag från och med i morgon. Det som redan har börjat behåller sin tid.",
            field="valid_from",
        )
    last = LAST_YEAR - LONGEST_YEARS
    if wish.valid_from.year > last:
        raise InvalidInput(
            f"Kalendern räcker inte så långt. Välj en dag till och med {last}.", field="valid_from"
        )
    if wish.valid_to is not None and wish.valid_to < wish.valid_from:
        raise InvalidInput("Sista dagen kan inte komma före den första.", field="valid_to")


def _check_area(actor: Actor, area: ServiceArea | None) -> None:
    if area is not None and area.board_id != actor.board_id:
        raise InvalidInput("Välj ett av nämndens egna verksamhetsområden.", field="area")


def _joined(actor: Actor, wish: Wish) -> LocalRule | None:
    """Return the row that the wish follows on; raise where it would run into a later one."""
    rows = LocalRule.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=wish.valid_from),
        board_id=actor.board_id,
        area=wish.area,
        key=wish.key,
        withdrawn_at__isnull=True,
    ).order_by("valid_from")
    earlier = None
    for row in rows:
        if row.valid_from < wish.valid_from:
            earlier = row
        elif wish.valid_to is None or row.valid_from <= wish.valid_to:
            raise ConflictError(
                f"Det finns redan en tid som gäller från {row.valid_from}. Ta tillbaka den "
                "först, eller låt den här sluta dagen före.",
                field="valid_from" if row.valid_from == wish.valid_from else "valid_to",
            )
    return earlier


def _meaning(actor: Actor, wish: Wish, term: Term, default: RuleVersion) -> list[str]:
    day = wish.valid_from
    said = [in_words_of(wish.key, day, term)]
    if wish.area is not None:
        said.append(f"Det gäller bara verksamhetsområdet {wish.area.name}.")
    area_id = wish.area.pk if wish.area else None
    before = rule_for(wish.key, day, board_id=actor.board_id, area_id=area_id)
    said.append(f"Utan ändringen gäller {before.term or 'ingen tid'}.")
    version = applied(LocalRule(**vars(wish)), default)
    end = reckon(day, term, rolls=version.rolls)
    said.append(
        f"Exempel: det som börjar {in_words(day)} har {in_words(end.last_day)} som sista dag."
    )
    if wish.valid_to is not None:
        said.append(f"Det gäller bara det som börjar till och med {wish.valid_to}.")
    said.append("Tider som redan löper ändras inte.")
    return said

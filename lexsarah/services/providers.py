"""Information från utförare: what private providers tell the board (SoL 27:4, LSS 24 d §).

They investigate and notify IVO themselves; the board takes it in, looks at what it means for those
it has placed there, and is done with it. It is counted in no outcome.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import Work, unit_of_work
from casework.organisation.models import Unit, User
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput
from casework.shared.stale import check_version
from lexsarah.models import ProviderInformation, ProviderInformationRow, Statute
from lexsarah.rules import ENTERING, PROVIDER_RULES
from lexsarah.services.door import required
from lexsarah.services.investigating import MAX_NUMBER
from lexsarah.services.numbering import PROVIDER_INFORMATION, next_numbers

MAX_NAME = 200
MAX_REASON = 2_000
IVO_ANSWERS = dict(ProviderInformation._meta.get_field("provider_notified_ivo").flatchoices)


@dataclass
class Information:
    """What a provider told: who, of what, when it came, and whether it has notified IVO."""

    provider: str
    text: str
    received_on: date
    statute: str = Statute.SOL
    provider_notified_ivo: str = "unknown"
    occurred_on: date | None = None
    unit: Unit | None = None
    registry_number: str = ""
    protected: bool = False


NAMES = [one.name for one in fields(Information)]
LABELS = {
    field.name: str(field.verbose_name)
    for field in ProviderInformation._meta.fields
    if field.name in NAMES
}
# Why a row of its own was written when the board's number was noted with what is done.
NUMBER_NOTED = "Diarienumret antecknades."


def take_in(actor: Actor, given: Information, *, key: UUID | None = None) -> ProviderInformation:
    """Enter what a provider has told; the Registrator or SAS does. ``InvalidInput`` by field.

    ``key`` is made with the form: sent twice with the same one, it is one entry, which is returned.
    Raises ``ConflictError`` where what is sent with it is something else, or the key is another's.
    """
    ENTERING.require(actor)
    with unit_of_work(actor) as work:
        _check(actor, given, clock.local_day(work.at))
        if key is not None and (before := _sent_before(actor, key, given)):
            return before
        model = ProviderInformation
        years = [given.received_on.year]
        ((pk, number),) = next_numbers(years, model, PROVIDER_INFORMATION)
        entered = model(
            pk=pk,
            board_id=actor.board_id,
            number=number,
            recorded_by_id=actor.user_id,
            recorded_at=work.at,
            submission_key=key,
        )
        _write(entered, given, work, new=True)
        work.audit("lexsarah.provider_information_taken_in", entered)
    return entered


def correct(
    actor: Actor,
    information_id: int,
    given: Information,
    *,
    reason: str,
    expected_version: int | None = None,
) -> ProviderInformation:
    """Enter it as it should have been, also when the board is done with it. ``InvalidInput``.

    What stood stays to be read, with who corrected it, when and why. Fields ``reason`` and those of
    ``given``; the day it came is no later than the one on which the board was done.
    """
    with _open(actor, "correct", information_id, expected_version, done_too=True) as (found, work):
        reason = required(reason, "reason", "Skriv varför det rättas.", longest=MAX_REASON)
        _check(actor, given, clock.local_day(work.at), kept=found.unit_id)
        if found.closed_on is not None and given.received_on > found.closed_on:
            message = f"Informationen var klar {found.closed_on}. Den kom den dagen eller tidigare."
            raise InvalidInput(message, field="received_on")
        if given == told(found):
            raise InvalidInput("Inget är ändrat. Rätta det som är fel.")
        changed = [one for one in NAMES if getattr(given, one) != getattr(found, one)]
        _write(found, given, work, reason=reason)
        data = {"fields": changed}
        work.audit("lexsarah.provider_information_corrected", found, data=data)
    return found


def told(found: ProviderInformation | ProviderInformationRow) -> Information:
    """Return what stands, or stood by a row, as it is entered."""
    return Information(**{name: getattr(found, name) for name in NAMES})


@dataclass(frozen=True)
class Corrected:
    """A field that was corrected: its name, what it is called, what stood, what was put there."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Correction:
    """A row after the first: what it changed, and who entered it, when and why."""

    row: ProviderInformationRow
    fields: list[Corrected]


def corrections(found: ProviderInformation) -> list[Correction]:
    """Return what has been corrected, the latest first."""
    rows = list(found.rows.select_related("unit", "entered_by").order_by("pk"))
    return [Correction(after, _changes(before, after)) for before, after in pairwise(rows)][::-1]


def _changes(before: ProviderInformationRow, after: ProviderInformationRow) -> list[Corrected]:
    return [
        Corrected(name, LABELS[name], _words(before, name), _words(after, name))
        for name in NAMES
        if getattr(before, name) != getattr(after, name)
    ]


def _words(row: ProviderInformationRow, name: str) -> str:
    """Return a field of a row as one reads it."""
    value: Any = getattr(row, name)
    if name == "provider_notified_ivo":
        return row.get_provider_notified_ivo_display()
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    return value.name if isinstance(value, Unit) else "" if value is None else str(value)


def follow_up(
    actor: Actor,
    information_id: int,
    *,
    text: str,
    registry_number: str = "",
    expected_version: int | None = None,
) -> ProviderInformation:
    """Note what the board does about it, and its diarienummer. Fields ``text``."""
    with _open(actor, "follow_up", information_id, expected_version) as (found, work):
        found.follow_up = required(text, "text", "Skriv vad nämnden gör med informationen.")
        found.save(update_fields=["follow_up"])
        given = replace(told(found), registry_number=_number(registry_number))
        if given != told(found):
            _write(found, given, work, reason=NUMBER_NOTED)
        work.audit("lexsarah.provider_information_followed", found)
    return found


def finish(
    actor: Actor, information_id: int, *, on: date, expected_version: int | None = None
) -> ProviderInformation:
    """Say that the board is done with it; what the board did must be noted first. Field ``on``."""
    with _open(actor, "finish", information_id, expected_version) as (found, work):
        if not found.follow_up:
            raise ConflictError("Skriv först vad nämnden gör med informationen.")
        if not found.received_on <= on <= clock.local_day(work.at):
            raise InvalidInput(
                f"Informationen kom {found.received_on}. Välj den dagen eller en senare, "
                "och senast i dag.",
                field="on",
            )
        found.closed_on = on
        found.save(update_fields=["closed_on"])
        work.audit("lexsarah.provider_information_closed", found, data={"on": on.isoformat()})
    return found


@contextmanager
def _open(
    actor: Actor,
    act: str,
    information_id: int,
    expected_version: int | None,
    *,
    done_too: bool = False,
) -> Iterator[tuple[ProviderInformation, Work]]:
    with unit_of_work(actor) as work:
        found = ProviderInformation.objects.locked(actor, information_id)
        policy.require(actor, act, found, PROVIDER_RULES)
        check_version(found, expected_version, "informationen")
        if found.closed_on is not None and not done_too:
            raise ConflictError(f"Informationen är klar sedan {found.closed_on}.")
        found.version += 1
        found.save(update_fields=["version"])
        yield found, work


def _write(
    found: ProviderInformation,
    given: Information,
    work: Work,
    *,
    reason: str = "",
    new: bool = False,
) -> None:
    """Write a row of what is told, and the record as the row says."""
    values = {name: getattr(given, name) for name in NAMES}
    for name, value in values.items():
        setattr(found, name, value)
    found.save(force_insert=new, update_fields=None if new else NAMES)
    ProviderInformationRow.objects.create(
        information=found,
        reason=reason,
        entered_by_id=work.actor.user_id,
        entered_at=work.at,
        **values,
    )


def _sent_before(actor: Actor, key: UUID, given: Information) -> ProviderInformation | None:
    """Return what the actor has entered with the key already; one click waits for the other."""
    # Whoever clicks twice is one and the same: the second waits here until the first is in.
    User.objects.select_for_update(no_key=True).filter(pk=actor.user_id or 0).first()
    sent = ProviderInformation.objects.filter(submission_key=key).first()
    if sent is None:
        return None
    if sent.board_id != actor.board_id or sent.recorded_by_id != actor.user_id:
        raise ConflictError(
            "Informationen är redan inskriven. Öppna formuläret på nytt för en till."
        )
    first = sent.rows.select_related("unit").earliest("pk")
    if told(first) != given:
        # The form was gone back to and filled in anew: to answer "entered" would lose it.
        raise ConflictError(
            f"{sent.number} skrevs in med det här formuläret. Det du har skrivit nu är inte "
            "inskrivet. Spara igen om det ska bli en ny post, eller rätta den som finns."
        )
    return sent


def _number(given: str) -> str:
    number = given.strip()
    if len(number) > MAX_NUMBER:
        message = f"Numret är längre än {MAX_NUMBER} tecken. Korta det."
        raise InvalidInput(message, field="registry_number")
    return number


def _check(actor: Actor, given: Information, today: date, *, kept: int | None = None) -> None:
    """Strip and try what is given; ``kept`` is a unit that stands there already."""
    given.provider = required(
        given.provider, "provider", "Skriv vilken utföraren är.", longest=MAX_NAME
    )
    given.text = required(given.text, "text", "Skriv vad utföraren informerar om.")
    if given.received_on > today:
        raise InvalidInput("Dagen ligger framåt i tiden. Rätta den.", field="received_on")
    if given.occurred_on is not None and given.occurred_on > given.received_on:
        raise InvalidInput("Det kan inte ha hänt efter att det kom hit.", field="occurred_on")
    if given.statute not in Statute.values:
        raise InvalidInput("Välj SoL eller LSS.", field="statute")
    if given.provider_notified_ivo not in IVO_ANSWERS:
        raise InvalidInput("Välj Ja, Nej eller Vet inte.", field="provider_notified_ivo")
    given.registry_number = _number(given.registry_number)
    unit = given.unit
    if unit is None or unit.pk == kept:
        return
    if unit.board_id != actor.board_id or not unit.is_valid_on(today):
        raise InvalidInput("Välj en enhet som finns i dag, eller lämna tomt.", field="unit")

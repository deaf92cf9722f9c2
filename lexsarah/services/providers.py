"""Information från utförare: what private providers tell the board (SoL 27:4, LSS 24 d §).

They investigate and notify IVO themselves; the board takes it in, looks at what it means for those
it has placed there, and is done with it. It is counted in no outcome.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from casework.access import policy
from casework.access.actor import Actor
from casework.audit.work import Work, unit_of_work
from casework.organisation.models import Unit
from casework.shared import clock
from casework.shared.errors import ConflictError, InvalidInput
from casework.shared.stale import check_version
from lexsarah.models import ProviderInformation, Statute
from lexsarah.rules import ENTERING, PROVIDER_RULES
from lexsarah.services.door import required
from lexsarah.services.investigating import MAX_NUMBER
from lexsarah.services.numbering import PROVIDER_INFORMATION, next_numbers

MAX_NAME = 200
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


def take_in(actor: Actor, given: Information) -> ProviderInformation:
    """Enter what a provider has told; the Registrator or SAS does. ``InvalidInput`` by field."""
    ENTERING.require(actor)
    with unit_of_work(actor) as work:
        today = clock.local_day(work.at)
        _check(actor, given, today)
        model = ProviderInformation
        years = [given.received_on.year]
        ((key, number),) = next_numbers(years, model, PROVIDER_INFORMATION)
        entered = model.objects.create(
            pk=key,
            board_id=actor.board_id,
            number=number,
            registry_number=given.registry_number.strip(),
            provider=given.provider,
            unit=given.unit,
            statute=given.statute,
            received_on=given.received_on,
            occurred_on=given.occurred_on,
            text=given.text,
            provider_notified_ivo=given.provider_notified_ivo,
            protected=given.protected,
            recorded_by_id=actor.user_id,
            recorded_at=work.at,
        )
        work.audit("lexsarah.provider_information_taken_in", entered)
    return entered


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
        found.registry_number = registry_number.strip()
        if len(found.registry_number) > MAX_NUMBER:
            message = f"Numret är längre än {MAX_NUMBER} tecken. Korta det."
            raise InvalidInput(message, field="registry_number")
        found.save(update_fields=["follow_up", "registry_number"])
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
    actor: Actor, act: str, information_id: int, expected_version: int | None
) -> Iterator[tuple[ProviderInformation, Work]]:
    with unit_of_work(actor) as work:
        found = ProviderInformation.objects.locked(actor, information_id)
        policy.require(actor, act, found, PROVIDER_RULES)
        check_version(found, expected_version, "informationen")
        if found.closed_on is not None:
            raise ConflictError(f"Informationen är klar sedan {found.closed_on}.")
        found.version += 1
        found.save(update_fields=["version"])
        yield found, work


def _check(actor: Actor, given: Information, today: date) -> None:
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
    if len(given.registry_number.strip()) > MAX_NUMBER:
        message = f"Numret är längre än {MAX_NUMBER} tecken. Korta det."
        raise InvalidInput(message, field="registry_number")
    unit = given.unit
    if unit is not None and (unit.board_id != actor.board_id or not unit.is_valid_on(today)):
        raise InvalidInput("Välj en enhet som finns i dag, eller lämna tomt.", field="unit")

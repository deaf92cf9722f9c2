"""Verdicts on proposed measures: given with the decision of the report, or one by one after it."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.shared.errors import ConflictError, InvalidInput
from lexsarah.models import Measure
from lexsarah.services.door import Act, required
from lexsarah.services.remaining import named

WHY_LESS = "Skriv vad som godkänns, eller varför inte."


@dataclass(frozen=True)
class Verdict:
    """What is decided about one measure; ``version`` is the measure's, as it was read."""

    measure: int
    verdict: str
    comment: str = ""
    version: int | None = None


def checked(verdict: str, comment: str) -> str:
    """Return ``comment`` as it is kept. Fields ``verdict``, ``comment`` (unless approved whole)."""
    if verdict not in Measure.Verdict.values:
        raise InvalidInput("Välj Godkänd, Delvis godkänd eller Avslagen.", field="verdict")
    if verdict != Measure.Verdict.APPROVED:
        return required(comment, "comment", WHY_LESS)
    return comment.strip()


def pass_verdicts(this: Act, given: Sequence[Verdict]) -> None:
    """Decide several measures of the report at once: all of them, or none.

    Raises ``ConflictError`` naming those that have changed since they were read, or are not
    proposed any more, and ``InvalidInput`` on ``measures`` naming the first that is not right.
    """
    keys = [one.measure for one in given]
    if len(set(keys)) != len(keys):
        raise InvalidInput("En åtgärd står två gånger.", field="measures")
    rows = Measure.objects.select_for_update().filter(report=this.report, pk__in=keys)
    found = {row.pk: row for row in rows.order_by("pk")}
    if len(found) < len(keys):
        raise InvalidInput("En åtgärd hör inte till rapporten.", field="measures")
    _require_unchanged([(found[one.measure], one.version) for one in given])
    for one in given:
        measure = found[one.measure]
        try:
            comment = checked(one.verdict, one.comment)
        except InvalidInput as error:
            message = f"{named(measure)}: {error.message}"
            raise InvalidInput(message, field="measures") from error
        write(this, measure, one.verdict, comment)


def write(this: Act, measure: Measure, verdict: str, comment: str) -> None:
    """Write a checked verdict on a locked measure that is proposed."""
    measure.verdict, measure.comment = verdict, comment
    measure.decided_by_id, measure.decided_at = this.actor.user_id, this.work.at
    measure.version += 1
    measure.save(update_fields=["verdict", "comment", "decided_by", "decided_at", "version"])
    data = {"measure": measure.pk, "verdict": verdict}
    this.work.audit("lexsarah.measure_decided", this.report, data=data)


def _require_unchanged(read: Sequence[tuple[Measure, int | None]]) -> None:
    changed = [
        measure
        for measure, version in read
        if measure.stage != "proposed" or version not in (None, measure.version)
    ]
    if changed:
        names = ", ".join(named(one) for one in changed)
        raise ConflictError(
            f"Har ändrats sedan du öppnade sidan: {names}. Inget är sparat. Se hur det står nu "
            "och besluta igen.",
            code="stale",
        )

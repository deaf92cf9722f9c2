"""What remains of a report: measures that are not settled, people not safe, what is unanswered."""

from casework.shared.errors import ConflictError
from lexsarah.models import Measure, Report, Request

_LONGEST_SHOWN = 60
_WAITS = {
    "proposed": "väntar på beslut",
    "approved": "är inte utförd",
    "done": "effekten är inte bedömd",
}


def named(measure: Measure) -> str:
    """Return what a measure is called in a sentence: its beginning, between quotation marks."""
    line = " ".join(measure.text.split())
    short = line if len(line) <= _LONGEST_SHOWN else f"{line[: _LONGEST_SHOWN - 1]}…"
    return f"”{short}”"


def approved_measures(report: Report) -> str:
    """Return what is to be done by what was decided, a line each: what registers and tables say.

    With what was said of it where it was approved in part.
    """
    approved = report.measures.filter(
        verdict__in=[Measure.Verdict.APPROVED, Measure.Verdict.PARTLY], withdrawn_at=None
    )
    return "\n".join(" ".join(one.decided_text.split()) for one in approved)


def require_settled(report: Report) -> None:
    """Raise ``ConflictError``, naming them, while something remains to be done with a measure."""
    if remaining := [one for one in report.measures.all() if not one.is_settled]:
        waiting = "; ".join(f"{named(one)} ({_WAITS[one.stage]})" for one in remaining)
        raise ConflictError(f"Alla åtgärder är inte klara: {waiting}.")


def require_nothing_open(report: Report) -> None:
    """Raise ``ConflictError`` while somebody is not safe or something asked for is unanswered."""
    if report.is_unsafe:
        raise ConflictError("Anteckna först att den enskilde är trygg.")
    # A yttrande falls when it is waited for no more; what the person needs does not.
    unanswered = report.requests.filter(
        kind=Request.Kind.SAFETY, answered_at=None, withdrawn_at=None
    )
    if names := [one.asked_of.display_name for one in unanswered.select_related("asked_of")]:
        raise ConflictError(
            f"Det som begärts av {', '.join(names)} för den enskilde är inte besvarat. Vänta in "
            "svaret eller ta tillbaka begäran."
        )

"""Nästa steg: what a report needs now, most pressing first; it says nothing that is not so.

That somebody is not safe comes first, and hides nothing: IVO is to hear at once all the same.
"""

from dataclasses import dataclass

from casework.deadlines.calendar import in_words
from casework.web.cases.rows import Bar
from lexsarah import clocks, states
from lexsarah.models import Report
from lexsarah.web.acts import ActPage


@dataclass(frozen=True)
class NextStep:
    """One sentence on what is to be done, and the act that does it (None: there is none yet)."""

    text: str
    act: ActPage | None = None


def next_steps(report: Report, bars: list[Bar], acts: list[ActPage]) -> list[NextStep]:
    """Return what comes next for a report with its times and the acts that are offered."""
    offered = {one.act: one for one in acts}
    step = _in_the_investigation(report, bars, offered)
    if report.is_unsafe:
        return [NextStep("Se till att den enskilde är trygg.", offered.get("make_safe")), step]
    return [step]


def _in_the_investigation(report: Report, bars: list[Bar], offered: dict[str, ActPage]) -> NextStep:
    last_days = {bar.time.rule: bar.time.last_day for bar in bars if bar.time.ended_at is None}
    if clocks.IVO in last_days:
        until = in_words(last_days[clocks.IVO])
        return NextStep(f"Anmäl till IVO, senast {until}.", offered.get("notify_ivo"))
    if report.status == states.RECEIVED:
        text = "Ta ställning till om det är allvarligt, och inled utredningen."
        return NextStep(text, offered.get("start_investigation"))
    if report.status in states.UNDECIDED and report.investigator_id is None:
        return NextStep("Utse en utredare.", offered.get("assign_investigator"))
    if report.status in states.UNDECIDED and not report.registry_number:
        return NextStep("Anteckna diarienumret.", offered.get("set_registry_number"))
    if clocks.SUPPLEMENT in last_days:
        until = in_words(last_days[clocks.SUPPLEMENT])
        return NextStep(
            f"Lämna den färdiga utredningen till IVO, senast {until}.",
            offered.get("supplement_ivo"),
        )
    if clocks.INVESTIGATION in last_days:
        return NextStep(f"Utred, senast {in_words(last_days[clocks.INVESTIGATION])}.")
    if report.is_open:
        return NextStep("Följ upp åtgärderna.")
    return NextStep("Inget mer är att göra.")

"""The ladders a board may choose between for a time of its own."""

from django.db.models import TextChoices

from casework.deadlines.rules import RuleVersion, Step
from casework.deadlines.statutes.ladders import MONTHS, NEXT_DAY, WEEK, WEEKS, at_once


class Preset(TextChoices):
    """When people are reminded; "standard" is as the service ships the rule."""

    STANDARD = "standard", "Som tjänstens förslag"
    DAY = "day", "Ett par dagar: när tiden börjar och på sista dagen"
    WEEK = "week", "Någon vecka: 2 dagar före och på sista dagen"
    WEEKS = "weeks", "Några veckor: 5 och 2 dagar före och på sista dagen"
    MONTHS = "months", "Månader: 21 och 7 dagar före och på sista dagen"


_LADDERS = {
    Preset.DAY: NEXT_DAY,
    Preset.WEEK: WEEK,
    Preset.WEEKS: WEEKS,
    Preset.MONTHS: MONTHS,
}


def steps(preset: str, default: RuleVersion) -> tuple[Step, ...]:
    """Return the steps; what the service sends at once goes on being sent at once."""
    if preset == Preset.STANDARD:
        return default.steps
    ladder = _LADDERS[Preset(preset)]
    return at_once(ladder) if any(step.at_once for step in default.steps) else ladder

"""What deviations do when a time that the law sets is missed: they propose one."""

from casework.deadlines.subjects import ON_MISSED
from deviations.services.proposing import propose

ON_MISSED.register("deviations", propose)

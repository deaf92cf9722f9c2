"""What deviations add to the demo."""

from casework.demo.registry import DEMO_PARTS, DemoPart
from deviations.demo.plan import finish, plan
from deviations.demo.scale import scale

DEMO_PARTS.register("deviations", DemoPart(plan=plan, finish=finish, scale=scale))

"""What deviations add to the demo."""

from casework.demo.registry import DEMO_PARTS, DemoPart
from deviations.demo.plan import finish, plan

DEMO_PARTS.register("deviations", DemoPart(plan=plan, finish=finish))

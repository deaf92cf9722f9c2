"""What lex Sarah adds to the demo."""

from casework.demo.registry import DEMO_PARTS, DemoPart
from lexsarah.demo import plan

DEMO_PARTS.register("lexsarah", DemoPart(plan=plan))

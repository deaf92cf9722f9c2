"""What lex Sarah adds to the demo."""

from casework.demo.registry import DEMO_PARTS, DemoPart
from lexsarah import demo, demo_asked, demo_decided, demo_round

DEMO_PARTS.register("lexsarah", DemoPart(plan=demo.plan))
DEMO_PARTS.register("lexsarah.round", DemoPart(plan=demo_round.plan))
DEMO_PARTS.register("lexsarah.asked", DemoPart(plan=demo_asked.plan))
DEMO_PARTS.register("lexsarah.decided", DemoPart(plan=demo_decided.plan))

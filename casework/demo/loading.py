"""Loading the demo: once, the same each time, relative to today."""

import structlog
from django.db import transaction

from casework.demo.organisation import BOARD, build_board, fill_organisation, plan_changes
from casework.demo.registry import DEMO_PARTS
from casework.organisation.models import Board

log = structlog.get_logger(__name__)

SCALE_BOARD = "Skalnämnden"


def is_loaded(name: str = BOARD) -> bool:
    """Say whether the board is there already."""
    return Board.objects.filter(name=name).exists()


def load() -> Board:
    """Load the demo board, all of it or nothing."""
    with transaction.atomic():
        world = build_board(BOARD)
        fill_organisation(world, "Demoförvaltningen")
        plan_changes(world)
        for _, part in DEMO_PARTS.items():
            part.plan(world)
        world.agenda.run(world.present)
        for _, part in DEMO_PARTS.items():
            if part.finish is not None:
                part.finish(world)
    log.info("demo.loaded", board_id=world.board.pk)
    return world.board

"""Loading the demo: once, the same each time, relative to today."""

import structlog
from django.db import transaction
from django.db.models import Model

from casework.demo.organisation import (
    BOARD,
    build_board,
    fill_organisation,
    fill_to_scale,
    plan_changes,
)
from casework.demo.registry import DEMO_PARTS
from casework.demo.upkeep import vacuum
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


def load_scale(count: int) -> Board:
    """Load a board of its own with ``count`` records made in bulk, all of it or nothing.

    Afterwards the database knows how much there is: what is measured is not a planner in the dark.
    """
    filled: set[type[Model]] = set()
    with transaction.atomic():
        board = Board.objects.create(name=SCALE_BOARD, is_demo=True)
        fill_to_scale(board)
        for _, part in DEMO_PARTS.items():
            if part.scale is not None:
                filled.update(part.scale(board, count))
    vacuum(filled)
    log.info("demo.scaled", board_id=board.pk, count=count)
    return board

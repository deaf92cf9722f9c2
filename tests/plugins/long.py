"""What takes longer runs in `make test-long` alone, and says how much it tried.

A test is long by ``@pytest.mark.long`` or by lying in ``tests/attack``. What it counted, given as
``record_property("counts", "18 822 requests, 0 open doors")``, stands at the end of the run.
"""

from pathlib import Path

import pytest

ATTACKS = Path(__file__).parent.parent / "attack"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies among the attacks, before ``-m`` chooses; begin with what is slow.

    Begun last, it would keep one worker busy while the others have nothing left to do.
    """
    for item in items:
        if ATTACKS in item.path.parents:
            item.add_marker(pytest.mark.long)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests counted."""
    lines = [
        f"{report.nodeid}: {counted}"
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, counted in getattr(report, "user_properties", [])
        if name == "counts"
    ]
    if lines:
        terminalreporter.section("counts")
        for line in sorted(set(lines)):
            terminalreporter.write_line(line)

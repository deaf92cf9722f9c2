"""The list of mistakes does not rot: each still names code and tests that are there."""

from tests.mutants.listing import doubled, mistakes


def test_every_mistake_can_still_be_put_in() -> None:
    listed = mistakes()
    assert len(listed) >= 150
    assert doubled(listed) == []
    assert [fault for one in listed for fault in one.faults()] == []

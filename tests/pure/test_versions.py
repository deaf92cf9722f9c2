"""The arithmetic of two clocks, on facts one can read."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from casework.shared.versions import Fact, Segment, changes, rebuild, timeline

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def known(day: int) -> datetime:
    return datetime(2026, 6, day, tzinfo=UTC)


def fact(
    key: int, value: Any, effective_on: date, recorded: int, corrects: int | None = None
) -> Fact:
    corrected = ("x", corrects) if corrects else None
    return Fact(("x", key), "x", value, effective_on, known(recorded), corrected)


def last_value(facts: Sequence[Fact]) -> dict[str, Any] | None:
    return {"x": facts[-1].value} if facts else None


def spans(segments: list[Segment]) -> list[tuple[date, date | None, Any]]:
    return [(segment.start, segment.end, segment.state["x"]) for segment in segments]


def test_each_value_holds_until_the_next_takes_effect() -> None:
    facts = [fact(1, "a", MARCH, 1), fact(2, "b", APRIL, 2)]
    assert spans(timeline(facts, last_value)) == [(MARCH, APRIL, "a"), (APRIL, None, "b")]


def test_what_is_recorded_late_may_take_effect_early() -> None:
    facts = [fact(1, "a", APRIL, 1), fact(2, "earlier", MARCH, 2)]
    assert spans(timeline(facts, last_value)) == [(MARCH, APRIL, "earlier"), (APRIL, None, "a")]


def test_on_the_same_day_the_last_recorded_wins() -> None:
    facts = [fact(1, "a", MARCH, 1), fact(2, "b", MARCH, 2)]
    assert spans(timeline(facts, last_value)) == [(MARCH, None, "b")]


def test_a_corrected_fact_no_longer_holds_anywhere() -> None:
    facts = [fact(1, "a", MARCH, 1), fact(2, "b", MAY, 2, corrects=1)]
    assert spans(timeline(facts, last_value)) == [(MAY, None, "b")]


def test_neighbours_that_are_alike_are_one_segment() -> None:
    facts = [fact(1, "a", MARCH, 1), fact(2, "a", APRIL, 2)]
    assert spans(timeline(facts, last_value)) == [(MARCH, None, "a")]


def test_before_the_record_exists_there_is_no_segment() -> None:
    def needs_two(facts: Sequence[Fact]) -> dict[str, Any] | None:
        return {"x": facts[-1].value} if len(facts) > 1 else None

    facts = [fact(1, "a", MARCH, 1), fact(2, "b", APRIL, 1)]
    assert spans(timeline(facts, needs_two)) == [(APRIL, None, "b")]


def test_only_what_differs_ends_and_begins() -> None:
    before = timeline([fact(1, "a", MARCH, 1), fact(2, "b", APRIL, 1)], last_value)
    after = timeline(
        [fact(1, "a", MARCH, 1), fact(2, "b", APRIL, 1), fact(3, "c", MAY, 2)], last_value
    )
    ended, begun = changes(before, after)
    assert spans(ended) == [(APRIL, None, "b")]
    assert spans(begun) == [(APRIL, MAY, "b"), (MAY, None, "c")]


def test_rebuilding_tells_what_was_known_when() -> None:
    facts = [fact(1, "a", MARCH, 1), fact(2, "b", APRIL, 5), fact(3, "c", MARCH, 9, corrects=1)]
    versions = rebuild(facts, last_value)

    def known_on(day: int) -> list[tuple[date, date | None, Any]]:
        return spans(
            [
                version.segment
                for version in versions
                if version.recorded_from <= known(day)
                and (version.recorded_to is None or known(day) < version.recorded_to)
            ]
        )

    assert known_on(1) == [(MARCH, None, "a")]
    assert sorted(known_on(5)) == [(MARCH, APRIL, "a"), (APRIL, None, "b")]
    assert sorted(known_on(9)) == [(MARCH, APRIL, "c"), (APRIL, None, "b")]

"""Every rule, before and after SoL 2025:400, as in the table that a lawyer reads."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings

from casework.deadlines.rules import RULES, Kind, Rule, Rung, UnknownRule, register, rule_on
from casework.deadlines.terms import Term, reckon

BEFORE, AFTER, NOW = date(2025, 6, 30), date(2025, 7, 1), date(2026, 3, 2)
SOL, LVU, LVM, FL = "SoL 2025:400", "LVU 1990:52", "LVM 1988:870", "FL 2017:900"
OLD = "SoL 2001:453"
CHECKPOINT = "investigation_checkpoint"


class Row(NamedTuple):
    key: str
    limit: str | None
    kind: str
    rolls: bool
    old: tuple[str, str] | None
    new: tuple[str, str] | None


ROWS = [
    Row("protection_assessment", "1 days", "goal", False, (OLD, "11:1 a"), (SOL, "20:1")),
    Row("preliminary_assessment", "14 days", "law", True, (OLD, "11:1 a 2 st"), (SOL, "20:2")),
    Row("reporter_feedback", None, "law", True, (OLD, "14:1 b"), (SOL, "19:6")),
    Row("child_investigation", "4 months", "law", True, (OLD, "11:2"), (SOL, "20:3")),
    Row(f"{CHECKPOINT}_30", "30 days", "local", False, None, None),
    Row(f"{CHECKPOINT}_60", "60 days", "local", False, None, None),
    Row(f"{CHECKPOINT}_90", "90 days", "local", False, None, None),
    Row("follow_up_after_investigation", "6 months", "law", True, (OLD, "11:4 a"), (SOL, "23:1–5")),
    Row("follow_up_after_care", "6 months", "law", True, (LVU, "21 b"), (LVU, "21 b–c")),
    Row("placement_review", "6 months", "law", True, (OLD, "6:8"), (SOL, "22:13")),
    Row("custody_transfer", "24 months", "law", True, (OLD, "6:8"), (SOL, "22:14")),
    Row("emergency_home", "2 months", "law", True, (OLD, "6:6"), (SOL, "22:4")),
    Row("lvu_referral", "1 weeks", "law", False, (LVU, "7"), (LVU, "7")),
    Row("lvu_application", "4 weeks", "law", False, (LVU, "8"), (LVU, "8")),
    Row("lvu_consideration", "6 months", "law", False, (LVU, "13"), (LVU, "13")),
    Row("lvu_reconsideration", "6 months", "law", False, (LVU, "13"), (LVU, "13")),
    Row("contact_restriction", "3 months", "law", False, (LVU, "14"), (LVU, "14")),
    Row("intermediate_order", "6 months", "law", False, (LVU, "22"), (LVU, "22")),
    Row("moving_ban", "3 months", "law", False, (LVU, "26"), (LVU, "26")),
    Row("travel_ban_review", "6 months", "law", False, (LVU, "31 c"), (LVU, "31 c")),
    Row("lvm_referral", "1 days", "law", False, (LVM, "15"), (LVM, "15")),
    Row("lvm_application", "1 weeks", "law", False, (LVM, "18"), (LVM, "18")),
    Row("delay_request", "4 weeks", "law", True, (FL, "12"), (FL, "12")),
    Row("appeal", "3 weeks", "other", True, (FL, "44"), (FL, "44")),
    Row("lex_sarah_investigation", "60 days", "goal", True, (OLD, "14:6"), (SOL, "27:5")),
    Row("lex_sarah_ivo", "1 working_days", "goal", True, (OLD, "14:7"), (SOL, "27:6")),
    Row(
        "lex_sarah_ivo_supplement",
        "2 months",
        "law",
        True,
        ("SOSFS 2011:5", "6 kap."),
        ("SOSFS 2011:5", "6 kap."),
    ),
    Row("unexecuted_decision", "3 months", "law", True, (OLD, "16:6 f"), (SOL, "34:1")),
    Row("interrupted_decision", "3 months", "law", True, (OLD, "16:6 f"), (SOL, "34:1")),
    Row("complaint_acknowledgement", "2 working_days", "local", False, None, None),
    Row("complaint_answer", "10 working_days", "local", False, None, None),
    Row("deviation_handling", "30 days", "local", False, None, None),
    Row("action_due", None, "local", False, None, None),
    Row("effect_follow_up", None, "local", False, None, None),
    Row("lex_sarah_request", None, "local", False, None, None),
    Row("lex_sarah_ivo_question", None, "local", False, None, None),
    Row("adult_investigation", None, "local", False, None, None),
    Row("economic_assistance", None, "local", False, None, None),
]
OLD_LIMITS = {"follow_up_after_investigation": "2 months"}
each_row = pytest.mark.parametrize("row", ROWS, ids=[row.key for row in ROWS])


def limit(term: Term | None) -> str | None:
    return f"{term.amount} {term.unit.value}" if term else None


def test_every_rule_of_the_table_is_there_and_no_other() -> None:
    assert [row.key for row in ROWS if row.key not in RULES] == []
    assert set(RULES) == {row.key for row in ROWS}


@each_row
@pytest.mark.parametrize("day", [BEFORE, AFTER], ids=["old", "new"])
def test_each_rule_before_and_after_the_new_act(row: Row, day: date) -> None:
    version = rule_on(row.key, day)
    basis = version.basis and (version.basis.law, version.basis.provision)
    assert basis == (row.old if day == BEFORE else row.new)
    expected = OLD_LIMITS.get(row.key, row.limit) if day == BEFORE else row.limit
    assert limit(version.term) == expected
    assert version.kind.value == row.kind
    assert version.rolls == row.rolls
    assert version.key == row.key
    assert version.label
    assert version.source


def test_feedback_to_reporters_has_a_limit_only_since_2026_and_says_that_it_is_unverified() -> None:
    assert rule_on("reporter_feedback", date(2025, 12, 31)).term is None
    version = rule_on("reporter_feedback", date(2026, 1, 1))
    assert limit(version.term) == "1 weeks"
    assert "1 januari 2026" in version.unverified


@pytest.mark.parametrize(
    ("key", "also"),
    [
        ("custody_transfer", [(LVU, "13 c")]),
        ("lex_sarah_investigation", [("LSS 1993:387", "24 e")]),
        ("lex_sarah_ivo", [("LSS 1993:387", "24 f")]),
        ("unexecuted_decision", [("LSS 1993:387", "28 f")]),
        ("interrupted_decision", [("LSS 1993:387", "28 f")]),
    ],
)
def test_rules_that_stand_in_two_acts(key: str, also: list[tuple[str, str]]) -> None:
    assert [(basis.law, basis.provision) for basis in rule_on(key, NOW).also] == also


@pytest.mark.parametrize(
    ("key", "repeat"),
    [
        ("placement_review", "6 months"),
        ("custody_transfer", "12 months"),
        ("lvu_consideration", "6 months"),
        ("lvu_reconsideration", "6 months"),
        ("contact_restriction", "3 months"),
        ("moving_ban", "3 months"),
        ("travel_ban_review", "6 months"),
        ("unexecuted_decision", "3 months"),
    ],
)
def test_what_comes_round_again(key: str, repeat: str) -> None:
    version = rule_on(key, NOW)
    assert version.repeat is not None
    assert limit(version.repeat.term) == repeat


def test_nothing_else_comes_round_again() -> None:
    assert sum(1 for key in RULES if rule_on(key, NOW).repeat) == 8


def test_late_registration_is_waited_for_except_in_skydd_lvu_and_lvm() -> None:
    for row in ROWS:
        coerced = row.new is not None and row.new[0] in {LVU, LVM}
        expected = 2 if row.kind == "law" and not coerced else 0
        assert rule_on(row.key, NOW).grace_working_days == expected, row.key


def test_skydd_and_lvu_ask_about_lex_sarah() -> None:
    asking = {key for key in RULES if rule_on(key, NOW).asks_lex_sarah}
    assert asking == {"protection_assessment"} | {
        row.key for row in ROWS if row.new and row.new[0] == LVU
    }


def test_the_steps_of_a_child_investigation() -> None:
    version = rule_on("child_investigation", NOW)
    assert version.term is not None
    reckoning = reckon(date(2026, 2, 19), version.term, rolls=version.rolls)
    assert [(step.key, step.day(reckoning).isoformat()) for step in version.steps] == [
        ("day_30", "2026-03-21"),
        ("day_60", "2026-04-20"),
        ("day_90", "2026-05-20"),
        ("before_21", "2026-05-29"),
        ("before_7", "2026-06-12"),
        ("last_day", "2026-06-19"),  # warned by the raw date
        ("over_1", "2026-06-23"),  # missed by the last day
        ("over_8", "2026-06-30"),
    ]
    assert version.steps[3].to == (Rung.SENIOR,)


def test_checkpoints_are_steps_of_the_investigation_and_send_nothing_of_their_own() -> None:
    for days in (30, 60, 90):
        version = rule_on(f"{CHECKPOINT}_{days}", NOW)
        assert version.step_of == "child_investigation"
        assert version.steps == ()


@each_row
def test_steps_come_in_order_and_after_the_start(row: Row) -> None:
    version = rule_on(row.key, NOW)
    assert len({step.key for step in version.steps}) == len(version.steps)
    if version.term is None:
        return
    reckoning = reckon(NOW, version.term, rolls=version.rolls)
    days = [step.day(reckoning) for step in version.steps]
    assert all(earlier <= later for earlier, later in pairwise(days))
    assert all(day >= NOW for day in days)


def test_only_skydd_lvu_and_lvm_are_told_at_once_and_then_to_the_function_on_duty() -> None:
    at_once = {key for key in RULES if any(step.at_once for step in rule_on(key, NOW).steps)}
    assert at_once == {row.key for row in ROWS if row.new and not row.rolls}
    urgent = {key for key in at_once if all(step.at_once for step in rule_on(key, NOW).steps)}
    assert urgent == {
        "protection_assessment",
        "lvu_referral",
        "lvu_application",
        "lvm_referral",
        "lvm_application",
    }
    for key in RULES:
        for step in rule_on(key, NOW).steps:
            assert step.at_once == (Rung.DUTY in step.to)


def test_somebody_elses_time_gives_no_notice() -> None:
    assert rule_on("appeal", NOW).kind is Kind.OTHER
    assert rule_on("appeal", NOW).steps == ()


def test_an_unknown_rule_lists_those_there_are() -> None:
    with pytest.raises(UnknownRule, match="child_investigation, complaint_acknowledgement"):
        rule_on("nothing", NOW)


def test_a_rule_is_registered_once() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        register(RULES["appeal"])


def test_versions_cover_every_day_once() -> None:
    old, new = RULES["child_investigation"].versions
    assert old.applies_on(date(1960, 1, 1))
    assert not old.applies_on(AFTER)
    assert RULES["child_investigation"].label == new.label
    for wrong in [
        (old,),
        (new,),
        (old, replace(new, valid_from=date(2025, 7, 2))),
        (old, replace(new, valid_from=date(2025, 6, 30))),
        (replace(old, valid_to=None), new),
    ]:
        with pytest.raises(ValueError, match="do not cover every day once"):
            Rule(wrong)
    with pytest.raises(ValueError, match="different keys"):
        Rule((old, replace(new, key="another")))


@each_row
def test_the_documentation_says_the_same(row: Row) -> None:
    text = Path(settings.BASE_DIR, "docs", "statutes.md").read_text()
    lines = [line for line in text.splitlines() if re.match(rf"\| `{row.key}` \|", line)]
    assert len(lines) == 1
    cells = [cell.strip() for cell in lines[0].strip("|").split("|")]
    version = rule_on(row.key, NOW)
    assert cells[1] == version.label
    assert cells[4] == row.kind
    assert cells[5] == ("yes" if row.rolls else "no")
    for cell, basis in ((cells[6], row.old), (cells[7], row.new)):
        assert cell == (f"{basis[0].split()[0]} {basis[1]}" if basis else "–")

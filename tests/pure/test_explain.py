"""``explain_deadline``: what stands in the answer, and that it can be understood."""

import json
import os
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from casework.deadlines.explain import cite, explain
from casework.deadlines.rules import RULES, Basis, rule_on
from config.servers.commands import needs_database

NEVER = ("triage", "deadline", "dashboard", "ticket", "workflow", "incident")


def answer(rule: str, day: str) -> dict[str, Any]:
    out = StringIO()
    call_command("explain_deadline", rule, day, stdout=out)
    result: dict[str, Any] = json.loads(out.getvalue())
    return result


def test_a_date_over_midsummer() -> None:
    given = answer("child_investigation", "2026-02-19")
    steps = given.pop("steps")
    assert given == {
        "rule": "child_investigation",
        "label": "Barnutredning",
        "law": "SoL 2025:400",
        "provision": "20:3",
        "trigger_date": "2026-02-19",
        "amount": 4,
        "unit": "months",
        "raw_date": "2026-06-19",
        "last_day": "2026-06-22",
        "rolled": True,
    }
    assert steps[:7] == [
        "Tiden räknas från att utredningen inleddes: torsdag 19 februari 2026.",
        "Utredningen ska vara slutförd inom 4 månader enligt 20 kap. 3 § SoL (2025:400).",
        "Tiden slutar på samma datum som den började: "
        "4 månader från torsdag 19 februari 2026 ger fredag 19 juni 2026.",
        "Fredag 19 juni 2026 är midsommarafton.",
        "Lördag 20 juni 2026 är midsommardagen.",
        "21 juni 2026 är en söndag.",
        "Sista dagen flyttas därför till närmaste arbetsdag, måndag 22 juni 2026 "
        "(2 § lagen (1930:173) om beräkning av lagstadgad tid).",
    ]
    assert "Bevakningen varnar utifrån fredag 19 juni 2026" in steps[7]


def test_a_month_that_lacks_the_day() -> None:
    steps = answer("child_investigation", "2026-10-31")["steps"]
    assert "Februari 2027 har ingen 31:a, så tiden slutar månadens sista dag" in steps[2]
    assert steps[3] == "28 februari 2027 är en söndag."


def test_coercion_shows_no_slack() -> None:
    given = answer("lvu_referral", "2026-06-13")
    assert given["raw_date"] == given["last_day"] == "2026-06-20"
    assert given["rolled"] is False
    text = " ".join(given["steps"])
    assert "midsommardagen, men tiden flyttas inte fram: när det gäller tvång" in text
    assert "Sista dag är lördag 20 juni 2026." in text


def test_working_days_say_what_is_left_out() -> None:
    given = answer("complaint_answer", "2026-12-22")
    assert (given["law"], given["provision"]) == (None, None)
    assert given["last_day"] == "2027-01-12"
    text = " ".join(given["steps"])
    assert "nämndens egen tid, inte lagens" in text
    for left_out in ("lördagar och söndagar", "julafton", "nyårsafton", "trettondedag jul"):
        assert left_out in text


def test_goals_say_that_the_number_is_not_the_laws() -> None:
    text = " ".join(answer("lex_sarah_ivo", "2025-06-27")["steps"])
    assert "snarast enligt 14 kap. 7 § SoL (2001:453) och 24 f § LSS (1993:387)" in text
    assert "Lagen anger inget antal dagar. Här gäller 1 arbetsdag som riktmärke" in text


def test_the_citizens_time_is_not_called_ours() -> None:
    text = " ".join(answer("appeal", "2026-12-04")["steps"])
    assert "den enskildes tid" in text
    assert "Bevakningen varnar" not in text


@pytest.mark.parametrize(
    ("rule", "day", "says"),
    [
        ("reporter_feedback", "2025-06-30", "14 kap. 1 b § SoL (2001:453). Lagen anger ingen tid."),
        ("reporter_feedback", "2025-12-31", "19 kap. 6 § SoL (2025:400). Lagen anger ingen tid."),
        ("action_due", "2026-03-02", "den dag som sattes när den beslutades."),
        ("effect_follow_up", "2026-03-02", "3 månader efter åtgärden"),
    ],
)
def test_a_rule_without_a_limit_has_no_dates(rule: str, day: str, says: str) -> None:
    given = answer(rule, day)
    for empty in ("amount", "unit", "raw_date", "last_day"):
        assert given[empty] is None
    assert given["rolled"] is False
    assert says in " ".join(given["steps"])


def test_what_is_not_verified_is_said() -> None:
    assert "Kontrollera: " in answer("reporter_feedback", "2026-01-01")["steps"][-1]


def test_what_comes_round_again_is_said() -> None:
    steps = answer("custody_transfer", "2025-07-01")["steps"]
    assert "Därefter gäller 12 månader från det senaste övervägandet." in steps


@pytest.mark.parametrize("key", sorted(RULES))
@pytest.mark.parametrize("day", [date(2025, 6, 30), date(2025, 7, 1), date(2026, 12, 24)])
def test_every_rule_is_explained_in_whole_plain_sentences(key: str, day: date) -> None:
    explanation = explain(rule_on(key, day), day)
    for sentence in explanation.steps:
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".")
        assert "  " not in sentence
        assert "None" not in sentence
        assert not any(word in sentence.lower() for word in NEVER)
    basis = explanation.version.basis
    if basis:
        assert cite(basis) in explanation.steps[1]


@pytest.mark.parametrize(
    ("law", "provision", "written"),
    [
        ("SoL 2025:400", "20:2", "20 kap. 2 § SoL (2025:400)"),
        ("SoL 2025:400", "23:1–5", "23 kap. 1–5 §§ SoL (2025:400)"),
        ("SoL 2001:453", "11:1 a", "11 kap. 1 a § SoL (2001:453)"),
        ("SoL 2001:453", "11:1 a 2 st", "11 kap. 1 a § andra stycket SoL (2001:453)"),
        ("LVU 1990:52", "7", "7 § LVU (1990:52)"),
        ("LVU 1990:52", "21 b–c", "21 b–c §§ LVU (1990:52)"),
        ("SOSFS 2011:5", "6 kap.", "6 kap. SOSFS 2011:5"),
    ],
)
def test_provisions_are_written_out(law: str, provision: str, written: str) -> None:
    assert cite(Basis(law, provision)) == written


@pytest.mark.parametrize(
    ("rule", "day", "message"),
    [
        ("no_such_rule", "2026-01-01", "action_due, adult_investigation, appeal"),
        ("appeal", "2026-02-30", "2026-02-30 är inget datum. Skriv det som ÅÅÅÅ-MM-DD"),
        ("appeal", "20260219", "är inget datum"),
        ("appeal", "2026-W08-4", "är inget datum"),
        ("appeal", "i går", "är inget datum"),
        ("appeal", "1850-01-01", "Kalendern omfattar åren 1953–2100."),
        ("appeal", "2100-12-24", "Kalendern omfattar åren 1953–2100."),
    ],
)
def test_wrong_input_is_said_plainly(rule: str, day: str, message: str) -> None:
    with pytest.raises(CommandError, match=message) as raised:
        call_command("explain_deadline", rule, day)
    assert raised.value.returncode == 2


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does, with no server anywhere."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL"}
    }
    return subprocess.run(
        [sys.executable, "manage.py", "explain_deadline", *arguments],
        cwd=Path(settings.BASE_DIR),
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_needs_no_database_and_keeps_stdout_for_the_answer() -> None:
    done = run("preliminary_assessment", "2026-12-10")
    assert done.returncode == 0
    assert json.loads(done.stdout)["last_day"] == "2026-12-28"
    wrong = run("no_such_rule", "2026-12-10")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "preliminary_assessment" in wrong.stderr


@pytest.mark.parametrize("board", [["--board", "Nämnden"], ["--board=Nämnden"]])
def test_a_board_is_looked_up_where_the_servers_are(board: list[str]) -> None:
    asked = ["explain_deadline", "deviation_handling", "2026-12-10"]
    assert not needs_database(asked)
    assert needs_database([*asked, *board])

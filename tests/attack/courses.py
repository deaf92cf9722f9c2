"""The work that people do while the service is attacked: courses of acts, begun again and again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from casework.shared import clock
from tests.attack.writers import Person


@dataclass
class Work:
    """Who works, and what there is to work with."""

    ground: dict[str, Any]
    people: dict[str, Person]

    def report_by_form(self) -> None:
        """Write a draft, and send it or throw it away: once, however often it is sent."""
        amina, today = self.people["amina"], clock.today().isoformat()
        form, _ = amina.until_answered(lambda: amina.browser.ask("GET", "/avvikelser/ny/"))
        key, text = _value(form.text, "key"), f"Mötet ställdes in {uuid4()}."
        given = {
            "key": key,
            "author": _value(form.text, "author"),
            "unit": str(self.ground["unit"]),
            "when": today,
            "description": text,
            "safe_now": "yes",
            "csrfmiddlewaretoken": amina.browser.token,
        }

        def sent(path: str) -> int:
            answer, again = amina.until_answered(
                lambda: amina.browser.ask("POST", path, form=given)
            )
            return 302 if again and answer.status == 404 else answer.status

        assert sent("/avvikelser/ny/spara/") == 204
        if amina.ledger.answered % 4 == 0:
            assert sent(f"/avvikelser/utkast/{key}/ta-bort/") == 302
            amina.ledger.discarded.add(key)
            return
        assert sent("/avvikelser/ny/") == 302
        amina.ledger.sent.add(key)
        amina.ledger.deviations.append(text)
        receipt, _ = amina.until_answered(
            lambda: amina.browser.ask("GET", f"/avvikelser/kvitto/{key}/")
        )
        assert "AVV-" in receipt.text

    def handle_deviation(self) -> None:
        """Take one from its report to its closing."""
        eva, amina = self.people["eva"], self.people["amina"]
        text, today = f"Blanketten saknades {uuid4()}.", clock.today().isoformat()
        given = {"description": text, "occurred_on": today, "unit": self.ground["unit"]}
        answer = eva.once(lambda: eva.call("POST", "deviations/", given | {"safe_now": "yes"}))
        if answer is None:  # nobody knows whether it is there, and there is no key to ask by
            return
        assert answer.status == 201, answer.text
        pk = json.loads(answer.text)["id"]
        eva.ledger.deviations.append(text)
        eva.ledger.note("deviation.reported", "eva", pk)

        def act(event: str, name: str, **body: Any) -> None:
            eva.act(f"deviation.{event}", f"deviations/{pk}/{name}/", pk, body)

        act("received", "receive")
        act("assigned", "assign", to=self.ground["people"]["amina"])
        act("classified", "classify", category=self.ground["category"], severity=2, probability=3)
        act("investigated", "investigate", causes=[self.ground["cause"]], analysis="Ingen rutin.")
        act("asked", "ask", text="Vilken blankett?")
        task = f"Skriv en rutin {uuid4()}"
        act(
            *("action_planned", "plan-action"),
            text=task,
            cause=self.ground["cause"],
            owner=self.ground["people"]["amina"],
            due_on=today,
        )
        eva.ledger.actions.append(task)
        (action,) = json.loads(eva.read(f"deviations/{pk}/").text)["actions"]
        amina.act(
            "deviation.action_finished", f"actions/{action['id']}/finish/", pk, of="deviations"
        )
        act("closed", "close", outcome="Det finns en rutin.")
        act("protection_changed", "set-protection", protected=True)

    def report_misconduct(self) -> None:
        """Hand in a lex Sarah report and let SAS take it to IVO."""
        amina, sara, today = self.people["amina"], self.people["sara"], clock.today().isoformat()
        key = str(uuid4())
        given = {
            "event": "Ingen såg till pojken.",
            "occurred_on": today,
            "unit": self.ground["unit"],
            "safe_now": "no",
            "submission_key": key,
        }
        answer, _ = amina.until_answered(lambda: amina.call("POST", "lexsarah-reports/", given))
        assert answer.status == 201, answer.text
        pk = json.loads(answer.text)["id"]
        amina.ledger.reports[key] = pk
        amina.ledger.note("lexsarah.reported", "amina", pk)

        def act(event: str, name: str, **body: Any) -> None:
            sara.act(f"lexsarah.{event}", f"lexsarah-reports/{pk}/{name}/", pk, body)

        act("investigation_started", "start-investigation")
        act("registry_number_set", "set-registry-number", number=f"SN {pk}")
        act("assessed_serious", "assess-serious", on=today, reason="Fara för liv.")
        act("made_safe", "make-safe", on=today, how="Flyttad i dag.")
        if pk % 2:  # the others wait, and the investigator is told
            act("ivo_notified", "notify-ivo", on=today)

    def register_case(self) -> None:
        """Take in an anmälan late, assess it and open an investigation; decide on a measure."""
        amina, now, number = self.people["amina"], clock.now(), f"Ä-{uuid4()}"[:20]
        today = clock.today().isoformat()
        given = {
            "unit": self.ground["unit"],
            "received_at": (now - timedelta(days=10)).isoformat(),
            "kind": "report",
            "people": [{"case_number": number, "birth_year": 2015}],
        }
        answer = amina.once(lambda: amina.call("POST", "intakes/", given))
        if answer is None:
            return
        assert answer.status == 201, answer.text
        pk = json.loads(answer.text)["intakes"][0]["id"]
        amina.ledger.note("case.intake_registered", "amina", pk)

        def act(event: str, path: str, pk: int, **body: Any) -> None:
            amina.act(f"case.{event}", path, pk, body)

        if pk % 2:  # the others are missed
            at = (now - timedelta(minutes=1)).isoformat()
            act("protection_assessed", f"intakes/{pk}/protection-assessment/", pk, at=at)
            decided = {"on": today, "outcome": "opened", "reason": "Oro"}
            act("intake_decided", f"intakes/{pk}/preliminary-assessment/", pk, **decided)
        case = {"unit": self.ground["unit"], "case_number": number, "decided_on": today}
        decision = case | {"statute": "SoL", "measure": "Kontaktfamilj"}
        answer = amina.once(lambda: amina.call("POST", "decisions/", decision))
        if answer is not None:
            assert answer.status == 201, answer.text
            pk = json.loads(answer.text)["id"]
            amina.ledger.note("case.decision_registered", "amina", pk)
            act("decision_executed", f"decisions/{pk}/execute/", pk, on=today)

    def take_in_rows(self) -> None:
        """Take in rows of the case system, each again until it is answered."""
        simon, number = self.people["simon"], f"R-{uuid4()}"[:20]
        day = (clock.today() - timedelta(days=5)).isoformat()
        common = {"unit": self.ground["unit_name"], "case_number": number}
        rows: dict[str, dict[str, Any]] = {
            "intakes": {"received_at": f"{day}T10:00", "kind": "report"},
            "investigations": {"opened_on": day},
            "decisions": {"decided_on": day, "statute": "SoL", "measure": "Kontaktfamilj"},
        }
        for resource, row in rows.items():
            key = f"{resource}-{number}"
            answer, _ = simon.until_answered(
                lambda resource=resource, key=key, row=row: simon.call(  # type: ignore[misc]
                    "PUT", f"{resource}/{key}/", common | row
                )
            )
            assert answer.status in (200, 201), answer.text
            simon.ledger.imported.append(key)

    def courses(self) -> list[Callable[[], None]]:
        """All of them: each goes on beside the others."""
        return [
            self.report_by_form,
            self.handle_deviation,
            self.report_misconduct,
            self.register_case,
            self.take_in_rows,
        ]


def _value(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]

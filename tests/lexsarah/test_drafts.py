"""A report that is being written is kept for its author alone, until it is handed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client

from casework.access.actor import Actor
from casework.models import User
from casework.shared.errors import NotVisible
from lexsarah.models import Report, ReportDraft
from lexsarah.services import drafts
from lexsarah.services.reporting import NewReport, submit
from tests.conftest import Place, make_place
from tests.lexsarah.factory import EVENT
from tests.races.overlapping import at_once
from tests.web.pages import page

Login = Callable[..., Client]
NEW, SAVE, OWN = "/lex-sarah/rapportera/", "/lex-sarah/rapportera/spara/", "/lex-sarah/mina/"
TODAY = date(2026, 3, 30)
TEXT = "Larmet gick inte fram i natt."


@pytest.fixture(autouse=True)
def _spring(at: Callable[[Any], Any]) -> None:
    at(TODAY)


def save(client: Client, key: UUID, **typed: Any) -> int:
    return client.post(SAVE, {"key": key, "event": TEXT, **typed}).status_code


@pytest.mark.django_db
class TestDrafts:
    """Saved as one types, gone on with, thrown away, gone when handed in."""

    def test_a_closed_page_is_gone_on_with(self, place: Place, as_user: Login) -> None:
        amina, key = as_user("amina"), uuid4()
        assert save(amina, key, occurred_on="2026-03-28", safe_now="no", protected="on") == 204
        assert save(amina, key, occurred_on="2026-03-28", safe_now="no", protected="on") == 204
        (draft,) = ReportDraft.objects.all()
        with connection.cursor() as cursor:
            cursor.execute("SELECT content FROM lexsarah_reportdraft")
            assert "Larmet" not in cursor.fetchone()[0]
        url = f"{NEW}?utkast={key}"
        for listed in (page(amina, NEW), page(amina, OWN)):
            assert TEXT in listed
            assert url in listed
        form = page(amina, url)
        assert f'value="{key}"' in form
        assert 'value="2026-03-28"' in form
        assert TEXT in form
        assert 'value="no" required id="id_safe_now_1" checked' in form.replace("\n", " ")
        assert "Utkastet sparat 30 mars" in form
        # The open one is not offered beside itself.
        assert "Bara du ser det" not in form
        assert draft.author == place.user("amina")

    def test_handed_in_it_is_gone_and_a_late_save_brings_nothing_back(
        self, place: Place, as_user: Login
    ) -> None:
        amina, key = as_user("amina"), uuid4()
        save(amina, key)
        fields = {
            "key": key,
            "event": EVENT,
            "occurred_on": "2026-03-29",
            "unit": place.unit.pk,
            "safe_now": "yes",
            "statute": "SoL",
        }
        assert amina.post(NEW, fields).status_code == 302
        assert Report.objects.get().submission_key == key
        assert not ReportDraft.objects.exists()
        assert save(amina, key) == 204
        assert not ReportDraft.objects.exists()
        assert amina.get(f"{NEW}?utkast={key}").status_code == 404

    def test_what_is_refused_is_kept(self, place: Place, as_user: Login) -> None:
        amina, key = as_user("amina"), uuid4()
        lacking = {"key": key, "event": TEXT, "statute": "SoL"}
        assert amina.post(NEW, lacking).status_code == 422
        assert drafts.fields_of(ReportDraft.objects.get())["event"] == TEXT

    def test_a_form_with_nothing_written_is_no_draft(self, place: Place, as_user: Login) -> None:
        amina, key = as_user("amina"), uuid4()
        given = {"occurred_on": "2026-03-30", "unit": place.unit.pk, "statute": "SoL"}
        assert save(amina, key, **given | {"event": ""}) == 204
        assert save(amina, "nonsense", **given) == 204  # type: ignore[arg-type]
        assert not ReportDraft.objects.exists()
        # What was written and taken away again is remembered as it is.
        save(amina, key)
        save(amina, key, event="")
        assert drafts.fields_of(ReportDraft.objects.get()) == {}

    def test_it_is_thrown_away_after_a_question(self, place: Place, as_user: Login) -> None:
        amina, key = as_user("amina"), uuid4()
        save(amina, key)
        url = f"/lex-sarah/utkast/{key}/ta-bort/"
        assert url in page(amina, OWN)
        assert "Det går inte att ångra." in page(amina, url)
        assert ReportDraft.objects.exists()
        told = amina.post(url, follow=True).content.decode()
        assert "Utkastet är borttaget." in told
        assert not ReportDraft.objects.exists()

    def test_to_everybody_else_it_does_not_exist(self, place: Place, as_user: Login) -> None:
        key = uuid4()
        save(as_user("amina"), key)
        for name in ("nils", "eva", "sara", "simon"):
            other = as_user(name)
            assert TEXT not in page(other, OWN) + page(other, NEW)
            assert other.get(f"{NEW}?utkast={key}").status_code == 404
            assert save(other, key, event="Något annat") == 404
            with pytest.raises(NotVisible):
                drafts.discard_draft(place.actor(name), key)
        assert drafts.fields_of(ReportDraft.objects.get())["event"] == TEXT
        for query in ("utkast=x", f"utkast={uuid4()}"):
            assert as_user("amina").get(f"{NEW}?{query}").status_code == 404

    def test_what_comes_on_paper_is_no_draft(self, place: Place, as_user: Login) -> None:
        rut = as_user("rut")
        assert SAVE not in page(rut, "/lex-sarah/papper/")
        assert rut.post("/lex-sarah/papper/", {"event": TEXT, "key": uuid4()}).status_code == 422
        assert not ReportDraft.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_saved_while_it_is_handed_in_leaves_no_draft_behind() -> None:
    place = make_place("Norr")
    amina, unit = place.user("amina"), place.unit
    given = {"event": EVENT, "occurred_on": TODAY, "unit": unit, "safe_now": "yes"}
    for turn in range(2):
        key = uuid4()

        def hand_in(key: UUID = key) -> None:
            submit(Actor.of(User.objects.get(pk=amina.pk)), NewReport(**given), key=key)

        def type_on(key: UUID = key) -> None:
            drafts.save_draft(Actor.of(User.objects.get(pk=amina.pk)), key, {"event": TEXT})

        # In either order: what is first at the lock goes first.
        acts = (type_on, hand_in) if turn else (hand_in, type_on)
        at_once(ReportDraft, *acts)
    assert Report.objects.count() == 2
    assert not ReportDraft.objects.exists()

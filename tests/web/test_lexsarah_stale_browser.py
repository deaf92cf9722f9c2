"""Somebody was first, as it looks: what stands beside what was typed, wide and narrow."""

from __future__ import annotations

import pytest

from casework.models import Membership, Role
from casework.shared import clock
from lexsarah.services import investigating
from lexsarah.services.letters import Letter, answer_letter, record_letter
from lexsarah.services.registry import Entry, correct_entry, register_document
from tests.conftest import Place
from tests.lexsarah.factory import handed_in
from tests.web.conftest import WIDTHS, BrowserPage, assert_accessible, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", WIDTHS)
def test_what_was_typed_stands_beside_what_stands_now(
    place: Place, browser_page: BrowserPage, width: int
) -> None:
    Membership.objects.create(user=place.user("gun"), board=place.board, role=Role.SAS)
    sara, gun, today = place.actor("sara"), place.actor("gun"), clock.today()
    report = handed_in(place)
    investigating.record_ivo_notification(sara, report.pk, on=today)
    asked = record_letter(sara, report.pk, letter=Letter("question", today, "Hur var det?", today))
    line = register_document(sara, report.pk, entry=Entry(today, "in", "Journalutdrag", "Regionen"))
    page = browser_page("sara", width)

    page.goto(f"/lex-sarah/{report.pk}/handlingar/rad/{line.pk}/")
    correct_entry(gun, report.pk, line.pk, entry=Entry(today, "in", "Journalkopia", "Regionen"))
    page.get_by_label("Gäller").fill("Intyg från läkare")
    page.get_by_role("button", name="Spara rättelsen").click()
    assert page.get_by_text("Någon annan hann före").is_visible()
    now = page.get_by_role("region", name="Det som gäller nu")
    assert now.get_by_text("Journalkopia").is_visible()
    typed = page.get_by_role("region", name="Det du skrev")
    assert typed.get_by_text("Intyg från läkare").is_visible()
    assert_accessible(page)
    picture(page, f"lex-hann-fore-{width}")
    # Sent again, knowing it, it holds.
    page.get_by_role("button", name="Spara rättelsen").click()
    assert page.get_by_role("rowheader", name="Intyg från läkare").is_visible()

    page.goto(f"/lex-sarah/{report.pk}/ivo/brev/{asked.pk}/")
    answer_letter(gun, report.pk, asked.pk, answered_on=today, answer="Tre på natten.")
    page.get_by_label("Vad svarade ni?").fill("Två på natten.")
    page.get_by_role("button", name="Spara").click()
    assert page.get_by_text("Det du skrev är inte sparat.").is_visible()
    assert (
        page.get_by_role("region", name="Det du skrev").get_by_text("Två på natten.").is_visible()
    )
    assert not page.get_by_role("button", name="Spara").count()
    assert_accessible(page)
    picture(page, f"lex-redan-besvarad-{width}")

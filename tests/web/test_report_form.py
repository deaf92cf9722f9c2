"""The report form as it answers: presets, faults, drafts, sessions that end, two clicks."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from casework.models import AuditEvent, Membership, Role
from casework.shared import clock
from deviations.models import Attachment, Category, Deviation, Draft
from deviations.services import drafts
from tests.conftest import Place
from tests.deviations.test_reporting import PDF
from tests.pure.test_personnummer import ADULT, dashed

pytestmark = pytest.mark.django_db

NEW = "/avvikelser/ny/"
Login = Callable[..., Client]


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    """Keep files in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def opened(client: Client, address: str = NEW) -> dict[str, str]:
    """Open the form and return the fields that it holds before anything is typed."""
    html = client.get(address).content.decode()
    fields = {}
    for name in ("key", "author", "unit"):
        found = re.search(rf'name="{name}" value="([^"]*)"', html)
        if found:
            fields[name] = found.group(1)
    return fields | {"when": clock.today().isoformat()}


def filled(client: Client, **other: str) -> dict[str, str]:
    typed = {"description": "Mötet ställdes in utan besked.", "safe_now": "yes"}
    return opened(client) | typed | other


def page(response: HttpResponse) -> str:
    return response.content.decode()


def test_opening_the_page_creates_nothing_and_asks_little_of_the_database(
    as_user: Login, category: Category, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_user("amina")
    with django_assert_max_num_queries(15):
        html = page(client.get(NEW))
    assert not Draft.objects.exists()
    assert "Enheten" in html
    assert re.search(rf'value="{clock.today()}"[^>]*checked', html)
    assert html.count("(obligatorisk)") == 3


def test_a_text_and_one_answer_are_enough(
    as_user: Login, place: Place, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_user("amina")
    fields = filled(client)
    response = client.post(NEW, fields, follow=True)
    deviation = Deviation.objects.get()
    assert deviation.description == fields["description"]
    assert (deviation.unit, deviation.occurred_on) == (place.unit, clock.today())
    assert deviation.number in page(response)
    assert "Enhetschefen ska ta emot den" in page(response)
    assert "Eva Norr" in page(response)
    with django_assert_max_num_queries(15):
        client.get(response.request["PATH_INFO"])


def test_faults_are_told_all_at_once_and_nothing_typed_is_lost(as_user: Login) -> None:
    client = as_user("amina")
    fields = opened(client) | {
        "description": "",
        "case_number": "2026-17",
        "done_at_once": "Ringde hem",
        "when": "other",
    }
    brev = SimpleUploadedFile("brev.pdf", PDF)
    response = client.post(NEW, fields | {"files": [brev]})
    html = page(response)
    assert response.status_code == 422
    assert "3 fel behöver rättas" in html
    for kept in ("2026-17", "Ringde hem", "brev.pdf"):
        assert kept in html
    assert re.search(r'<details class="card report__more" open>', html)
    # The file is with the draft: it need not be chosen again.
    fields |= {
        "description": "Mötet ställdes in.",
        "safe_now": "nobody",
        "occurred_on": "2026-01-02",
    }
    client.post(NEW, fields)
    assert Attachment.objects.get().name == "brev.pdf"
    assert Deviation.objects.get().occurred_on == date(2026, 1, 2)


def test_a_file_that_may_not_be_attached_is_named_and_the_good_one_kept(as_user: Login) -> None:
    client = as_user("amina")
    files = [SimpleUploadedFile("brev.pdf", PDF), SimpleUploadedFile("skript.exe", b"MZ\x90\x00")]
    html = page(client.post(NEW, filled(client) | {"files": files}))
    assert "skript.exe kan inte bifogas" in html
    assert "brev.pdf" in html
    assert not Deviation.objects.exists()


def test_a_kept_file_can_be_left_out_when_sending(as_user: Login, place: Place) -> None:
    client = as_user("amina")
    fields = filled(client)
    client.post(NEW, fields | {"verb": "save", "files": SimpleUploadedFile("brev.pdf", PDF)})
    kept = drafts.files_of(Draft.objects.get())[0]
    client.post(NEW, fields | {"remove_files": str(kept.pk)})
    assert Deviation.objects.exists()
    assert not Attachment.objects.exists()


def test_a_personnummer_stops_once_and_changes_nothing(as_user: Login) -> None:
    client = as_user("amina")
    text = f"Mötet om {dashed(ADULT)} ställdes in."
    fields = filled(client, description=text)
    response = client.post(NEW, fields)
    assert response.status_code == 422
    assert "Skriv ärendenummer i stället" in page(response)
    assert "Skicka ändå" in page(response)
    assert text in page(response)
    assert not Deviation.objects.exists()
    client.post(NEW, fields | {"verb": "send-anyway"})
    assert Deviation.objects.get().description == text


@pytest.mark.parametrize("field", ["done_at_once", "case_number"])
def test_a_personnummer_is_seen_wherever_one_writes(as_user: Login, field: str) -> None:
    client = as_user("amina")
    response = client.post(NEW, filled(client, **{field: ADULT}))
    assert "Skicka ändå" in page(response)


def test_a_period_is_no_personnummer(as_user: Login) -> None:
    client = as_user("amina")
    client.post(NEW, filled(client, description="Perioden 210604-211007 saknades beslut."))
    assert Deviation.objects.exists()


def test_two_clicks_are_one_report_and_one_receipt(as_user: Login) -> None:
    client = as_user("amina")
    fields = filled(client)
    first, second = client.post(NEW, fields), client.post(NEW, fields)
    assert Deviation.objects.count() == 1
    assert first["Location"] == second["Location"]
    assert Deviation.objects.get().number in page(client.get(second["Location"]))
    assert client.get(f"{NEW}?utkast={fields['key']}")["Location"] == first["Location"]


def test_the_draft_of_another_is_not_found(as_user: Login, place: Place) -> None:
    key = uuid.uuid4()
    drafts.save_draft(place.actor("amina"), key, {"description": "Mötet"})
    eva = as_user("eva")
    for address in (
        f"{NEW}?utkast={key}",
        f"{NEW}?utkast=rappakalja",
        reverse("report-receipt", args=[key]),
        reverse("draft-discard", args=[key]),
    ):
        assert eva.get(address).status_code == 404
    assert eva.post(reverse("draft-discard", args=[key])).status_code == 404
    # Nor can her own form be sent under the key of somebody else's draft.
    stolen = filled(eva) | {"key": str(key), "author": ""}
    assert eva.post(NEW, stolen).status_code == 404
    assert drafts.fields_of(Draft.objects.get()) == {"description": "Mötet"}


def test_spara_utkast_without_script(as_user: Login) -> None:
    client = as_user("amina")
    response = client.post(NEW, opened(client) | {"verb": "save", "safe_now": "no"}, follow=True)
    html = page(response)
    assert "Utkastet är sparat" in html
    assert re.search(r'value="no"[^>]*checked', html)
    assert "Ta bort utkastet" in html


def test_an_empty_form_is_not_saved(as_user: Login) -> None:
    client = as_user("amina")
    response = client.post(NEW, opened(client) | {"verb": "save"}, follow=True)
    assert "inget att spara" in page(response)
    assert not Draft.objects.exists()


def test_autosave_keeps_one_draft_for_the_form(as_user: Login, place: Place) -> None:
    client = as_user("amina")
    fields = opened(client)
    for text in ("Mö", "Mötet"):
        response = client.post("/avvikelser/ny/spara/", fields | {"description": text})
        assert response.status_code == 204
    assert "Mötet" in page(client.get(f"{NEW}?utkast={fields['key']}"))
    assert Draft.objects.count() == 1


def test_a_draft_of_yesterday_still_means_yesterday(as_user: Login, place: Place) -> None:
    day = clock.today() - timedelta(days=3)
    key = uuid.uuid4()
    drafts.save_draft(place.actor("amina"), key, {"description": "Mötet", "when": day.isoformat()})
    client = as_user("amina")
    html = page(client.get(f"{NEW}?utkast={key}"))
    assert f'value="{day.isoformat()}"' in html
    assert re.search(r'value="other"[^>]*checked', html)
    client.post(NEW, filled(client, when=day.isoformat()))
    assert Deviation.objects.get().occurred_on == day


# Sessions that end


def logged_out(client: Client) -> None:
    """End the session as time does: the cookie that guards forms stays."""
    del client.cookies["sessionid"]


def test_what_is_posted_after_the_session_has_ended_is_there_after_login(
    as_user: Login, place: Place
) -> None:
    client = as_user("amina")
    fields = filled(client, description="Det sista ordet")
    logged_out(client)
    response = client.post(NEW, fields | {"files": SimpleUploadedFile("brev.pdf", PDF)})
    assert response["Location"].startswith(reverse("account_login"))
    assert not Deviation.objects.exists()
    assert "sparat" in page(client.get(response["Location"]))
    client.force_login(place.user("amina"))
    html = page(client.get(f"{NEW}?utkast={fields['key']}"))
    assert "Det sista ordet" in html
    assert "brev.pdf" in html


def test_autosave_goes_on_after_the_session_has_ended(as_user: Login, place: Place) -> None:
    client = as_user("amina")
    fields = filled(client, description="Det sista ordet")
    logged_out(client)
    assert client.post("/avvikelser/ny/spara/", fields).status_code == 204
    (draft,) = drafts.drafts_of(place.actor("amina"))
    assert drafts.fields_of(draft)["description"] == "Det sista ordet"


@pytest.mark.parametrize("author", ["", "WzEsIngiXQ:1:x", "other-key"])
def test_without_proof_of_its_author_nothing_is_saved(
    as_user: Login, client: Client, author: str
) -> None:
    fields = filled(as_user("amina"))
    if author == "other-key":
        fields["key"] = str(uuid.uuid4())
    else:
        fields["author"] = author
    assert client.post(NEW, fields)["Location"].startswith(reverse("account_login"))
    assert client.post("/avvikelser/ny/spara/", fields).status_code == 403
    assert client.post("/avvikelser/ny/tips/", fields).status_code == 204
    assert not Draft.objects.exists()


def test_a_form_that_another_left_open_is_kept_for_that_person(
    as_user: Login, place: Place
) -> None:
    fields = filled(as_user("amina"), description="Aminas ord")
    nils = as_user("nils")
    response = nils.post(NEW, fields, follow=True)
    assert "öppnat av någon annan" in page(response)
    assert "Aminas ord" not in page(response)
    assert not Deviation.objects.exists()
    assert drafts.drafts_of(place.actor("nils")) == []
    assert len(drafts.drafts_of(place.actor("amina"))) == 1


def test_nobody_is_sent_to_login_and_back_to_the_draft(client: Client) -> None:
    address = f"{NEW}?utkast={uuid.uuid4()}"
    response = client.get(address)
    assert response.status_code == 302
    assert "utkast%3D" in response["Location"]


# Units, colleagues, categories


def test_who_works_in_two_units_chooses(as_user: Login, place: Place) -> None:
    Membership.objects.create(
        user=place.user("amina"), board=place.board, role=Role.WORKER, unit=place.sister_unit
    )
    client = as_user("amina")
    client.post(NEW, filled(client, unit=str(place.sister_unit.pk)))
    assert Deviation.objects.get().unit == place.sister_unit


def test_it_may_have_happened_in_another_unit(as_user: Login, place: Place) -> None:
    client = as_user("amina")
    client.post(NEW, filled(client, other_unit=str(place.far_unit.pk)))
    assert Deviation.objects.get().unit == place.far_unit


def test_who_has_no_unit_names_one(as_user: Login, place: Place) -> None:
    client = as_user("sara")
    assert client.post(NEW, filled(client)).status_code == 422
    client.post(NEW, filled(client, other_unit=str(place.unit.pk)))
    assert Deviation.objects.get().unit == place.unit


def test_units_of_another_board_are_not_offered(
    as_user: Login, place: Place, other_place: Place
) -> None:
    client = as_user("amina")
    assert client.post(NEW, filled(client, other_unit=str(other_place.unit.pk))).status_code == 422
    assert "Förvaltningen Söder" not in page(client.get(NEW))


def test_on_behalf_of_a_colleague_of_the_unit(as_user: Login, place: Place) -> None:
    client = as_user("amina")
    html = page(client.get(NEW))
    assert "Nils Norr" in html
    assert "Sven Norr" not in html
    client.post(NEW, filled(client, on_behalf_of=str(place.user("nils").pk)))
    assert "rapporterad åt dig" in page(as_user("nils").get("/avvikelser/mina/"))


def test_a_category_is_suggested_with_its_reason_and_may_be_chosen(
    as_user: Login, place: Place, category: Category
) -> None:
    client = as_user("amina")
    text = "Utredningstiden överskreds med elva dagar."
    fields = filled(client, description=text)
    html = page(client.post("/avvikelser/ny/tips/", fields))
    assert category.label in html
    assert "liknar ord: utredningstiden<" in html
    # Without script: a step of its own.
    html = page(client.post(NEW, fields | {"verb": "suggest"}, follow=True))
    assert category.label in html
    client.post(NEW, fields | {"category": str(category.pk)})
    assert Deviation.objects.get().category == category


def test_left_to_the_manager_it_has_no_category(as_user: Login, category: Category) -> None:
    client = as_user("amina")
    client.post(NEW, filled(client, description="Utredningstiden överskreds", category=""))
    assert Deviation.objects.get().category is None


def test_a_category_no_longer_in_use_is_refused(as_user: Login, category: Category) -> None:
    client = as_user("amina")
    category.valid_to = clock.today() - timedelta(days=1)
    category.save()
    response = client.post(NEW, filled(client, category=str(category.pk)))
    assert "används inte längre" in page(response)


# Receipt


def test_the_receipt_says_that_sas_has_it_too(as_user: Login) -> None:
    client = as_user("amina")
    response = client.post(NEW, filled(client, possible_misconduct="on"), follow=True)
    assert "lex Sarah-rapport" in page(response)
    assert Deviation.objects.get().possible_misconduct


def test_about_my_manager_names_the_head(as_user: Login) -> None:
    client = as_user("amina")
    html = page(client.post(NEW, filled(client, about_manager="on"), follow=True))
    assert "Avdelningschefen ska ta emot den" in html
    assert "Anna Norr" in html
    assert "Eva Norr" not in html


def test_a_protected_report_gives_its_number_and_cannot_be_opened_again(as_user: Login) -> None:
    client = as_user("amina")
    html = page(client.post(NEW, filled(client, protected="on"), follow=True))
    deviation = Deviation.objects.get()
    assert deviation.number in html
    assert "kan inte öppna den igen" in " ".join(html.split())
    assert deviation.description not in html
    assert deviation.number not in page(client.get("/avvikelser/mina/"))


def test_the_text_is_in_no_audit_event(as_user: Login) -> None:
    client = as_user("amina")
    client.post(NEW, filled(client, description="Hemligheten"))
    client.get("/avvikelser/mina/")
    events = list(AuditEvent.objects.all())
    assert {event.action for event in events} >= {"deviation.reported", "deviation.listed"}
    assert "Hemligheten" not in str([event.data for event in events])


def test_an_empty_form_that_is_sent_leaves_no_draft(place: Place, as_user: Login) -> None:
    amina = as_user("amina")
    assert amina.post(NEW, {**opened(amina), "verb": "send"}).status_code == 422
    assert not Draft.objects.exists()

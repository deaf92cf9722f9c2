"""A field key is changed as the operator's guide says: nothing is lost, and words are found."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.db import connection

from casework.kit.search import parse
from casework.registers import pending
from casework.shared import blind_index
from casework.shared.uploads import Upload
from config.env import index_key
from deviations.models import Deviation
from deviations.searches import find
from deviations.services import attaching
from lexsarah.queries import read_report
from tests.conftest import Place, make_report
from tests.deviations.test_reporting import PDF
from tests.lexsarah.factory import handed_in

pytestmark = pytest.mark.django_db

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
OLD_TEXT, NEW_TEXT = "Dörren till medicinrummet stod olåst.", "Bilen gick inte att starta."


@pytest.fixture(autouse=True)
def _old_key(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.FIELD_KEYS = [OLD]
    settings.INDEX_KEY = index_key([OLD])


@pytest.fixture
def written_before(place: Place) -> Deviation:
    """A deviation with a file, written while there was one key."""
    return make_report(place, description=OLD_TEXT, files=[Upload("Foto.pdf", PDF)])


def rotate(settings: Any, *keys: str) -> None:
    """Start again with other keys, as a restart of the service does."""
    settings.FIELD_KEYS = list(keys)
    settings.INDEX_KEY = index_key(list(keys))


def _found(place: Place, text: str) -> set[int]:
    return {hit.key for hit in find(place.actor("eva"), parse(text))[0:50]}


def _stored(deviation: Deviation) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT description FROM deviations_deviation WHERE id = %s", [deviation.pk])
        (stored,) = cursor.fetchone()
    return str(stored).encode()


def test_the_old_is_read_with_the_old_key_and_the_new_written_with_the_new(
    place: Place, written_before: Deviation, settings: Any
) -> None:
    report = handed_in(place, event=OLD_TEXT)
    rotate(settings, NEW, OLD)
    before = Deviation.objects.get(pk=written_before.pk)
    assert before.description == OLD_TEXT
    (attached,) = before.attachments.all()
    assert (attached.name, attaching.content(attached)) == ("Foto.pdf", PDF)
    assert read_report(place.actor("sara"), report.pk).event == OLD_TEXT
    after = make_report(place, description=NEW_TEXT)
    assert Fernet(NEW).decrypt(_stored(after)).decode() == NEW_TEXT
    assert Fernet(OLD).decrypt(_stored(before)).decode() == OLD_TEXT


def test_words_are_found_in_old_and_new_texts_alike(
    place: Place, written_before: Deviation, settings: Any
) -> None:
    rotate(settings, NEW, OLD)
    after = make_report(place, description="Dörren gick inte att stänga.")
    assert _found(place, "medicinrum") == {written_before.pk}
    assert _found(place, "dörrar") == {written_before.pk, after.pk}
    assert set(blind_index.terms("dörren")) <= set(written_before.search_terms)


def test_what_is_written_again_gets_the_new_key_and_outlives_the_old(
    place: Place, written_before: Deviation, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As the guide says: an index key of its own, before the old key is taken away.
    monkeypatch.setenv("INDEX_KEY", settings.INDEX_KEY)
    rotate(settings, NEW, OLD)
    again = Deviation.objects.get(pk=written_before.pk)
    again.save(update_fields=["description"])
    rotate(settings, NEW)
    assert Deviation.objects.values_list("description", flat=True).get() == OLD_TEXT
    assert _found(place, "medicinrum") == {written_before.pk}


def test_a_key_taken_away_too_early_is_named(
    place: Place, written_before: Deviation, settings: Any
) -> None:
    rotate(settings, NEW)
    with pytest.raises(InvalidToken, match="FIELD_KEYS"):
        Deviation.objects.values_list("description", flat=True).get()


def test_a_file_that_waits_for_its_import_is_still_there(place: Place, settings: Any) -> None:
    simon = place.actor("simon")
    kept = pending.keep(simon, "personal", "personal.csv", b"namn;enhet")
    rotate(settings, NEW, OLD)
    found = pending.fetch(simon, "personal", kept.token)
    assert found is not None
    assert pending.content_of(simon, found) == b"namn;enhet"


def test_the_index_follows_the_oldest_key_until_it_has_one_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("INDEX_KEY", raising=False)
    assert index_key([NEW, OLD]) == index_key([OLD])
    assert index_key([NEW]) != index_key([OLD])
    own = secrets.token_urlsafe(48)
    monkeypatch.setenv("INDEX_KEY", own)
    assert index_key([NEW, OLD]) == index_key([NEW]) == own

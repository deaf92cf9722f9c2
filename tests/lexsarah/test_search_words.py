"""A report is found by the words of what was reported, by those who may open it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.kit.search import Query
from casework.models import Membership, Role
from lexsarah.models import Report
from lexsarah.searches import find
from lexsarah.services import investigating
from tests.conftest import Place
from tests.lexsarah.factory import handed_in
from tests.lexsarah.test_import import agree_with_the_history, folder, read

__all__ = ["folder"]
pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
EVENT = "Dörren till lägenheten var låst och larmet gick inte att nå."


def found(place: Place, name: str, *words: str) -> list[int]:
    hits = find(place.actor(name), Query(" ".join(words), tokens=words))
    return [hit.key for hit in hits[:10]]


@pytest.mark.parametrize(
    "words", [["dörren"], ["larm", "låst"], ["lägenhet", "och", "larmet"], ["Enheten", "låst"]]
)
def test_by_words_in_any_form_and_all_of_them(place: Place, words: list[str]) -> None:
    report = handed_in(place, event=EVENT)
    handed_in(place, event="Medicinen gavs för sent.")
    assert found(place, "sara", *words) == [report.pk]
    assert found(place, "sara", *words, "medicinen") == []


def test_a_word_too_common_finds_nothing_by_itself(place: Place) -> None:
    handed_in(place, event=EVENT)
    assert found(place, "sara", "och") == []


def test_only_what_one_may_open(place: Place, as_user: Login) -> None:
    report = handed_in(place, event=EVENT)
    for name in ("amina", "eva", "anna", "vera", "rut", "birgit", "simon"):
        assert found(place, name, "larmet") == []
    Membership.objects.create(user=place.user("farid"), board=place.board, role=Role.SAS)
    investigating.assign_investigator(place.actor("sara"), report.pk, to=place.user("farid"))
    assert found(place, "farid", "larmet") == [report.pk]
    shown = as_user("sara").get("/sok/?q=larmet").content.decode()
    assert "ordet larmet i texten" in shown
    assert report.number in shown


def test_many_are_found_in_one_query(place: Place) -> None:
    for _ in range(3):
        handed_in(place, event=EVENT)
    sara = place.actor("sara")
    with CaptureQueriesContext(connection) as ran:
        assert len(find(sara, Query("larmet", tokens=["larmet"]))[:10]) == 3
    assert len(ran) == 1


def test_the_words_are_those_of_the_event_as_it_is_corrected(folder: Path) -> None:
    assert read(folder, {"händelse": "Larmet tystnade."}).code == 0
    before = Report.objects.get().search_terms
    assert read(folder, {"händelse": "Dörren var låst."}).code == 0
    report = Report.objects.get()
    assert before
    assert not set(before) & set(report.search_terms)
    agree_with_the_history()
    # Reports from before had no terms.
    terms = report.search_terms
    Report.objects.update(search_terms=[])
    import_module("lexsarah.migrations.0008_report_words").index_what_is_there(
        apps, connection.schema_editor()
    )
    assert Report.objects.get().search_terms == terms

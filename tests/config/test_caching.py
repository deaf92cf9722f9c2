"""Nothing of what somebody who is logged in was shown is kept by the browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from casework.api.authentication import make_token
from deviations.models import Deviation
from tests.conftest import Place

pytestmark = pytest.mark.django_db


def test_every_kind_of_answer_to_whoever_is_logged_in(
    as_user: Callable[..., Client], deviation: Deviation
) -> None:
    client = as_user("eva")
    record = f"/avvikelser/{deviation.pk}/"
    answers = {
        address: client.get(address)
        for address in (
            "/", "/inkorg/", record, "/avvikelser/?format=csv", "/avvikelser/?format=xlsx",
            "/sok/?q=brev", "/finns-inte/", "/organisation/roll/1/avsluta/", "/stil/",
            "/api/v1/deviations/", f"/api/v1/deviations/{deviation.pk}/", "/api/schema/",
            "/admin/", "/accounts/password/change/",
        )
    }  # fmt: skip
    answers["fragment"] = client.post("/avvikelser/ny/tips/", {}, headers={"HX-Request": "true"})
    answers["refused form"] = client.post(f"{record}komplettering/", {"text": ""})
    kept = {name: a.headers.get("Cache-Control") for name, a in answers.items()}
    assert {name: value for name, value in kept.items() if value != "no-store"} == {}
    assert {a.status_code for a in answers.values()} >= {200, 302, 403, 404, 422}
    assert client.post("/accounts/logout/").headers["Cache-Control"] == "no-store"


def test_a_token_of_the_api_and_a_wrong_one(place: Place, deviation: Deviation) -> None:
    token, _ = make_token(place.user("eva"))
    for key, status in ((token, 200), ("x", 401)):
        client = APIClient(headers={"Authorization": f"Token {key}"})
        answer = client.get(f"/api/v1/deviations/{deviation.pk}/")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")


def test_what_is_nobodys_may_be_kept(client: Client, settings: Any) -> None:
    assert client.get("/finns-inte/").headers.get("Cache-Control") is None
    order = [name.rpartition(".")[2] for name in settings.MIDDLEWARE]
    # Static files are answered before it is asked who somebody is.
    assert order.index("WhiteNoiseMiddleware") < order.index("NoStore")

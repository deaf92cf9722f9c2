"""/admin/: the own board's configuration for its Systemförvaltare, and nothing else."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from casework.models import AuditEvent, Department, ServiceArea, User
from deviations.models import Category, Cause
from tests.conftest import Place

pytestmark = pytest.mark.django_db

AsUser = Callable[..., Client]


def test_the_systemforvaltare_enters_and_others_do_not(as_user: AsUser) -> None:
    assert as_user("simon").get("/admin/").status_code == 200
    for name in ("amina", "eva", "anna", "sara", "vera"):
        assert as_user(name).get("/admin/").status_code == 403


def test_nobody_logged_in_is_sent_to_the_services_own_login(client: Client) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")


def test_nothing_with_case_content_is_registered() -> None:
    shown = {model._meta.label for model in admin.site._registry}
    assert shown == {
        "casework.Absence",
        "casework.Administration",
        "casework.Department",
        "casework.ImportBatch",
        "casework.Membership",
        "casework.ServiceArea",
        "casework.Unit",
        "casework.User",
        "deviations.Category",
        "deviations.Cause",
    }


def test_only_the_own_boards_rows_are_there(
    as_user: AsUser, place: Place, other_place: Place
) -> None:
    simon = as_user("simon")
    listed = simon.get(reverse("admin:casework_user_changelist")).content.decode()
    assert "eva-norr" in listed
    assert "eva-söder" not in listed
    theirs = reverse("admin:casework_user_change", args=[other_place.user("eva").pk])
    assert simon.get(theirs).status_code == 302
    choices = simon.get(reverse("admin:casework_department_add")).content.decode()
    assert "Förvaltningen Norr" in choices
    assert "Förvaltningen Söder" not in choices


def test_a_change_is_saved_for_the_own_board_and_audited(as_user: AsUser, place: Place) -> None:
    simon = as_user("simon")
    answer = simon.post(reverse("admin:casework_servicearea_add"), {"name": "Funktionsnedsättning"})
    assert answer.status_code == 302
    area = ServiceArea.objects.get(name="Funktionsnedsättning")
    assert area.board == place.board
    event = AuditEvent.objects.get()
    assert (event.action, event.subject_ids) == ("organisation.changed", [area.pk])


def test_another_boards_administration_is_refused_in_a_form(
    as_user: AsUser, place: Place, other_place: Place
) -> None:
    as_user("simon").post(
        reverse("admin:casework_department_add"),
        {"name": "Avdelning X", "administration": other_place.administration.pk},
    )
    assert not Department.objects.filter(name="Avdelning X").exists()


def test_no_password_is_set_for_anybody(as_user: AsUser, place: Place) -> None:
    simon = as_user("simon")
    given = {"username": "ny", "first_name": "Nina", "last_name": "Ny", "password1": "en lång fras"}
    answer = simon.post(reverse("admin:casework_user_add"), given)
    assert answer.status_code == 302
    new = User.objects.get(username="ny")
    assert new.board == place.board
    assert not new.has_usable_password()
    assert not new.is_staff
    form = simon.get(reverse("admin:casework_user_change", args=[new.pk])).content.decode()
    assert "password" not in form
    assert "is_superuser" not in form


def test_nothing_is_removed_and_what_has_rules_of_its_own_is_only_shown(
    as_user: AsUser, place: Place, category: Category, cause: Cause
) -> None:
    simon = as_user("simon")
    for model, pk in (("unit", place.unit.pk), ("membership", place.user("eva").pk)):
        address = reverse(f"admin:casework_{model}_delete", args=[pk])
        assert simon.post(address, {"post": "yes"}).status_code in (302, 403)
    place.unit.refresh_from_db()
    assert simon.post(reverse("admin:casework_unit_add"), {"name": "X"}).status_code == 403
    for name in ("category", "cause"):
        assert simon.get(reverse(f"admin:deviations_{name}_changelist")).status_code == 200
        assert simon.get(reverse(f"admin:deviations_{name}_add")).status_code == 403

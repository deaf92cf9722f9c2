"""What every model says about itself, and what the database refuses whoever asks."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import InternalError, connection, models, transaction
from django.db.utils import IntegrityError

from casework.shared import clock
from casework.shared.models import AppendOnly

OURS = ("casework", "deviations", "lexsarah")


def own_models() -> list[type[models.Model]]:
    """Our models; not the event tables of pghistory, which copy fields annotated on the model."""
    return [
        model
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        if not hasattr(model, "pgh_tracked_model")
    ]


def append_only_models() -> list[type[models.Model]]:
    return [model for model in own_models() if getattr(model, "append_only", False)]


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model.__name__)
def test_every_field_says_whether_it_is_personal(model: Any) -> None:
    fields = {
        field.name for field in model._meta.concrete_fields if not field.name.startswith("pgh_")
    }
    assert hasattr(model, "privacy"), f"{model.__name__} has no privacy"
    marked = set(model.privacy.fields())
    assert fields - marked == set(), "neither personal nor plain"
    assert marked - fields == set(), "no such field"
    both = set(model.privacy.personal.split()) & set(model.privacy.plain.split())
    assert both == set(), "both personal and plain"


def test_encrypted_text_and_people_are_personal() -> None:
    from casework.models import User
    from casework.shared.fields import EncryptedTextField

    for model in own_models():
        marked = model.privacy.fields()  # type: ignore[attr-defined]
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField) or field.related_model is User:
                assert marked[field.name], f"{model.__name__}.{field.name}"


def test_no_model_names_a_person_in_its_str() -> None:
    for model in own_models():
        personal = {name for name, is_one in model.privacy.fields().items() if is_one}  # type: ignore[attr-defined]
        secret = {
            field.attname: "Hemlig Person"
            for field in model._meta.concrete_fields
            if field.name in personal and isinstance(field, models.CharField | models.TextField)
        }
        assert "Hemlig" not in str(model(**secret)), model.__name__


def test_some_models_are_append_only() -> None:
    names = {model.__name__ for model in append_only_models()}
    assert {"AuditEvent", "AuditAnchor", "StatusRow", "UnitRow", "CategoryRow"} <= names
    assert all(issubclass(model, AppendOnly) for model in append_only_models())


_TRIGGERS = """
SELECT count(DISTINCT event), bool_and(enabled) FROM (
    SELECT unnest(ARRAY[
               CASE WHEN tgtype & 1 > 0 AND tgtype & 2 > 0 AND tgtype & 16 > 0 THEN 'update' END,
               CASE WHEN tgtype & 1 > 0 AND tgtype & 2 > 0 AND tgtype & 8 > 0 THEN 'delete' END,
               CASE WHEN tgtype & 2 > 0 AND tgtype & 32 > 0 THEN 'truncate' END]) AS event,
           tgenabled <> 'D' AS enabled
      FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
     WHERE tgrelid = %s::regclass AND proname = 'refuse_change') AS found
 WHERE event IS NOT NULL
"""


@pytest.mark.django_db
@pytest.mark.parametrize("model", append_only_models(), ids=lambda model: model.__name__)
def test_an_append_only_table_has_triggers_against_update_delete_and_truncate(
    model: type[models.Model],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS, [model._meta.db_table])
        assert cursor.fetchone() == (3, True)


@pytest.mark.django_db
def test_the_database_refuses_whoever_changes_what_was_added(rows_in_every_history: None) -> None:
    tried = set()
    for model in append_only_models():
        table, key = model._meta.db_table, model._meta.pk.column  # type: ignore[union-attr]
        before = model._default_manager.count()
        statements = [f"TRUNCATE {table} CASCADE"]
        if before:
            # Triggers on rows fire where there are rows.
            statements += [f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}"]
            tried.add(model.__name__)
        for statement in statements:
            with (
                pytest.raises((InternalError, IntegrityError), match="append-only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
        assert model._default_manager.count() == before
    assert {
        "AuditEvent",
        "AuditAnchor",
        "RegistrationRow",
        "StatusRow",
        "UnitRow",
        "CategoryRow",
        "CausesRow",
        "EffectRow",
        "ProtectionRow",
    } <= tried


@pytest.fixture
def rows_in_every_history(place: Any, category: Any, cause: Any) -> None:
    """A deviation and a case with a row in each history table; an anchor of the audit chain."""
    from casework.audit.anchors import anchor
    from casework.deadlines.sweep import sweep
    from deviations.services import closing
    from deviations.services.closing import Handling
    from tests.conftest import make_report
    from tests.factories.cases import make_case

    # One that lies, so that a notice of its last day is recorded, and one that is closed.
    make_report(place)
    sweep(clock.now() + timedelta(days=40))
    deviation = make_report(place, category=category)
    given = Handling(category, 1, 1, [cause], no_action_reason="Redan åtgärdat")
    closing.close_simply(place.actor("eva"), deviation.pk, given)
    make_case(place)
    anchor()
    with connection.cursor() as cursor:
        # TRUNCATE is not even tried while foreign keys wait to be checked at the commit.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

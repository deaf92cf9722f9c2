"""What a test with real transactions leaves behind: nothing, and every trigger in its place."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from casework.models import AuditEvent
from tests.conftest import Place, make_report
from tests.plugins.emptying import empty, filled


def guards() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1")
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
def test_all_that_was_written_goes_and_all_that_guards_it_stays(place: Place) -> None:
    before = guards()
    make_report(place)
    assert AuditEvent.objects.exists()
    empty()
    assert filled() == []
    assert guards() == before
    assert {state for _, state in before} == {"O"}
    assert ContentType.objects.exists()
    assert Permission.objects.exists()

"""Reports are found by the words of what happened, those that were there before as well."""

from django.apps.registry import Apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from casework.shared import blind_index

AT_A_TIME = 500


def index_what_is_there(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each report the terms of its event."""
    using = schema_editor.connection.alias
    reports = apps.get_model("lexsarah", "Report").objects.using(using)
    found = []
    for report in reports.only("event").order_by("pk").iterator(AT_A_TIME):
        report.search_terms = blind_index.terms(report.event)
        found.append(report)
    reports.bulk_update(found, ["search_terms"], batch_size=AT_A_TIME)


class Migration(migrations.Migration):
    dependencies = [("lexsarah", "0007_provider_corrections")]

    operations = [
        migrations.AddField(
            "report",
            "search_terms",
            ArrayField(base_field=models.BigIntegerField(), default=list, size=None),
        ),
        migrations.RunPython(index_what_is_there, migrations.RunPython.noop),
        migrations.AddIndex(
            "report", GinIndex(fields=["search_terms"], name="report_search_terms")
        ),
    ]

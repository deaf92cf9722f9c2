"""Which save of each part the audit trail tells of; till now every save had its own event."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def all_are_told(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Say of what stands that its own event tells of it."""
    parts = apps.get_model("lexsarah", "DocumentPart").objects.using(schema_editor.connection.alias)
    parts.update(told_version=F("version"), told_at=F("saved_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("lexsarah", "0005_short_proposal"),
    ]

    operations = [
        migrations.AddField(
            model_name="documentpart",
            name="told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="documentpart",
            name="told_version",
            field=models.IntegerField(default=0),
        ),
        migrations.RunPython(all_are_told, migrations.RunPython.noop),
    ]

import uuid

import django.db.models.deletion
from django.db import migrations, models

import casework.shared.fields


class Migration(migrations.Migration):
    dependencies = [("deviations", "0002_append_only")]

    operations = [
        # A default is worked out once for all rows, so those there are get theirs from SQL.
        migrations.AddField(
            model_name="draft",
            name="key",
            field=models.UUIDField(default=uuid.uuid4, editable=False, null=True),
        ),
        migrations.RunSQL(
            "UPDATE deviations_draft SET key = gen_random_uuid()", migrations.RunSQL.noop
        ),
        migrations.AlterField(
            model_name="draft",
            name="key",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddField(
            model_name="draft",
            name="submitted_as",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deviations.deviation",
                verbose_name="blev",
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("submitted_as__isnull", True), ("content", ""), _connector="OR"
                ),
                name="draft_submitted_is_empty",
            ),
        ),
        migrations.CreateModel(
            name="DraftFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", casework.shared.fields.EncryptedTextField(verbose_name="filnamn")),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.IntegerField()),
                ("file", models.FileField(upload_to="deviations/%Y/%m/")),
                ("added_at", models.DateTimeField()),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="deviations.draft",
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
    ]

"""What a provider told becomes rows, so that it can be corrected; two clicks are one entry."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import casework.shared.fields
from casework.shared.migration_ops import refuse_changes

FIELDS = (
    "registry_number",
    "provider",
    "unit_id",
    "statute",
    "received_on",
    "occurred_on",
    "text",
    "provider_notified_ivo",
    "protected",
)


def first_rows(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each that was entered before its first row: it as it stands."""
    using = schema_editor.connection.alias
    rows = apps.get_model("lexsarah", "ProviderInformationRow").objects.using(using)
    entered = apps.get_model("lexsarah", "ProviderInformation").objects.using(using)
    for one in entered.filter(rows=None).order_by("pk").iterator():
        rows.create(
            information_id=one.pk,
            entered_by_id=one.recorded_by_id,
            entered_at=one.recorded_at,
            **{name: getattr(one, name) for name in FIELDS},
        )


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0010_row_read_at"),
        ("lexsarah", "0006_sittings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="providerinformation",
            name="submission_key",
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
        migrations.CreateModel(
            name="ProviderInformationRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "registry_number",
                    models.CharField(blank=True, max_length=60, verbose_name="diarienummer"),
                ),
                ("provider", models.CharField(max_length=200, verbose_name="utförare")),
                (
                    "statute",
                    models.CharField(
                        choices=[("SoL", "SoL"), ("LSS", "LSS")],
                        max_length=10,
                        verbose_name="lagrum",
                    ),
                ),
                ("received_on", models.DateField(verbose_name="inkom")),
                ("occurred_on", models.DateField(null=True, verbose_name="inträffade")),
                (
                    "text",
                    casework.shared.fields.EncryptedTextField(
                        verbose_name="vad utföraren informerar om"
                    ),
                ),
                (
                    "provider_notified_ivo",
                    models.CharField(
                        choices=[("yes", "Ja"), ("no", "Nej"), ("unknown", "Vet inte")],
                        max_length=10,
                        verbose_name="har utföraren anmält till IVO",
                    ),
                ),
                ("protected", models.BooleanField(verbose_name="skyddade personuppgifter")),
                (
                    "reason",
                    casework.shared.fields.EncryptedTextField(
                        blank=True, verbose_name="varför det rättades"
                    ),
                ),
                ("entered_at", models.DateTimeField()),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "information",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="lexsarah.providerinformation",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="casework.unit",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        refuse_changes("lexsarah_providerinformationrow"),
        migrations.RunPython(first_rows, migrations.RunPython.noop),
    ]

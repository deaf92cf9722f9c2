from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    """When each row was read: a batch of the API goes on for a day."""

    dependencies = [
        ('casework', '0009_weekly_review'),
    ]

    operations = [
        migrations.AddField(
            model_name='importedrow',
            name='read_at',
            field=models.DateTimeField(default=timezone.now, verbose_name='inläst'),
            preserve_default=False,
        ),
        migrations.RunSQL(
            "UPDATE casework_importedrow r SET read_at = b.imported_at"
            " FROM casework_importbatch b WHERE b.id = r.batch_id",
            migrations.RunSQL.noop,
        ),
    ]

from django.db import migrations


class Migration(migrations.Migration):
    """One address may be that of two accounts: a person who works under two boards has two."""

    dependencies = [
        ('casework', '0010_row_read_at'),
    ]

    operations = [
        migrations.RunSQL(
            'DROP INDEX IF EXISTS unique_verified_email', migrations.RunSQL.noop
        ),
    ]

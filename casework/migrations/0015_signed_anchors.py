from django.db import migrations, models

from casework.audit import sql


class Migration(migrations.Migration):
    """Events hash their id and lists as they are; anchors are numbered, chained and signed."""

    dependencies = [
        ('casework', '0014_protected_indexes'),
    ]

    operations = [
        migrations.AddField(
            model_name='auditevent',
            name='form',
            field=models.SmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name='auditanchor',
            name='number',
            field=models.BigIntegerField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name='auditanchor',
            name='previous',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='auditanchor',
            name='key',
            field=models.CharField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name='auditanchor',
            name='signature',
            field=models.BinaryField(null=True),
        ),
        migrations.RunSQL(sql.APPEND, migrations.RunSQL.noop),
    ]

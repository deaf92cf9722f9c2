from django.db import migrations

from casework.audit import sql
from casework.shared.migration_ops import refuse_changes


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]

    operations = [
        migrations.RunSQL([sql.DIGEST, sql.APPEND], [sql.DROP]),
        refuse_changes("casework_auditevent", "casework_auditanchor"),
    ]

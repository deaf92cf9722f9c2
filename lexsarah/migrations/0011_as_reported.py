from django.db import migrations

from casework.shared.migration_ops import keep_as_reported


class Migration(migrations.Migration):
    """What was reported stays in the reporter's words."""

    dependencies = [("lexsarah", "0010_report_drafts")]

    operations = [
        keep_as_reported(
            "lexsarah_report",
            "done_at_once", "reported_at", "noticed_on",
        )
    ]

from django.db import migrations

from casework.shared.migration_ops import keep_as_reported


class Migration(migrations.Migration):
    """What was reported stays in the reporter's words."""

    dependencies = [("deviations", "0006_protected_indexes")]

    operations = [
        keep_as_reported(
            "deviations_deviation",
            "description", "done_at_once", "reported_at", "reporting_unit_id",
        )
    ]

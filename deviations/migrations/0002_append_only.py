from django.db import migrations

from casework.shared.migration_ops import refuse_changes


class Migration(migrations.Migration):
    dependencies = [("deviations", "0001_initial"), ("casework", "0002_append_only")]

    operations = [
        refuse_changes(
            "deviations_registrationrow",
            "deviations_statusrow",
            "deviations_unitrow",
            "deviations_categoryrow",
            "deviations_causesrow",
            "deviations_effectrow",
            "deviations_protectionrow",
        )
    ]

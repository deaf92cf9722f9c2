"""The Celery application and its beat schedule.

Redelivery after a killed worker needs late acknowledgement, a prefetch of one and the
transport options in the settings together; with any of them missing a task waits for minutes.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["config"], related_name="health")

# Each app adds its own entries from its ``tasks`` module (``app.conf.beat_schedule.update``).
app.conf.beat_schedule = {
    "heartbeat": {"task": "health.beat", "schedule": 10.0, "options": {"expires": 10}},
}

"""The WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# Read here, once for all workers, and not when the first of each one's readers waits.
get_resolver().url_patterns  # noqa: B018 - the look at it is what loads them

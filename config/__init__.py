"""The project's wiring: settings, processes, addresses and the look of every page."""

from config.celery import app as celery_app

__all__ = ["celery_app"]

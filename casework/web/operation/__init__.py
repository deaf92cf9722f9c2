"""Drift: what the service does by itself, and what waits since when."""

"""Plugins for pytest that must be in place before Django's settings are read."""

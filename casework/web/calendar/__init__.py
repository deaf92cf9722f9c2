"""Kalenderprenumeration: one's times in one's own calendar, by a secret address."""

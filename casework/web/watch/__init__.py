"""Bevakning: the running times of one's units, what one was told, and what could not be done."""

"""Egna tider: the lengths a board sets itself, with what each change means."""

"""Counting intakes, investigations and decisions, and finding those behind a figure."""

"""Eighteen months of deviations for the demo board, and any number for measuring."""

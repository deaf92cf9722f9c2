"""Beredskap: the functions on duty, and who is in them."""

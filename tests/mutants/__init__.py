"""Mistakes that the tests must notice: a list as data, and what puts them in one at a time."""

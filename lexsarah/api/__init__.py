"""Lex Sarah in the API."""

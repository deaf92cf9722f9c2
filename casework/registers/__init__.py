"""Registers in and out: files with Swedish headers, one kind per hook."""

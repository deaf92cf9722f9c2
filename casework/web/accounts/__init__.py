"""Screens of what waits for a yes, of a lost telephone, and of one's own address."""
